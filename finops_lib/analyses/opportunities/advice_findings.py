"""Findings out of AWS's recommendations: AWS's figure, or the client's own prices, never more than the bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.components import COMPUTE, Part, billed_as, members, part_costs, part_of
from finops_lib.analyses.opportunities.places import told
from finops_lib.analyses.opportunities.protocol import LEAST, Confidence, Finding, Findings, Gap, Saving
from finops_lib.analyses.opportunities.recommended import Advice, amount
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

_NEEDS: Final = "compute-optimizer:Get*Recommendations and cost-optimization-hub:ListRecommendations"
_ALL: Final = "recommendations"
_SOURCES: Final = ("compute-optimizer", "cost-optimization-hub")
UNASKED: Final = "AWS was not asked."

Priced = Callable[[Mapping[str, Any], Advice], Saving | None]
Trusted = Callable[[Mapping[str, Any], Advice], tuple[Confidence, str]]


@dataclass
class _Result:
    found: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    seen: dict[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Costs:
    """What a part of each resource costs, and the rows of each account and resource."""

    rows: pd.DataFrame
    places: Mapping[Any, Any]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Costs:
        return cls(rows, rows.groupby(["account", "resource"]).indices)

    def named(self, account: str, resources: Iterable[str]) -> pd.DataFrame:
        return self.rows.iloc[
            sorted(place for name in set(resources) for place in self.places.get((account, name), ()))
        ]


def findings_of(
    evidence: Evidence,
    advice: Sequence[Advice],
    *,
    reprice: Priced,
    trust: Trusted,
    whole: bool = False,
    measured: bool = True,
) -> Findings:
    """A finding for each recommendation whose resource the bill names; ``whole`` where all of it goes away.

    ``reprice`` gives the saving at the client's own prices, or None for AWS's figure; ``trust`` the confidence and a
    sentence why. AWS's figure is cut to what the part costs; one that is negative or lacking is a gap. Examined is
    what it recommends something for and, where it ``measured`` them all, each EC2 instance where AWS answered.
    """
    result = _Result()
    costs: dict[Part, _Costs] = {}
    machines = part_costs(evidence, COMPUTE)
    for row in billed.records(machines[told(evidence, machines, _ALL, *_SOURCES)] if measured else machines.head(0)):
        result.seen[(row["account"], row["resource"])] = row["cost"]
    for item in advice:
        part = _whole_part(item) if whole else part_of(item.row["resource_type"], item.row["resource"])
        if part not in costs:
            costs[part] = _Costs.of(unprotected(evidence, part_costs(evidence, part)))
        _add(result, evidence, item, part, costs[part], reprice, trust)
    return Findings(tuple(result.found), len(result.seen), sum(result.seen.values()), tuple(result.gaps))


def place_gaps(evidence: Evidence) -> tuple[Gap, ...]:
    """A gap for each account and region with machines that nobody was asked about, and for each refusal."""
    machines = part_costs(evidence, COMPUTE)
    silent = [
        Gap(
            str(place[0]),
            f"{place[1]}: {_why(evidence, *map(str, place))}",
            _NEEDS,
            len(rows),
            float(rows["cost"].sum()),
        )
        for place, rows in machines[~told(evidence, machines, _ALL, *_SOURCES)].groupby(billed.PLACE, sort=True)
    ]
    refusals = evidence.asked[evidence.asked["kind"].isin(_SOURCES) & (evidence.asked["status"] != "answered")]
    reasons = {(row["account"], row["region"], row["reason"] or row["status"]) for row in billed.records(refusals)}
    said = {(gap.account, gap.reason) for gap in silent}
    refused = [Gap(account, f"{region}: {why}", _NEEDS) for account, region, why in sorted(reasons)]
    return (*silent, *(gap for gap in refused if (gap.account, gap.reason) not in said))


def _why(evidence: Evidence, account: str, region: str) -> str:
    reasons = [evidence.why_unknown(kind, account, region) for kind in (_SOURCES[0], _ALL)]
    return next((why for why in reasons if why != UNASKED), UNASKED)


def _whole_part(item: Advice) -> Part:
    part = part_of(item.row["resource_type"], item.row["resource"])
    # Stopping an instance leaves its volumes; whatever is deleted leaves nothing.
    return part if part.name == "compute" and item.action != "delete" else Part("all", "", "")


def _add(
    result: _Result,
    evidence: Evidence,
    item: Advice,
    part: Part,
    costs: _Costs,
    reprice: Priced,
    trust: Trusted,
) -> None:
    row = _billed_row(evidence, item, costs)
    account = str(item.row["account"])
    if row is None:
        if not _is_known(evidence, item):
            result.gaps.append(Gap(account, f"The bill does not name {item.row['resource']}.", "resource ids", 1))
        return
    result.seen[(account, row["resource"])] = row["cost"]
    figure = amount(item.row, _paid_share(row))
    saving = reprice(row, item) or (None if figure is None else Saving.exactly(min(figure, row["cost"])))
    if saving is None or saving.expected < 0:
        reason = f"{row['resource']}: AWS's recommendation {_why_none(evidence, item, saving)}."
        result.gaps.append(Gap(account, reason, "a price of the target in the bill or price list", 1, row["cost"]))
    elif saving.expected >= LEAST:
        result.found.append(_finding(row, item, part, saving, trust))


def _why_none(evidence: Evidence, item: Advice, saving: Saving | None) -> str:
    if saving is not None:
        return "would cost more than it saves"
    if item.row["foreign"] is not None:
        return f"is in {item.row['foreign']}, the bill in {evidence.currency}"
    return "gives no amount"


def _finding(row: Mapping[str, Any], item: Advice, part: Part, saving: Saving, trust: Trusted) -> Finding:
    confidence, why = trust(row, item)
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=saving,
        confidence="possible" if item.is_old else confidence,
        evidence=f"{item.told} {why}".strip(),
        component=part.name,
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        facts={
            "source": item.row["source"],
            "aws_saving": item.row["saving"],
            "aws_list_saving": item.row["list_saving"],
            "from": item.row["current"],
            "to": item.row["target"],
            "days_old": item.days_old,
        },
    )


def _billed_row(evidence: Evidence, item: Advice, costs: _Costs) -> Mapping[str, Any] | None:
    account, named = str(item.row["account"]), billed_as(item.row["resource"])
    own = costs.named(account, [named])
    if len(own):
        return _sum(own, named)
    run = costs.named(account, members(evidence, str(item.row["resource"])))
    return _sum(run, named) if len(run) else None


def _sum(rows: pd.DataFrame, resource: str) -> Mapping[str, Any]:
    covers = sorted({id_ for ids in rows["covered_by"] for id_ in ids})
    sums = rows[["cost", "covered_cost", "list_cost", "quantity"]].sum()
    place = {"account": rows["account"].iloc[0], "region": rows["region"].iloc[0], "resource": resource}
    return {**place, **{str(name): float(value) for name, value in sums.items()}, "covered_by": tuple(covers)}


def _is_known(evidence: Evidence, item: Advice) -> bool:
    """True where the bill names the resource, if by other usage or under a tag that protects it."""
    return bool((evidence.bill["ResourceId"] == billed_as(item.row["resource"])).any())


def _paid_share(row: Mapping[str, Any]) -> float:
    return min(1.0, row["cost"] / row["list_cost"]) if row["list_cost"] and row["list_cost"] > 0 else 1.0
