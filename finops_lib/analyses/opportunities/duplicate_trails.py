"""Trails that record management events a second time: the first copy is free, each further one is billed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, nameless
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AWSCloudTrail"
_PATTERN: Final = r"PaidEventsRecorded$"


@dataclass(frozen=True)
class _Copies:
    """The trails that record a place's management events, as far as the account tells; how many are protected."""

    trails: int
    protected: int

    @property
    def removable(self) -> float:
        """The share of the paid copies that may go: one trail stays, and each protected one."""
        paid = self.trails - 1
        return 1.0 if paid < 1 else (self.trails - max(1, self.protected)) / paid


def find(evidence: Evidence) -> Findings:
    """Accounts and regions that pay for copies of management events; the bill alone proves it."""
    judged = nameless.resources(evidence, (_SERVICE,), _PATTERN)
    found = [_finding(row, _copies(evidence, row["account"], row["region"])) for row in billed.records(judged)]
    return Findings(
        tuple(finding for finding in found if finding.saving.high > LEAST),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
    )


def _copies(evidence: Evidence, account: str, region: str) -> _Copies:
    trails = evidence.of("trails")
    here = trails[(trails["account"] == account) & ((trails["region"] == region) | trails["multi_region"])]
    recording = here.loc[[value is True for value in here["management_events"]]].drop_duplicates("resource")
    return _Copies(len(recording), sum(is_protected(tags, evidence.protected) for tags in recording["tags"]))


def _finding(row: dict[str, Any], copies: _Copies) -> Finding:
    told = f"{copies.trails} of the account's trails record them" if copies.trails else "its trails are not known"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving.exactly(row["cost"] * copies.removable),
        confidence="obvious" if copies.trails > 1 else "likely",
        evidence=f"{row['quantity']:,.0f} copies of management events billed; {told}.",
        facts={"events": row["quantity"], "trails": copies.trails},
    )


OPPORTUNITY = Opportunity(
    id="duplicate_trails",
    title="Record management events once",
    area="observability",
    services=(_SERVICE,),
    step="delete",
    effort_hours=2.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("trails",),
    find=find,
)
