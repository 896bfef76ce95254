"""Budgets and unit cost in tables: what finance and the business hold the forecast against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finops_lib.core.periods import Period
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.shown import Title
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.budgeting import BudgetsResult
    from finops_lib.analyses.outlook_result import ProspectResult

_REGISTER = ("approved_by", "approved_on", "exception", "exception_until")


def budgets(result: ProspectResult) -> Group | Table | Text:
    """How does each budget of the month, and of the next, stand?"""
    found = [each for each in (result.budgets, result.budgets_ahead) if each]
    if not found:
        return Text((messages.budgets(result, None),), "empty")
    doubts = [note.message for each in found for note in each.notes if note.severity == "warning"]
    told = (Text(tuple(formats.prose(message) for message in dict.fromkeys(doubts))),) if doubts else ()
    return Group((*(_budgets(result, each) for each in found), *told))


def _budgets(result: ProspectResult, found: BudgetsResult) -> Table | Text:
    month = Period.parse(found.period)
    over = month <= subject.period(result) and facts.is_over(result)
    later = month > subject.period(result)
    columns = (
        Column("budget", "Budget"),
        Column("limit", "BU", "money"),
        *(() if later else (Column("actual", "AC" if over else "To date", "money"),)),
        *(() if over else (Column("expected", "FC", "money"),)),
        Column("variance", "ΔBU", "delta"),
        Column("share_expected", "Of BU", "percent"),
        *(() if over else (Column("odds", "Exceeds"),)),
        Column("status", "Status"),
        Column("owner", "Owner"),
    )
    same = found.budgets[found.budgets["currency"] == result.currency]
    if same.empty:
        return Text((messages.budgets(result, found),), "empty")
    frame = same.sort_values("variance", ascending=False, kind="stable", na_position="last")
    frame = frame.assign(odds=[facts.odds(line["probability_to_exceed"]) for line in facts.rows(frame)])
    scale = formats.table_scale([*frame["limit"], *frame["actual"].fillna(0.0)], result.currency)
    rows, more = rows_of(frame.astype(object).where(frame.notna(), None), columns, cap=20)
    state = "AC: actual" if over else "FC: expected; exceeds: the probability to end above the limit"
    return Table(
        messages.budgets(result, found),
        Title(subject.who(result), subject.measure(result, scale.unit), f"{month.label}, against budget"),
        columns,
        rows,
        scale,
        source=subject.source(result, f"BU: the limit; {state}."),
        more=more,
        more_in=f"results/forecast_{'budgets_ahead' if later else 'budgets'}.csv",
    )


def register(result: ProspectResult) -> Table | Text | Group:
    """Who approved each budget, and which exceptions run?"""
    found = result.budgets_ahead or result.budgets
    if found is None:
        return Group(())  # the table above says why
    lines = facts.rows(found.budgets)
    told = [line for line in lines if any(line[name] is not None for name in _REGISTER)]
    month = Period.parse(found.period).label
    if not told:
        owned = sum(line["owner"] is not None for line in lines)
        words = f"The budgets file names an owner for {formats.count(owned)} of {formats.count(len(lines), 'budget')}"
        return Text((f"{words} of {month}, and neither approval nor exception of any.",), "empty")
    columns = (
        Column("budget", "Budget"),
        Column("owner", "Owner"),
        Column("approved_by", "Approved by"),
        Column("approved_on", "On"),
        Column("exception", "Exception"),
        Column("exception_until", "Until"),
    )
    rows = tuple(tuple(_text(line[column.key]) for column in columns) for line in lines)
    excepted = sum(line["exception"] is not None for line in lines)
    approved = sum(line["approved_by"] is not None for line in lines)
    message = (
        f"{formats.count(approved)} of {formats.count(len(lines), 'budget')} of {month} name who approved them; "
        f"{formats.count(excepted)} carry an exception."
    )
    title = Title(subject.who(result), "approvals and exceptions", month)
    return Table(message, title, columns, rows, formats.table_scale([], result.currency))


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return f"{value.day}{formats.SPACE}{value:%b %Y}"


def growth(result: ProspectResult) -> Table | Text | Group:
    """What of each month's change goes with the business, and what does not?"""
    found = result.unit_economics
    if found is None:
        return Group(())  # the figure above says why
    if found.split.empty or not facts.followed(result):
        return Text((messages.growth(result),), "empty")
    frame = found.split.assign(
        label=[Period.parse(str(month)[:7]).label for month in found.split["month"]],
        odd=["stands out" if flagged else "" for flagged in found.split["flagged"]],
    )
    columns = (
        Column("label", "Month"),
        Column("after", "A day", "money"),
        Column("change", "ΔPP", "delta"),
        Column("growth", "With growth", "delta"),
        Column("rest", "Without", "delta"),
        Column("odd", ""),
    )
    scale = formats.table_scale(frame["after"], result.currency)
    rows, _ = rows_of(frame.iloc[::-1], columns, cap=12)
    what = f"cost of usage a day in {scale.unit}, and its change"
    title = Title(subject.who(result), what, f"to {formats.day(found.end)}, each compared with the month before")
    notation = f"With growth: what {facts.driver(result)} explain at the elasticity; without: the rest, waste or other."
    return Table(messages.growth(result), title, columns, rows, scale, source=subject.source(result, notation))
