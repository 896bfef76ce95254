"""NAT gateways that carry data of S3 and DynamoDB, which a gateway endpoint would carry for nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, nat_gateways
from finops_lib.analyses.opportunities.billed import PLACE
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.usage import lines
from finops_lib.contracts.evidence import Evidence

_FREE: Final[Mapping[str, str]] = {"s3": "AmazonS3", "dynamodb": "AmazonDynamoDB"}
_KB_A_UNIT: Final[Mapping[str, float]] = {
    r"ReadRequestUnits": 8.0,
    r"WriteRequestUnits": 1.0,
    r"ReadCapacityUnit-Hrs": 8.0 * 3600,
    r"WriteCapacityUnit-Hrs": 3600.0,
}
"""The most data that a unit of DynamoDB can move: an eventually consistent read takes 8 KB, a write 1 KB."""
_KB_A_GB: Final = 1024.0**2


def find(evidence: Evidence) -> Findings:
    """Gateways with traffic in a VPC without a gateway endpoint for S3 or DynamoDB, and what those could explain."""
    carrying, gaps = nat_gateways.carrying(evidence)
    blind = [not evidence.knows("vpc_endpoints", *place) for place in zip(*_places(carrying), strict=True)]
    told = carrying.loc[[not unknown for unknown in blind]]
    judged = told[told["vpc"].notna()]
    rows = billed.records(_reachable(evidence, unprotected(evidence, judged)))
    return Findings(
        tuple(_finding(row) for row in rows if row["saving"] > LEAST),
        examined=len(judged),
        examined_cost=float(judged["flow_cost"].sum()),
        not_checked=gaps
        + billed.gaps(evidence, "vpc_endpoints", _by_traffic(carrying.loc[blind]), "ec2:DescribeVpcEndpoints")
        + nat_gateways.without_network(_by_traffic(told)),
    )


def _by_traffic(gateways: pd.DataFrame) -> pd.DataFrame:
    return gateways.assign(cost=gateways["flow_cost"])


def _places(frame: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    return frame["account"], frame["region"]


def _reachable(evidence: Evidence, gateways: pd.DataFrame) -> pd.DataFrame:
    """Beside each gateway ``lacks``, ``reach`` (GB that those services could explain in its place) and ``saving``."""
    endpoints = evidence.of("vpc_endpoints")
    held = endpoints[(endpoints["type"] == "Gateway") & (endpoints["state"].str.casefold() == "available")]
    lacks = [_lacking(held[held["vpc"] == vpc]) for vpc in gateways["vpc"]]
    reach = [
        sum(_reach(evidence, name, account, region) for name in names)
        for names, account, region in zip(lacks, *_places(gateways), strict=True)
    ]
    known = gateways.assign(
        lacks=pd.Series(lacks, index=gateways.index, dtype=object),
        reach=pd.Series(reach, index=gateways.index, dtype=float),
    )
    # What a place's services could explain is shared by the gateways that could carry it, by their bytes.
    together = known[known["reach"] > 0].groupby(PLACE)["flow"].sum().rename("together")
    known = known.merge(together, on=PLACE, how="left")
    return known.assign(saving=known["flow_cost"] * (known["reach"] / known["together"]).fillna(0.0).clip(upper=1.0))


def _lacking(endpoints: pd.DataFrame) -> tuple[str, ...]:
    served = {str(service).rpartition(".")[2] for service in endpoints["service"]}
    return tuple(name for name in _FREE if name not in served)


def _reach(evidence: Evidence, name: str, account: str, region: str) -> float:
    """The GB that one service's own usage could explain; infinite where it is used and its bytes are not told."""

    def used(pattern: str) -> pd.Series[float]:
        rows = lines(evidence, "whole", _FREE[name], pattern)
        return rows.loc[(rows["SubAccountId"] == account) & (rows["RegionId"] == region), "PricingQuantity"]

    if name == "dynamodb":
        return float(sum(kb * used(pattern).sum() for pattern, kb in _KB_A_UNIT.items())) / _KB_A_GB
    told = float(used(r"C3DataTransfer-(?:In|Out)-Bytes$").sum())
    return told if told or used(r"Requests-").empty else math.inf


def _finding(row: dict[str, Any]) -> Finding:
    named = " and ".join({"s3": "S3", "dynamodb": "DynamoDB"}[name] for name in row["lacks"])
    reach = "all of it" if math.isinf(row["reach"]) else f"at most {row['reach']:,.0f} GB in this region"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["flow_cost"],
        # Without flow logs nobody knows the share: nothing is expected until it is measured.
        saving=Saving(0.0, 0.0, row["saving"]),
        confidence="possible",
        evidence=f"{row['flow']:,.0f} GB through the gateway; {row['vpc']} has no gateway endpoint for {named}, "
        f"whose usage could explain {reach}.",
        component="traffic",
        facts={"vpc": row["vpc"], "lacks": row["lacks"], "gigabytes": row["flow"]},
    )


OPPORTUNITY = Opportunity(
    id="nat_to_gateway_endpoint",
    title="Take S3 and DynamoDB off the NAT gateway with gateway endpoints",
    area="network",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=2.0,
    risk="low",
    reversible=True,
    restart=False,
    needs=("nat_gateways", "vpc_endpoints"),
    find=find,
)
