"""What stands above the figures and tables of a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.analyses.ledger import summary
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import unchecked

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult


def kinds(result: ScorecardResult) -> str:
    """Which kind is worth most."""
    found = facts.by_kind(result)
    if not found:
        return _nothing(result)
    first, share = found[0], formats.ratio(found[0].expected, result.net.expected)
    of_it = f", {formats.percent(share)} of the saving" if share is not None and len(found) > 1 else ""
    return f"“{first.label}” is worth most: {facts.money(result, first.expected)} a month{of_it}."


def _nothing(result: ScorecardResult) -> str:
    looked = int((result.examined["examined"] > 0).sum())
    if not looked:
        return "No saving is told: nothing could be examined."
    return f"No saving was found by the {formats.count(looked, 'kind')} of which resources could be examined."


def effort(result: ScorecardResult) -> str:
    """How much needs little work."""
    quick = facts.quick_wins(result)
    total = sum(item.net.expected for item in quick)
    hours = sum(item.opportunity.effort_hours for item in result.items)
    if not quick:
        return f"All of it takes {facts.hours(hours)} of work; none of it is a quick win."
    words = formats.count(len(quick), "quick win")
    return (
        f"{words} {'is' if len(quick) == 1 else 'are'} worth {facts.money(result, total)} a month; "
        f"all of it takes {facts.hours(hours)} of work."
    )


def items(result: ScorecardResult, shown: int) -> str:
    """How much the listed items are worth."""
    if not result.items:
        return _nothing(result)
    amount = facts.money(result, sum(item.net.expected for item in result.items[:shown]))
    count = formats.count(len(result.items), "item")
    if len(result.items) <= shown:
        return f"{count} {'saves' if len(result.items) == 1 else 'save'} {amount} a month."
    return f"The first {formats.count(shown)} of {count} save {amount} a month."


def roadmap(result: ScorecardResult) -> str:
    """What the plan brings, and whether a better one could be."""
    planned = [stop for stop in result.roadmap.stops if stop.quarter is not None]
    if not planned:
        return "No saving is worth the work that it takes."
    amount = facts.money(result, sum(stop.item.net.expected for stop in planned))
    hours, gap = facts.hours(sum(result.roadmap.hours)), result.roadmap.gap
    proof = "no plan is worth more" if gap == 0 else f"none is worth over {formats.percent(gap)} more"
    return (
        f"{formats.count(len(planned), 'item')} worth {amount} a month "
        f"{'fits' if len(planned) == 1 else 'fit'} in {hours} of work; {proof}."
    )


def procedures(count: int) -> str:
    """For how many kinds the way is told."""
    return f"{formats.count(count, 'kind')} of saving {'has its' if count == 1 else 'have their'} procedure here."


def ledger(result: ScorecardResult) -> str:
    """How much was verified of what was done."""
    if result.ledger.empty:
        return "The ledger of savings is empty: nothing was proposed yet."
    held = summary(result.ledger)
    parts = [
        f"{facts.money(result, held[status][amount])} {word}"
        for status, amount, word in (
            ("proposed", "expected", "proposed"),
            ("accepted", "expected", "accepted"),
            ("done", "expected", "done"),
            ("verified", "realized", "verified by the bill"),
        )
    ]
    return f"Of the savings in the ledger a month, {formats.listing(parts)}."


def hub(result: ScorecardResult) -> str:
    """Our total beside AWS's own; '' where AWS's is not known."""
    if result.hub is None:
        return ""
    gap = formats.change(result.net.expected - result.hub, result.currency)
    total = facts.money(result, result.hub)
    return f"Cost Optimization Hub tells {total} a month without overlaps; ours differs by {gap}."


def left_out(result: ScorecardResult) -> str:
    """How much was found and is not counted."""
    amount = facts.money(result, sum(item.finding.saving.expected for item in result.left_out))
    count, verb = formats.count(len(result.left_out), "finding"), "is" if len(result.left_out) == 1 else "are"
    return f"{count} of {amount} a month {verb} not counted: something else saves more, or nothing is left to save."


def examined(result: ScorecardResult) -> str:
    """How far the search reached."""
    looked, kinds_ = int((result.examined["examined"] > 0).sum()), len(result.examined)
    words = f"{formats.count(looked)} of {formats.count(kinds_, 'kind')} of saving could examine resources"
    cost, share = facts.money(result, result.examined_cost), formats.ratio(result.examined_cost, result.spend)
    of_it = f", {formats.percent(share)} of all" if share is not None else ""
    return f"{words}, of services that cost {cost}{of_it}."


def unchecked_(result: ScorecardResult) -> str:
    """What could not be looked at."""
    found = result.unchecked
    kinds_ = int(found["opportunity"].nunique())
    if not kinds_:
        return "Every kind of saving could look at all that it concerns."
    whose = "it concerns" if kinds_ == 1 else "they concern"
    return f"{formats.count(kinds_, 'kind')} of saving could not look at all that {whose}."


def areas(result: ScorecardResult) -> str:
    """Which area is to gain most."""
    found = result.areas[result.areas["saving"] >= facts.CENT].sort_values("saving", ascending=False)
    if found.empty:
        return _nothing(result)
    first = found.iloc[0]
    share = formats.ratio(first["saving"], first["examined_cost"])
    of_it = f", {formats.percent(share)} of what was examined there" if share is not None else ""
    return f"Most is to be saved in {first['area']}: {facts.money(result, float(first['saving']))} a month{of_it}."


def not_checked(result: ScorecardResult) -> str:
    """What was not checked, by name."""
    return unchecked.message(result.not_checked)


def notes(result: ScorecardResult) -> str:
    """How much must be known."""
    if not result.notes:
        return f"Nothing odd was found in the evidence of {subject.month(result)}."
    return f"{formats.count(len(result.notes), 'note')} on the evidence of {subject.month(result)}."
