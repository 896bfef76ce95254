"""RDS storage gp2 as gp3: most regions ask the same for both, and EBS's difference does not hold here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Databases on gp2, by the prices of their own kind of storage, Multi-AZ or not."""
    lines = billed.rows(evidence, "AmazonRDS", r"RDS:(?:Multi-AZ-)?GP2-Storage$")
    costs = billed.resources(lines)
    databases = billed.known(evidence, "databases", costs)
    usage = dict(
        zip(lines["ResourceId"], lines["x_UsageType"].str.replace(r"^.*?RDS:", "RDS:", regex=True), strict=True)
    )
    book = PriceBook(evidence)
    return judged.findings(
        evidence,
        billed.records(databases),
        lambda row: _judge(book, row, usage[row["resource"]]),
        billed.gaps(evidence, "databases", costs, "rds:DescribeDBInstances"),
    )


def _judge(book: PriceBook, row: Mapping[str, Any], usage_type: str) -> Finding | None:
    if row["storage_type"] not in (None, "gp2"):
        return None
    if row["storage"] is None:
        raise judged.Unknown("The size of the storage is not told.", "rds:DescribeDBInstances")
    now = book.price("AmazonRDS", usage_type, row["region"])
    then = book.price("AmazonRDS", usage_type.replace("GP2", "GP3"), row["region"])
    saving = min(row["storage"] * (now - then), row["cost"])
    if saving < LEAST:
        return None
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        # Performance that gp2 gave and gp3's baseline does not may have to be bought: nothing is certain.
        saving=Saving(0.0, saving, saving),
        confidence="possible",
        evidence=f"{row['storage']:.0f} GB of gp2 at {now:.4f} a GB and month; gp3 costs {then:.4f} here.",
        component="storage",
        exclusive="type",
        facts={"storage": row["storage"]},
    )


OPPORTUNITY = Opportunity(
    id="rds_gp2_to_gp3",
    title="Change databases' gp2 storage to gp3",
    area="databases",
    services=("AmazonRDS",),
    step="modernize",
    effort_hours=1.0,
    risk="low",
    reversible=True,
    restart=False,
    needs=("databases", "prices"),
    find=find,
)
