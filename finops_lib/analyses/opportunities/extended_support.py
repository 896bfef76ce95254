"""Surcharges for versions past their standard support: what the bill charges for them is what an upgrade saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.places import told
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Saving
from finops_lib.analyses.opportunities.support_calendar import Support, named_in
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

_SURCHARGE: Final = r"(?i).*extended-?support"


def surcharges(evidence: Evidence, service: str, kind: str | None) -> Findings:
    """A finding for each resource of a service that pays a surcharge; ``kind`` is its inventory, if there is one.

    ``examined`` counts the service's resources: those without the surcharge are in standard support.
    """
    lines = billed.rows(evidence, service, ".*")
    charged = lines[plain_of(lines).str.match(_SURCHARGE)]
    usage = charged.assign(usage_type=plain_of(charged)).drop_duplicates("ResourceId").set_index("ResourceId")
    held = billed.resources(lines)
    costs = unprotected(evidence, billed.resources(charged).join(usage["usage_type"], on="resource"))
    still = _existing(evidence, kind, costs)
    return Findings(
        tuple(_finding(row) for row in billed.records(still) if row["cost"] >= LEAST),
        examined=int(held["resource"].nunique()),
        examined_cost=float(held["cost"].sum()),
    )


def dates(support: Support | None) -> str:
    """A sentence on the dates of a version; '' where the calendar lacks it."""
    if support is None:
        return ""
    words = [f" Standard support of {support.name} ended on {support.standard_end:%Y-%m-%d}."]
    if support.dearer_from is not None:
        words.append(f"Its surcharge rises on {support.dearer_from:%Y-%m-%d}.")
    if support.extended_end is not None:
        words.append(f"AWS upgrades it by itself after {support.extended_end:%Y-%m-%d}.")
    return " ".join(words)


def facts_of(support: Support | None) -> Mapping[str, object]:
    """The dates of a version with their source, for the finding's facts."""
    if support is None:
        return {}
    days = {"standard_end": support.standard_end, "extended_end": support.extended_end, "read": support.read}
    return {**{name: day.isoformat() if day else None for name, day in days.items()}, "source": support.source}


def _existing(evidence: Evidence, kind: str | None, costs: pd.DataFrame) -> pd.DataFrame:
    """Those that still exist, as far as an inventory tells."""
    if kind is None:
        return costs
    there = costs["resource"].isin(evidence.of(kind)["resource"])
    return costs[there | ~told(evidence, costs, kind)]


def _finding(row: Mapping[str, Any]) -> Finding:
    support = named_in(str(row["usage_type"]))
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving.exactly(row["cost"]),
        confidence="obvious",
        evidence=f"The bill charges {row['usage_type']}.{dates(support)}",
        component="extended support",
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        facts={"usage_type": row["usage_type"], "quantity": row["quantity"], **facts_of(support)},
    )
