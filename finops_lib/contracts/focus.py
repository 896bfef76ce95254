"""The canonical Cost table: FOCUS 1.2 ids, one row a charge, whatever dialect the bill came in.

Money is DECIMAL(38, 12): sums are exact and do not depend on the order of rows. Columns of our own start with
``x_``; AWS's extension columns keep AWS's spelling (``x_UsageType``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MONEY: Final = "DECIMAL(38, 12)"

TOLERANCE: Final = Decimal("0.01")
"""What a total may differ from its source, per account and month, in units of the currency."""

COSTS: Final = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")

COST_COLUMNS: Final[dict[str, str]] = {
    "BillingAccountId": "VARCHAR",
    "BillingAccountName": "VARCHAR",
    "SubAccountId": "VARCHAR",
    "SubAccountName": "VARCHAR",
    "BillingCurrency": "VARCHAR",
    "BillingPeriodStart": "DATE",
    "ChargePeriodStart": "TIMESTAMP",
    "ChargePeriodEnd": "TIMESTAMP",
    "ChargeCategory": "VARCHAR",
    "ChargeClass": "VARCHAR",
    "ChargeFrequency": "VARCHAR",
    "ChargeDescription": "VARCHAR",
    "InvoiceId": "VARCHAR",
    "InvoiceIssuerName": "VARCHAR",
    "ProviderName": "VARCHAR",
    "PublisherName": "VARCHAR",
    "ServiceName": "VARCHAR",
    "RegionId": "VARCHAR",
    "AvailabilityZone": "VARCHAR",
    "ResourceId": "VARCHAR",
    "SkuId": "VARCHAR",
    "SkuPriceId": "VARCHAR",
    "PricingCategory": "VARCHAR",
    "PricingQuantity": "DOUBLE",
    "PricingUnit": "VARCHAR",
    "CommitmentDiscountId": "VARCHAR",
    "CommitmentDiscountType": "VARCHAR",
    "CommitmentDiscountCategory": "VARCHAR",
    "CommitmentDiscountStatus": "VARCHAR",
    "BilledCost": MONEY,
    "EffectiveCost": MONEY,
    "ListCost": MONEY,
    "ContractedCost": MONEY,
    "x_ServiceCode": "VARCHAR",
    "x_UsageType": "VARCHAR",
    "x_Operation": "VARCHAR",
    "x_line_item_type": "VARCHAR",
    "x_charge_kind": "VARCHAR",
    "x_instance_type": "VARCHAR",
    "x_normalized_units": "DOUBLE",
    "x_commitment_used": MONEY,
    "x_commitment_total": MONEY,
    "x_true_up": MONEY,
    "x_upfront_fee": MONEY,
    "x_net_discount": MONEY,
    "x_is_split": "BOOLEAN",
    "x_snapshot": "VARCHAR",
}
"""Column to DuckDB type, in order; the policy tags follow as ``x_tag_<key>`` VARCHAR."""

TAG_PREFIX: Final = "x_tag_"
