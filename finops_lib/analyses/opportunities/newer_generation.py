"""Linux instances whose size costs less in a newer generation of the same kind."""

from __future__ import annotations

from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.analyses.opportunities.retyped import of_instances
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Instances with Linux, at what the same size costs in a newer generation."""
    return of_instances(evidence, "newer", "likely", "Upgrade")


OPPORTUNITY = Opportunity(
    id="newer_generation",
    title="Move instances to a newer generation",
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
