"""NAT gateways that nothing goes through: their whole cost is saved."""

from __future__ import annotations

from finops_lib.analyses.opportunities import billed, idleness, nat_gateways
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Gateways with hours and at most some 5 GB a month, for two weeks or more."""
    known, gaps = nat_gateways.gateways(evidence)
    blind = idleness.unmeasured(evidence, nat_gateways.METER, known)
    judged = known[~known["resource"].isin(blind["resource"])]
    return Findings(
        tuple(
            Finding(
                resource=row["resource"],
                account=row["account"],
                region=row["region"],
                current_cost=row["cost"],
                saving=Saving.exactly(row["cost"]),
                confidence=idleness.certainty(row["idle_months"]),
                evidence=f"{row['hours']:,.0f} hours and {row['flow']:,.2f} GB billed; "
                f"months in a row without traffic: {row['idle_months']:.0f}.",
                facts={key: row[key] for key in ("hours", "flow", "idle_months", "vpc")},
            )
            for row in billed.records(unprotected(evidence, idleness.idle(judged)))
        ),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
        not_checked=gaps + idleness.flow_gaps(blind),
    )


OPPORTUNITY = Opportunity(
    id="nat_idle",
    title="Delete NAT gateways that nothing goes through",
    area="network",
    services=("AmazonEC2",),
    step="delete",
    effort_hours=2.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("nat_gateways",),
    find=find,
)
