"""How many days does each month's usage stand for? A month that is not over is brought to its full length first."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.core.periods import Period

_MONTHLY: Final = re.compile(r"(?:^|[^a-z])(?:mo|mon|month)s?$", re.IGNORECASE)
_MONTHLY_UNITS: Final = frozenset(
    {"alarms", "dashboards", "hostedzone", "hosted zone", "keys", "metrics", "secrets", "user", "users", "zones"}
)


@dataclass(frozen=True)
class Elapsed:
    """A month, and how many of its days the bill holds."""

    period: Period
    days: int

    @property
    def is_open(self) -> bool:
        """True where the month is not over in the bill."""
        return self.days < self.period.days

    @property
    def last_day(self) -> dt.date:
        """The last day that the bill speaks of."""
        return self.period.start + dt.timedelta(days=self.days - 1)

    @property
    def scale(self) -> float:
        """What usage so far is multiplied by to stand for the whole month."""
        return self.period.days / self.days


def elapsed(snapshots: pd.DataFrame | None, period: Period) -> Elapsed:
    """The month with the days that its bill holds; whole where no snapshots are given or the invoice is final."""
    if snapshots is None:
        return Elapsed(period, period.days)
    taken = snapshots[snapshots["period"] == str(period)]
    days = [str(day) for day in taken["last_day"].dropna()]
    if taken.empty or not days or set(taken["invoice_status"]) == {"final"}:
        return Elapsed(period, period.days)
    last = dt.date.fromisoformat(max(days))
    return Elapsed(period, last.day if Period.of(last) == period else period.days)


def both_elapsed(snapshots: pd.DataFrame | None, before: Period, after: Period) -> tuple[Elapsed, Elapsed]:
    """Two months as they can be compared.

    Where the earlier one stops early too, and no later in the month than the later one, the bill does not run day by
    day (a row a month): then its last day tells nothing, and both months are whole.
    """
    found = elapsed(snapshots, before), elapsed(snapshots, after)
    if found[0].is_open and found[0].days <= found[1].days:
        return Elapsed(before, before.days), Elapsed(after, after.days)
    return found


def is_monthly(unit: object) -> bool:
    """True where a unit is already a month's worth (GB-Mo), so that a longer month costs no more of it."""
    return isinstance(unit, str) and (unit.strip().lower() in _MONTHLY_UNITS or bool(_MONTHLY.search(unit.strip())))


def accrual_days(units: pd.Series[str], before: Period, after: Period) -> npt.NDArray[np.float64]:
    """Days that each key accrues over in both months, (2, n): the month's days, or 1 where the unit is a month."""
    monthly = units.isin([unit for unit in units.dropna().unique() if is_monthly(unit)]).to_numpy(dtype=bool)
    return np.stack([np.where(monthly, 1.0, float(period.days)) for period in (before, after)])


def by_working_days(
    days: npt.NDArray[np.float64], quantity: npt.NDArray[np.float64], before: Period, after: Period
) -> npt.NDArray[np.float64]:
    """The same in working days, Monday to Friday, for keys that use exactly the same on each of them in both months."""
    working = np.array([[_working_days(before)], [_working_days(after)]])
    each, used = quantity / working, (quantity > 0).all(axis=0)
    steady = used & (days > 1).all(axis=0) & np.isclose(each[0], each[1], rtol=1e-9, atol=0.0)
    return np.where(steady, working, days)


def _working_days(period: Period) -> float:
    return float(np.busday_count(period.start, period.shift(1).start))
