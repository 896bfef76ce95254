"""The charge types that have a rule: line item types of the CUR and charge categories of FOCUS."""

from __future__ import annotations

from typing import Final

CUR_TYPES: Final = frozenset({
    "Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee", "RIFee", "Fee", "FlatRateSubscription", "Tax", "Credit", "Refund", "Discount",
    "BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "RiVolumeDiscount", "SppDiscount", "DistributorDiscount",
})  # fmt: skip

FOCUS_CATEGORIES: Final = frozenset({"Usage", "Purchase", "Tax", "Credit", "Adjustment"})

KNOWN_TYPES: Final = CUR_TYPES | FOCUS_CATEGORIES

DISCOUNT_TYPES: Final = frozenset(name for name in CUR_TYPES if name.endswith("Discount"))
