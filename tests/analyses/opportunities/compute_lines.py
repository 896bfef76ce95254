"""Lines of machines, prices and recommendations for the tests of compute and database opportunities."""

from __future__ import annotations

from typing import Any

import pandas as pd
from opportunity_evidence import ACCOUNT, REGION, line, resource

MONTH = 744.0


def box(id_: str, type_: str, cost: float, hours: float = MONTH, **more: Any) -> dict[str, Any]:
    """Hours of an EC2 instance with Linux, On-Demand."""
    usual = {"x_Operation": "RunInstances", "x_instance_type": type_, "PricingQuantity": hours}
    return line(id_, f"BoxUsage:{type_}", cost, **(usual | more))


def covered(row: dict[str, Any], effective: float, plan: str, kind: str = "Savings Plan") -> dict[str, Any]:
    """The same hours paid by a commitment: its list and contracted cost stay."""
    return row | {
        "EffectiveCost": effective,
        "BilledCost": 0.0,
        "PricingCategory": "Committed",
        "CommitmentDiscountId": plan,
        "CommitmentDiscountType": kind,
        "CommitmentDiscountStatus": "Used",
    }


def fee(plan: str, usage_type: str, unused: float, kind: str = "Savings Plan", **more: Any) -> dict[str, Any]:
    """The own row of a commitment: what of it went unused."""
    usual = {
        "ChargeCategory": "Purchase",
        "x_charge_kind": "commitment",
        "PricingCategory": None,
        "CommitmentDiscountId": plan,
        "CommitmentDiscountType": kind,
        "CommitmentDiscountStatus": "Unused",
    }
    return line(plan, usage_type, unused, **(usual | more))


def price(usage_type: str, amount: float, service: str = "AmazonEC2", **more: Any) -> dict[str, Any]:
    """A unit price of a price list, or of the bill where ``contracted`` is given."""
    usual = {
        "region": REGION,
        "service_code": service,
        "usage_type": usage_type,
        "operation": "RunInstances",
        "unit": "Hrs",
        "price": amount,
        "contracted": float("nan"),
        "instance_type": None,
    }
    return usual | more


def instance(id_: str, **facts: Any) -> dict[str, Any]:
    """A running instance of the inventory."""
    return resource("instances", id_, **({"type": "m5.xlarge", "state": "running"} | facts))


def advice(id_: str, **facts: Any) -> dict[str, Any]:
    """A recommendation of Compute Optimizer to halve an instance, two weeks after the month."""
    usual: dict[str, Any] = {
        "source": "compute-optimizer",
        "id": f"{id_} {facts.get('source', '')} {facts.get('target', '')}",
        "account": ACCOUNT,
        "region": REGION,
        "resource": id_,
        "resource_type": "Ec2Instance",
        "action": "Rightsize",
        "current": "m5.2xlarge",
        "target": "m5.xlarge",
        "lookback_days": 32.0,
        "refreshed": pd.Timestamp("2026-10-25"),
        "memory_known": True,
    }
    row = resource("recommendations", id_) | usual | facts
    return {name: row[name] for name in row if name != "tags"}
