"""Where will the month, the quarter and the year end? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from finops_lib.analyses import daily_series, known_events
from finops_lib.analyses.backtesting import backtest
from finops_lib.analyses.charge_history import KEYS
from finops_lib.analyses.conformal import margin
from finops_lib.analyses.daily_series import DailySeries, Days
from finops_lib.analyses.forecast_notes import all_notes, cost_notes, series_notes
from finops_lib.analyses.forecast_parts import Parts, parts
from finops_lib.analyses.forecast_path import month_path
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.analyses.forecast_tables import Span, by_cell, by_nature, calendar_table
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.totals import METRIC, one_currency
from finops_lib.analyses.track_record import TrackRecord, ready, replay
from finops_lib.contracts import given
from finops_lib.core import fiscal
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.estimate import Estimate
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

READ: Final = ("x_charge_day", "BillingPeriodStart", "x_charge_kind", METRIC, "BillingCurrency", *KEYS)
"""What is read of it."""

NEVER: Final = 9000
"""The year from which on a day is a slip, or a mark for no end."""

JUDGED: Final = 92
"""The longest horizon that past forecasts are judged at, in days: a quarter."""


def month_end(daily: pd.DataFrame, *, as_of: dt.date | str, level: float = 0.8) -> Estimate:
    """What will the calendar month of ``as_of`` cost, with an interval that holds it in a share ``level`` of cases?

    ``daily`` has ``date`` and ``cost``, one row a day up to ``as_of`` (later rows are left out). Raises
    :class:`UsageError` for a frame, date, cost or level that is none, :class:`InsufficientDataError` without any day.
    """
    day = as_date(as_of)
    level = given.share(level, "level")
    series = daily_series.read(daily, day)
    spent = _spent(series, Period.of(day))
    rest = (Period.of(day).end - day).days - 1
    if rest == 0:
        return Estimate(spent, spent, spent, level, (*series_notes(series, False), *cost_notes(series)))
    record = replay(ready(series, rest), rest)
    around = margin(record.past(), rest, level)
    expected = spent + float(record.forecast[-1, -1])
    low = max(expected + around.low, spent) if series.never_negative else expected + around.low
    notes = (*series_notes(series, around.pooled), *cost_notes(series))
    return Estimate(min(low, expected), expected, expected + around.high, level, notes)


def forecast(
    costs: pd.DataFrame,
    *,
    scope: Scope,
    as_of: dt.date | str,
    fiscal_year_start: int = 1,
    events: Sequence[Event] = (),
) -> ForecastResult:
    """Where will the scope's month, fiscal quarter and fiscal year end, from its cost_daily (13 months or more)?

    On a month's last day it tells of the next month, too. ``fiscal_year_start`` is the month that the client's year
    begins with. Raises :class:`InsufficientDataError` without a charge in the month up to ``as_of``,
    :class:`CurrencyMismatch` for two currencies, :class:`UsageError` for days, months and events that are none.
    """
    day, scope = as_date(as_of), given.scope(scope, "The scope")
    events = given.items(events, "The known events", Event)
    start = given.count(fiscal_year_start, "The month that the fiscal year begins with")
    costs = given.costs(costs, "The daily costs", READ)
    month = Period.of(day)
    spans: dict[str, Span] = {
        "month": (month, month),
        "quarter": fiscal.quarter(day, start),
        "year": fiscal.year(day, start),
    }
    if day == month.end - dt.timedelta(days=1):
        spans["next_month"] = (month.shift(1), month.shift(1))
    currency = one_currency(costs, str(scope))
    charges, series = known(_recent(daily_charges(costs, day), day), day)
    last = max(end.end for _, end in spans.values())
    ahead: Days = np.arange(series.days[-1] + 1, np.datetime64(last, "D"))
    cells = parts(charges, series.days, ahead, events, day)
    regular = cells.history.judged()
    judged, monthly = cells.history.judged_series(regular)
    made = ready(judged, JUDGED, monthly)
    record = replay(made, JUDGED)
    ends, pooled = _ends(series, judged, cells, record, spans, ahead)
    weekly = replay(made, JUDGED, stride=7)
    return ForecastResult(
        scope=str(scope),
        as_of=day.isoformat(),
        currency=currency,
        month_end=ends["month"],
        quarter_end=ends["quarter"],
        year_end=ends["year"],
        next_month=ends.get("next_month"),
        backtest=tuple(backtest(made, weekly)),
        by_cell=by_cell(series, cells, spans, ahead),
        by_nature=by_nature(cells, spans, ahead),
        calendar=calendar_table(cells, ahead),
        path=month_path(series, record, cells.path.sum(axis=0), month),
        events=known_events.coming(events, day)[0],
        notes=all_notes(series, charges, cells, regular, pooled, events, spans, ahead),
    )


def as_date(day: dt.date | str) -> dt.date:
    """A day given as a date, a timestamp or YYYY-MM-DD."""
    found = given.day(day, "The day of the forecast")
    if found.year >= NEVER:
        raise UsageError(f"The day of the forecast is {found}, which no bill will reach.", hint="Look at its year.")
    return found


def known(charges: pd.DataFrame, as_of: dt.date) -> tuple[pd.DataFrame, DailySeries]:
    """The charges that a forecast looks back on, and the scope's cost of each of these days."""
    series = scope_series(charges, as_of)
    return charges[charges["day"] >= pd.Timestamp(series.days[0])], series


def scope_series(charges: pd.DataFrame, as_of: dt.date) -> DailySeries:
    """The daily cost of a scope from its bill: a day without a row cost nothing, and nothing is made up for it."""
    daily = charges.groupby("day")["cost"].sum()
    daily = daily.reindex(pd.date_range(daily.index.min(), as_of, freq="D"), fill_value=0.0)
    return daily_series.read(daily.rename_axis("date").reset_index(), as_of)


def daily_charges(costs: pd.DataFrame, as_of: dt.date, keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """The charges up to a day by the keys: ``day``, ``kind``, ``cost``; one without a day is at its month's start."""
    dated = costs["x_charge_day"].fillna(costs["BillingPeriodStart"])
    frame = costs[list(keys)].assign(day=dated, kind=costs["x_charge_kind"], cost=costs[METRIC])
    frame = frame[(frame["day"] <= pd.Timestamp(as_of)) & frame["cost"].notna()]
    if frame.empty:
        raise InsufficientDataError(f"There are no charges up to {as_of}.", hint="finops status lists what is held.")
    return frame.groupby([*keys, "day", "kind"], dropna=False, sort=True)["cost"].sum().reset_index()


def _recent(charges: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The charges, unless all of them are long before the day of the forecast."""
    last = charges["day"].max().date()
    if as_of - last > dt.timedelta(days=int(daily_series.STALE.astype(int))):
        raise InsufficientDataError(f"The last charge is of {last}, too long before {as_of}.", hint="Pull newer bills.")
    return charges


def _spent(series: DailySeries, first: Period) -> float:
    return float(series.filled[series.days >= np.datetime64(first.start, "D")].sum())


def _ends(
    series: DailySeries, judged: DailySeries, cells: Parts, record: TrackRecord, spans: dict[str, Span], ahead: Days
) -> tuple[dict[str, End], list[str]]:
    """The ends by name, and the names of those whose interval leans on other horizons' errors.

    Errors of a longer stretch hold the shorter's: no interval is narrower than the one before, nor 95 % than 80 %.
    """
    ends, pooled = {}, []
    off = np.zeros(4)
    for name, (first, last) in sorted(spans.items(), key=lambda span: span[1][1]):
        rest = int((ahead < np.datetime64(last.end, "D")).sum())
        spent = _spent(series, first)
        inside = slice(int((ahead < np.datetime64(first.start, "D")).sum()), rest)
        expected = spent + float(cells.path[:, inside].sum())
        if rest:
            narrow, wide = margin(record.past(), rest, 0.80), margin(record.past(), rest, 0.95)
            new = np.array([narrow.low, -narrow.high, min(wide.low, narrow.low), -max(wide.high, narrow.high)])
            off = np.minimum(off, new)
            pooled += [name] if narrow.pooled else []
        least = min(spent, expected) if judged.never_negative else -np.inf  # what is spent stays spent
        bounds = [max(expected + add, least) for add in (off[0], 0.0, -off[1], off[2], -off[3])]
        closing = (last.end - dt.timedelta(days=1)).isoformat()
        ends[name] = End(first.start.isoformat(), closing, spent, *(float(bound) for bound in bounds))
    return ends, pooled
