"""What to do first, what is it worth, and what could not be checked? Method: docs/methods/scorecard.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses import portfolio, scorecard_score
from finops_lib.analyses.bill_facts import bill_facts
from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.coverage import freed
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Gap, Opportunity
from finops_lib.analyses.scorecard_result import ScorecardResult
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.waterfall import Candidate, Item, net
from finops_lib.contracts.evidence import Evidence
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.scope import Scope

EVIDENCE: Final = ("cost_monthly", "accounts", "snapshots")
"""The marts that :func:`assess` takes beside the evidence, in its order."""

SMALL: Final = 0.01
STALE_DAYS: Final = 60


def assess(
    evidence: Evidence,
    monthly: pd.DataFrame,
    accounts: pd.DataFrame,
    snapshots: pd.DataFrame,
    *,
    scope: Scope,
    hourly_rate: float,
    kinds: Sequence[Opportunity] | None = None,
) -> ScorecardResult:
    """Look for every kind of saving in the evidence of a scope and month, and take the overlaps off.

    ``hourly_rate`` prices the work. Raises :class:`InsufficientDataError` where the scope has no charges in the period,
    :class:`CurrencyMismatch` for two currencies.
    """
    period = evidence.period
    costs = monthly[monthly["BillingPeriodStart"] == pd.Timestamp(period.start)]
    if costs.empty:
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    facts = bill_facts(snapshots, accounts, scope=scope, period=period)
    usage = costs[costs["ChargeCategory"] == "Usage"]
    looked = [(kind, _found(kind, evidence)) for kind in (every() if kinds is None else kinds)]
    items = net(_candidates(looked, evidence))
    taken = _largest_first(item for item in items if item.status == "taken")
    score = scorecard_score.overall(looked, taken, usage)
    return ScorecardResult(
        **vars(facts),
        currency=one_currency(costs, f"{scope} in {period}"),
        score=score,
        grade=None if score is None else scorecard_score.grade(score),
        spend=float(costs["EffectiveCost"].sum()),
        examined_cost=scorecard_score.examined_cost(looked, usage),
        gross=sum(item.finding.saving.expected for item in items),
        overlap=sum(item.overlap for item in items),
        net=portfolio.total(items),
        waiting=sum(item.waiting for item in taken),
        items=taken,
        left_out=_largest_first(item for item in items if item.status != "taken"),
        excluded=(),
        areas=scorecard_score.areas(looked, taken, usage),
        examined=_examined(looked),
        unchecked=_unchecked(looked),
        hourly_rate=hourly_rate,
        not_checked=_not_checked(looked),
        notes=_stale(evidence),
    )


def _found(kind: Opportunity, evidence: Evidence) -> Findings:
    """What a kind finds, without crumbs; where it lacks what it needs altogether, one gap that says so."""
    try:
        found = kind.find(evidence)
    except InsufficientDataError as lack:
        return Findings(not_checked=(Gap("", lack.message, ", ".join(kind.needs)),))
    kept = tuple(item for item in found.found if item.saving.high >= SMALL)
    return Findings(kept, found.examined, found.examined_cost, found.not_checked)


def _candidates(looked: Iterable[tuple[Opportunity, Findings]], evidence: Evidence) -> list[Candidate]:
    pairs: list[tuple[Opportunity, Finding]] = [(kind, item) for kind, found in looked for item in found.found]
    absorbed = freed([item for _, item in pairs], evidence.bill)["absorbed"]
    return [Candidate(kind, item, float(more)) for (kind, item), more in zip(pairs, absorbed, strict=True)]


def _largest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        sorted(
            items,
            key=lambda item: (-item.net.expected, -item.waiting, item.finding.resource, item.opportunity.id),
        )
    )


def _examined(looked: Iterable[tuple[Opportunity, Findings]]) -> pd.DataFrame:
    rows = [
        {
            "opportunity": kind.id,
            "title": kind.title,
            "area": kind.area,
            "examined": found.examined,
            "examined_cost": found.examined_cost,
            "found": len(found.found),
            "not_checked": sum(max(1, gap.count) for gap in found.not_checked),
        }
        for kind, found in looked
    ]
    return pd.DataFrame(rows)


def _unchecked(looked: Iterable[tuple[Opportunity, Findings]]) -> pd.DataFrame:
    rows = [
        {
            "opportunity": kind.id,
            "title": kind.title,
            "account": gap.account,
            "resources": gap.count,
            "cost": gap.cost,
            "reason": gap.reason,
            "needs": gap.needs,
        }
        for kind, found in looked
        for gap in found.not_checked
    ]
    columns = ["opportunity", "title", "account", "resources", "cost", "reason", "needs"]
    return pd.DataFrame(rows, columns=columns)


def _not_checked(looked: Iterable[tuple[Opportunity, Findings]]) -> tuple[Note, ...]:
    """One note a kind that could not be checked everywhere."""
    notes = []
    for kind, found in looked:
        if found.not_checked:
            count = sum(gap.count for gap in found.not_checked)
            what = f"{count} resources" if count > 1 else "one resource" if count else "nothing"
            first = found.not_checked[0]
            message = f"{kind.title}: {what} not checked, because {first.reason} Needed: {first.needs}."
            notes.append(Note.warning("scorecard.not_checked", message, opportunity=kind.id, resources=count))
    return tuple(notes)


def _stale(evidence: Evidence) -> tuple[Note, ...]:
    """The inventory is as old as the day it was taken."""
    taken = evidence.asked["taken"].dropna()
    if taken.empty:
        return (Note.warning("scorecard.no_inventory", "AWS was not asked what there is; finops pull aws does."),)
    days = (pd.Timestamp(evidence.period.end) - taken.min()).days
    if days <= STALE_DAYS:
        return ()
    message = f"A part of the inventory is of {taken.min():%Y-%m-%d}, {days} days before the month ended."
    return (Note.warning("scorecard.stale_inventory", message, days=days),)
