"""Databases whose engine version is past its standard support: the surcharge goes away with an upgrade."""

from __future__ import annotations

from finops_lib.analyses.opportunities.extended_support import surcharges
from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Databases and clusters that the bill charges extended support for."""
    return surcharges(evidence, "AmazonRDS", "databases")


OPPORTUNITY = Opportunity(
    id="rds_extended_support",
    title="Upgrade databases out of extended support",
    area="databases",
    services=("AmazonRDS",),
    step="modernize",
    effort_hours=16.0,
    risk="high",
    reversible=False,
    restart=True,
    needs=("databases",),
    find=find,
)
