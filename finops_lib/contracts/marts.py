"""The frames that leave an engine, as pandera models: analyses rely on these columns and types and check nothing again.

Policy tag columns (``x_tag_<key>``) come on top of what a model names; money is float64 from here on.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.contracts.model import Frame, conformed
from finops_lib.core.errors import ContractError


class _Costs(Frame):
    BillingPeriodStart: Series[pd.Timestamp]
    SubAccountId: Series[str] = pa.Field(nullable=True)
    ServiceName: Series[str] = pa.Field(nullable=True)
    RegionId: Series[str] = pa.Field(nullable=True)
    ChargeCategory: Series[str] = pa.Field(nullable=True)
    x_charge_kind: Series[str]
    PricingCategory: Series[str] = pa.Field(nullable=True)
    BillingCurrency: Series[str] = pa.Field(nullable=True)
    BilledCost: Series[float] = pa.Field(nullable=True)
    EffectiveCost: Series[float] = pa.Field(nullable=True)
    ListCost: Series[float] = pa.Field(nullable=True)
    ContractedCost: Series[float] = pa.Field(nullable=True)
    x_rows: Series[int]


class CostDaily(_Costs):
    """A day, account, service, charge and tag cell. ``x_charge_day`` may lie outside the billing month."""

    x_charge_day: Series[pd.Timestamp] = pa.Field(nullable=True)


class CostMonthly(_Costs):
    """A month, account, usage type, operation, price and tag cell, with quantity in ``PricingUnit``."""

    x_line_item_type: Series[str] = pa.Field(nullable=True)
    x_ServiceCode: Series[str] = pa.Field(nullable=True)
    x_UsageType: Series[str] = pa.Field(nullable=True)
    x_Operation: Series[str] = pa.Field(nullable=True)
    PricingQuantity: Series[float] = pa.Field(nullable=True)
    PricingUnit: Series[str] = pa.Field(nullable=True)
    x_net_discount: Series[float] = pa.Field(nullable=True)
    x_unpriced_cost: Series[float] = pa.Field(nullable=True)
    x_unpriced_rows: Series[int]


class ResourceMonthly(_Costs):
    """A month, account, resource, usage type, operation, price and commitment cell; quantity in ``PricingUnit``."""

    ResourceId: Series[str]
    x_ServiceCode: Series[str] = pa.Field(nullable=True)
    x_UsageType: Series[str] = pa.Field(nullable=True)
    x_Operation: Series[str] = pa.Field(nullable=True)
    x_instance_type: Series[str] = pa.Field(nullable=True)
    CommitmentDiscountId: Series[str] = pa.Field(nullable=True)
    CommitmentDiscountType: Series[str] = pa.Field(nullable=True)
    CommitmentDiscountStatus: Series[str] = pa.Field(nullable=True)
    PricingQuantity: Series[float] = pa.Field(nullable=True)
    PricingUnit: Series[str] = pa.Field(nullable=True)
    x_first_seen: Series[pd.Timestamp] = pa.Field(nullable=True)
    x_last_seen: Series[pd.Timestamp] = pa.Field(nullable=True)


class Accounts(Frame):
    """The sub-accounts of each month; the name is null where neither bill nor settings give one."""

    BillingPeriodStart: Series[pd.Timestamp]
    SubAccountId: Series[str] = pa.Field(nullable=True)
    SubAccountName: Series[str] = pa.Field(nullable=True)
    BillingCurrency: Series[str] = pa.Field(nullable=True)


class Reconciliation(Frame):
    """Billed cost of each account and month: by the source's own columns, and by the canonical table."""

    BillingPeriodStart: Series[pd.Timestamp]
    SubAccountId: Series[str] = pa.Field(nullable=True)
    BillingCurrency: Series[str] = pa.Field(nullable=True)
    source: Series[float]
    canonical: Series[float]
    difference: Series[float]
    source_rows: Series[int]


class Profile(Frame):
    """What the source files hold by account, currency and line item type: rows, and rows with something odd."""

    period: Series[str]
    account: Series[str] = pa.Field(nullable=True)
    currency: Series[str] = pa.Field(nullable=True)
    type: Series[str] = pa.Field(nullable=True)
    rows: Series[int]
    billed: Series[float]
    costless: Series[int]
    split: Series[int]
    outside: Series[int]
    outside_billed: Series[float]
    uninvoiced: Series[int]
    netted: Series[int]
    discounted: Series[float]
    unamortized: Series[int]
    unpriced: Series[int]
    unreadable: Series[int]


class Snapshots(Frame):
    """One row a standing delivery: what was read, and what its own checks found; sums are those of the scope."""

    snapshot: Series[str]
    period: Series[str]
    format: Series[str]
    files: Series[int]
    rows: Series[int]
    BilledCost: Series[float]
    invoice_status: Series[str]
    invoices: Series[object]
    last_day: Series[str] = pa.Field(nullable=True)
    net: Series[bool]
    amortizes_savings_plans: Series[bool]
    amortizes_reservations: Series[bool]
    identity_residual: Series[float]
    identity_failing: Series[object]
    identity_broken: Series[bool]
    fees_elsewhere: Series[int]
    tag_keys: Series[object]
    tag_collisions: Series[object]
    tags_left_out: Series[object]
    unreadable: Series[object]


MODELS: Final[dict[str, type[pa.DataFrameModel]]] = {
    "cost_daily": CostDaily,
    "cost_monthly": CostMonthly,
    "resource_monthly": ResourceMonthly,
    "accounts": Accounts,
    "reconciliation": Reconciliation,
    "profile": Profile,
    "snapshots": Snapshots,
}


@cache
def columns(name: str) -> tuple[str, ...]:
    """The columns that a mart's model names."""
    return tuple(MODELS[name].to_schema().columns)


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the model's types; raises :class:`ContractError` that names the column at fault.

    A mart without a model (the facts that one analysis alone reads) passes as it is.
    """
    if name not in MODELS:
        return frame
    tags = [column for column in frame.columns if column.startswith(TAG_PREFIX)]
    try:
        # A tag that no row has comes without a type: it is text like the others.
        return conformed(MODELS[name], frame.astype(dict.fromkeys(tags, "str")))
    except (SchemaError, SchemaErrors) as error:
        raise ContractError(
            f"The mart {name} breaks its contract: {str(error).splitlines()[0]}",
            hint="Run finops pull to build it again.",
        ) from error
