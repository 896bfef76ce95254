"""Planted disturbances: extra (or missing) quantity on a stream, and what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.estate import Overlay
from finops_lib.sources.demo.money import Ints, cost


def disturbed(rows: Charges, overlays: Sequence[Overlay]) -> tuple[Charges, Counter[str]]:
    """The rows with all disturbances applied, and the extra ticks billed by fact."""
    excess: Counter[str] = Counter()
    amount = rows.amount.copy()
    for overlay in overlays:
        hit = _hit(rows, overlay)
        before = cost(amount[hit], rows.rate[hit])
        amount[hit] = np.maximum(np.round(amount[hit] + overlay.extra * rows.hours[hit], 8), 0.0)
        excess[overlay.fact] += int((cost(amount[hit], rows.rate[hit]) - before).sum())
    billed, listed = cost(amount, rows.rate), cost(amount, rows.public_rate)
    return rows.replace(amount=amount, billed=billed, effective=billed, listed=listed, contracted=billed), excess


def _hit(rows: Charges, overlay: Overlay) -> Ints:
    within = (rows.start >= overlay.start) & (rows.start < overlay.end)
    return np.flatnonzero((rows.stream == overlay.stream) & within)
