"""When a resource runs within the week, as 168 flags (hour 0 is Monday 00:00 UTC)."""

from __future__ import annotations

import numpy as np

from finops_lib.sources.demo.money import Bools


def _week(hours: range, days: range = range(7)) -> Bools:
    mask = np.zeros((7, 24), dtype=np.bool_)
    mask[np.ix_(list(days), list(hours))] = True
    return mask.reshape(168)


MASKS: dict[str, Bools] = {
    "always": _week(range(24)),
    "office": _week(range(7, 18), range(5)),
    "peak": _week(range(8, 22)),
    "evening": _week(range(16, 22)),
    "night": _week(range(1, 7)),
    "weekdays": _week(range(24), range(5)),
}
CODES = {name: code for code, name in enumerate(MASKS)}
WEEK = np.stack(list(MASKS.values()))  # (schedules, 168)


def share(name: str) -> float:
    """Share of the week's hours in which a schedule runs."""
    return float(MASKS[name].mean())
