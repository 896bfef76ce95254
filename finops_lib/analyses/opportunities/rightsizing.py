"""Resources that AWS found larger than what they do: the smaller one at the client's own price, else AWS's figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.advice_findings import findings_of, place_gaps
from finops_lib.analyses.opportunities.components import billed_as, members, part_of
from finops_lib.analyses.opportunities.instance_types import parsed
from finops_lib.analyses.opportunities.machines import EC2, RDS, MachinePrices, machines
from finops_lib.analyses.opportunities.protocol import Confidence, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.recommended import IDLE, RIGHTSIZE, Advice, standing
from finops_lib.analyses.opportunities.repriced import saved
from finops_lib.contracts.evidence import Evidence

_VOLUME: Final = re.compile(r"\b(gp2|gp3|io1|io2|st1|sc1|standard)\b")
_MOST_RISK: Final = 2.0


def find(evidence: Evidence) -> Findings:
    """What AWS would make smaller and no other of its recommendations would stop or delete."""
    books = {service: MachinePrices(evidence, service) for service in ("AmazonEC2", "AmazonRDS")}
    by_machine = {
        (service, row["resource"]): row
        for service, kind in (("AmazonEC2", EC2), ("AmazonRDS", RDS))
        for row in billed.records(machines(evidence, kind))
    }

    def reprice(row: Mapping[str, Any], item: Advice) -> Saving | None:
        service = part_of(item.row["resource_type"], item.row["resource"]).service
        named = (row["resource"], *members(evidence, row["resource"]))
        run = [by_machine[(service, name)] for name in named if (service, name) in by_machine]
        alike = len({machine["type"] for machine in run}) == 1
        return _repriced(books[service], run[0], row, item) if alike else None

    advice = [
        item
        for item in standing(evidence, RIGHTSIZE | IDLE)
        if item.action in RIGHTSIZE and not _is_volume_type(evidence, item) and not _is_done(by_machine, item)
    ]
    given = findings_of(evidence, advice, reprice=reprice, trust=lambda _row, item: _trust(evidence, item))
    return replace(given, not_checked=given.not_checked + place_gaps(evidence))


def _repriced(book: MachinePrices, machine: Mapping[str, Any], row: Mapping[str, Any], item: Advice) -> Saving | None:
    target = parsed(item.row["target"])
    if target is None:
        return None
    now, then = book.own(machine), book.of(machine, target)
    return saved(row["cost"], now, then) if now and then else None


def _is_volume_type(evidence: Evidence, item: Advice) -> bool:
    """True for a move to another type of volume where the kinds that look for those can see the volume."""
    kinds = [_VOLUME.search(str(item.row[side] or "")) for side in ("current", "target")]
    before, after = (found[1] if found else None for found in kinds)
    known = evidence.knows("volumes", str(item.row["account"]), str(item.row["region"]))
    return known and before is not None and after is not None and before != after


def _is_done(by_machine: Mapping[tuple[str, str], Mapping[str, Any]], item: Advice) -> bool:
    """True where the machine no longer has the type that AWS saw."""
    seen = parsed(item.row["current"])
    service = part_of(item.row["resource_type"], item.row["resource"]).service
    machine = by_machine.get((service, billed_as(item.row["resource"])))
    return machine is not None and seen is not None and parsed(machine["type"]) not in (seen, None)


def _trust(evidence: Evidence, item: Advice) -> tuple[Confidence, str]:
    risky = item.row["risk"] is not None and item.row["risk"] > _MOST_RISK
    risk = f" AWS rates the risk to performance {item.row['risk']:.0f} of 4." if item.row["risk"] is not None else ""
    part = part_of(item.row["resource_type"], item.row["resource"])
    if (part.name, part.service) != ("compute", "AmazonEC2"):
        return "possible" if risky else "likely", risk.strip()
    known = _memory(evidence, item)
    told = {
        True: "Memory was measured.",
        False: "Memory was not measured.",
        None: "Whether memory was measured is not stated.",
    }[known]
    return "likely" if known and not risky else "possible", told + risk


def _memory(evidence: Evidence, item: Advice) -> bool | None:
    if item.row["memory_known"] is not None:
        return bool(item.row["memory_known"])
    metrics = evidence.of("utilization")
    own = metrics[metrics["resource"] == billed_as(item.row["resource"])]
    return True if own["metric"].str.contains("mem", case=False).any() else None


OPPORTUNITY = Opportunity(
    id="rightsizing",
    title="Rightsize what AWS measured as too large",
    area="compute",
    services=("AmazonEC2", "AmazonRDS", "AWSLambda", "AmazonECS"),
    step="rightsize",
    effort_hours=2.0,
    risk="medium",
    reversible=True,
    restart=True,
    needs=("recommendations",),
    find=find,
)
