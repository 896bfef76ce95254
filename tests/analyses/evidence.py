"""The frames that the overview takes, from a few literal rows; each has the contract's columns and types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from finops_lib.analyses.overview import OverviewResult, summarize
from finops_lib.contracts.marts import validate
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

A, B = "111122223333", "444455556666"

_CHARGE: dict[str, Any] = {
    "BillingPeriodStart": "2026-02", "SubAccountId": A, "ServiceName": "EC2", "RegionId": "us-east-1", "ChargeCategory": "Usage",
    "x_charge_kind": "usage", "x_line_item_type": "Usage", "PricingCategory": "Standard", "BillingCurrency": "USD",
    "x_ServiceCode": "AmazonEC2", "x_UsageType": "BoxUsage", "x_Operation": "RunInstances", "PricingUnit": "Hrs",
    "PricingQuantity": 1.0, "BilledCost": 0.0, "EffectiveCost": 0.0, "ListCost": 0.0, "ContractedCost": 0.0,
    "x_net_discount": 0.0, "x_unpriced_cost": 0.0, "x_unpriced_rows": 0.0, "x_rows": 1,
}  # fmt: skip
_PROFILE: dict[str, Any] = {
    "period": "2026-02", "account": A, "currency": "USD", "type": "Usage", "rows": 1, "billed": 0.0, "costless": 0, "split": 0,
    "outside": 0, "outside_billed": 0.0, "uninvoiced": 0, "netted": 0, "discounted": 0.0, "unamortized": 0, "unpriced": 0,
    "unreadable": 0,
}  # fmt: skip
_SNAPSHOT: dict[str, Any] = {
    "snapshot": "s1", "period": "2026-02", "format": "CUR 2.0", "files": 1, "rows": 1, "BilledCost": 0.0, "invoice_status": "final",
    "invoices": ("INV-1",), "last_day": "2026-02-28", "net": False, "amortizes_savings_plans": True, "amortizes_reservations": True,
    "identity_residual": 0.0, "identity_failing": (), "identity_broken": False, "fees_elsewhere": 0, "tag_keys": (), "tag_collisions": {},
    "tags_left_out": (), "unreadable": (),
}  # fmt: skip


def charge(cost: float | None = 0.0, month: str = "2026-02", /, **columns: Any) -> dict[str, Any]:
    """A cost_monthly row whose four costs are ``cost`` unless given."""
    costs = dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), cost)
    return _CHARGE | costs | {"BillingPeriodStart": month} | columns


def monthly(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as cost_monthly."""
    frame = pd.DataFrame(list(rows) or [_CHARGE])
    frame["BillingPeriodStart"] = pd.to_datetime(frame["BillingPeriodStart"])
    return validate("cost_monthly", frame if rows else frame.iloc[:0])


def daily(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as cost_daily: on the month's second day unless ``x_charge_day`` says else."""
    frame = pd.DataFrame([{"x_charge_day": f"{row['BillingPeriodStart']}-02"} | row for row in rows])
    for column in ("BillingPeriodStart", "x_charge_day"):
        frame[column] = pd.to_datetime(frame[column])
    return validate("cost_daily", frame)


def profile(**columns: Any) -> pd.DataFrame:
    """One profile row, told by what is odd in it."""
    return validate("profile", pd.DataFrame([_PROFILE | columns]))


def snapshots(*changes: dict[str, Any]) -> pd.DataFrame:
    """One delivery a mapping of changes; a sound February without any."""
    return validate("snapshots", pd.DataFrame([_SNAPSHOT | change for change in changes or ({},)]))


def held(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A sound delivery for each month of the rows."""
    months = sorted({row["BillingPeriodStart"] for row in rows})
    ends = {month: f"{month}-{Period.parse(month).days:02d}" for month in months}
    return snapshots(*({"period": month, "snapshot": f"s{month}", "last_day": ends[month]} for month in months))


def accounts(rows: Sequence[dict[str, Any]], names: dict[str, str | None]) -> pd.DataFrame:
    """The accounts of the rows with these names."""
    keys = sorted({(row["BillingPeriodStart"], row["SubAccountId"]) for row in rows if row["SubAccountId"]})
    frame = pd.DataFrame(
        [(pd.Timestamp(month), account, names.get(account), "USD") for month, account in keys],
        columns=["BillingPeriodStart", "SubAccountId", "SubAccountName", "BillingCurrency"],
    )
    return validate("accounts", frame.astype({"SubAccountName": "str"}))


def reconciliation(rows: Sequence[dict[str, Any]], off: float = 0.0) -> pd.DataFrame:
    """Source and canonical of each account and month; ``off`` is what the canonical total has too much."""
    sums: dict[tuple[str, str | None], float] = {}
    for row in rows:
        key = row["BillingPeriodStart"], row["SubAccountId"]
        sums[key] = sums.get(key, 0.0) + (row["BilledCost"] or 0.0)
    lines = [
        {"BillingPeriodStart": pd.Timestamp(month), "SubAccountId": account, "BillingCurrency": "USD", "source": source,
         "canonical": source + off, "difference": off, "source_rows": 1}
        for (month, account), source in sums.items()
    ]  # fmt: skip
    return validate("reconciliation", pd.DataFrame(lines))


def overview(
    *rows: dict[str, Any],
    period: str = "2026-02",
    scope: Scope = ORGANIZATION,
    names: dict[str, str | None] | None = None,
    taken: pd.DataFrame | None = None,
    off: float = 0.0,
) -> OverviewResult:
    """The overview of these charges; the bill is sound unless told otherwise."""
    return summarize(
        monthly(*rows),
        daily(*rows),
        accounts(rows, names or {}),
        reconciliation(rows, off),
        profile(),
        held(rows) if taken is None else taken,
        scope=scope,
        period=Period.parse(period),
    )
