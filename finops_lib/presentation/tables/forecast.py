"""The outlook in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from finops_lib.presentation import formats, subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.tables import notes as note_tables
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.forecast_result import End
    from finops_lib.analyses.outlook_result import ProspectResult

_BOUNDS = (
    Column("low95", "Low 95 %", "money"),
    Column("low80", "Low 80 %", "money"),
    Column("expected", "Expected", "money"),
    Column("high80", "High 80 %", "money"),
    Column("high95", "High 95 %", "money"),
)


def ends(result: ProspectResult) -> Table | Text:
    """Where do the months, the quarter and the year end, and what of it is actual?"""
    if result.forecast is None:
        return Text((messages.ends(result),), "empty")
    found = [(subject.month(result), result.forecast.month_end), *facts.later_ends(result)]
    if result.next_month:
        found.insert(1, (facts.lead_month(result).label, result.next_month))
    scale = formats.table_scale([end.high95 for _, end in found], result.currency)
    columns = (
        Column("end", "Ends"),
        Column("day", "On"),
        Column("state", "AC/FC"),
        Column("spent", "To date", "money"),
        *_BOUNDS,
    )
    rows = tuple(_end(result, label, end) for label, end in found)
    notation = "AC: over, an actual; FC: forecast. In 80 % (95 %) of cases the end lies between the bounds."
    title = facts.title(result, subject.measure(result, scale.unit), "each from its first day")
    return Table(messages.ends(result), title, columns, rows, scale, source=subject.source(result, notation))


def _end(result: ProspectResult, label: str, end: End) -> tuple[Any, ...]:
    bounds = tuple(getattr(end, column.key) for column in _BOUNDS)
    state = "AC" if facts.is_actual(result, end) else "FC"
    return (label, facts.short(end.last_day), state, end.actual_to_date, *bounds)


def backtest(result: ProspectResult) -> Table | Text:
    """How good have such forecasts been, against the two that need no model?"""
    rows = result.forecast.backtest if result.forecast else ()
    if not rows:
        return Text((messages.track(result),), "empty")
    columns = (
        Column("days", "Days ahead", "count"),
        Column("forecasts", "Judged", "count"),
        Column("wape", "Error", "percent"),
        Column("run_rate_wape", "Run-rate", "percent"),
        Column("seasonal_naive_wape", "Last week again", "percent"),
        Column("bias", "Bias", "percent"),
        Column("hit_rate_80", "80 % held", "percent"),
    )
    values = tuple(tuple(row[column.key] for column in columns) for row in rows)
    notation = (
        "Error: absolute errors over actual cost, beside those of the mean of 30 days and of the last week with the "
        "same calendar charges; bias above 0: too high. Judged weekly, on usage and regular charges."
    )
    title = facts.title(result, "errors of past forecasts of the sum of the days ahead", "back-test")
    scale = Scale(1, result.currency, 2)
    return Table(messages.track(result), title, columns, values, scale, source=subject.source(result, notation))


def breaches(result: ProspectResult) -> Table | Text:
    """What has left the band that was forecast before the month began?"""
    watched = result.trajectory
    if watched is None or not watched.breaches:
        return Text((messages.trajectory(result),), "empty")
    scale = formats.table_scale([breach.actual for breach in watched.breaches], result.currency)
    columns = (
        Column("name", "What"),
        Column("actual", "AC", "money"),
        Column("expected", "FC", "money"),
        Column("low", "Low", "money"),
        Column("high", "High", "money"),
        Column("excess", "ΔFC", "delta"),
        Column("relative", "ΔFC %", "change_percent"),
        Column("since", "Since"),
    )
    frame = pd.DataFrame(
        [
            {
                "name": facts.breached(result, breach).replace("the total", "Total"),
                "actual": breach.actual,
                "expected": breach.expected,
                "low": breach.low,
                "high": breach.high,
                "excess": breach.excess,
                "relative": None if breach.percent is None else breach.percent / 100,
                "since": facts.short(breach.first_day),
            }
            for breach in watched.breaches
        ]
    )
    rows, more = rows_of(frame, columns, cap=20)
    notation = "FC: forecast before the month began; low and high hold 80 % of cases."
    return Table(
        messages.trajectory(result),
        subject.title(result, f"{subject.measure(result, scale.unit)} against its trajectory"),
        columns,
        rows,
        scale,
        source=subject.source(result, notation),
        more=more,
        more_in="results/forecast_trajectory_breaches.csv",
    )


def notes(result: ProspectResult) -> Table | Text:
    """What must be known about the forecast and its data?"""
    if not result.notes:
        words = f"What is held to {formats.day(result.as_of)} gave the forecast no reason for doubt."
        return Text((words,), "empty")
    grave = sum(note.severity != "info" for note in result.notes)
    warned = f", {formats.count(grave)} of them {'a warning' if grave == 1 else 'warnings'}" if grave else ""
    message = f"{formats.count(len(result.notes), 'note')} on what the forecast was made of{warned}."
    return note_tables.notes(result.notes, message, subject.title(result, "notes on the forecast"))


def not_checked(result: ProspectResult) -> Table | Group:
    """What could not be told, and why? Nothing where everything could."""
    return note_tables.not_checked(result.not_checked, subject.title(result, "what could not be checked"))
