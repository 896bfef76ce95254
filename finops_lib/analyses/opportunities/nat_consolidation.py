"""Several NAT gateways in one network: what one fewer saves, less what its data would pay between zones."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, months, nat_gateways
from finops_lib.analyses.opportunities.billed import RESOURCE
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.analyses.opportunities.usage import lines
from finops_lib.contracts.evidence import Evidence

_REGIONAL: Final = "DataTransfer-Regional-Bytes"
_CROSSINGS: Final = 2.0
"""A GB between zones is billed to the side that sends it and to the side that receives it."""


def monthly_saving(hours_cost: float, crossing: float, regional_gigabyte: float) -> float:
    """What removing a gateway saves a month where ``crossing`` GB would then go to another zone; may be negative."""
    return hours_cost - _CROSSINGS * regional_gigabyte * crossing


def find(evidence: Evidence) -> Findings:
    """The gateways of a VPC beside its busiest whose hours cost more than their data would between zones."""
    carrying, gaps = nat_gateways.carrying(evidence)
    several = carrying[carrying.groupby(billed.PLACE)["resource"].transform("size") > 1]
    spare = _spare(several[several["vpc"].notna()])
    prices = {region: _price(evidence, region) for region in spare["region"].unique()}
    priced = spare.loc[[prices[region] is not None for region in spare["region"]]]
    unpriced = spare.loc[[prices[region] is None for region in spare["region"]]]
    paces = _paces(evidence)
    found = [
        _finding(row, price, [pace * row["hours"] for pace in paces[row["resource"]]])
        for row in billed.records(unprotected(evidence, priced))
        if (price := prices[row["region"]]) is not None
    ]
    unjudged = [*several.loc[several["vpc"].isna(), "resource"], *unpriced["resource"]]
    judged = carrying[~carrying["resource"].isin(unjudged)]
    return Findings(
        tuple(finding for finding in found if finding.saving.expected > LEAST),
        examined=len(judged),
        examined_cost=float(judged["hours_cost"].sum()),
        not_checked=gaps + nat_gateways.without_network(several) + _unpriced(unpriced),
    )


def _spare(gateways: pd.DataFrame) -> pd.DataFrame:
    """All but the busiest gateway of each VPC, with the zone of the one that stays."""
    by_bytes = gateways.sort_values(["flow", "resource"], ascending=[False, True])
    stays = by_bytes.drop_duplicates("vpc")[["vpc", "zone", "resource"]]
    others = by_bytes[~by_bytes["resource"].isin(stays["resource"])]
    return others.merge(stays, on="vpc", suffixes=("", "_stays")).sort_values(RESOURCE)


def _price(evidence: Evidence, region: str) -> float | None:
    prices = (unit_price(evidence, service, _REGIONAL, region) for service in ("AmazonEC2", "AWSDataTransfer"))
    return next((price.contracted for price in prices if price), None)


def _paces(evidence: Evidence) -> dict[str, list[float]]:
    """GB an hour through each gateway in the months held, the period's among them: an open month is not a whole one."""
    hours, flow = (
        months.quantities(lines(evidence, "months", nat_gateways.SERVICE, pattern))
        for pattern in (nat_gateways.METER.hours, nat_gateways.METER.flow)
    )
    paces = (flow / hours).droplevel([*billed.PLACE])
    return {str(resource): list(values.dropna()) for resource, values in paces.iterrows()}


def _finding(row: dict[str, Any], price: float, gigabytes: list[float]) -> Finding:
    crosses = row["zone"] is None or row["zone"] != row["zone_stays"]
    worst, now, best = (
        monthly_saving(row["hours_cost"], crossing if crosses else 0.0, price)
        for crossing in (max(gigabytes), row["flow"], min(gigabytes))
    )
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["hours_cost"],
        saving=Saving(worst, now, best),
        confidence="possible",
        evidence=f"{row['flow']:,.0f} GB would go to {row['resource_stays']} in the same VPC"
        + (", in another zone." if crosses else ", in the same zone."),
        component="hours",
        facts={"vpc": row["vpc"], "gigabytes": row["flow"], "stays": row["resource_stays"]},
    )


def _unpriced(gateways: pd.DataFrame) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            str(account),
            f"{region}: the price of data between zones is not known.",
            f"price of AmazonEC2 {_REGIONAL}",
            len(here),
            float(here["hours_cost"].sum()),
        )
        for (account, region), here in gateways.groupby(billed.PLACE)
    )


OPPORTUNITY = Opportunity(
    id="nat_consolidation",
    title="Share one NAT gateway between the zones of a network",
    area="network",
    services=("AmazonEC2",),
    step="rightsize",
    effort_hours=4.0,
    risk="high",
    reversible=True,
    restart=False,
    needs=("nat_gateways", "prices"),
    find=find,
)
