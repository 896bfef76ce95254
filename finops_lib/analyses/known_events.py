"""What is already known to change? Dated amounts laid over a forecast, each with its source."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from finops_lib.analyses.daily_series import Days, Floats
from finops_lib.core.errors import UsageError


@dataclass(frozen=True)
class Event:
    """A change that no past cost tells of: an expiry, a price change, planned savings, a launch.

    ``amount`` is what is added, ``once`` on ``date`` or every ``day`` from then until ``until`` (inclusive; None: for
    good); less than 0 for a saving. ``account`` and ``service`` say whose cost it is, where that is known.
    """

    date: dt.date
    amount: float
    per: Literal["day", "once"]
    label: str
    source: str
    until: dt.date | None = None
    account: str | None = None
    service: str | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.amount):
            raise UsageError(f"The event '{self.label}' has no amount.", hint="Give it in units of the currency.")
        if self.per not in ("day", "once"):
            raise UsageError(f"The event '{self.label}' is per '{self.per}'.", hint="Write day or once.")
        if self.until is not None and self.until < self.date:
            raise UsageError(f"The event '{self.label}' ends before it begins.", hint="Look at its dates.")


def overlay(event: Event, days: Days) -> Floats:
    """What the event adds on each of the days."""
    first = np.datetime64(event.date, "D")
    if event.per == "once":
        return np.where(days == first, event.amount, 0.0)
    last = days.max() if event.until is None else np.datetime64(event.until, "D")
    return np.where((days >= first) & (days <= last), event.amount, 0.0)


def coming(events: Sequence[Event], as_of: dt.date) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """The events after ``as_of``, and those before: what they changed is in the actuals, and never added again."""
    ordered = sorted(events, key=lambda event: (event.date, event.label))
    return tuple(item for item in ordered if item.date > as_of), tuple(item for item in ordered if item.date <= as_of)
