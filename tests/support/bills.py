"""Bills of a few rows, in each dialect, written as AWS writes them."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PAYER, MEMBER = "011122223333", "444455556666"
PLAN = f"arn:aws:savingsplans::{PAYER}:savingsplan/plan-1"
RESERVATION = f"arn:aws:ec2:us-east-1:{PAYER}:reserved-instances/ri-1"

BASE: dict[str, Any] = {
    "identity_line_item_id": "row",
    "bill_payer_account_id": PAYER,
    "bill_billing_period_start_date": "2026-01-01T00:00:00Z",
    "bill_billing_period_end_date": "2026-02-01T00:00:00Z",
    "bill_invoice_id": "INV-1",
    "bill_billing_entity": "AWS",
    "line_item_usage_account_id": MEMBER,
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2026-01-05T10:00:00Z",
    "line_item_usage_end_date": "2026-01-05T11:00:00Z",
    "line_item_product_code": "AmazonEC2",
    "line_item_usage_type": "USE1-BoxUsage:m5.large",
    "line_item_operation": "RunInstances",
    "line_item_resource_id": "i-1",
    "line_item_usage_amount": 1.0,
    "line_item_currency_code": "USD",
    "line_item_unblended_cost": 0.0,
    "line_item_line_item_description": "m5.large",
    "pricing_public_on_demand_cost": 0.0,
    "pricing_unit": "Hrs",
    "product_product_name": "Amazon Elastic Compute Cloud",
    "product_sku": "SKU1",
    "product_region": "us-east-1",
    "product_instance_type": "m5.large",
    "reservation_reservation_a_r_n": None,
    "savings_plan_savings_plan_a_r_n": None,
}


def row(kind: str = "Usage", cost: float | None = 0.0, /, **columns: Any) -> dict[str, Any]:
    """One legacy CUR row; a usage row's public price is its cost unless given."""
    public = cost if kind == "Usage" else 0.0
    values = {
        "line_item_line_item_type": kind,
        "line_item_unblended_cost": cost,
        "pricing_public_on_demand_cost": public,
    }
    return BASE | values | columns


def savings_plan_month() -> list[dict[str, Any]]:
    """domain.md 13, amortized cost: 1 USD an hour for 100 hours, 90 of them used for 120 of On-Demand usage."""
    plan = {"savings_plan_savings_plan_a_r_n": PLAN}
    return [
        row("SavingsPlanCoveredUsage", 120.0, pricing_public_on_demand_cost=120.0, savings_plan_savings_plan_effective_cost=90.0, **plan),
        row("SavingsPlanNegation", -120.0, **plan),
        row(
            "SavingsPlanRecurringFee", 100.0, line_item_usage_account_id=PAYER, line_item_product_code="ComputeSavingsPlans",
            product_product_name="Savings Plans for AWS Compute usage", savings_plan_total_commitment_to_date=100.0,
            savings_plan_used_commitment=90.0, savings_plan_amortized_upfront_commitment_for_billing_period=0.0,
            savings_plan_recurring_commitment_for_billing_period=100.0, **plan,
        ),
    ]  # fmt: skip


def frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a table with the union of their columns."""
    return pd.DataFrame(list(rows))


def legacy_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """The Athena form: text, doubles and timestamps."""
    table = frame(rows)
    for column in table:
        if column.endswith(("_start_date", "_end_date")):
            table[column] = pd.to_datetime(table[column], utc=True).dt.tz_localize(None)
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(path, index=False, coerce_timestamps="ms")
    return path


def csv_name(column: str) -> str:
    """``line_item_unblended_cost`` → ``lineItem/UnblendedCost``, the reverse of AWS's Athena naming."""
    groups = (
        "resource_tags_user",
        "resource_tags_aws",
        "line_item",
        "savings_plan",
        "reservation",
        "identity",
        "pricing",
        "product",
        "bill",
        "split_line_item",
    )
    group = next(group for group in groups if column.startswith(group + "_"))
    rest = column[len(group) + 1 :]
    words = "".join(part.capitalize() for part in rest.split("_"))
    if group.startswith("resource_tags"):
        return f"resourceTags/{group.removeprefix('resource_tags_')}:{words}"
    head = "".join(part if i == 0 else part.capitalize() for i, part in enumerate(group.split("_")))
    product = words if group != "product" else words[0].lower() + words[1:]
    return f"{head}/{product if rest != 'product_name' else 'ProductName'}"


def legacy_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """The classic form with slashed names: plain, .gz or .zip by the path's ending."""
    text = frame(rows).rename(columns=csv_name).to_csv(index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bill.csv", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def _maps(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    out = []
    for item in rows:
        flat = {
            k: v
            for k, v in item.items()
            if not k.startswith(("resource_tags_", "product_product_name", "product_region"))
        }
        tags = {k.removeprefix("resource_tags_"): v for k, v in item.items() if k.startswith("resource_tags_") and v}
        extra = {"product_region_code": item.get("product_region"), "line_item_usage_account_name": None}
        product = {"product_name": item.get("product_product_name") or ""}
        out.append(flat | extra | {"product": product, "resource_tags": tags, "cost_category": {}})
    return out


def cur2_parquet(
    path: Path, rows: Sequence[Mapping[str, Any]], tags: Sequence[Mapping[str, str]] | None = None
) -> Path:
    """CUR 2.0: maps for product, resource_tags and cost_category; ``tags`` adds the newer map, one a row."""
    table = frame(_maps(rows))
    text_map = pa.map_(pa.string(), pa.string())
    columns = {}
    for name in table:
        values = table[name]
        if name in ("product", "resource_tags", "cost_category"):
            columns[name] = pa.array([list(value.items()) for value in values], type=text_map)
        elif name.endswith(("_start_date", "_end_date")):
            columns[name] = pa.array(pd.to_datetime(values, utc=True).dt.tz_localize(None))
        else:
            columns[name] = pa.array(values, from_pandas=True)
    if tags is not None:
        columns["tags"] = pa.array([list(value.items()) for value in tags], type=text_map)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def cur2_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """CUR 2.0 as CSV: maps are JSON text."""
    table = frame(_maps(rows))
    for name in ("product", "resource_tags", "cost_category"):
        table[name] = table[name].map(lambda value: json.dumps(value, ensure_ascii=False))
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False)
    return path


FOCUS_BASE: dict[str, Any] = {
    "BillingAccountId": PAYER,
    "BillingPeriodStart": "2026-01-01T00:00:00Z",
    "BillingPeriodEnd": "2026-02-01T00:00:00Z",
    "BillingCurrency": "USD",
    "ChargePeriodStart": "2026-01-05T10:00:00Z",
    "ChargePeriodEnd": "2026-01-05T11:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeClass": None,
    "ProviderName": "AWS",
    "ServiceName": "Amazon Elastic Compute Cloud",
    "SubAccountId": MEMBER,
    "SubAccountName": "member",
    "BilledCost": 0.0,
    "EffectiveCost": 0.0,
    "ListCost": 0.0,
    "ContractedCost": 0.0,
    "x_ServiceCode": "AmazonEC2",
    "x_Operation": "RunInstances",
}


def focus_csv(path: Path, rows: Sequence[Mapping[str, Any]], *, version: str = "1.2") -> Path:
    """A FOCUS export of AWS; 1.2 has InvoiceId and SkuMeter, 1.0 has x_UsageType."""
    extra = {"InvoiceId": "INV-1", "SkuMeter": "BoxUsage"} if version == "1.2" else {"x_UsageType": "BoxUsage"}
    path.parent.mkdir(parents=True, exist_ok=True)
    frame([FOCUS_BASE | extra | dict(item) for item in rows]).to_csv(path, index=False)
    return path
