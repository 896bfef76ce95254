"""Search domains whose version is past its standard support: the surcharge goes away with an upgrade."""

from __future__ import annotations

from finops_lib.analyses.opportunities.extended_support import surcharges
from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.contracts.evidence import Evidence


def find(evidence: Evidence) -> Findings:
    """Domains that the bill charges extended support for."""
    return surcharges(evidence, "AmazonES", None)


OPPORTUNITY = Opportunity(
    id="opensearch_extended_support",
    title="Upgrade search domains out of extended support",
    area="databases",
    services=("AmazonES",),
    step="modernize",
    effort_hours=8.0,
    risk="medium",
    reversible=False,
    restart=True,
    needs=(),
    find=find,
)
