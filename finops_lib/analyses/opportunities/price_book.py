"""The prices that evidence tells; one that nothing tells stops a judgment with what would help."""

from __future__ import annotations

from finops_lib.analyses.opportunities.judged import Unknown
from finops_lib.analyses.opportunities.unit_prices import UnitPrice, unit_price
from finops_lib.contracts.evidence import Evidence


class PriceBook:
    """What the client pays for a unit: of the bill, else of the price list."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def find(self, service: str, usage_type: str, region: str, operation: str | None = None) -> UnitPrice | None:
        """The unit price; None where nothing tells it."""
        return unit_price(self._evidence, service, usage_type, region, operation)

    def price(self, service: str, usage_type: str, region: str, operation: str | None = None) -> float:
        """The price after private discounts; raises :class:`Unknown` that names it where nothing tells it."""
        told = self.find(service, usage_type, region, operation)
        if told is None:
            raise Unknown(f"No price of {usage_type}.", f"pricing:GetProducts of {service} {usage_type} in {region}")
        return told.contracted
