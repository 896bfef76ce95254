"""Linux instances on Intel whose size exists with an AMD processor at a lower price."""

from __future__ import annotations

from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.analyses.opportunities.retyped import of_instances
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Instances with Linux on Intel, at what the same size costs with AMD."""
    return of_instances(evidence, "amd", "likely")


OPPORTUNITY = Opportunity(
    id="amd",
    title="Move Intel instances to AMD",
    area="compute",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=2.0,
    risk="low",
    reversible=True,
    restart=True,
    needs=("instances",),
    find=find,
)
