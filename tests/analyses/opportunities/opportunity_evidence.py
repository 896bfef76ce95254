"""Small bills and inventories for the tests of opportunities."""

from __future__ import annotations

from typing import Any

import pandas as pd

from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.inventory import KINDS, none_of
from finops_lib.contracts.marts import MODELS
from finops_lib.core.periods import Period

ACCOUNT, REGION, PERIOD = "111122223333", "us-east-1", Period.parse("2026-10")


def line(resource: str, usage_type: str, cost: float, **more: Any) -> dict[str, Any]:
    """A row of ``resource_monthly``: On-Demand usage of EC2 unless told otherwise."""
    usual = {
        "BillingPeriodStart": pd.Timestamp("2026-10-01"),
        "SubAccountId": ACCOUNT,
        "RegionId": REGION,
        "ResourceId": resource,
        "ServiceName": "Amazon Elastic Compute Cloud",
        "x_ServiceCode": "AmazonEC2",
        "ChargeCategory": "Usage",
        "x_charge_kind": "usage",
        "x_UsageType": usage_type,
        "x_Operation": "",
        "x_instance_type": None,
        "PricingCategory": "Standard",
        "CommitmentDiscountId": None,
        "CommitmentDiscountType": None,
        "CommitmentDiscountStatus": None,
        "BillingCurrency": "USD",
        "PricingQuantity": 1.0,
        "PricingUnit": "Hrs",
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ListCost": cost,
        "ContractedCost": cost,
        "x_first_seen": pd.Timestamp("2026-10-01"),
        "x_last_seen": pd.Timestamp("2026-11-01"),
        "x_rows": 1,
    }
    return usual | more


def bill(*lines: dict[str, Any]) -> pd.DataFrame:
    """A ``resource_monthly`` frame."""
    model = MODELS["resource_monthly"]
    return model.validate(pd.DataFrame(list(lines))) if lines else model.empty()


def resource(kind: str, id_: str, **facts: Any) -> dict[str, Any]:
    """A row of an inventory kind; columns that are not given are null."""
    columns = KINDS[kind].to_schema().columns
    usual = dict.fromkeys(columns) | {"account": ACCOUNT, "region": REGION, "resource": id_, "tags": {}}
    return usual | facts


def asked(*kinds: str, status: str = "answered", reason: str | None = None) -> pd.DataFrame:
    """Answers of :data:`ACCOUNT` and :data:`REGION` for these kinds."""
    rows = [
        {"kind": kind, "account": ACCOUNT, "region": REGION, "status": status, "reason": reason, "taken": "2026-11-01"}
        for kind in kinds
    ]
    return pd.DataFrame(rows) if rows else none_of("asked")


def evidence(
    *lines: dict[str, Any],
    inventory: dict[str, list[dict[str, Any]]] | None = None,
    prices: list[dict[str, Any]] | None = None,
    told: pd.DataFrame | None = None,
    history: tuple[dict[str, Any], ...] = (),
    protected: tuple[str, ...] = (),
) -> Evidence:
    """Evidence of these lines of a bill; the kinds of ``inventory`` count as answered unless ``told`` says otherwise."""
    held = inventory or {}
    return Evidence(
        period=PERIOD,
        bill=bill(*lines),
        history=bill(*history),
        prices=pd.DataFrame(prices) if prices else none_of("prices").assign(contracted=pd.Series(dtype=float)),
        inventory={kind: pd.DataFrame(rows) if rows else none_of(kind) for kind, rows in held.items()},
        asked=asked(*held) if told is None else told,
        protected=protected,
    )
