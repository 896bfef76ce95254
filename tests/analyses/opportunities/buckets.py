"""Buckets and their bills for the tests of S3 opportunities."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from opportunity_evidence import evidence, line, resource
from storage_prices import metric, of_s3

from finops_lib.contracts.evidence import Evidence

GIR: Final = [
    of_s3("TimedStorage-GIR-ByteHrs", 0.004),
    of_s3("Retrieval-GIR", 0.03, "GB"),
    of_s3("Requests-GIR-Tier2", 0.00001, "Requests"),
    of_s3("Requests-Tier2", 0.0000004, "Requests"),
    of_s3("Requests-Tier4", 0.00001, "Requests", operation="S3-SIATransition"),
    of_s3("Requests-Tier4", 0.00002, "Requests", operation="S3-GIRTransition"),
]
SIA: Final = [of_s3("TimedStorage-SIA-ByteHrs", 0.0125), of_s3("Retrieval-SIA", 0.01, "GB")]
SIA_REQUESTS: Final = of_s3("Requests-SIA-Tier2", 0.000001, "Requests")
PRICES: Final = [*GIR, *SIA, SIA_REQUESTS]


def stored(gigabytes: float, month: str = "2026-10", bucket: str = "b", **more: Any) -> dict[str, Any]:
    """GB-months in Standard, at 0.023."""
    told = {"PricingQuantity": gigabytes, "PricingUnit": "GB-Mo", "x_Operation": "StandardStorage"}
    return _line("EUC1-TimedStorage-ByteHrs", gigabytes * 0.023, month, bucket, **(told | more))


def requests(operation: str, number: float, month: str = "2026-10", bucket: str = "b") -> dict[str, Any]:
    """Requests of an operation; what reads is of the second tier."""
    tier = 2 if operation.startswith(("Get", "Head")) or not operation else 1
    told = {"PricingQuantity": number, "PricingUnit": "Requests", "x_Operation": operation}
    return _line(f"EUC1-Requests-Tier{tier}", number * 1e-6, month, bucket, **told)


def _line(usage_type: str, cost: float, month: str, bucket: str, **more: Any) -> dict[str, Any]:
    start = pd.Timestamp(f"{month}-01")
    return line(bucket, usage_type, cost, x_ServiceCode="AmazonS3", BillingPeriodStart=start, **more)


def bucket(objects: float | None = 40_000.0, **facts: Any) -> dict[str, Any]:
    """A bucket of the inventory."""
    return resource("buckets", "b", objects=objects, **facts)


def measured(name: str, gigabytes: float) -> dict[str, Any]:
    """What Storage Lens tells of the bucket, in bytes."""
    size = gigabytes * 2**30
    return metric("b", name, size, p50=size, namespace="AWS/S3/Storage-Lens", unit="Bytes")


def held(*lines: dict[str, Any], of: dict[str, Any] | None = None, gigabytes: float = 8_000.0, **more: Any) -> Evidence:
    """A bucket that holds the same in three months; lines of any month beside it."""
    october = [row for row in lines if row["BillingPeriodStart"] == pd.Timestamp("2026-10-01")]
    before = [row for row in lines if row["BillingPeriodStart"] != pd.Timestamp("2026-10-01")]
    history = (stored(gigabytes, "2026-08"), stored(gigabytes, "2026-09"), *before)
    inventory = {"buckets": [of or bucket()]} | more.pop("inventory", {})
    usual = {"prices": PRICES, "history": history}
    return evidence(stored(gigabytes), *october, inventory=inventory, **(usual | more))
