"""Databases with an open-source engine whose class exists with a Graviton processor at a lower price."""

from __future__ import annotations

from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.analyses.opportunities.retyped import of_databases
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Databases on x86 with an open-source engine, at what the same class costs with Graviton."""
    return of_databases(evidence, "graviton", "likely")


OPPORTUNITY = Opportunity(
    id="rds_graviton",
    title="Move databases to Graviton",
    area="databases",
    services=("AmazonRDS",),
    step="modernize",
    effort_hours=3.0,
    risk="medium",
    reversible=True,
    restart=True,
    needs=("databases",),
    find=find,
)
