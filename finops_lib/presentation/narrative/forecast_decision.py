"""Which decision do the months ahead ask for?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative.opening import NONE
from finops_lib.presentation.values import Text

if TYPE_CHECKING:
    from finops_lib.analyses.outlook_result import ProspectResult

_DECISIVE = 0.01  # an excess below this share of a budget asks for no decision


def decision(result: ProspectResult) -> Text:
    """The one decision that the months ahead ask for, with its value and its date."""
    asked = _budget_decision(result) or _ended_decision(result) or _breach_decision(result)
    words, amount = asked or (_no_decision(result), None)
    return Text((words,), "decision", amount)


def _budget_decision(result: ProspectResult) -> tuple[str, float] | None:
    """The budget that is expected to break by most, and by how much."""
    found = facts.budgets(result)
    lines = facts.rows(found.budgets) if found else []
    over = [line for line in lines if line["status"] in ("exceeded", "at risk") and not _excused(result, line)]
    over = [line for line in over if line["expected"] is not None and line["expected"] > line["limit"]]
    if not over:
        return None
    first = max(over, key=lambda line: (line["scope"] == result.scope, line["expected"] - line["limit"]))
    month = facts.lead_month(result)
    gap = first["expected"] - first["limit"]
    who = f" with {first['owner']}" if first["owner"] else ""
    amounts = f"{facts.money(result, first['expected'])} against {facts.money(result, first['limit'])}"
    cut = f"cut {facts.money(result, gap)} from what is expected ({amounts})"
    words = f"Decide {_until(result, gap)}{who}: raise the budget “{first['budget']}” for {month.label}, or {cut}."
    return words, float(gap)


def _ended_decision(result: ProspectResult) -> tuple[str, float] | None:
    """The budget that the month, which is over, exceeded by most without an exception."""
    lines = [line for line in _exceeded(result) if not _excused(result, line) and _excess(line) >= _DECISIVE]
    if not lines:
        return None
    first = max(lines, key=lambda line: (line["scope"] == result.scope, line["actual"] - line["limit"]))
    gap = first["actual"] - first["limit"]
    who = f" with {first['owner']}" if first["owner"] else ""
    above = f"{facts.money(result, gap)} ({formats.percent(_excess(first))})"
    words = (
        f"Decide {_until(result, math.inf)}{who}: record an exception for the {above} by which {subject.month(result)} "
        f"ended above the budget “{first['budget']}” of {facts.money(result, first['limit'])}, or say what makes up "
        "for it."
    )
    return words, float(gap)


def _exceeded(result: ProspectResult) -> list[dict[str, Any]]:
    """The budgets that a month that is over exceeded."""
    lines = facts.rows(result.budgets.budgets) if result.budgets and facts.is_over(result) else []
    return [line for line in lines if line["status"] == "exceeded"]


def _excess(line: dict[str, Any]) -> float:
    """What is above the limit as a share of it; of a limit of 0 all is."""
    return (line["actual"] - line["limit"]) / line["limit"] if line["limit"] else math.inf


def _until(result: ProspectResult, gap: float) -> str:
    """The day of the charge that makes up most of the gap, else the last day of the month."""
    dated = [row for row in facts.rows(facts.calendar(result)) if row["days"] == 1 and row["kind"] == "fee"]
    charges = [row for row in dated if row["cost"] >= gap / 2]  # nobody decides on a tax
    if charges:
        first = charges[0]
        amount, once = facts.money(result, first["cost"]), facts.once(result, first)
        comes = f"is expected to come with {amount}" if once else f"comes with {amount}"
        return f"before {formats.day(first['day'])}, when {facts.cell(result, first)} {comes}{once},"
    month = facts.lead_month(result)
    return f"by {formats.day(month.start.replace(day=month.days))}"


def _excused(result: ProspectResult, line: dict[str, Any]) -> bool:
    """True while an exception of the budget still runs."""
    until = line["exception_until"]
    return bool(line["exception"]) and (until is None or str(until)[:10] >= result.as_of)


def _breach_decision(result: ProspectResult) -> tuple[str, float] | None:
    """The part that is above its forecast by most, and by how much."""
    above = [item for item in (result.trajectory.breaches if result.trajectory else ()) if item.excess > 0]
    named = [item for item in above if item.level != "total"] or above
    if not named:
        return None
    name, since = facts.breached(result, named[0]), formats.day(named[0].first_day)
    until, gap = _until(result, math.inf), facts.money(result, named[0].excess)
    words = f"Decide {until} whether {name} keeps the {gap} by which it has been above its forecast since {since}."
    return words, float(named[0].excess)


def _no_decision(result: ProspectResult) -> str:
    found = facts.budgets(result)
    reasons = []
    if _exceeded(result):
        reasons.append(f"what ended above a budget of {subject.month(result)} has an exception or is under a hundredth")
    if found:
        month = facts.lead_month(result).label
        reasons.append(f"no budget of {month} is expected to end above its limit without an exception")
    if result.trajectory:
        reasons.append(f"nothing of {subject.month(result)} is above its band and its forecast {facts.beyond(result)}")
    if not reasons:
        return f"{NONE}: neither budgets nor a trajectory of {subject.month(result)} could be checked."
    return f"{NONE}: {formats.listing(reasons)}."
