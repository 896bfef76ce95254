"""Data that S3 and load balancers send to the internet: what CloudFront would cost in its place, requests included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, nameless
from finops_lib.analyses.opportunities.cloudfront_prices import CloudFrontPrice, cloudfront_price, free_gigabytes
from finops_lib.analyses.opportunities.nat_gateways import HOURS_A_MONTH
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

_SERVICES: Final = ("AmazonS3", "AmazonEC2", "AWSELB", "AWSDataTransfer")
_PATTERN: Final = r"DataTransfer-Out-Bytes$"
HIT_RATIOS: Final = (0.0, 0.45, 0.9)
"""How much of the requests a cache answers in the low, expected and high case; it depends on what is served."""
_LEAST_GB: Final = 1.0


@dataclass(frozen=True)
class Served:
    """A month of what is sent: its GB, what they cost, the requests, and what the origin is paid for these."""

    gigabytes: float
    cost: float
    requests: float
    origin_cost: float


def monthly_saving(served: Served, price_gb: float, price_request: float, *, hit_ratio: float, free_gb: float) -> float:
    """What a month costs less: data to viewers and each request are paid, the data that CloudFront fetches are not."""
    paid_gb = max(0.0, served.gigabytes - free_gb)
    return served.cost + hit_ratio * served.origin_cost - paid_gb * price_gb - served.requests * price_request


def find(evidence: Evidence) -> Findings:
    """Resources that send data to the internet for more than CloudFront would cost."""
    sent = nameless.resources(evidence, _SERVICES, _PATTERN)
    sent = sent[(sent["quantity"] >= _LEAST_GB) & (sent["cost"] > 0.01)]
    price = cloudfront_price(evidence)
    if price.gigabyte is None or price.request is None:
        return Findings(not_checked=_gaps(sent, "The price of CloudFront is not known.", _lacking(price)))
    counted = sent.merge(_requests(evidence), on="resource", how="left")
    judged = counted[counted["requests"].notna()]
    free = free_gigabytes(evidence) / max(1.0, float(judged["quantity"].sum()))
    open_to_change = unprotected(evidence, judged)
    found = [
        _finding(row, price.gigabyte, price.request, free * row["quantity"]) for row in billed.records(open_to_change)
    ]
    return Findings(
        tuple(finding for finding in found if finding.saving.expected > LEAST),
        examined=len(judged),
        examined_cost=float(judged["cost"].sum()),
        not_checked=_gaps(
            counted[counted["requests"].isna()],
            "How many requests are served is not known.",
            "the metric RequestCount of the load balancer, or CloudFront's own estimate",
        ),
    )


def _requests(evidence: Evidence) -> pd.DataFrame:
    """``requests`` a month and ``origin_cost`` by resource: of buckets the bill tells them, of balancers a metric."""
    gets = nameless.usage(evidence, "bill", ("AmazonS3",), r"Requests-Tier2$")
    of_buckets = billed.resources(gets)[["resource", "quantity", "cost"]]
    of_buckets = of_buckets.rename(columns={"quantity": "requests", "cost": "origin_cost"})
    metrics = evidence.of("utilization")
    hourly = metrics[(metrics["metric"] == "RequestCount") & metrics["unit"].fillna("").str.contains("Hour")]
    capacity = billed.of(evidence, "AWSELB", r"LCUUsage$")[["resource", "cost"]]
    of_balancers = hourly[["resource"]].assign(requests=hourly["p50"] * HOURS_A_MONTH)
    of_balancers = of_balancers.merge(capacity.rename(columns={"cost": "origin_cost"}), on="resource", how="left")
    return pd.concat([of_buckets, of_balancers.fillna({"origin_cost": 0.0})]).drop_duplicates("resource")


def _finding(row: dict[str, Any], price_gb: float, price_request: float, free_gb: float) -> Finding:
    served = Served(row["quantity"], row["cost"], row["requests"], row["origin_cost"])
    low, expected, high = (
        min(row["cost"], monthly_saving(served, price_gb, price_request, hit_ratio=ratio, free_gb=free))
        for ratio, free in zip(HIT_RATIOS, (0.0, 0.0, free_gb), strict=True)
    )
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(low, expected, high),
        confidence="possible",
        evidence=f"{row['quantity']:,.0f} GB to the internet in {row['requests']:,.0f} requests; "
        f"a cache that answers {HIT_RATIOS[0]:.0%} to {HIT_RATIOS[-1]:.0%} of them.",
        component="traffic",
        facts={"gigabytes": row["quantity"], "requests": row["requests"]},
    )


def _lacking(price: CloudFrontPrice) -> str:
    lacks = {"a GB to viewers": price.gigabyte, "a request": price.request}
    return "AmazonCloudFront's price of " + " and of ".join(name for name, known in lacks.items() if known is None)


def _gaps(sent: pd.DataFrame, reason: str, needs: str) -> tuple[Gap, ...]:
    return tuple(
        Gap(str(account), f"{region}: {reason}", needs, len(here), float(here["cost"].sum()))
        for (account, region), here in sent.groupby(billed.PLACE)
    )


OPPORTUNITY = Opportunity(
    id="internet_egress_cloudfront",
    title="Serve the internet through CloudFront",
    area="network",
    services=_SERVICES,
    step="modernize",
    effort_hours=16.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("prices", "utilization"),
    find=find,
)
