"""Lines of networks for the tests of opportunities: gateways, prices and lines that name no resource."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from opportunity_evidence import ACCOUNT, REGION, line

from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.marts import MODELS


def month(text: str) -> dict[str, Any]:
    """The billing month of a line of the history."""
    return {"BillingPeriodStart": pd.Timestamp(f"{text}-01")}


def metered(resource: str, usage_type: str, quantity: float, cost: float, **more: Any) -> dict[str, Any]:
    """A line of a bill with what was used."""
    return line(resource, usage_type, cost, PricingQuantity=quantity, **more)


def nat(resource: str, gigabytes: float, *, hours: float = 730.0, **more: Any) -> list[dict[str, Any]]:
    """A NAT gateway of us-east-1: 0.045 an hour and 0.045 a GB."""
    lines = [metered(resource, "NatGateway-Hours", hours, 0.045 * hours, **more)]
    data = metered(resource, "NatGateway-Bytes", gigabytes, 0.045 * gigabytes, PricingUnit="GB", **more)
    return [*lines, data] if gigabytes else lines


def price(service: str, usage_type: str, amount: float) -> dict[str, Any]:
    """A unit price that the client pays in full."""
    return {
        "region": REGION,
        "service_code": service,
        "usage_type": usage_type,
        "operation": None,
        "unit": "GB",
        "instance_type": None,
        "price": amount,
        "contracted": amount,
    }


def with_costs(evidence: Evidence, *nameless: dict[str, Any]) -> Evidence:
    """The evidence with the bill's lines by cost: those of its resources, and these that name none."""
    lines = pd.concat([evidence.bill, pd.DataFrame(list(nameless))]) if nameless else evidence.bill
    costs = lines.assign(
        x_line_item_type="Usage", x_net_discount=0.0, x_unpriced_cost=0.0, x_unpriced_rows=0, x_rows=1
    ).drop(columns=["ResourceId"])
    return replace(evidence, costs=MODELS["cost_monthly"].validate(costs))


def nameless(usage_type: str, quantity: float, cost: float, **more: Any) -> dict[str, Any]:
    """A line that names no resource."""
    return metered("", usage_type, quantity, cost, **more)


PLACE = f"{ACCOUNT}/{REGION}"
