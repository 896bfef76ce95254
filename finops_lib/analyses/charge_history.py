"""What did each account and service cost on each day: its usage, and what the calendar brings?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.analyses import calendar_charges
from finops_lib.analyses.billed_at_close import is_at_close
from finops_lib.analyses.daily_series import DailySeries, Days, Floats

KEYS: Final = ["SubAccountId", "ServiceName"]

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Judged:
    """What forecasts are judged by, cells × days: usage and everyday charges, and the charges of each month."""

    flow: Floats
    monthly: Floats

    @property
    def total(self) -> Floats:
        """Both."""
        return self.flow + self.monthly


@dataclass(frozen=True)
class History:
    """Cells (account × service) × days: ``usage``, and ``charges`` by kind; a cell without a row on a day cost nothing.

    ``begins`` is each cell's first day: that of its account, so that an account is seen alike alone and among others.
    """

    keys: pd.DataFrame
    days: Days
    begins: Rows
    usage: Floats
    charges: Mapping[str, Floats]

    @property
    def actual(self) -> Floats:
        """Everything that was charged."""
        return np.asarray(sum(self.charges.values(), self.usage))

    def placing(self, account: str | None, service: str | None) -> tuple[History, int]:
        """The history with a cell for an account and service, and which one that is: a new one cost nothing so far."""
        keys = self.keys.astype(object).where(self.keys.notna(), None)
        found = np.flatnonzero([tuple(row) == (account, service) for row in keys.to_numpy().tolist()])
        if len(found):
            return self, int(found[0])
        row = pd.DataFrame([[account, service]], columns=KEYS, dtype=object).astype(self.keys.dtypes)
        nothing = np.zeros((1, len(self.days)))
        longer = History(
            keys=pd.concat([self.keys, row], ignore_index=True),
            days=self.days,
            begins=np.append(self.begins, len(self.days) - 1),
            usage=np.concatenate([self.usage, nothing]),
            charges={kind: np.concatenate([table, nothing]) for kind, table in self.charges.items()},
        )
        return longer, len(self.keys)

    def by_account(self) -> Iterator[Rows]:
        """The cells of each account."""
        number = self.keys.groupby(KEYS[0], dropna=False, sort=True).ngroup().to_numpy()
        for account in range(int(number.max(initial=-1)) + 1):
            yield np.flatnonzero(number == account)

    def charged(self) -> Iterator[tuple[str, int, Days, Floats, bool]]:
        """Each cell's charges of a kind since it begins: kind, cell, days, cost, and whether AWS bills them late."""
        services = self.keys[KEYS[1]].tolist()
        for kind, table in self.charges.items():
            for cell in np.flatnonzero(table.any(axis=1)):
                since, late = self.begins[cell], is_at_close(kind, services[cell])
                yield kind, int(cell), self.days[since:], table[cell, since:], late

    def judged(self) -> Judged:
        """The cost that forecasts are judged by: usage and the charges that come regularly.

        Refunds, credits and what was charged once are no noise of usage: nobody forecasts them, and none is to come.
        What is billed late stands where it belongs.
        """
        flow, monthly = self.usage.copy(), np.zeros_like(self.usage)
        for kind, cell, days, cost, late in self.charged():
            if calendar_charges.is_regular(kind, cost, days, late=late):
                table = flow if calendar_charges.is_everyday(cost) else monthly
                table[cell, self.begins[cell] :] += cost + calendar_charges.pending(cost, days, late=late)
        return Judged(flow, monthly)

    def judged_series(self, judged: Judged, cells: Any = slice(None)) -> tuple[DailySeries, Floats]:
        """The judged cost of some cells, added, since the first of them begins; and what of it comes by the month."""
        since = int(self.begins[cells].min(initial=len(self.days) - 1))
        total, monthly = (table[cells].sum(axis=0)[since:] for table in (judged.total, judged.monthly))
        return DailySeries.of(self.days[since:], total), monthly


def history(costs: pd.DataFrame, days: Days) -> History:
    """The cells of daily costs (KEYS, ``day``, ``kind``, ``cost``)."""
    cell = costs.groupby(KEYS, dropna=False, sort=True).ngroup()
    keys = costs[KEYS].groupby(cell).head(1).assign(cell=cell).sort_values("cell")[KEYS].reset_index(drop=True)
    first = costs.groupby(KEYS[0], dropna=False)["day"].transform("min").groupby(cell).min()
    costs = costs.assign(cell=cell)
    is_usage = ~costs["kind"].isin(calendar_charges.KINDS)
    return History(
        keys=keys,
        days=days,
        begins=_at(first.sort_index(), days),
        usage=_table(costs[is_usage], len(keys), days),
        charges={
            str(kind): _table(rows, len(keys), days) for kind, rows in costs[~is_usage].groupby("kind", sort=True)
        },
    )


def of_account(costs: pd.DataFrame, account: str, days: Days) -> tuple[DailySeries, Floats]:
    """What one account's forecasts are judged by, and what of it comes by the month."""
    found = history(costs[costs[KEYS[0]] == account], days)
    return found.judged_series(found.judged())


def placed(places: Sequence[tuple[str | None, str | None]], costs: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The costs and a row without cost for each account and service, so that each has a cell."""
    rows = pd.DataFrame(list(places), columns=KEYS, dtype=object).assign(day=day, kind="usage", cost=0.0)
    return pd.concat([costs, rows.astype({name: costs[name].dtype for name in rows.columns})], ignore_index=True)


def _table(costs: pd.DataFrame, cells: int, days: Days) -> Floats:
    found = np.zeros((cells, len(days)))
    np.add.at(found, (costs["cell"].to_numpy(), _at(costs["day"], days)), costs["cost"].to_numpy(dtype=float))
    return found


def _at(day: pd.Series[Any], days: Days) -> Rows:
    return np.asarray((day.to_numpy().astype("M8[D]") - days[0]).astype(np.intp))
