"""How much of a month's change do its days make, how much only got other tags? The variance's own figures."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from finops_lib.analyses import variance
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = variance.EVIDENCE
"""The frames that :func:`compare` takes, in its order."""


class Compared(NamedTuple):
    """What the overview takes over: what the days add, and what makes its changes by tag say less than they seem to."""

    calendar: float | None
    doubts: tuple[Note, ...]


def compare(*frames: pd.DataFrame, scope: Scope, period: Period) -> Compared:
    """What the days of the month add to its cost against the month before, as :func:`variance.explain` tells it.

    None where the two months cannot be compared, or where the month is not over.
    """
    try:
        found = variance.explain(*frames, scope=scope, period=period)
    except (InsufficientDataError, CurrencyMismatch):
        return Compared(None, ())
    doubts = tuple(note for note in found.notes if note.code == "variance.retagged")
    if found.normalized:
        return Compared(None, doubts)
    return Compared(float(found.effects.loc[found.effects["effect"] == "calendar", "amount"].sum()), doubts)
