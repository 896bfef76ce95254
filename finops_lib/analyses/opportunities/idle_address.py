"""Public IPv4 addresses that nothing uses: AWS bills them as idle, and what it bills is saved."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, nameless
from finops_lib.analyses.opportunities.idleness import LONG_ENOUGH
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import Confidence, Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence

_SERVICES: Final = ("AmazonVPC", "AmazonEC2")
_IDLE: Final = r"(?:PublicIPv4|ElasticIP):IdleAddress$"
_USED: Final = r"(?:PublicIPv4|ElasticIP):InUseAddress$"


def find(evidence: Evidence) -> Findings:
    """Addresses billed as idle for two weeks or more, and not in use; the bill alone proves the idle hours."""
    judged = nameless.resources(evidence, _SERVICES, _IDLE)
    used = set(nameless.usage(evidence, "bill", _SERVICES, _USED)["ResourceId"])
    held = evidence.of("addresses").drop(columns=["account", "region"]).drop_duplicates("resource")
    rows = billed.records(judged[~judged["resource"].isin(used)].merge(held, on="resource", how="left"))
    before = _hours_before(evidence)
    return Findings(
        tuple(
            _finding(row)
            for row in rows
            if row["quantity"] + before.get(row["resource"], 0.0) >= LONG_ENOUGH and _may_go(evidence, row)
        ),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
    )


def _hours_before(evidence: Evidence) -> dict[str, float]:
    """The idle hours of each address in the month before, so that an early month need not wait for two weeks."""
    rows = nameless.usage(evidence, "history", _SERVICES, _IDLE)
    before = pd.Timestamp(evidence.period.shift(-1).start)
    idle = billed.resources(rows[rows["BillingPeriodStart"] == before])
    return dict(zip(idle["resource"], idle["quantity"], strict=True))


def _is_named(row: dict[str, Any]) -> bool:
    return bool(row["resource"] != f"{row['account']}/{row['region']}")


def _may_go(evidence: Evidence, row: dict[str, Any]) -> bool:
    """True unless a tag protects it, or it has been released since; where nobody told, the bill stands."""
    if is_protected(row["tags"], evidence.protected):
        return False
    released = row["tags"] is None and evidence.knows("addresses", row["account"], row["region"])
    return not (released and _is_named(row))


def _certainty(row: dict[str, Any]) -> Confidence:
    if not _is_named(row):
        return "possible"
    return "obvious" if row["tags"] is not None and row["association"] is None else "likely"


def _finding(row: dict[str, Any]) -> Finding:
    if row["association"]:
        state = "it belongs to something that is switched off"
    elif row["tags"] is not None:
        state = "nothing is associated with it"
    else:
        state = "its tags and association are not known"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        # Hours without an address may be many short ones that are over.
        saving=Saving.exactly(row["cost"]) if _is_named(row) else Saving(0.0, row["cost"], row["cost"]),
        confidence=_certainty(row),
        evidence=f"{row['quantity']:,.0f} hours billed as idle; {state}.",
        facts={"hours": row["quantity"], "association": row["association"]},
    )


OPPORTUNITY = Opportunity(
    id="idle_address",
    title="Release public addresses that nothing uses",
    area="network",
    services=_SERVICES,
    step="delete",
    effort_hours=0.25,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("addresses",),
    find=find,
)
