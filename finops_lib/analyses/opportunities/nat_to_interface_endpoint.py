"""NAT gateways that carry more data than an interface endpoint needs to pay for itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, nat_gateways
from finops_lib.analyses.opportunities.nat_gateways import HOURS_A_MONTH
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AmazonVPC"


@dataclass(frozen=True)
class EndpointPrice:
    """What an interface endpoint costs an hour in each zone, and a GB."""

    hour: float
    gigabyte: float


def break_even(nat_gigabyte: float, endpoint: EndpointPrice, *, zones: int = 1) -> float:
    """From how many GB a month on is an endpoint cheaper? Infinite where its GB costs as much as the gateway's."""
    cheaper = nat_gigabyte - endpoint.gigabyte
    return endpoint.hour * HOURS_A_MONTH * zones / cheaper if cheaper > 0 else math.inf


def monthly_saving(gigabytes: float, nat_gigabyte: float, endpoint: EndpointPrice, *, zones: int = 1) -> float:
    """What a month costs less with this much of the data through an endpoint; negative below the break-even."""
    return (nat_gigabyte - endpoint.gigabyte) * gigabytes - endpoint.hour * HOURS_A_MONTH * zones


def find(evidence: Evidence) -> Findings:
    """Gateways whose data, if all of one AWS service, would pay for an endpoint in the gateway's zone."""
    carrying, gaps = nat_gateways.carrying(evidence)
    prices = {region: _price(evidence, region) for region in carrying["region"].unique()}
    judged = carrying.loc[[prices[region] is not None for region in carrying["region"]]]
    found = [
        _finding(row, price)
        for row in billed.records(unprotected(evidence, judged))
        if (price := prices[row["region"]]) is not None
    ]
    unpriced = carrying[~carrying["resource"].isin(judged["resource"])]
    return Findings(
        tuple(finding for finding in found if finding.saving.high > LEAST),
        examined=len(judged),
        examined_cost=float(judged["flow_cost"].sum()),
        not_checked=gaps
        + tuple(
            Gap(
                str(account),
                f"{region}: the price of an interface endpoint is not known.",
                "prices of AmazonVPC VpcEndpoint-Hours and VpcEndpoint-Bytes",
                len(here),
                float(here["flow_cost"].sum()),
            )
            for (account, region), here in unpriced.groupby(billed.PLACE)
        ),
    )


def _price(evidence: Evidence, region: str) -> EndpointPrice | None:
    hour = unit_price(evidence, _SERVICE, "VpcEndpoint-Hours", region)
    gigabyte = unit_price(evidence, _SERVICE, "VpcEndpoint-Bytes", region)
    return EndpointPrice(hour.contracted, gigabyte.contracted) if hour and gigabyte else None


def _finding(row: dict[str, Any], price: EndpointPrice) -> Finding:
    each = row["flow_cost"] / row["flow"]
    most = monthly_saving(row["flow"], each, price)
    threshold = break_even(each, price)
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["flow_cost"],
        # An endpoint that nothing uses costs its hours; which service the data belong to only flow logs tell.
        saving=Saving(monthly_saving(0.0, each, price), 0.0, max(most, 0.0)),
        confidence="possible",
        evidence=f"{row['flow']:,.0f} GB through the gateway; an endpoint in its zone pays for itself from "
        f"{threshold:,.0f} GB a month of one AWS service on.",
        component="traffic",
        facts={"gigabytes": row["flow"], "break_even": None if math.isinf(threshold) else threshold},
    )


OPPORTUNITY = Opportunity(
    id="nat_to_interface_endpoint",
    title="Take a busy AWS service off the NAT gateway with an interface endpoint",
    area="network",
    services=("AmazonEC2", "AmazonVPC"),
    step="modernize",
    effort_hours=4.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("nat_gateways", "prices"),
    find=find,
)
