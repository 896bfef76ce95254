"""EKS clusters past their standard support: an upgrade saves the difference to the standard hour, which stays due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.extended_support import dates, facts_of
from finops_lib.analyses.opportunities.machines import current
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.repriced import MissingPrice, price_gaps
from finops_lib.analyses.opportunities.support_calendar import Support, support_of
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import UnitPrice, unit_price
from finops_lib.contracts.evidence import Evidence

_STANDARD: Final = "AmazonEKS-Hours:perCluster"
_EXTENDED: Final = r"AmazonEKS-Hours:(?i:extended-?support)"


def find(evidence: Evidence) -> Findings:
    """Clusters that are billed by the hour of extended support, less what a standard hour costs."""
    hours = billed.of(evidence, "AmazonEKS", r"AmazonEKS-Hours:")
    charged = billed.of(evidence, "AmazonEKS", _EXTENDED)
    charged = unprotected(evidence, current(evidence, "clusters", charged))
    found, missing = [], []
    for row in billed.records(charged):
        standard = unit_price(evidence, "AmazonEKS", _STANDARD, row["region"])
        if standard is None:
            missing.append(MissingPrice(row["account"], row["region"], _STANDARD, row["cost"]))
        elif (item := _finding(row, standard)).saving.expected >= LEAST:
            found.append(item)
    cost = float(hours["cost"].sum()) - sum(item.cost for item in missing)
    return Findings(tuple(found), hours["resource"].nunique() - len(missing), cost, price_gaps(missing))


def _finding(row: Mapping[str, Any], standard: UnitPrice) -> Finding:
    support = support_of("eks", row["version"]) if row["version"] is not None else None
    stays = min(row["cost"], standard.contracted * row["quantity"])
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving.exactly(row["cost"] - stays),
        confidence="obvious",
        evidence=(
            f"{row['quantity']:.0f} hours in extended support at {row['cost'] / row['quantity']:.2f}; a standard hour "
            f"costs {standard.contracted:.2f}.{_what_is_known(row, support)}"
        ),
        component="hours",
        facts={"hours": row["quantity"], "standard": standard.contracted, "version": row["version"]}
        | dict(facts_of(support)),
    )


def _what_is_known(row: Mapping[str, Any], support: Support | None) -> str:
    return dates(support) or (f" It runs version {row['version']}." if row["version"] is not None else "")


OPPORTUNITY = Opportunity(
    id="eks_extended_support",
    title="Upgrade EKS clusters out of extended support",
    area="compute",
    services=("AmazonEKS",),
    step="modernize",
    effort_hours=16.0,
    risk="medium",
    reversible=False,
    restart=True,
    needs=("clusters",),
    find=find,
)
