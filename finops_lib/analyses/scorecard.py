"""What to do first, what is it worth, and what could not be checked? Method: docs/methods/scorecard.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from finops_lib.analyses import credited, portfolio, roadmap, scorecard_areas, scorecard_examined, scorecard_notes
from finops_lib.analyses.bill_facts import bill_facts
from finops_lib.analyses.calendar_days import elapsed
from finops_lib.analyses.calibration import PRIOR, Factor, calibrated, calibration
from finops_lib.analyses.ledger import excluded
from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.coverage import freed
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity
from finops_lib.analyses.opportunities.tagged import unread
from finops_lib.analyses.scorecard_result import ScorecardResult
from finops_lib.analyses.scorecard_score import Examination, Looked, grade
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.waterfall import NOTHING, Candidate, Item, net
from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.ledger import identity
from finops_lib.contracts.scores import scores_of
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.scope import Scope
from finops_lib.settings.model import Scorecard

EVIDENCE: Final = ("cost_monthly", "accounts", "snapshots")
"""The marts that :func:`assess` takes beside the evidence, in its order."""


def assess(
    evidence: Evidence,
    monthly: pd.DataFrame,
    accounts: pd.DataFrame,
    snapshots: pd.DataFrame,
    ledger: pd.DataFrame,
    *,
    scope: Scope,
    practice: Scorecard,
    earlier: pd.DataFrame | None = None,
    kinds: Sequence[Opportunity] | None = None,
) -> ScorecardResult:
    """Look for every kind of saving in the evidence of a scope and month, take the overlaps off, and plan the rest.

    ``ledger`` (contracts/ledger.py) calibrates by what landed and leaves alone what was excluded; ``practice`` prices
    the work, bounds it and sets goals; ``earlier`` (contracts/scores.py) are the scores of months before. Raises
    :class:`InsufficientDataError` where the scope has no charges in the period, :class:`CurrencyMismatch` for two
    currencies.
    """
    period = evidence.period
    costs = monthly[monthly["BillingPeriodStart"] == pd.Timestamp(period.start)]
    if costs.empty:
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    facts = bill_facts(snapshots, accounts, scope=scope, period=period)
    usage = costs[costs["ChargeCategory"] == "Usage"]
    looked = [(kind, _found(kind, evidence)) for kind in (every() if kinds is None else kinds)]
    candidates, kept = _apart(_candidates(looked, evidence, calibration(ledger)), ledger, facts.as_of)
    spend, currency = float(costs["EffectiveCost"].sum()), one_currency(costs, f"{scope} in {period}")
    alone = net(candidates)
    items = credited.within(alone, spend)
    taken = _largest_first(item for item in items if item.status == "taken")
    now, later = (tuple(item for item in taken if _waits(item) is waits) for waits in (False, True))
    uncredited = [item for item in alone if item.status == "taken" and not _waits(item)]
    examination = Examination(looked, usage)
    overall = examination.overall(now, uncredited)
    told = scores_of([]) if earlier is None else earlier
    areas = scorecard_areas.areas(examination.areas(now, uncredited), overall, practice.goals, told, period)
    return ScorecardResult(
        **vars(facts),
        currency=currency,
        score=overall.score,
        grade=None if overall.score is None else grade(overall.score),
        reach=overall.reach,
        spend=spend,
        usage_cost=overall.cost,
        examined_cost=overall.examined_cost,
        gross=sum(item.finding.saving.expected for item in items),
        overlap=sum(item.overlap for item in items),
        net=credited.bounded(portfolio.total(items), spend),
        waiting=sum(item.waiting for item in taken),
        items=now,
        later=later,
        left_out=_largest_first(item for item in items if item.status != "taken"),
        excluded=kept,
        areas=areas,
        trend=scorecard_areas.trend(areas, told, period),
        examined=scorecard_examined.examined(looked),
        unchecked=scorecard_examined.unchecked(looked),
        roadmap=roadmap.plan(
            now,
            effort_per_quarter=practice.effort_per_quarter,
            quarters=practice.quarters,
            hourly_rate=practice.hourly_rate,
            discount_rate=practice.discount_rate,
        ),
        ledger=ledger,
        hub=None if scorecard_notes.hub_currency(evidence, currency) else evidence.deduped_savings,
        not_checked=tuple(scorecard_notes.not_checked(looked)),
        notes=(
            *scorecard_notes.unfinished(elapsed(snapshots, period)),
            *scorecard_notes.not_scored(overall, examination),
            *credited.note(alone, spend, currency),
            *scorecard_notes.unproven(now, evidence),
            *scorecard_notes.stale(evidence),
            *scorecard_notes.hub_currency(evidence, currency),
        ),
    )


def _found(kind: Opportunity, evidence: Evidence) -> Findings:
    """What a kind finds, without crumbs; where it lacks what it needs altogether, one gap that says so."""
    try:
        found = kind.find(evidence)
    except InsufficientDataError as lack:
        return Findings(not_checked=(Gap("", lack.message, ", ".join(kind.needs)),))
    kept = tuple(_with_doubt(item, evidence) for item in found.found if item.saving.high >= LEAST)
    return Findings(kept, found.examined, found.examined_cost, found.not_checked)


def _with_doubt(finding: Finding, evidence: Evidence) -> Finding:
    """The finding, told that its protection is not known where nobody could read its tags."""
    if finding.resource not in unread(evidence):
        return finding
    return replace(finding, evidence=f"{finding.evidence} {scorecard_notes.UNPROVEN}")


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


def _waits(item: Item) -> bool:
    """True where all that an item saves comes once commitments or credits have ended."""
    return item.net.expected < LEAST <= item.waiting


def _largest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        sorted(
            items,
            key=lambda item: (-item.net.expected, -item.waiting, item.finding.resource, item.opportunity.id),
        )
    )
