"""The FOCUS columns that the canonical table is made from, 1.0 and 1.2 alike."""

from __future__ import annotations

from typing import Final

from finops_lib.contracts.focus import COST_COLUMNS

NEEDS: Final[dict[str, str]] = {
    name: "TIMESTAMP" if name == "BillingPeriodStart" else kind
    for name, kind in COST_COLUMNS.items()
    if not name.startswith("x_")
} | {"x_ServiceCode": "VARCHAR", "x_UsageType": "VARCHAR", "x_Operation": "VARCHAR", "SkuMeter": "VARCHAR"}
