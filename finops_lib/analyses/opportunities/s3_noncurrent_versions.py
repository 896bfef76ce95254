"""Versions of objects that are no longer current: each is billed in full until a rule ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, judged, storage_lens
from finops_lib.analyses.opportunities.bucket_activity import Month, activity, standard_costs
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence

_VERSIONED: Final = ("Enabled", "Suspended")


def find(evidence: Evidence) -> Findings:
    """The versioned buckets without a rule for old versions, by the size of those."""
    costs = standard_costs(evidence)
    buckets = billed.known(evidence, "buckets", costs)
    sizes, did = storage_lens.gigabytes(evidence, storage_lens.NONCURRENT), activity(evidence, 1)
    return judged.findings(
        evidence,
        billed.records(buckets),
        lambda row: _judge(row, sizes.get(row["resource"]), did[row["resource"]][0]),
        billed.gaps(evidence, "buckets", costs, "s3:ListAllMyBuckets"),
    )


def _judge(row: Mapping[str, Any], size: float | None, month: Month) -> Finding | None:
    if row["ends_noncurrent"]:
        return None
    if row["versioning"] is None:
        raise judged.Unknown("Whether the bucket keeps versions is not told.", "s3:GetBucketVersioning")
    if row["versioning"] not in _VERSIONED:
        return None
    if size is None:
        raise judged.Unknown("How large old versions are is not told.", storage_lens.needs(storage_lens.NONCURRENT))
    rate = row["cost"] / row["quantity"]
    high = min(size * rate, row["cost"])
    # A rule keeps the versions of the last 30 days: no more than one for each write of the month.
    kept = month.writes * row["quantity"] / row["objects"] * rate if row["objects"] else high
    low = max(0.0, high - kept)
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(low, (low + high) / 2, high),
        confidence="likely",
        evidence=f"{size:,.1f} GB of versions that are no longer current, and no rule that ends them.",
        component="storage",
        facts={"gigabytes": size, "writes": month.writes},
    )


OPPORTUNITY = Opportunity(
    id="s3_noncurrent_versions",
    title="Let old versions of objects expire",
    area="storage",
    services=("AmazonS3",),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("buckets", "utilization"),
    find=find,
)
