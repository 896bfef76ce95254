"""Which fees, commitment charges, taxes and credits are still to come, and on which day?"""

from __future__ import annotations

from typing import Final

import numpy as np

from finops_lib.analyses.daily_series import Days, Floats, months_of
from finops_lib.analyses.month_day_items import on_calendar

KINDS: Final = ("fee", "commitment", "tax", "credit", "refund")
"""Charge kinds that keep to a calendar; everything else is usage."""

ONCE: Final = frozenset({"refund"})
"""Kinds that never come again by themselves."""

YEARLY: Final = frozenset({"fee", "commitment"})

SILENT: Final = 6
"""Months without another such charge that make one a yearly one, and not the first of many or the only one."""

DAILY: Final = 20
"""Days of the last 28 with a charge that make it an everyday one."""

STILL: Final = 4
"""Days of the last seven with a charge without which an everyday one has ended."""


def coming(kind: str, cost: Floats, days: Days, ahead: Days, *, late: bool = False) -> Floats:
    """What one account's and service's charges of a kind add on the days ahead.

    ``cost`` has one value a day of ``days``, 0 without a charge. A charge of most days goes on at its mean of four
    weeks; one that comes back on a day of the month comes again then; a fee of a year ago that no other month had
    comes again on its date. Everything else was once, and refunds always are. What AWS bills ``late`` and has not
    billed yet comes on the month's last day.
    """
    if kind in ONCE or not cost.any():
        return np.zeros(len(ahead))
    everyday = _everyday(cost)
    if everyday is not None:
        return np.full(len(ahead), everyday)
    missed = pending(cost, days, late=late)
    if missed.any():
        before = months_of(days) < months_of(days[-1:])
        path = on_calendar(cost[before], days[before], ahead)
        path[np.flatnonzero(months_of(ahead) == months_of(days[-1:]))[-1:]] += missed.sum()
        return path
    monthly = on_calendar(cost, days, ahead)
    if monthly.any() or kind not in YEARLY:
        return monthly
    return _yearly(cost, days, ahead)


def is_regular(kind: str, cost: Floats, days: Days, *, late: bool = False) -> bool:
    """Whether charges of a kind come every day or every month; credits end when they will, and count for none."""
    if kind in ONCE or kind == "credit":
        return False
    if is_everyday(cost) or pending(cost, days, late=late).any():
        return True
    return bool(on_calendar(cost, days, np.arange(days[-1] + 1, days[-1] + 32)).any())


def is_everyday(cost: Floats) -> bool:
    """Whether it is charged on most days, and still is."""
    return _everyday(cost) is not None


def pending(cost: Floats, days: Days, *, late: bool = True) -> Floats:
    """What is due by the last of ``days`` in a month that still runs and has no such charge yet, on its day."""
    found = np.zeros(len(days))
    now = months_of(days) == months_of(days[-1:])
    runs = months_of(days[-1:] + 1) == months_of(days[-1:])
    if late and runs.all() and not cost[now].any():
        found[now] = on_calendar(cost[~now], days[~now], days[now])
    return found


def _everyday(cost: Floats) -> float | None:
    """The mean of four weeks of a charge of most days; None where it is none, or has ended."""
    if np.count_nonzero(cost[-28:]) < DAILY or np.count_nonzero(cost[-7:]) < STILL:
        return None
    return float(cost[-28:].mean())


def _yearly(cost: Floats, days: Days, ahead: Days) -> Floats:
    """A charge of the same day last year, where half a year or more since then had none of a tenth of its size."""
    path = np.zeros(len(ahead))
    for at, day in enumerate(ahead):
        month = day.astype("M8[M]") - 12
        before = month.astype("M8[D]") + (day - day.astype("M8[M]").astype("M8[D]"))
        found = cost[(days == before) & (months_of(days) == month)]
        since = np.abs(cost[months_of(days) > month])
        silent = months_of(days[-1:])[0] - month >= SILENT
        if silent and found.size and found[0] and not (since > abs(found[0]) / 10).any():
            path[at] = found[0]
    return path
