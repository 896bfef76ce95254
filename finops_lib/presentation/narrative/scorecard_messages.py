"""What stands above the figures and tables of a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from finops_lib.analyses.ledger import summary
from finops_lib.core.periods import Period
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import scorecard_facts as facts

if TYPE_CHECKING:
    import pandas as pd

    from finops_lib.analyses.scorecard_result import ScorecardResult

_TAKEN_ON: Final = ("accepted", "done", "verified", "reverted", "lapsed")
"""What somebody said he would do, whatever came of it."""


def kinds(result: ScorecardResult) -> str:
    """Which kind is worth most."""
    found = facts.by_kind(result)
    first, share = found[0], formats.ratio(found[0].expected, result.net.expected)
    of_it = f", {formats.percent(share)} of the saving" if share is not None else ""
    return f"“{first.label}” is worth most: {facts.money(result, first.expected)} a month{of_it}."


def _nothing(result: ScorecardResult) -> str:
    if later := facts.waiting(result):
        return f"{later}."
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
    if not result.items:
        return f"Nothing is planned: {facts.waiting(result) or 'no saving was found'}."
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
    held, month = summary(result.ledger), subject.month(result)
    parts = [
        f"{facts.money(result, held[status][amount])} {word}"
        for status, amount, word in (
            ("proposed", "expected", "proposed"),
            ("accepted", "expected", "accepted"),
            ("done", "expected", "done"),
            ("verified", "realized", "verified by the bill"),
            ("reverted", "expected", "reverted"),
            ("lapsed", "expected", "lapsed"),
        )
        if held[status]["items"]
    ]
    holds = f"; the ledger holds {formats.listing(parts)}" if parts else ""
    if later := facts.waiting(result):
        return f"Of what was found in {month}, {later}{holds}."
    found = result.net.expected
    potential = f"{facts.money(result, found)} a month was found" if found >= facts.CENT else "Nothing was found"
    return f"{potential} to save in {month}{holds}."


def followed(result: ScorecardResult) -> str:
    """What landed of what was taken on."""
    held = summary(result.ledger)
    verified, taken = held["verified"], sum(int(held[status]["items"]) for status in _TAKEN_ON)
    hoped = facts.money(result, sum(float(held[status]["expected"]) for status in _TAKEN_ON))
    words = f"{formats.count(taken, 'item')} of {hoped} a month {'was' if taken == 1 else 'were'} taken on"
    if not verified["items"]:
        return f"{words}; the bill has verified none so far."
    expected, realized = (facts.money(result, float(verified[amount])) for amount in ("expected", "realized"))
    few, them = formats.count(verified["items"]), "it" if verified["items"] == 1 else "them"
    return f"{words}; the bill has verified {few}: {realized} a month, of {expected} expected of {them}."


def plan(result: ScorecardResult) -> str:
    """Which item of the plan is worth most, after its work."""
    best = max((stop for stop in result.roadmap.stops if stop.quarter is not None), key=lambda stop: stop.value)
    what, where = best.item.opportunity.title, facts.resource(best.item.finding.resource)
    return f"“{what}” on {where} is worth most over three years: {facts.money(result, best.value)} after its work."


def hub(result: ScorecardResult) -> str:
    """Our total beside AWS's own; '' where AWS's is not known."""
    if result.hub is None:
        return ""
    gap = result.net.expected - result.hub
    told = f"AWS's own Cost Optimization Hub tells {facts.money(result, result.hub)} a month without overlaps"
    if abs(gap) < facts.CENT:
        return f"{told}, as much as is told here."
    return f"{told}, {facts.money(result, abs(gap))} {'less' if gap > 0 else 'more'} than is told here."


def left_out(result: ScorecardResult) -> str:
    """How much was found and is not counted."""
    amount = facts.money(result, sum(item.finding.saving.expected for item in result.left_out))
    count, verb = formats.count(len(result.left_out), "finding"), "is" if len(result.left_out) == 1 else "are"
    return f"{count} of {amount} a month {verb} not counted: something else saves more, or nothing is left to save."


def examined(result: ScorecardResult) -> str:
    """How far the search reached."""
    looked, kinds_ = int((result.examined["examined"] > 0).sum()), len(result.examined)
    words = f"{formats.count(looked)} of {formats.count(kinds_, 'kind')} of saving could examine resources"
    reach = f": {formats.percent(result.reach)} of the usage cost" if result.reach is not None else ""
    return f"{words}{reach}."


def unchecked_(result: ScorecardResult) -> str:
    """What could not be looked at."""
    found = result.unchecked
    kinds_ = int(found["opportunity"].nunique())
    if not kinds_:
        return "Every kind of saving could look at all that it concerns."
    whose = "it concerns" if kinds_ == 1 else "they concern"
    return f"{formats.count(kinds_, 'kind')} of saving could not look at all that {whose}."


def areas(result: ScorecardResult) -> str:
    """Which area is to gain most, and which are short of their goals or not known."""
    found = facts.by_area(result)
    gaining = found[found["saving"] >= facts.CENT].sort_values("saving", ascending=False)
    short = found[found["score"] < found["goal"]]
    if gaining.empty:
        first = _nothing(result)
    else:
        amount = facts.money(result, float(gaining.iloc[0]["saving"]))
        first = f"Most is to be saved in {gaining.iloc[0]['area']}: {amount} a month."
    goals = f" Below their goal: {formats.listing(short['area'])}." if len(short) else ""
    return f"{first}{goals}{_unknown(found)}"


def _unknown(found: pd.DataFrame) -> str:
    """The areas that cost something and have no score."""
    blind = found[found["score"].isna() & (found["cost"] >= facts.CENT)]["area"]
    return f" Too little was examined for a score of {formats.listing(blind)}." if len(blind) else ""


def trend(result: ScorecardResult) -> str:
    """How the score moved since the first month that is known, of which there is one at least."""
    held = facts.months(result).dropna(subset=["score"])
    first, month = held.iloc[0], Period.parse(str(held.iloc[0]["period"])).label
    if first["period"] == result.period:
        return f"The scores begin with {month}: no report of an earlier month told one."
    if result.score is None:
        return (
            f"The score was {formats.fixed(held.iloc[-1]['score'])} when last known; {subject.month(result)} has none."
        )
    change = formats.fixed(result.score), formats.fixed(first["score"])
    if change[0] == change[1]:
        return f"The score is {change[0]}, as in {month}."
    word = "rose" if result.score > first["score"] else "fell"
    return f"The score {word} from {change[1]} in {month} to {change[0]}."


def notes(result: ScorecardResult) -> str:
    """How much must be known."""
    if not result.notes:
        return f"Nothing odd was found in the evidence of {subject.month(result)}."
    return f"{formats.count(len(result.notes), 'note')} on the evidence of {subject.month(result)}."
