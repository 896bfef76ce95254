"""What does each account and service still cost? Usage by the models, the rest by the calendar, all adding up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finops_lib.analyses import calendar_charges, fee_followers, known_events
from finops_lib.analyses.charge_history import History, Rows, history, placed
from finops_lib.analyses.daily_series import DailySeries, Days, Floats
from finops_lib.analyses.fee_followers import Follower
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.track_record import ready, replay

LEAST: Final = 0.01
"""The share of an account's recent usage that gives a service a forecast of its own; smaller ones share one."""

MOST: Final = 30
"""Services of an account with a forecast of their own."""

RECENT: Final = 92
"""Days that tell how large a service is."""


@dataclass(frozen=True)
class Parts:
    """Account × service cells: what was, and what is to come (cells × days ahead), by its nature.

    ``charges`` has what the calendar brings by kind of charge; ``single`` the cells and kinds of it that rest on one
    charge alone, ``brought`` what of it fees of other accounts bring. A cell's forecast knows of its account alone, so
    that an account's is the same in every scope.
    """

    history: History
    usage: Floats
    charges: Mapping[str, Floats]
    events: Floats
    single: tuple[tuple[int, str], ...]
    brought: float = 0.0

    @property
    def keys(self) -> pd.DataFrame:
        """The account and service of each cell."""
        return self.history.keys

    @property
    def actual(self) -> Floats:
        """What was charged (cells × days)."""
        return self.history.actual

    @property
    def calendar(self) -> Floats:
        """All that the calendar brings."""
        return np.asarray(sum(self.charges.values(), np.zeros_like(self.usage)))

    @property
    def path(self) -> Floats:
        """Everything that is to come."""
        return np.asarray(self.usage + self.calendar + self.events)


def parts(costs: pd.DataFrame, days: Days, ahead: Days, events: Sequence[Event], as_of: dt.date) -> Parts:
    """The cells of daily costs (KEYS, ``day``, ``kind``, ``cost``) and their forecast for the days ahead."""
    upcoming, _ = known_events.coming(events, as_of)
    costs = placed([(event.account, event.service) for event in upcoming], costs, pd.Timestamp(as_of))
    known = history(costs, days)
    calendar = {kind: np.zeros((len(known.keys), len(ahead))) for kind in known.charges}
    single = []
    for kind, cell, since, cost, late in known.charged():
        calendar[kind][cell] = calendar_charges.coming(kind, cost, since, ahead, late=late)
        if calendar[kind][cell].any() and np.count_nonzero(cost) == 1:
            single.append((cell, kind))
    followers = list(fee_followers.following(known, calendar, ahead))
    known, calendar = _with_followers(known, calendar, followers)
    brought = sum(float(follower.cost.sum()) for follower in followers if follower.apart)
    overlay = _overlay(upcoming, known, ahead)
    return Parts(known, _usage(known, len(ahead)), calendar, overlay, tuple(single), brought)


def _with_followers(
    known: History, calendar: dict[str, Floats], followers: Sequence[Follower]
) -> tuple[History, dict[str, Floats]]:
    """The calendar with the tax and support that fees bring.

    What another account's fee brings is nobody's: it gets a cell without an account, for an account's report, which
    knows of that account alone, must tell the same of it.
    """
    for follower in followers:
        cell = follower.cell
        if follower.apart:
            known, cell = known.placing(None, known.keys["ServiceName"].iloc[cell])
            calendar = {kind: _longer(table, len(known.keys)) for kind, table in calendar.items()}
        calendar[follower.kind][cell] += follower.cost
    return known, calendar


def _longer(table: Floats, rows: int) -> Floats:
    return np.concatenate([table, np.zeros((rows - len(table), table.shape[1]))])


def _overlay(upcoming: Sequence[Event], known: History, ahead: Days) -> Floats:
    """What the events add, each in its cell."""
    added = np.zeros((len(known.keys), len(ahead)))
    names = known.keys.astype(object).where(known.keys.notna(), None)
    place = {tuple(row): cell for cell, row in enumerate(names.to_numpy().tolist())}
    for event in upcoming:
        added[place[event.account, event.service]] += known_events.overlay(event, ahead)
    return added


def _usage(known: History, horizon: int) -> Floats:
    """The usage of each cell on the days ahead: the large cells' own forecasts, the rest of an account's one."""
    found = np.zeros((len(known.keys), horizon))
    for cells, weights in _series(known):
        since = known.begins[cells[0]]
        series = DailySeries.of(known.days[since:], known.usage[cells].sum(axis=0)[since:])
        found[cells] = weights[:, None] * replay(ready(series, horizon), horizon, memory=0).path if horizon else 0.0
    return found


def _series(known: History) -> Iterator[tuple[Rows, Floats]]:
    """The cells that are forecast together, and the share of each; what is credited is no company for what costs."""
    recent = known.usage[:, -RECENT:].sum(axis=1)
    size = np.abs(known.usage[:, -RECENT:]).sum(axis=1)
    for cells in known.by_account():
        order = cells[np.argsort(-size[cells], kind="stable")]
        large = min(int((size[order] > LEAST * size[cells].sum()).sum()), MOST)
        yield from ((order[at : at + 1], np.ones(1)) for at in range(large))
        rest = order[large:]
        for group in (rest[recent[rest] >= 0], rest[recent[rest] < 0]):
            if size[group].any():
                yield group, size[group] / size[group].sum()
