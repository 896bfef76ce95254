"""Trusted Advisor's cost checks, as far as nothing better judges the same resource."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Final

from finops_lib.analyses.opportunities.advice_findings import UNASKED, findings_of
from finops_lib.analyses.opportunities.aws_idle import judged_elsewhere
from finops_lib.analyses.opportunities.components import billed_as
from finops_lib.analyses.opportunities.protocol import Findings, Gap, Opportunity
from finops_lib.analyses.opportunities.recommended import IDLE, RIGHTSIZE, Advice, standing
from finops_lib.contracts.evidence import Evidence

_SOURCE: Final = "trusted-advisor"
_NEEDS: Final = "support:DescribeTrustedAdvisorCheckResult and a Business support plan or better"
_MEASURED: Final = frozenset({"rightsizing", "aws_idle"})
"""Kinds that judge by other recommendations of AWS: they stand for a check where those name the resource."""


def find(evidence: Evidence) -> Findings:
    """What a cost check of Trusted Advisor names and nothing else looks at."""
    frame = evidence.of("recommendations")
    checks = frozenset(
        "".join(letter for letter in str(action).casefold() if letter.isalnum())
        for action in frame.loc[frame["source"] == _SOURCE, "action"]
    )
    measured = {
        billed_as(str(item.row["resource"]))
        for item in standing(evidence, RIGHTSIZE | IDLE, ("compute-optimizer", "cost-optimization-hub"))
    }
    advice = [item for item in standing(evidence, checks, (_SOURCE,)) if not _is_doubled(evidence, item, measured)]
    given = findings_of(
        evidence,
        advice,
        reprice=lambda _row, _item: None,
        trust=lambda _row, _item: ("possible", "It looks at few metrics of few days."),
        measured=False,
    )
    return replace(given, not_checked=given.not_checked + _unanswered(evidence))


def _is_doubled(evidence: Evidence, item: Advice, measured: set[str]) -> bool:
    judge = _judge(f"{item.row['action']} {item.row['resource_type'] or ''}")
    if judge in _MEASURED:
        return billed_as(str(item.row["resource"])) in measured
    return bool(judge) or judged_elsewhere(evidence, item)


def _judge(check: str) -> str | None:
    named = check.casefold()
    return next((kind for words, kind in _checks().items() if words in named), None)


@cache
def _checks() -> Mapping[str, str]:
    text = resources.files(__package__).joinpath("trusted_advisor_checks.csv").read_text(encoding="utf-8")
    return {row["check"]: row["judged_by"] for row in csv.DictReader(io.StringIO(text))}


def _unanswered(evidence: Evidence) -> tuple[Gap, ...]:
    """A gap for each account of the bill that nobody answered for."""
    accounts = sorted(evidence.bill["SubAccountId"].dropna().unique())
    told = evidence.of("recommendations")
    answered = {account for account, _ in evidence.answered(_SOURCE)}
    answered |= set(told.loc[told["source"] == _SOURCE, "account"])
    return tuple(Gap(account, _why(evidence, account), _NEEDS) for account in accounts if account not in answered)


def _why(evidence: Evidence, account: str) -> str:
    asked = evidence.asked[(evidence.asked["kind"] == _SOURCE) & (evidence.asked["account"] == account)]
    reasons = asked["reason"].dropna()
    return str(reasons.iloc[0]) if len(reasons) else UNASKED


OPPORTUNITY = Opportunity(
    id="trusted_advisor",
    title="Follow the cost checks of Trusted Advisor",
    area="compute",
    services=("AmazonEC2", "AmazonRDS", "AmazonRedshift", "AWSLambda", "AmazonRoute53"),
    step="rightsize",
    effort_hours=2.0,
    risk="medium",
    reversible=False,
    restart=True,
    needs=("recommendations",),
    find=find,
)
