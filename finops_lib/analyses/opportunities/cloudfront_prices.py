"""What CloudFront costs: a GB to viewers and a request, and what of its free use is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from finops_lib.analyses.opportunities import nameless
from finops_lib.contracts.evidence import Evidence

SERVICE: Final = "AmazonCloudFront"
# The prefix says from where viewers are served, not a region of AWS: US-, EU-, JP-, …
_TO_VIEWERS: Final = r"(?:[A-Z]{2}-)?DataTransfer-Out-Bytes$"
_REQUESTS: Final = r"(?:[A-Z]{2}-)?Requests-Tier(?:1|2-HTTPS)$"
_FREE_GB: Final = 1000.0
"""What an organization gets to viewers each month without charge: a terabyte."""


@dataclass(frozen=True)
class CloudFrontPrice:
    """Unit prices after the client's own discounts; None where neither bill nor price list says it."""

    gigabyte: float | None
    request: float | None


def cloudfront_price(evidence: Evidence) -> CloudFrontPrice:
    """The dearest of what is known: where viewers are is not, so a saving priced on it is never flattered."""
    return CloudFrontPrice(_dearest(evidence, _TO_VIEWERS), _dearest(evidence, _REQUESTS))


def free_gigabytes(evidence: Evidence) -> float:
    """How much of the month's free use the bill leaves."""
    used = nameless.usage(evidence, "whole", (SERVICE,), _TO_VIEWERS)["PricingQuantity"].sum()
    return max(0.0, _FREE_GB - float(used))


def _dearest(evidence: Evidence, pattern: str) -> float | None:
    prices = evidence.prices[evidence.prices["service_code"] == SERVICE]
    chosen = prices[prices["usage_type"].str.match(pattern)]
    known = chosen["contracted"].fillna(chosen["price"])
    return float(known.max()) if len(known) else None
