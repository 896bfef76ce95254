"""The outlook in tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from finops_lib.core.note import Note
from finops_lib.presentation import formats, subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.shown import Title
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.forecast_result import End
    from finops_lib.analyses.outlook_result import ProspectResult

_SHOWN = 10  # rows of an executive table
_DATED = 6  # charges of the calendar, which few large ones make up
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
    found = [(name, end) for name, end in facts.ends(result.forecast).items()]
    if result.next_month:
        found.insert(1, ("next month", result.next_month))
    scale = formats.table_scale([end.high95 for _, end in found], result.currency)
    columns = (
        Column("end", "Ends"),
        Column("day", "On"),
        Column("state", "AC/FC"),
        Column("spent", "To date", "money"),
        *_BOUNDS,
    )
    rows = tuple(_end(result, name, end) for name, end in found)
    notation = "AC: over, an actual; FC: forecast. In 80 % (95 %) of cases the end lies between the bounds."
    title = _title(result, subject.measure(result, scale.unit), "each from its first day")
    return Table(messages.ends(result), title, columns, rows, scale, source=subject.source(result, notation))


def _end(result: ProspectResult, name: str, end: End) -> tuple[Any, ...]:
    label = {
        "month": subject.month(result),
        "next month": facts.lead_month(result).label,
        "quarter": f"{facts.quarter_word(result).capitalize()}{facts.since(result, end)}",
        "year": f"{facts.year_word(end).capitalize()}{facts.since(result, end)}",
    }[name]
    bounds = tuple(getattr(end, column.key) for column in _BOUNDS)
    state = "AC" if facts.is_actual(result, end) else "FC"
    return (label, _short(end.last_day), state, end.actual_to_date, *bounds)


def _short(day: Any) -> str:
    """A day in a table: ``5 Nov 2026``."""
    stamp = pd.Timestamp(day)
    return f"{stamp.day}{formats.SPACE}{stamp:%b}{formats.SPACE}{stamp.year}"


def top(result: ProspectResult) -> Table | Text:
    """Where does the month ahead go: the largest accounts, of an account the largest services."""
    if facts.lead(result) is None or result.cells.empty:
        return Text((messages.cells(result),), "empty")
    organization = subject.is_organization(result)
    names = [
        subject.account(*pair)
        for pair in zip(result.cells["SubAccountId"], result.cells["SubAccountName"], strict=True)
    ]
    services = result.cells["ServiceName"].map(subject.service)
    keyed = result.cells.assign(name=names if organization else services)
    sums = keyed.groupby("name", sort=True)[_AMOUNTS].sum()
    frame = sums.sort_values("ahead", ascending=False, kind="stable").reset_index()
    shown, rest = frame.head(_SHOWN), frame.iloc[_SHOWN:]
    if len(rest) == 1:
        shown, rest = frame, rest.head(0)
    rows = list(shown[["name", *_AMOUNTS]].itertuples(index=False, name=None))
    if len(rest):
        rows.append((f"Other ({formats.count(len(rest))})", *(float(rest[name].sum()) for name in _AMOUNTS)))
    scale = formats.table_scale(frame["year_end"], result.currency)
    what = "account" if organization else "service"
    return Table(
        _top_message(result, frame, what),
        _title(result, f"{subject.measure(result, scale.unit)} by {what}", "forecast"),
        (Column("name", what.capitalize()), *_amount_columns(result)),
        tuple(rows),
        scale,
        total=("Total", *(float(frame[name].sum()) for name in _AMOUNTS)),
        source=subject.source(result, _notation(result)),
    )


_AMOUNTS = ["month_to_date", "ahead", "quarter_end", "year_end"]


def _top_message(result: ProspectResult, frame: pd.DataFrame, what: str) -> str:
    first, total = facts.rows(frame.head(1))[0], float(frame["ahead"].sum())
    month, share = facts.lead_month(result).label, formats.ratio(first["ahead"], total)
    amount = facts.money(result, first["ahead"])
    if len(frame) == 1:
        return f"{first['name']} is all that is expected in {month}: {amount}."
    part = f", {formats.percent(share)} of all {formats.count(len(frame), what)}" if share and share <= 1 else ""
    return f"{first['name']} is expected to cost {amount} in {month}{part}."


def _amount_columns(result: ProspectResult) -> tuple[Column, ...]:
    month, ahead = subject.period(result), facts.lead_month(result)
    over = facts.is_over(result)
    return (
        Column("month_to_date", f"AC {month.label[:3]}" if over else "To date", "money"),
        Column("ahead", f"FC {ahead.label[:3]}", "money"),
        Column("quarter_end", f"{_state(result, 'quarter')} {facts.quarter_word(result)}", "money"),
        Column("year_end", f"{_state(result, 'year')} year", "money"),
    )


def _state(result: ProspectResult, name: str) -> str:
    """Actual or forecast?"""
    return "AC" if result.forecast and facts.is_actual(result, facts.ends(result.forecast)[name]) else "FC"


def _notation(result: ProspectResult) -> str:
    ends_on = ""
    if result.forecast is not None:
        quarter, year = result.forecast.quarter_end, result.forecast.year_end
        same = quarter.last_day == year.last_day
        quarter_on = "" if same else f" ends on {formats.day(quarter.last_day)},"
        verb = "and" if same else ""
        words = (f" The {facts.quarter_word(result)}{quarter_on}", verb, f"the {facts.year_word(year)}")
        ends_on = f"{' '.join(filter(None, words))}{' end' if same else ''} on {formats.day(year.last_day)}."
    return f"AC: actual; FC: expected, with what is spent.{ends_on}"


def cells(result: ProspectResult) -> Table | Text | Group:
    """The forecast by account and service."""
    if facts.lead(result) is None or result.cells.empty:
        return Text((messages.cells(result),), "empty")
    if not subject.is_organization(result) and len(result.cells) <= _SHOWN:
        return Group(())  # the table above has all of them
    accounts = [
        subject.account(*pair)
        for pair in zip(result.cells["SubAccountId"], result.cells["SubAccountName"], strict=True)
    ]
    frame = result.cells.assign(account=accounts, service=result.cells["ServiceName"].map(subject.service))
    frame = frame[(frame[_AMOUNTS].abs() >= facts.CENT).any(axis=1)]
    scale = formats.table_scale(frame["year_end"], result.currency)
    account = (Column("account", "Account"),) if subject.is_organization(result) else ()
    columns = (*account, Column("service", "Service"), *_amount_columns(result))
    rows, more = rows_of(frame, columns, cap=40)
    blank = ("",) * (len(account))
    return Table(
        messages.cells(result),
        _title(
            result, f"{subject.measure(result, scale.unit)} by {'account and ' if account else ''}service", "forecast"
        ),
        columns,
        rows,
        scale,
        total=("Total", *blank, *(float(frame[name].sum()) for name in _AMOUNTS)),
        source=subject.source(result, _notation(result)),
        more=more,
        more_in="results/forecast_cells.csv",
    )


def calendar(result: ProspectResult) -> Group | Table | Text:
    """Which fees, commitment charges, taxes and credits come on which day?"""
    table = facts.calendar(result)
    if table.empty:
        return Text((messages.calendar(result),), "empty")
    shown, rest = (table.head(_DATED), table.iloc[_DATED:]) if len(table) > _DATED + 1 else (table, table.head(0))
    rows = [_calendar(result, row) for row in facts.rows(shown)]
    account = (Column("account", "Account"),) if subject.is_organization(result) else ()
    if len(rest):
        rows.append((f"Other ({formats.count(len(rest))})", *("" for _ in account), "", float(rest["cost"].sum())))
    scale = formats.table_scale(table["cost"], result.currency)
    total = ("Total", *("" for _ in account), "", float(table["cost"].sum()))
    return Table(
        messages.calendar(result),
        _title(result, f"{subject.measure(result, scale.unit)}, calendar charges expected", "forecast"),
        (Column("service", "Service"), *account, Column("day", "On"), Column("cost", "FC", "money")),
        tuple(rows),
        scale,
        total=total,
        source=subject.source(result, "From what was charged before on such days; refunds are never expected."),
    )


def _calendar(result: ProspectResult, row: dict[str, Any]) -> tuple[Any, ...]:
    name = subject.account(row["SubAccountId"], result.account_names.get(str(row["SubAccountId"])))
    account = (name,) if subject.is_organization(result) else ()
    day = _short(row["day"]) if row["days"] == 1 else f"{formats.count(row['days'], 'day')} from {_short(row['day'])}"
    return (subject.service(row["ServiceName"]), *account, day, row["cost"])


def events(result: ProspectResult) -> Table | Text:
    """Which known changes are laid over the forecast, and who says so?"""
    found = result.forecast.events if result.forecast else ()
    if not found:
        return Text((messages.events(result),), "empty")
    scale = formats.table_scale([event.amount for event in found], result.currency)
    rows = tuple(
        (event.label, _short(event.date), event.amount, event.per, _until(event.until), event.source or None)
        for event in found
    )
    columns = (
        Column("label", "Known change"),
        Column("date", "From"),
        Column("amount", "Amount", "delta"),
        Column("per", "Per"),
        Column("until", "Until"),
        Column("source", "Source"),
    )
    title = _title(result, f"known changes in {scale.unit}", "forecast")
    return Table(messages.events(result), title, columns, rows, scale, source=subject.source(result))


def _until(day: Any) -> str | None:
    return None if day is None else _short(day)


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
        "Error: absolute errors over actual cost, beside those of the mean of 30 days and of the last week; bias above "
        "0: too high. Judged on the scope's whole cost, weekly."
    )
    title = _title(result, "errors of past forecasts of the sum of the days ahead", "back-test")
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
                "since": _short(breach.first_day),
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
    return _notes(result, result.notes, message, "notes on the forecast")


def not_checked(result: ProspectResult) -> Table | Text:
    """What could not be told, and why?"""
    if not result.not_checked:
        return Text(("Everything that this section tells could be computed.",), "empty")
    things = formats.count(len(result.not_checked), "thing")
    return _notes(result, result.not_checked, f"{things} could not be told with the data at hand.", "not checked")


def _notes(result: ProspectResult, found: Sequence[Note], message: str, what: str) -> Table:
    columns = (Column("message", "Note"), Column("severity", "Severity", "code"), Column("code", "Code", "code"))
    rows = tuple((note.message, note.severity, note.code) for note in found)
    return Table(message, subject.title(result, what), columns, rows, Scale(1, result.currency, 2))


def _title(result: ProspectResult, what: str, when: str) -> Title:
    """The title of a figure that looks ahead of the month."""
    return Title(subject.who(result), what, f"{when}, as of {formats.day(result.as_of)}")
