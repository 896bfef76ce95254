"""Savings in sentences: how well is the money spent, what can be saved, what first?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from finops_lib.analyses.ledger import summary as told
from finops_lib.analyses.portfolio import CORRELATION
from finops_lib.analyses.scorecard_score import FORMULA, LEAST_REACH
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.values import Group, Kpi, Kpis, Text

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult


def headline(result: ScorecardResult) -> Text:
    """What can be saved, between which amounts: the section's message."""
    return Text((" ".join([_message(result), *facts.so_far(result)]),), "message")


def _message(result: ScorecardResult) -> str:
    who, month = subject.subject(result), subject.month(result)
    if not facts.examined_anything(result):
        return f"What {who[:1].lower() + who[1:]} could save is not known: nothing could be examined."
    if result.score is None:
        return _little(result, who)
    if result.net.expected < facts.CENT:
        later = facts.waiting(result)
        return f"{who} has no saving to take in {month}{f': {later}' if later else ' in what could be examined'}."
    net = result.net
    between = f"between {facts.money(result, net.low)} and {facts.money(result, net.high)} in four cases of five"
    if net.high - net.low < facts.CENT:
        between = "all of it certain in amount"
    saving = f"{facts.money(result, net.expected)} a month{facts.share_of_spend(result, net.expected)}"
    return f"{who} can save {saving}, {between}."


def _little(result: ScorecardResult, who: str) -> str:
    """What is known of a scope of which too little was examined: nothing good is said of the rest."""
    reach = f"only {formats.percent(result.reach)} of the usage cost could be examined"
    if result.net.expected < facts.CENT:
        later = facts.waiting(result)
        found = f"; of what was found there, {later}" if later else ", and nothing was found there"
        return f"What {who[:1].lower() + who[1:]} could save is not known: {reach}{found}."
    amount = facts.money(result, result.net.expected)
    return f"{who} can save {amount} a month at least; how much more is not known, as {reach}."


def kpis(result: ScorecardResult) -> Kpis | Group:
    """Score, saving, quick wins."""
    if not facts.examined_anything(result):
        return Group(())
    return Kpis((_score(result), *_savings(result), *_beside(result)))


def _score(result: ScorecardResult) -> Kpi:
    if result.score is None:
        reach, least = formats.percent(result.reach), formats.percent(LEAST_REACH)
        return Kpi("Score", "Not checked", "", f"{reach} of usage cost examined; told from {least} on")
    compared = [*_against(result), _reach(result)]
    grade = f"Grade {result.grade}" if result.grade else ""
    return Kpi("Score", f"{formats.fixed(result.score, 1)} of 100", grade, "; ".join(compared))


def _against(result: ScorecardResult) -> list[str]:
    """The goal and the month before, where they are known."""
    row = facts.overall(result)
    goal = [f"goal {formats.fixed(row['goal'])}"] if formats.known(row["goal"]) else []
    before = [f"{formats.fixed(row['before'], 1)} in {subject.previous_month(result)}"]
    return goal + (before if formats.known(row["before"]) else [])


def _savings(result: ScorecardResult) -> list[Kpi]:
    """What is to save, and how much of it with little work, or what waits; nothing of what there is none of."""
    if facts.waiting(result):
        amount, count = facts.money(result, result.waiting), formats.count(len(result.later), "item")
        return [Kpi("Waiting, a month", amount, "", f"{count}; {facts.until(result)}")]
    if not result.items:
        return []
    quick, count = facts.quick_wins(result), formats.count(len(result.items), "item")
    net = facts.money(result, result.net.expected)
    year = f"{count}; {facts.money(result, 12 * result.net.expected)} a year"
    found = [Kpi("Net saving a month", net, "", year, leads=True)]
    if quick:
        amount = facts.money(result, sum(item.net.expected for item in quick))
        few = f"{formats.count(len(quick), 'item')}, little work and low risk"
        found.append(Kpi("Of it quick wins", amount, "", few))
    return found


def _beside(result: ScorecardResult) -> list[Kpi]:
    """AWS's own total where it is known, and what the bill verified where something was done."""
    found = []
    if result.hub is not None:
        gap = formats.change(result.net.expected - result.hub, result.currency)
        found.append(
            Kpi("Against AWS's own total", gap, "", f"Cost Optimization Hub: {facts.money(result, result.hub)}")
        )
    return [*found, *_landed(result)]


def _landed(result: ScorecardResult) -> list[Kpi]:
    """What was taken on and is not verified yet, and what the bill verified."""
    if result.ledger.empty:
        return []
    held, found = told(result.ledger), []
    open_ = [held[status] for status in ("accepted", "done")]
    if items := sum(int(one["items"]) for one in open_):
        amount = facts.money(result, sum(float(one["expected"]) for one in open_))
        found.append(Kpi("Accepted or done", amount, "", f"a month, {formats.count(items, 'item')}; not verified yet"))
    if items := int(held["verified"]["items"]):
        amount = facts.money(result, float(held["verified"]["realized"]))
        found.append(Kpi("Verified by the bill", amount, "", f"a month, {formats.count(items, 'item')}"))
    return found


def _reach(result: ScorecardResult) -> str:
    """How far a score can be trusted: a high one by few kinds says little."""
    looked = int((result.examined["examined"] > 0).sum())
    return f"{formats.count(looked)} of {formats.count(len(result.examined), 'kind')} of saving could look"


def summary(result: ScorecardResult) -> Text | Group:
    """From what is claimed to what is left."""
    sentences = [*_not_scored(result)]
    if result.gross - result.net.expected >= facts.CENT:
        sentences.append(
            f"One by one the findings claim {facts.money(result, result.gross)}; "
            f"{facts.money(result, result.overlap)} of that is claimed twice, ruled out by something better, or paid "
            "for already."
        )
    if result.waiting >= facts.CENT and not facts.waiting(result):  # the headline says it where all of it waits
        sentences.append(
            f"{facts.money(result, result.waiting)} more a month can be saved once the commitments or credits that pay "
            "for it end."
        )
    if beside := messages.hub(result):
        sentences.append(beside)
    if len(result.unchecked):
        count = int(result.unchecked["opportunity"].nunique())
        kinds_ = formats.count(count, "kind")
        sentences.append(f"{kinds_} of saving could not be checked everywhere: there may be more.")
    return Text(tuple(sentences)) if sentences else Group(())


def _not_scored(result: ScorecardResult) -> Iterator[str]:
    """Why there is no score; what would have to be asked of AWS stands where the technical report tells it."""
    for note in result.notes:
        if note.code == "scorecard.not_scored":
            reach, least = formats.percent(note.data["reach"]), formats.percent(note.data["least"])
            yield f"No score is told: {reach} of the usage cost could be examined, and a score needs {least}."
            if (share := note.data.get("unconcerned")) is not None:
                yield f"No kind of saving concerns the services of {formats.percent(share)} of it."


def decision(result: ScorecardResult) -> Text:
    """Which saving to take first, of those that nobody has taken on yet?"""
    quick = facts.undecided(result, facts.quick_wins(result))
    open_ = facts.undecided(result, result.items)
    total = sum(item.net.expected for item in quick)
    until = subject.period(result).shift(1)
    day = formats.day(until.start.replace(day=until.days))
    if total >= max(facts.CENT, 0.001 * result.spend):
        hours = facts.hours(sum(item.opportunity.effort_hours for item in quick))
        wins = "quick win" if len(quick) == 1 else formats.count(len(quick), "quick win")
        wins += " that nobody has taken on" if len(quick) < len(facts.quick_wins(result)) else ""
        words = f"Approve by {day} the {wins} worth {facts.money(result, total)} a month ({hours} of work)."
        return Text((words,), "decision", total)
    if open_ and open_[0].net.expected >= max(facts.CENT, 0.001 * result.spend):
        first = open_[0]
        amount = first.net.expected
        words = f"Decide by {day} on “{first.opportunity.title}” ({facts.money(result, amount)} a month)."
        return Text((words,), "decision", amount)
    if len(open_) < len(result.items):
        words = "No decision is asked for: what is worth a thousandth of the month's cost was taken on already."
        return Text((words,), "decision")
    return Text((f"No decision is asked for: {_none_asked(result)}.",), "decision")


def _none_asked(result: ScorecardResult) -> str:
    """Why no saving asks for a decision, where none was taken on."""
    if later := facts.waiting(result):
        return later
    if result.score is not None:
        return "no saving is worth a thousandth of the month's cost"
    only = f"only {formats.percent(result.reach)} of the usage cost" if facts.examined_anything(result) else "nothing"
    return f"what could be saved is not known, as {only} could be examined"


def method(result: ScorecardResult) -> Text:
    """How savings are counted, and how the score comes about."""
    return Text(
        (
            "Each saving is priced at effective cost on what those before it leave: delete, rightsize, modernize, "
            "schedule, license, commit.",
            "Of actions that rule each other out the best counts; hours that a commitment pays for save nothing before "
            "it ends unless other usage takes them over.",
            f"The interval of the sum takes the items' errors to be correlated by {CORRELATION}, an assumption.",
            f"Score = {FORMULA}; told where {formats.percent(LEAST_REACH)} or more of a usage cost was examined.",
            f"Work is priced at {facts.rate(result)} an hour, a setting.",
        )
    )
