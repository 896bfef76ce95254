"""Everything about Skus, resources and commitments as words, prepared once for all months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from finops_lib.sources.demo.blueprint import ZONES, Blueprint
from finops_lib.sources.demo.catalog import Sku
from finops_lib.sources.demo.commitments import Reservation, SavingsPlan
from finops_lib.sources.demo.cur.words import Words
from finops_lib.sources.demo.money import Floats, Ints
from finops_lib.sources.demo.rates import LOCATIONS

MAP = pa.map_(pa.string(), pa.string())
_FLAT = frozenset({"instance_type", "class"})


@dataclass(frozen=True)
class Wardrobe:
    """Lookups by the numbers that charges carry."""

    plan: Blueprint

    @property
    def skus(self) -> list[Sku]:
        """Skus by number."""
        return self.plan.estate.catalog.skus

    @property
    def items(self) -> tuple[SavingsPlan | Reservation, ...]:
        """Plans and reservations by number."""
        return (*self.plan.commitments.plans, *self.plan.commitments.reservations)

    @cached_property
    def zones(self) -> Words:
        """Availability zones by number."""
        return Words.of(ZONES)

    @cached_property
    def resource_of(self) -> Ints:
        """Resource number of each stream; -1 for stream -1."""
        return np.array([*(stream.resource for stream in self.plan.estate.streams), -1], dtype=np.int64)

    @cached_property
    def resources(self) -> Words:
        """Resource ids by resource number."""
        return Words.of(resource.id for resource in self.plan.estate.resources)

    @cached_property
    def factors(self) -> Floats:
        """Normalization factor by Sku number; NaN where there is none."""
        return np.array([np.nan if sku.factor is None else sku.factor for sku in self.skus])

    @cached_property
    def sku_words(self) -> dict[str, Words]:
        """CUR columns that depend on the Sku alone."""
        columns: dict[str, list[str | None]] = {
            "bill_billing_entity": [("AWS Marketplace" if s.service.marketplace else "AWS") for s in self.skus],
            "line_item_legal_entity": [
                s.service.operator if s.service.marketplace else "Amazon Web Services, Inc." for s in self.skus
            ],
            "line_item_operation": [s.operation for s in self.skus],
            "line_item_product_code": [s.service.code for s in self.skus],
            "pricing_unit": [s.unit for s in self.skus],
            "product_instance_family": [s.attributes.get("class") for s in self.skus],
            "product_instance_type": [s.instance_type for s in self.skus],
            "product_location": [LOCATIONS[s.region] for s in self.skus],
            "product_location_type": ["AWS Region" if s.region != "global" else "Other" for s in self.skus],
            "product_operation": [s.operation for s in self.skus],
            "product_pricing_unit": [s.unit for s in self.skus],
            "product_product_family": [s.family for s in self.skus],
            "product_region_code": [s.region for s in self.skus],
            "product_servicecode": [s.service.code for s in self.skus],
            "product_sku": [s.code for s in self.skus],
            "product_usagetype": [s.usage_type for s in self.skus],
        }
        return {name: Words.of(values) for name, values in columns.items()}

    @cached_property
    def products(self) -> pa.Array:
        """The ``product`` map by Sku number."""
        return pa.array([list(product(sku).items()) for sku in self.skus], MAP)


def product(sku: Sku) -> dict[str, str]:
    """What the ``product`` map says of a Sku: the attributes that have no column of their own."""
    rest = {key: value for key, value in sku.attributes.items() if key not in _FLAT}
    return {"product_name": sku.service.name, "servicename": sku.service.name, "region": sku.region} | rest
