"""What the months ahead are made of, in tables: accounts, services, the calendar's charges and known changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.outlook_result import ProspectResult

_SHOWN = 10  # rows of an executive table
_DATED = 6  # charges of the calendar, which few large ones make up
_AMOUNTS = ["month_to_date", "ahead", "quarter_end", "year_end"]


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
        facts.title(result, f"{subject.measure(result, scale.unit)} by {what}", "forecast"),
        (Column("name", what.capitalize()), *_amount_columns(result)),
        tuple(rows),
        scale,
        total=("Total", *(float(frame[name].sum()) for name in _AMOUNTS)),
        source=subject.source(result, _notation(result)),
    )


def _top_message(result: ProspectResult, frame: pd.DataFrame, what: str) -> str:
    first, total = facts.rows(frame.head(1))[0], float(frame["ahead"].sum())
    month, share = facts.lead_month(result).label, formats.ratio(first["ahead"], total)
    amount = facts.money(result, first["ahead"])
    if len(frame) == 1:
        return f"{first['name']} is all that is expected in {month}: {amount}."
    count = int((frame["name"] != subject.account(None, None)).sum())
    part = f", {formats.percent(share)} of all {formats.count(count, what)}" if share and share <= 1 else ""
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
        facts.title(
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
        rows.append((f"Other ({formats.count(len(rest))})", *("" for _ in account), "", "", float(rest["cost"].sum())))
    scale = formats.table_scale(table["cost"], result.currency)
    total = ("Total", *("" for _ in account), "", "", float(table["cost"].sum()))
    return Table(
        messages.calendar(result),
        facts.title(result, f"{subject.measure(result, scale.unit)}, calendar charges expected", "forecast"),
        (
            Column("service", "Service"),
            *account,
            Column("kind", "Kind"),
            Column("day", "On"),
            Column("cost", "FC", "money"),
        ),
        tuple(rows),
        scale,
        total=total,
        source=subject.source(result, f"{messages.calendar_basis(result)} Refunds are never expected."),
    )


def _calendar(result: ProspectResult, row: dict[str, Any]) -> tuple[Any, ...]:
    name = subject.account(row["SubAccountId"], result.account_names.get(str(row["SubAccountId"])))
    account = (name,) if subject.is_organization(result) else ()
    day = (
        facts.short(row["day"])
        if row["days"] == 1
        else f"{formats.count(row['days'], 'day')} from {facts.short(row['day'])}"
    )
    return (subject.service(row["ServiceName"]), *account, row["kind"], day, row["cost"])


def events(result: ProspectResult) -> Table | Text:
    """Which known changes are laid over the forecast, and who says so?"""
    found = result.forecast.events if result.forecast else ()
    if not found:
        return Text((messages.events(result),), "empty")
    scale = formats.table_scale([event.amount for event in found], result.currency)
    rows = tuple(
        (event.label, facts.short(event.date), event.amount, event.per, _until(event.until), event.source or None)
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
    title = facts.title(result, f"known changes in {scale.unit}", "forecast")
    return Table(messages.events(result), title, columns, rows, scale, source=subject.source(result))


def _until(day: Any) -> str | None:
    return None if day is None else facts.short(day)
