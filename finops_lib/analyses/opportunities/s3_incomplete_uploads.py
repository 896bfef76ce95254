"""Multipart uploads that were begun and never finished: their parts are billed and in no listing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finops_lib.analyses.opportunities import billed, judged, storage_lens
from finops_lib.analyses.opportunities.bucket_activity import standard_costs
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """The buckets without a rule that ends uploads, by the size of their unfinished parts."""
    costs = standard_costs(evidence)
    buckets = billed.known(evidence, "buckets", costs)
    parts = storage_lens.gigabytes(evidence, storage_lens.UPLOADS)
    old = storage_lens.gigabytes(evidence, storage_lens.OLD_UPLOADS)
    return judged.findings(
        evidence,
        billed.records(buckets),
        lambda row: _judge(row, parts.get(row["resource"]), old.get(row["resource"])),
        billed.gaps(evidence, "buckets", costs, "s3:ListAllMyBuckets"),
    )


def _judge(row: Mapping[str, Any], parts: float | None, old: float | None) -> Finding | None:
    if row["ends_uploads"] or row["unfinished_uploads"] == 0:
        return None
    if parts is None:
        raise judged.Unknown("How large unfinished uploads are is not told.", storage_lens.needs(storage_lens.UPLOADS))
    rate = row["cost"] / row["quantity"]
    high = min(parts * rate, row["cost"])
    # What was begun in the last week may still be finished.
    certain = min(old * rate, high) if old is not None else 0.0
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(certain, high if old is None else certain, high),
        confidence="likely" if old is None else "obvious",
        evidence=f"{parts:,.1f} GB of parts of uploads that were never finished, and no rule that ends them.",
        component="storage",
        facts={"gigabytes": parts, "uploads": row["unfinished_uploads"]},
    )


OPPORTUNITY = Opportunity(
    id="s3_incomplete_uploads",
    title="End multipart uploads that were never finished",
    area="storage",
    services=("AmazonS3",),
    step="delete",
    effort_hours=0.5,
    risk="low",
    reversible=False,
    restart=False,
    needs=("buckets", "utilization"),
    find=find,
)
