"""Savings in tables: items, what was left out, what was examined, what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.analyses.finance import finance
from finops_lib.analyses.opportunities import page
from finops_lib.analyses.scorecard_score import LEAST_REACH
from finops_lib.contracts.scores import OVERALL
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_gaps as gaps
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.table import CAP
from finops_lib.presentation.tables import notes as tables
from finops_lib.presentation.tables.scorecard_table import table
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult
    from finops_lib.analyses.waterfall import Item

_FIRST = 10
_SAVING = "net saving a month"
_EVIDENCE = (
    "Evidence: obvious by the resource's own state; likely by measures or prices; possible where one fact is missing."
)


def first(result: ScorecardResult) -> Table | Text:
    """The items worth most."""
    if not result.items:
        return Text((messages.items(result, _FIRST),), "empty")
    columns = (
        Column("what", "What to do"),
        Column("resource", "Resource"),
        *_account_column(result),
        Column("confidence", "Evidence", "code"),
        Column("payback", "Payback, months", "code"),
        *((Column("status", "Ledger", "code"),) if len(result.ledger) else ()),
        Column("expected", "Saving", "money"),
    )
    rows = [
        (
            item.opportunity.title,
            facts.resource(item.finding.resource),
            *_account(result, item),
            item.finding.confidence,
            formats.fixed(finance(item, result.hourly_rate).payback_months, 1),
            *((facts.status(result, item) or "new",) if len(result.ledger) else ()),
            item.net.expected,
        )
        for item in result.items[:_FIRST]
    ]
    more = max(0, len(result.items) - _FIRST)
    message = messages.items(result, _FIRST)
    what = f"{_SAVING}, largest first"
    return table(result, message, what, columns, rows, note=_EVIDENCE, more=more, more_in="items")


def items(result: ScorecardResult) -> Table | Group:
    """Every item with its evidence and its interval."""
    if not result.items:
        return Group(())  # the shorter table says why
    columns = (
        Column("what", "What to do"),
        Column("resource", "Resource and account" if subject.is_organization(result) else "Resource"),
        Column("evidence", "Evidence"),
        Column("cost", "Cost", "money"),
        Column("low", "Low", "money"),
        Column("expected", "Expected", "money"),
        Column("high", "High", "money"),
    )
    rows = [
        (
            item.opportunity.title,
            " in ".join((facts.resource(item.finding.resource), *_account(result, item))),
            formats.prose(" ".join(filter(None, (item.finding.evidence, _sentence(item.reason))))),
            item.finding.current_cost,
            item.net.low,
            item.net.expected,
            item.net.high,
        )
        for item in result.items[:CAP]
    ]
    more = max(0, len(result.items) - CAP)
    return table(result, messages.items(result, CAP), _SAVING, columns, rows, more=more, more_in="items")


def _sentence(reason: str) -> str:
    return f"{reason}." if reason else ""


def left_out(result: ScorecardResult) -> Table | Group:
    """What was found and is not counted, with its reason."""
    if not result.left_out:
        return Group(())
    columns = (
        Column("what", "What"),
        Column("resource", "Resource"),
        *_account_column(result),
        Column("reason", "Why it is not counted"),
        Column("claimed", "Claimed", "money"),
    )
    rows = [
        (
            item.opportunity.title,
            facts.resource(item.finding.resource),
            *_account(result, item),
            item.reason,
            item.finding.saving.expected,
        )
        for item in result.left_out[:CAP]
    ]
    more = max(0, len(result.left_out) - CAP)
    return table(result, messages.left_out(result), "savings not counted", columns, rows, more=more, more_in="items")


def procedures(result: ScorecardResult) -> Table | Group:
    """How to take each kind of saving that was found, and how to go back."""
    kinds = {item.opportunity.title: item.opportunity for item in (*result.items, *result.later)}
    if not kinds:
        return Group(())
    columns = (Column("what", "What to do"), Column("steps", "Procedure"), Column("risk", "Risk, rollback and success"))
    rows = []
    for title, kind in kinds.items():
        told = facts.sections(page(kind))
        beside = " ".join(f"{name}: {told[name]}" for name in ("Risk", "Rollback", "Success metric"))
        rows.append((title, formats.prose(told["Procedure"]), formats.prose(beside)))
    message = messages.procedures(len(kinds))
    return table(result, message, "procedure of each kind that was found", columns, rows, in_money=False)


def areas(result: ScorecardResult) -> Table:
    """Score and saving by area, beside goals and the month before."""
    shown = _compared(result)
    columns = (
        Column("area", "Area"),
        Column("cost", "Usage cost", "money"),
        Column("reach", "Examined", "percent"),
        Column("saving", "Saving", "money"),
        Column("score", "Score of 100", "count"),
        *shown.values(),
    )
    rows = [
        (_area(row["area"]), row["cost"], row["reach"], row["saving"], row["score"], *(row[key] for key in shown))
        for row in result.areas.to_dict("records")
    ]
    note = (
        f"A service may belong to several areas. A score is told where {formats.percent(LEAST_REACH)} or more of the "
        "usage cost could be examined; – : not known."
    )
    if any(one.code == "scorecard.credits" for one in result.notes):
        note += " Credits bound the savings that are told, and no score."
    message, what = messages.areas(result), "usage cost, net saving a month and score by area"
    return table(result, message, what, columns, rows[:-1], total=rows[-1], note=note)


def _compared(result: ScorecardResult) -> dict[str, Column]:
    """The columns that somebody set or an earlier report told."""
    possible = {
        "goal": Column("goal", "Goal", "count"),
        "before": Column("before", f"In {subject.previous_month(result)}", "count"),
    }
    return {key: column for key, column in possible.items() if result.areas[key].notna().any()}


def _area(name: str) -> str:
    return "All usage, once" if name == OVERALL else name.capitalize()


def examined(result: ScorecardResult) -> Table:
    """What each kind looked at and found."""
    columns = (
        Column("kind", "Kind of saving"),
        Column("examined", "Examined", "count"),
        Column("found", "Found", "count"),
        Column("unchecked", "Not checked", "count"),
        Column("cost", "Cost examined", "money"),
    )
    rows = [
        (row["title"], row["examined"], row["found"], row["not_checked"], row["examined_cost"])
        for row in result.examined.to_dict("records")
    ]
    return table(result, messages.examined(result), "resources examined by kind of saving", columns, rows)


def unchecked(result: ScorecardResult) -> Table | Text:
    """What could not be looked at, why, and what would help."""
    if result.unchecked.empty:
        return Text((messages.unchecked_(result),), "empty")
    columns = (
        Column("kind", "Kind of saving"),
        Column("reason", "Why"),
        Column("needs", "Needed"),
        Column("resources", "Resources", "count"),
        Column("cost", "Cost", "money"),
    )
    together = gaps.together(result)
    rows = [
        (one.title, formats.prose(one.reason), one.needs, one.resources or None, one.cost) for one in together[:CAP]
    ]
    more, message = max(0, len(together) - CAP), messages.unchecked_(result)
    return table(result, message, "what was not checked", columns, rows, more=more, more_in="unchecked")


def notes(result: ScorecardResult) -> Table | Text:
    """What must be known about the evidence."""
    return tables.notes(result.notes, messages.notes(result), subject.title(result, "notes on the evidence"))


def _account_column(result: ScorecardResult) -> tuple[Column, ...]:
    return (Column("account", "Account", "code"),) if subject.is_organization(result) else ()


def _account(result: ScorecardResult, item: Item) -> tuple[str, ...]:
    return (item.finding.account,) if subject.is_organization(result) else ()
