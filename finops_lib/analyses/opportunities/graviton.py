"""Linux instances whose size exists with a Graviton processor at a lower price."""

from __future__ import annotations

from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.analyses.opportunities.retyped import of_instances
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Instances with Linux on x86, at what the same size costs with Graviton."""
    return of_instances(evidence, "graviton", "possible", "MigrateToGraviton")


OPPORTUNITY = Opportunity(
    id="graviton",
    title="Move Linux instances to Graviton",
    area="compute",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=8.0,
    risk="medium",
    reversible=True,
    restart=True,
    needs=("instances",),
    find=find,
)
