"""What to do first, what is it worth, and what could not be checked? Method: docs/methods/scorecard.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from finops_lib.analyses import portfolio, roadmap, scorecard_score
from finops_lib.analyses.bill_facts import bill_facts
from finops_lib.analyses.calibration import PRIOR, Factor, calibrated, calibration
from finops_lib.analyses.ledger import excluded
from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.coverage import freed
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Gap, Opportunity
from finops_lib.analyses.scorecard_result import ScorecardResult
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.waterfall import NOTHING, Candidate, Item, net
from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.ledger import identity
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.scope import Scope
from finops_lib.settings.model import Scorecard

EVIDENCE: Final = ("cost_monthly", "accounts", "snapshots")
"""The marts that :func:`assess` takes beside the evidence, in its order."""

SMALL: Final = 0.01
STALE_DAYS: Final = 60

Looked = Sequence[tuple[Opportunity, Findings]]


def assess(
    evidence: Evidence,
    monthly: pd.DataFrame,
    accounts: pd.DataFrame,
    snapshots: pd.DataFrame,
    ledger: pd.DataFrame,
    *,
    scope: Scope,
    practice: Scorecard,
    kinds: Sequence[Opportunity] | None = None,
) -> ScorecardResult:
    """Look for every kind of saving in the evidence of a scope and month, take the overlaps off, and plan the rest.

    ``ledger`` (contracts/ledger.py) calibrates by what landed and leaves alone what was excluded; ``practice`` prices
    the work and bounds it. Raises :class:`InsufficientDataError` where the scope has no charges in the period,
    :class:`CurrencyMismatch` for two currencies.
    """
    period = evidence.period
    costs = monthly[monthly["BillingPeriodStart"] == pd.Timestamp(period.start)]
    if costs.empty:
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    facts = bill_facts(snapshots, accounts, scope=scope, period=period)
    usage = costs[costs["ChargeCategory"] == "Usage"]
    looked = [(kind, _found(kind, evidence)) for kind in (every() if kinds is None else kinds)]
    candidates, kept = _apart(_candidates(looked, evidence, calibration(ledger)), ledger, facts.as_of)
    items = net(candidates)
    taken = _largest_first(item for item in items if item.status == "taken")
    now = tuple(item for item in taken if item.net.expected >= SMALL or item.waiting < SMALL)
    score = scorecard_score.overall(looked, now, usage)
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
        items=now,
        later=tuple(item for item in taken if item not in now),
        left_out=_largest_first(item for item in items if item.status != "taken"),
        excluded=kept,
        areas=scorecard_score.areas(looked, now, usage),
        examined=_examined(looked),
        unchecked=_unchecked(looked),
        roadmap=roadmap.plan(
            now,
            effort_per_quarter=practice.effort_per_quarter,
            quarters=practice.quarters,
            hourly_rate=practice.hourly_rate,
            discount_rate=practice.discount_rate,
        ),
        ledger=ledger,
        hub=evidence.deduped_savings,
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


def _candidates(looked: Looked, evidence: Evidence, history: Mapping[str, Factor]) -> list[Candidate]:
    """All findings, each as the history of its kind corrects it, with what other usage absorbs of covered hours."""
    pairs = [(kind, _calibrated(item, history.get(kind.id, PRIOR))) for kind, found in looked for item in found.found]
    absorbed = freed([item for _, item in pairs], evidence.bill)["absorbed"]
    return [Candidate(kind, item, float(more)) for (kind, item), more in zip(pairs, absorbed, strict=True)]


def _calibrated(finding: Finding, factor: Factor) -> Finding:
    return replace(finding, saving=calibrated(finding.saving, factor, most=finding.current_cost))


def _apart(candidates: Iterable[Candidate], ledger: pd.DataFrame, day: str) -> tuple[list[Candidate], tuple[Item, ...]]:
    """What may be taken, and what the ledger leaves alone, with its reason."""
    held = excluded(ledger, dt.date.fromisoformat(day)).set_index("id")["excluded_because"].to_dict()
    free, kept = [], []
    for candidate in candidates:
        kind, finding = candidate.opportunity, candidate.finding
        reason = held.get(identity(kind.id, finding.account, finding.resource, finding.component))
        if reason is None:
            free.append(candidate)
        else:
            kept.append(Item(kind, finding, NOTHING, "excluded", reason=str(reason)))
    return free, _largest_first(kept)


def _largest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        sorted(
            items,
            key=lambda item: (-item.net.expected, -item.waiting, item.finding.resource, item.opportunity.id),
        )
    )


def _examined(looked: Looked) -> pd.DataFrame:
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


def _unchecked(looked: Looked) -> pd.DataFrame:
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


def _not_checked(looked: Looked) -> tuple[Note, ...]:
    """One note a kind that could not be checked everywhere."""
    notes = []
    for kind, found in looked:
        if found.not_checked:
            count = sum(gap.count for gap in found.not_checked)
            what = (
                f"{count} resources not checked"
                if count > 1
                else "one resource not checked"
                if count
                else "not checked"
            )
            first = found.not_checked[0]
            message = f"{kind.title}: {what}. {first.reason} Needed: {first.needs}."
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
