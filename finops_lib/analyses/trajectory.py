"""Is the month still on the path that was forecast before it began? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from finops_lib.analyses import eve_forecast
from finops_lib.analyses.charge_history import KEYS, Rows
from finops_lib.analyses.daily_series import Floats
from finops_lib.analyses.eve_forecast import EveForecast
from finops_lib.analyses.forecast_parts import RECENT
from finops_lib.analyses.forecast_path import band
from finops_lib.analyses.forecasting import READ, as_date, daily_charges
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.plain import plain, records
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.track_record import ready, replay
from finops_lib.contracts import given
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.core.counted import counted
from finops_lib.core.errors import UsageError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

BAND: Final = 0.8

MOST: Final = 100
"""Accounts, services or tag values that are watched, by their cost of the quarter before and the month so far."""


@dataclass(frozen=True)
class Threshold:
    """What a breach must exceed what was expected by: dollars *and* percent, both."""

    dollars: float = 100.0
    percent: float = 10.0

    def __post_init__(self) -> None:
        if not (self.dollars >= 0 and self.percent >= 0):
            raise UsageError("A threshold is 0 or more.", hint="Give dollars and percent, for example 100 and 10.")


@dataclass(frozen=True)
class Breach:
    """The month so far of something that left its band and both thresholds behind. Costs are effective costs.

    ``level`` is total, account, service or tag:KEY; ``key`` the account, service or value (None: without one).
    ``excess`` is actual less expected, below 0 where less was spent; ``percent`` that of the expected cost, None where
    nothing was expected. ``first_day`` is the day from which on it has been outside.
    """

    level: str
    key: str | None
    actual: float
    expected: float
    low: float
    high: float
    excess: float
    percent: float | None
    first_day: str


@dataclass(frozen=True)
class TrajectoryResult:
    """The month against the forecast made at the end of the one before; ``paths`` has each watched key day by day."""

    name: ClassVar[str] = "trajectory"
    schema: ClassVar[str] = "finops.trajectory/1"

    scope: str
    period: str
    as_of: str
    currency: str
    threshold: Threshold
    breaches: tuple[Breach, ...]
    paths: pd.DataFrame
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "period": self.period,
            "as_of": self.as_of,
            "currency": self.currency,
            "threshold": plain(asdict(self.threshold)),
            "breaches": [plain(asdict(breach)) for breach in self.breaches],
            "paths": records(self.paths),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        return {"breaches": pd.DataFrame([asdict(breach) for breach in self.breaches]), "paths": self.paths}


def watch(
    costs: pd.DataFrame,
    *,
    scope: Scope,
    as_of: dt.date | str,
    threshold: Threshold | None = None,
    tags: Sequence[str] = (),
    events: Sequence[Event] = (),
    is_open: bool = False,
) -> TrajectoryResult:
    """Which parts of the scope's cost_daily have left the band forecast for the month of ``as_of`` before it began?

    ``tags`` are tag keys as columns name them (``cost_center`` for ``x_tag_cost_center``); ``is_open`` says that the
    bill may still grow though the month's last day is in it. Raises :class:`InsufficientDataError` where no cost before
    the month is held, :class:`UsageError` for an unknown tag key.
    """
    day, limit, scope = as_date(as_of), threshold or Threshold(), given.scope(scope, "The scope")
    costs = given.costs(costs, "The daily costs", READ)
    month = Period.of(day)
    levels = _levels(costs, scope, tags)
    currency = one_currency(costs, str(scope))
    runs = is_open or day < month.end - dt.timedelta(days=1)
    keys = [*KEYS, *(TAG_PREFIX + tag for tag in tags)]
    charges = daily_charges(costs, day, keys=keys)
    made = eve_forecast.make(charges, month, day, events=events, runs=runs)
    paths = pd.concat([path for level, key in levels.items() for path in _paths(charges, made, level, key, runs=runs)])
    each = (path for _, path in paths.groupby(["level", "key"], sort=False, dropna=False))
    breaches = [breach for path in each if (breach := _breach(path, limit))]
    breaches.sort(key=lambda found: -round(abs(found.excess), 2))  # of equals the wider part, which comes first
    return TrajectoryResult(
        scope=str(scope),
        period=str(month),
        as_of=day.isoformat(),
        currency=currency,
        threshold=limit,
        breaches=tuple(breaches),
        paths=paths.reset_index(drop=True),
        notes=(*_gaps(paths, month), *_pending(made)),
    )


def _levels(costs: pd.DataFrame, scope: Scope, tags: Sequence[str]) -> dict[str, str | None]:
    """The levels that are watched, and the column of each."""
    for tag in tags:
        if TAG_PREFIX + tag not in costs.columns:
            raise UsageError(f"There is no tag column '{tag}'.", hint="See tags.keys in finops.toml.")
    account: dict[str, str | None] = {"account": "SubAccountId"} if scope.is_organization else {}
    return {"total": None, **account, "service": "ServiceName"} | {f"tag:{tag}": TAG_PREFIX + tag for tag in tags}


def _paths(
    charges: pd.DataFrame,
    made: EveForecast,
    level: str,
    column: str | None,
    *,
    runs: bool,
) -> Iterator[pd.DataFrame]:
    """The month so far of each value of a level, beside what was expected of it."""
    every = charges.groupby("day")["cost"].sum()
    if column is None:
        yield _path(every, every.index, made, made.all_cells).assign(level=level, key=None)
        return
    if column.startswith(TAG_PREFIX):  # a tag's values take the place of the accounts, and events have none
        charges, column = charges.assign(SubAccountId=charges[column]), KEYS[0]
        made = eve_forecast.make(charges, made.month, made.as_of, events=(), runs=runs)
    since = pd.Timestamp(made.month.start) - pd.Timedelta(days=RECENT)
    recent = charges[charges["day"] >= since].groupby(column, dropna=False)["cost"].agg(lambda cost: cost.abs().sum())
    watched = set(recent.sort_values(ascending=False, kind="stable").index[:MOST])
    for key, rows in charges.groupby(column, dropna=False, sort=True):
        if key in watched or (pd.isna(key) and any(pd.isna(each) for each in watched)):
            daily = rows.groupby("day")["cost"].sum()
            value = None if pd.isna(key) else str(key)
            yield _path(daily, every.index, made, made.cells(column, value)).assign(level=level, key=value)


def _path(daily: pd.Series[float], known: pd.Index[Any], made: EveForecast, cells: Rows) -> pd.DataFrame:
    """The month so far, cumulated: ``day``, ``actual``, ``expected``, ``low``, ``high``.

    ``known`` are days on which the scope has costs; one on which this part has none is a day without cost.
    """
    elapsed = (made.as_of - made.month.start).days + 1
    costs = daily.reindex(known, fill_value=0.0)
    inside = costs.reindex(pd.date_range(made.month.start, periods=elapsed, freq="D"))
    actual = inside.fillna(0.0).cumsum().to_numpy()
    expected, low, high = _expected(made, cells, elapsed)
    frame = {"day": inside.index, "actual": actual, "expected": expected, "low": low, "high": high}
    return pd.DataFrame(frame).assign(known=inside.notna().to_numpy())


def _expected(made: EveForecast, cells: Rows, days: int) -> tuple[Floats, Floats, Floats]:
    expected = np.cumsum(made.expected[cells].sum(axis=0))
    past, monthly = made.parts.history.judged_series(made.judged, cells)
    if not past.filled.any():
        return expected, expected, expected
    low, high = band(replay(ready(past, days, monthly), days).past(), days, BAND)
    return expected, expected + low, expected + high


def _breach(path: pd.DataFrame, limit: Threshold) -> Breach | None:
    """The breach that stands on the last day, if any: outside the band, and beyond both thresholds."""
    excess = path["actual"] - path["expected"]
    outside = (path["actual"] > path["high"]) | (path["actual"] < path["low"])
    beyond = (excess.abs() >= limit.dollars) & (excess.abs() >= limit.percent / 100 * path["expected"].abs())
    breached = (outside & beyond & (excess != 0)).to_numpy()
    if not breached[-1] or (not path["known"].all() and excess.iloc[-1] < 0):
        return None  # less than expected may only be a day that is not here yet
    within = np.flatnonzero(~breached)
    first = path["day"].iloc[int(within[-1]) + 1 if len(within) else 0]
    last = path.iloc[-1]
    off, expected = float(excess.iloc[-1]), float(last["expected"])
    return Breach(
        level=last["level"],
        key=last["key"],
        actual=float(last["actual"]),
        expected=expected,
        low=float(last["low"]),
        high=float(last["high"]),
        excess=off,
        percent=100 * off / abs(expected) if expected else None,
        first_day=first.date().isoformat(),
    )


def _gaps(paths: pd.DataFrame, month: Period) -> tuple[Note, ...]:
    unknown = paths.loc[(paths["level"] == "total") & ~paths["known"], "day"]
    if unknown.empty:
        return ()
    days = [day.date().isoformat() for day in unknown]
    message = f"No cost yet on {counted(len(days), 'day')} of {month.label}: the month so far is too low by that."
    return (Note.warning("trajectory.gap", message, days=days),)


def _pending(made: EveForecast) -> tuple[Note, ...]:
    if not made.pending:
        return ()
    names = ", ".join(name.replace("_", " ") for name in made.pending)
    message = f"Expected of {made.month.label} by now and not billed yet, so not on its path: {names}."
    return (Note.info("trajectory.pending_charges", message, **made.pending),)
