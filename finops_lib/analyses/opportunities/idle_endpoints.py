"""Interface endpoints that nothing goes through: their whole cost is saved."""

from __future__ import annotations

from typing import Final

from finops_lib.analyses.opportunities import billed, idleness
from finops_lib.analyses.opportunities.idleness import Meter
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

METER: Final = Meter("AmazonVPC", r"VpcEndpoint-Hours$", r"VpcEndpoint-Bytes$", nothing=0.001)


def find(evidence: Evidence) -> Findings:
    """Interface endpoints with hours and next to no bytes, for two weeks or more."""
    costs = idleness.metered(evidence, METER)
    known = billed.known(evidence, "vpc_endpoints", costs)
    known = known[(known["type"] == "Interface") & (known["state"].str.casefold() == "available")]
    blind = idleness.unmeasured(evidence, METER, known)
    judged = known[~known["resource"].isin(blind["resource"])]
    # An endpoint is billed an hour for each of its zones.
    each_zone = judged.assign(idle_hours=judged["idle_hours"] / judged["zones"].fillna(1.0).clip(lower=1.0))
    return Findings(
        tuple(
            Finding(
                resource=row["resource"],
                account=row["account"],
                region=row["region"],
                current_cost=row["cost"],
                saving=Saving.exactly(row["cost"]),
                confidence="likely" if row["idle_months"] >= 2 else "possible",
                evidence=f"{row['hours']:,.0f} hours and {row['flow']:,.3f} GB billed for {row['service']}; "
                f"months in a row without traffic: {row['idle_months']:.0f}.",
                facts={key: row[key] for key in ("service", "vpc", "zones", "hours", "flow")},
            )
            for row in billed.records(unprotected(evidence, idleness.idle(each_zone)))
        ),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
        not_checked=billed.gaps(evidence, "vpc_endpoints", costs, "ec2:DescribeVpcEndpoints")
        + idleness.flow_gaps(blind),
    )


OPPORTUNITY = Opportunity(
    id="idle_endpoints",
    title="Delete interface endpoints that nothing goes through",
    area="network",
    services=("AmazonVPC",),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("vpc_endpoints",),
    find=find,
)
