"""Data between the zones of a region: where it costs enough to look for what could stay within a zone."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, nameless
from finops_lib.analyses.opportunities.billed import RESOURCE
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

_SERVICES: Final = ("AmazonEC2", "AWSDataTransfer", "AWSELB", "AmazonRDS", "AmazonElastiCache", "AmazonMSK", "AmazonES")
_PATTERN: Final = r"DataTransfer-Regional-Bytes$"
_DIRECTIONS: Final = {"received": r".*-In$", "sent": r".*-Out$", "public": r"PublicIP-"}

WORTH_A_LOOK: Final = 100.0
"""What a month must cost: a change of where programs run costs days of work."""


def find(evidence: Evidence) -> Findings:
    """Resources (or an account and region, where the bill names none) whose data between zones cost enough."""
    judged = _directed(evidence)
    costly = judged[judged["cost"] >= WORTH_A_LOOK]
    return Findings(
        tuple(_finding(row) for row in billed.records(unprotected(evidence, costly))),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
    )


def _directed(evidence: Evidence) -> pd.DataFrame:
    """A row a resource, with the GB that it received, sent, and moved over public addresses."""
    traffic = nameless.resources(evidence, _SERVICES, _PATTERN)
    for name, operation in _DIRECTIONS.items():
        part = nameless.resources(evidence, _SERVICES, _PATTERN, operation)[[*RESOURCE, "quantity"]]
        traffic = traffic.merge(part.rename(columns={"quantity": name}), on=RESOURCE, how="left")
    return traffic.fillna(dict.fromkeys(_DIRECTIONS, 0.0))


def _finding(row: dict[str, Any]) -> Finding:
    public = f", {row['public']:,.0f} GB of it over public addresses" if row["public"] else ""
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        # The bill does not tell which programs spoke: nothing is expected until flow logs do.
        saving=Saving(0.0, 0.0, row["cost"]),
        confidence="possible",
        evidence=f"{row['quantity']:,.0f} GB between zones: {row['received']:,.0f} GB received, "
        f"{row['sent']:,.0f} GB sent{public}.",
        component="traffic",
        facts={key: row[key] for key in ("quantity", "received", "sent", "public")},
    )


OPPORTUNITY = Opportunity(
    id="cross_az_traffic",
    title="Keep data within a zone",
    area="network",
    services=_SERVICES,
    step="modernize",
    effort_hours=24.0,
    risk="medium",
    reversible=True,
    restart=True,
    needs=(),
    find=find,
)
