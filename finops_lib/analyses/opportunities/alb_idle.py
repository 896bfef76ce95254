"""Load balancers of every kind that serve nobody: their whole cost is saved."""

from __future__ import annotations

from typing import Any, Final

from finops_lib.analyses.opportunities import billed, idleness
from finops_lib.analyses.opportunities.idleness import Meter
from finops_lib.analyses.opportunities.protocol import Confidence, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

METER: Final = Meter("AWSELB", r"LoadBalancerUsage", r"(?!LoadBalancerUsage).+", nothing=0.001)
_METRICS: Final = ("RequestCount", "ActiveFlowCount", "NewFlowCount", "ProcessedBytes")


def find(evidence: Evidence) -> Findings:
    """Load balancers billed for hours and for next to no capacity, for two weeks or more."""
    costs = idleness.metered(evidence, METER)
    known = billed.known(evidence, "load_balancers", costs)
    blind = idleness.unmeasured(evidence, METER, known)
    judged = known[~known["resource"].isin(blind["resource"])]
    peaks = _peaks(evidence)
    return Findings(
        tuple(
            _finding(row, peaks.get(row["resource"]))
            for row in billed.records(unprotected(evidence, idleness.idle(judged)))
        ),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
        not_checked=billed.gaps(evidence, "load_balancers", costs, "elasticloadbalancing:DescribeLoadBalancers")
        + idleness.flow_gaps(blind),
    )


def _peaks(evidence: Evidence) -> dict[str, float]:
    """The highest value that any traffic metric of a load balancer reached; only those that were measured."""
    metrics = evidence.of("utilization")
    traffic = metrics[metrics["metric"].isin(_METRICS) & metrics["maximum"].notna()]
    return {str(resource): float(peak) for resource, peak in traffic.groupby("resource")["maximum"].max().items()}


def _certainty(row: dict[str, Any], peak: float | None) -> Confidence:
    if peak is not None and peak > 0:
        return "possible"
    return "obvious" if peak == 0 or row["targets"] == 0 else idleness.certainty(row["idle_months"])


def _finding(row: dict[str, Any], peak: float | None) -> Finding:
    requests = "no traffic metric held" if peak is None else f"peak of its traffic metric {peak:,.0f}"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(0.0, 0.0, row["cost"]) if peak else Saving.exactly(row["cost"]),
        confidence=_certainty(row, peak),
        evidence=f"{row['hours']:,.0f} hours and {row['flow']:,.3f} units of capacity billed; {requests}; "
        f"months in a row without traffic: {row['idle_months']:.0f}.",
        facts={"kind": row["kind"], "targets": row["targets"], "hours": row["hours"], "flow": row["flow"]},
    )


OPPORTUNITY = Opportunity(
    id="alb_idle",
    title="Delete load balancers that serve nobody",
    area="network",
    services=("AWSELB",),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("load_balancers", "utilization"),
    find=find,
)
