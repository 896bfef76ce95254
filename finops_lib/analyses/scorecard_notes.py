"""The doubts that a scorecard is told with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed
from finops_lib.analyses.opportunities.tagged import unread
from finops_lib.analyses.scorecard_score import LEAST_REACH, Examination, Looked, Standing
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.evidence import Evidence
from finops_lib.core.counted import counted
from finops_lib.core.note import Note

STALE_DAYS: Final = 60
"""How much older than the month's end an inventory may be before it is told."""

UNCONCERNED: Final = 0.1
"""The share of cost in services without a kind of saving from which on it is told."""

UNPROVEN: Final = "Its tags could not be read: whether one protects it is not known."
"""What is said of a finding whose resource may be protected."""

_NAMED: Final = 3


def not_checked(looked: Looked) -> Iterator[Note]:
    """One note a kind that could not be checked everywhere."""
    for kind, found in looked:
        if found.not_checked:
            count, first = sum(gap.count for gap in found.not_checked), found.not_checked[0]
            what = f"{counted(count, 'resource')} not checked" if count else "not checked"
            message = f"{kind.title}: {what}. {first.reason} Needed: {first.needs}."
            yield Note.warning("scorecard.not_checked", message, opportunity=kind.id, resources=count)


def unfinished(span: Elapsed) -> tuple[Note, ...]:
    """Amounts a month that were found in the days of a month that still runs."""
    if not span.is_open:
        return ()
    month = span.period
    days = f"{span.days} of the {month.days} days of {month.label}"
    message = f"The bill holds {days}: what is saved a month is told from these days, and is more in a whole month."
    return (Note.warning("scorecard.open_month", message, days=span.days, of=month.days),)


def stale(evidence: Evidence) -> tuple[Note, ...]:
    """The inventory is as old as the day it was taken."""
    taken = evidence.asked["taken"].dropna()
    if taken.empty:
        return (Note.warning("scorecard.no_inventory", "AWS was not asked what there is; finops pull aws does."),)
    days = (pd.Timestamp(evidence.period.end) - taken.min()).days
    if days <= STALE_DAYS:
        return ()
    message = f"A part of the inventory is of {taken.min():%Y-%m-%d}, {days} days before the month ended."
    return (Note.warning("scorecard.stale_inventory", message, days=days),)


def hub_currency(evidence: Evidence, currency: str) -> tuple[Note, ...]:
    """AWS's own total in another currency than the bill's is not compared: there is no exchange rate here."""
    told = evidence.deduped_currency
    if evidence.deduped_savings is None or told in (None, currency):
        return ()
    message = f"Cost Optimization Hub's total is in {told} and the bill in {currency}: they are not compared."
    return (Note.warning("scorecard.hub_currency", message, currency=told),)


def unproven(items: Sequence[Item], evidence: Evidence) -> tuple[Note, ...]:
    """How many items are on resources that a tag may protect, which nobody could read."""
    count = sum(item.finding.resource in unread(evidence) for item in items)
    if not count:
        return ()
    what = "One item is on a resource whose tags" if count == 1 else f"{count} items are on resources whose tags"
    words = ", ".join(evidence.protected)
    message = f"{what} could not be read: whether {words} protects {'it' if count == 1 else 'them'} is not known."
    needed = "Needed: tag:GetResources."
    return (Note.warning("scorecard.protection_unknown", f"{message} {needed}", items=count),)


def not_scored(standing: Standing, examination: Examination) -> tuple[Note, ...]:
    """Why there is no score, and what would help most; nothing where there is one."""
    reach = standing.reach
    if standing.score is not None or reach is None:
        return ()
    facts: dict[str, object] = {"reach": round(reach, 6), "least": LEAST_REACH}
    message = (
        f"No score: {reach:.0%} of the usage cost could be examined, and a score is told from {LEAST_REACH:.0%} on. "
        "What was not examined is not known to be well spent."
    )
    if (share := examination.unconcerned / standing.cost) > UNCONCERNED:
        message += f" No kind of saving concerns the services of {share:.0%} of it."
        facts["unconcerned"] = round(share, 6)
    needed = _needed(examination.looked)
    if needed:
        message += f" Needed first: {'; '.join(needed)}."
    return (Note.warning("scorecard.not_scored", message, **facts, needs=needed),)


def _needed(looked: Looked) -> list[str]:
    """What would let most cost be examined, first what leaves most open; what no cost is told for is not named."""
    costs: dict[str, float] = defaultdict(float)
    for _, found in looked:
        for gap in found.not_checked:
            costs[gap.needs] += gap.cost or 0.0
    largest = sorted((need for need, cost in costs.items() if cost > 0), key=lambda need: (-costs[need], need))
    return largest[:_NAMED]
