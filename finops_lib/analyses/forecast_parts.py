"""What does each account and service still cost? Usage by the models, the rest by the calendar, all adding up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.analyses import calendar_charges, known_events
from finops_lib.analyses.daily_series import DailySeries, Days, Floats
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.reconcile_forecasts import reconcile
from finops_lib.analyses.track_record import ready, replay

KEYS: Final = ["SubAccountId", "ServiceName"]

MOST: Final = 120
"""Account × service cells with a forecast of their own; the small rest shares one, by their recent cost."""

WEEKS: Final = 26
"""Past weekly forecasts of two weeks that tell how far a cell may be wrong."""


@dataclass(frozen=True)
class Parts:
    """Account × service cells: ``actual`` (cells × days) and what is to come (cells × days ahead), by its nature.

    ``charges`` has what the calendar brings by kind of charge.
    """

    keys: pd.DataFrame
    actual: Floats
    usage: Floats
    charges: Mapping[str, Floats]
    events: Floats

    @property
    def calendar(self) -> Floats:
        """All that the calendar brings."""
        return np.asarray(sum(self.charges.values(), np.zeros_like(self.usage)))

    @property
    def path(self) -> Floats:
        """Everything that is to come."""
        return np.asarray(self.usage + self.calendar + self.events)


def parts(costs: pd.DataFrame, scope: DailySeries, ahead: Days, events: Sequence[Event], as_of: dt.date) -> Parts:
    """The cells of daily costs (KEYS, ``day``, ``kind``, ``cost``) and their forecast for the days ahead."""
    upcoming, _ = known_events.coming(events, as_of)
    costs = pd.concat([costs, _places(upcoming, costs, as_of)], ignore_index=True)
    cell = costs.groupby(KEYS, dropna=False, sort=True).ngroup()
    keys = costs[KEYS].groupby(cell).head(1).assign(cell=cell).sort_values("cell")[KEYS].reset_index(drop=True)
    costs = costs.assign(cell=cell)
    is_usage = ~costs["kind"].isin(calendar_charges.KINDS)
    used = _table(costs[is_usage], len(keys), scope.days)
    actual = used.copy()
    calendar: dict[str, Floats] = {}
    for kind, charges in costs[~is_usage].groupby("kind", sort=True):
        charged = _table(charges, len(keys), scope.days)
        actual += charged
        calendar[str(kind)] = np.zeros((len(keys), len(ahead)))
        for row in np.flatnonzero(charged.any(axis=1)):
            calendar[str(kind)][row] = calendar_charges.coming(str(kind), charged[row], scope.days, ahead)
    added = np.zeros((len(keys), len(ahead)))
    for place, event in zip(cell.iloc[len(cell) - len(upcoming) :], upcoming, strict=True):
        added[place] += known_events.overlay(event, ahead)
    return Parts(keys, actual, _usage(used, scope, len(ahead)), calendar, added)


def _places(events: Sequence[Event], costs: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """A row without cost for each event, so that its account and service have a cell."""
    named = [(event.account, event.service) for event in events]
    rows = pd.DataFrame(named, columns=KEYS, dtype=object).assign(day=pd.Timestamp(as_of), kind="usage", cost=0.0)
    return rows.astype({name: costs[name].dtype for name in rows.columns})


def _table(costs: pd.DataFrame, cells: int, days: Days) -> Floats:
    """The costs as cells × days; a cell without a row on a day had no cost then."""
    found = np.zeros((cells, len(days)))
    at = (costs["day"].to_numpy().astype("M8[D]") - days[0]).astype(int)
    np.add.at(found, (costs["cell"].to_numpy(), at), costs["cost"].to_numpy(dtype=float))
    return found


def _usage(used: Floats, scope: DailySeries, horizon: int) -> Floats:
    """The usage of each cell on the days ahead: the large cells' own forecasts, the rest's one, made to add up."""
    found = np.zeros((len(used), horizon))
    shares = _shares(used)
    if len(shares) == 0:
        return found
    unknown = np.isnan(scope.cost)
    total, total_error = _forecast(used.sum(axis=0), unknown, scope.days, horizon)
    own = [_forecast(used[share > 0].sum(axis=0), unknown, scope.days, horizon) for share in shares]
    fitted = reconcile(total, np.array([path for path, _ in own]), total_error, np.array([error for _, error in own]))
    for share, path in zip(shares, fitted, strict=True):
        found += share[:, None] * path
    return found


def _shares(used: Floats) -> list[Floats]:
    """The series that are forecast, as the cells' shares in each: a large cell has its own, the rest one."""
    recent = np.abs(used[:, -92:]).sum(axis=1)
    order = np.argsort(-recent, kind="stable")
    large, rest = order[:MOST], order[MOST:]
    shares = [np.where(np.arange(len(used)) == cell, 1.0, 0.0) for cell in large if used[cell].any()]
    small = np.zeros(len(used))
    small[rest] = recent[rest]
    return [*shares, small / small.sum()] if small.sum() else shares


def _forecast(cost: Floats, unknown: NDArray[np.bool_], days: Days, horizon: int) -> tuple[Floats, Floats]:
    """The path ahead of one series, and its past errors of the sum of two weeks."""
    series = DailySeries.of(days, np.where(unknown, np.nan, cost))
    made = ready(series, max(horizon, 14))
    record = replay(made, 14, stride=7, memory=7 * WEEKS)
    return replay(made, horizon, memory=0).path if horizon else np.zeros(0), record.error[:, -1]
