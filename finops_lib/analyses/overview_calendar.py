"""How much of a month's change do its days make? The variance's own figure, for the page that opens the report."""

from __future__ import annotations

import pandas as pd

from finops_lib.analyses import variance
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = variance.EVIDENCE
"""The frames that :func:`calendar_effect` takes, in its order."""


def calendar_effect(*frames: pd.DataFrame, scope: Scope, period: Period) -> float | None:
    """What the days of the month add to its cost against the month before, as :func:`variance.explain` tells it.

    None where the two months cannot be compared, or where the month is not over.
    """
    try:
        found = variance.explain(*frames, scope=scope, period=period)
    except (InsufficientDataError, CurrencyMismatch):
        return None
    if found.normalized:
        return None
    return float(found.effects.loc[found.effects["effect"] == "calendar", "amount"].sum())
