"""On-Demand capacity reservations that no instance runs in: AWS bills the empty places like instances."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import Confidence, Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence

_PATTERN: Final = r"Unused(?:Box|Ded):"
_ALMOST_ALL: Final = 0.99


def find(evidence: Evidence) -> Findings:
    """Reservations with billed empty hours; what is expected is what both the month and today leave empty."""
    unused = billed.of(evidence, "AmazonEC2", _PATTERN)
    # Accounts that a reservation is shared with list it too.
    held = evidence.of("capacity_reservations").drop(columns=["account", "region"]).drop_duplicates("resource")
    rows = billed.records(_averages(unused).merge(held, on="resource", how="left"))
    return Findings(
        tuple(_finding(row) for row in rows if row["cost"] > 0.01 and _may_go(evidence, row)),
        examined=len(unused),
        examined_cost=float(unused["cost"].sum()),
    )


def _averages(unused: pd.DataFrame) -> pd.DataFrame:
    """Beside each reservation how many places were empty on average, over the hours that it is seen in."""
    seen = (unused["last_seen"] - unused["first_seen"]).dt.total_seconds() / 3600
    return unused.assign(empty=unused["quantity"] / seen.where(seen > 0))


def _may_go(evidence: Evidence, row: dict[str, Any]) -> bool:
    """True unless a tag protects it, or it has ended or filled since; where nobody told, the bill stands."""
    if row["tags"] is None:
        return not evidence.knows("capacity_reservations", row["account"], row["region"])
    return row["state"] == "active" and row["available"] > 0 and not is_protected(row["tags"], evidence.protected)


def _saving(row: dict[str, Any]) -> tuple[Saving, Confidence]:
    """All of it where the reservation stood empty all month; else nothing is sure but what is empty today."""
    if row["tags"] is None or row["empty"] is None:
        return Saving(0.0, 0.0, row["cost"]), "possible"
    if row["empty"] >= _ALMOST_ALL * row["total"]:
        return Saving.exactly(row["cost"]), "likely"
    return Saving(0.0, row["cost"] * min(1.0, row["available"] / row["empty"]), row["cost"]), "possible"


def _finding(row: dict[str, Any]) -> Finding:
    saving, confidence = _saving(row)
    today = "" if row["tags"] is None else f"; {row['available']:.0f} of {row['total']:.0f} places are empty today"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=saving,
        confidence=confidence,
        evidence=f"{row['quantity']:,.0f} instance-hours reserved and not used{today}.",
        component="hours",
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        facts={"hours": row["quantity"], "total": row["total"], "available": row["available"]},
    )


OPPORTUNITY = Opportunity(
    id="unused_capacity_reservations",
    title="Cancel or shrink capacity reservations that stand empty",
    area="compute",
    services=("AmazonEC2",),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("capacity_reservations",),
    find=find,
)
