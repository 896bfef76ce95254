"""Resources that AWS found idle: what stopping or deleting them no longer costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from finops_lib.analyses.opportunities.advice_findings import findings_of, place_gaps
from finops_lib.analyses.opportunities.protocol import Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.recommended import IDLE, RIGHTSIZE, Advice, standing
from finops_lib.contracts.evidence import Evidence

_OWN_KINDS: Final = (
    (re.compile(r"volume|ebs|^vol-"), "volumes"),
    (re.compile(r"natgateway"), "nat_gateways"),
    (re.compile(r"loadbalancer"), "load_balancers"),
    (re.compile(r"vpcendpoint"), "vpc_endpoints"),
    (re.compile(r"elastic-?ip|eipalloc"), "addresses"),
)
"""Kinds of resources that are judged by their own inventory where it could be read."""


def find(evidence: Evidence) -> Findings:
    """What AWS would stop or delete, and that no kind of our own judges by its inventory."""
    advice = [
        item
        for item in standing(evidence, RIGHTSIZE | IDLE)
        if item.action in IDLE and not judged_elsewhere(evidence, item)
    ]
    given = findings_of(evidence, advice, reprice=_all_of_it, trust=lambda _row, _item: ("likely", ""), whole=True)
    return replace(given, not_checked=given.not_checked + place_gaps(evidence))


def judged_elsewhere(evidence: Evidence, item: Advice) -> bool:
    """True where an inventory that AWS answered tells more of the resource than AWS's recommendation does."""
    row = item.row
    for text in (str(row["resource_type"] or "").casefold(), str(row["resource"]).casefold()):
        for pattern, kind in _OWN_KINDS:
            if pattern.search(text):
                return evidence.knows(kind, str(row["account"]), str(row["region"]))
    return False


def _all_of_it(row: Mapping[str, Any], item: Advice) -> Saving | None:
    """What the bill says that it costs; AWS's figure where it leaves a smaller one running (an Auto Scaling group)."""
    return None if item.action == "scalein" else Saving.exactly(row["cost"])


OPPORTUNITY = Opportunity(
    id="aws_idle",
    title="Stop or delete what AWS measured as idle",
    area="compute",
    services=("AmazonEC2", "AmazonRDS", "AmazonECS"),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("recommendations",),
    find=find,
)
