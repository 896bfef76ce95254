"""Bills by resource of several months, for the tests of what savings brought."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from savings import finding, kind

from finops_lib.analyses.opportunities.protocol import Saving, Step
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.marts import MODELS
from finops_lib.core.periods import Period

ACCOUNT = "111122223333"


def used(month: str, resource: str, usage_type: str, quantity: float, price: float, **more: Any) -> dict[str, Any]:
    """A month's usage of a resource, all month long unless ``first`` or ``last`` (days) say otherwise."""
    period = Period.parse(month)
    first, last = more.pop("first", 1), more.pop("last", period.days)
    usual = {
        "BillingPeriodStart": pd.Timestamp(period.start),
        "SubAccountId": ACCOUNT,
        "RegionId": "us-east-1",
        "ResourceId": resource,
        "ServiceName": "Amazon Elastic Compute Cloud",
        "x_ServiceCode": "AmazonEC2",
        "ChargeCategory": "Usage",
        "x_charge_kind": "usage",
        "x_UsageType": usage_type,
        "x_Operation": "RunInstances",
        "x_instance_type": None,
        "PricingCategory": "Standard",
        "CommitmentDiscountId": None,
        "CommitmentDiscountType": None,
        "CommitmentDiscountStatus": None,
        "BillingCurrency": "USD",
        "PricingQuantity": quantity,
        "PricingUnit": "GB-Mo" if "EBS:" in usage_type else "Hrs",
        "BilledCost": quantity * price,
        "EffectiveCost": quantity * price,
        "ListCost": quantity * price,
        "ContractedCost": quantity * price,
        "x_first_seen": pd.Timestamp(period.start) + pd.Timedelta(days=first - 1),
        "x_last_seen": pd.Timestamp(period.start) + pd.Timedelta(days=last),
        "x_rows": 1,
    }
    return usual | more


def bill(*lines: dict[str, Any]) -> pd.DataFrame:
    """A ``resource_monthly`` frame."""
    return MODELS["resource_monthly"].validate(pd.DataFrame(list(lines)))


def hours(month: str) -> float:
    """The hours of a month."""
    return Period.parse(month).days * 24.0


def item(step: Step, resource: str, expected: float, *, component: str = "all", id_: str = "") -> Item:
    """An item of a scorecard that saves ``expected`` a month."""
    saving = Saving.exactly(expected)
    found = finding(expected or 1.0, 1.0, resource, component=component, saving=saving)
    return Item(kind(step, id_), found, saving, "taken", base=expected)


def day(text: str) -> dt.date:
    """A day."""
    return dt.date.fromisoformat(text)
