"""EBS volumes that are attached to nothing: their whole cost is saved."""

from __future__ import annotations

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Volumes in the state ``available``, at what they cost in the period."""
    costs = billed.of(evidence, "AmazonEC2", r"EBS:Volume")
    volumes = billed.known(evidence, "volumes", costs)
    loose = unprotected(evidence, volumes[volumes["attached_to"].isna() & (volumes["state"] == "available")])
    return Findings(
        tuple(
            Finding(
                resource=row["resource"],
                account=row["account"],
                region=row["region"],
                current_cost=row["cost"],
                saving=Saving.exactly(row["cost"]),
                confidence="obvious",
                evidence=f"A {row['type']} volume of {row['size']:.0f} GB in the state available.",
                facts={"created": row["created"], "size": row["size"]},
            )
            for row in billed.records(loose)
        ),
        examined=len(volumes),
        examined_cost=float(volumes["cost"].sum()),
        not_checked=billed.gaps(evidence, "volumes", costs, "ec2:DescribeVolumes"),
    )


OPPORTUNITY = Opportunity(
    id="unattached_volumes",
    title="Delete volumes that are attached to nothing",
    area="storage",
    services=("AmazonEC2",),
    step="delete",
    effort_hours=0.5,
    risk="low",
    reversible=True,
    restart=False,
    needs=("volumes",),
    find=find,
)
