"""Buckets without a lifecycle rule: what one would save is known only when somebody says what may go, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.bucket_activity import standard_costs
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity
from finops_lib.contracts.evidence import Evidence

_AGES: Final = "S3 Inventory or Storage Lens by prefix and age, and the owner's word after how many days data may go"


def find(evidence: Evidence) -> Findings:
    """Buckets that have rules count as examined; those without are told with their cost, and never with a guess."""
    costs = standard_costs(evidence)
    buckets = billed.known(evidence, "buckets", costs)
    return judged.findings(
        evidence,
        billed.records(buckets),
        _judge,
        billed.gaps(evidence, "buckets", costs, "s3:ListAllMyBuckets and s3:GetLifecycleConfiguration"),
    )


def _judge(row: Mapping[str, Any]) -> Finding | None:
    if row["lifecycle_rules"] is None:
        raise judged.Unknown("Whether the bucket has lifecycle rules is not told.", "s3:GetLifecycleConfiguration")
    if row["lifecycle_rules"] == 0:
        raise judged.Unknown("Buckets without a lifecycle rule: how much of them may go is not known.", _AGES)
    return None


OPPORTUNITY = Opportunity(
    id="s3_missing_lifecycle",
    title="Give buckets lifecycle rules",
    area="storage",
    services=("AmazonS3",),
    step="delete",
    effort_hours=2.0,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("buckets",),
    find=find,
)
