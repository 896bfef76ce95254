"""What a gp3 volume costs a month: its size, and the performance beyond what every gp3 volume has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from finops_lib.analyses.opportunities.judged import Unknown
from finops_lib.analyses.opportunities.price_book import PriceBook

_THROUGHPUT: Final = "EBS:VolumeP-Throughput.gp3"


@dataclass(frozen=True)
class Shape:
    """The I/O a second and MiB a second that a volume must reach."""

    iops: float
    throughput: float


BASELINE: Final = Shape(3_000.0, 125.0)
LIMIT: Final = Shape(16_000.0, 1_000.0)
"""What every gp3 volume can be given; newer limits are higher, and not relied on."""


def monthly_cost(book: PriceBook, region: str, size: float, shape: Shape) -> float:
    """The cost a month of a gp3 volume of ``size`` GB in this shape."""
    cost = size * book.price("AmazonEC2", "EBS:VolumeUsage.gp3", region)
    if shape.iops > BASELINE.iops:
        per_iops = book.price("AmazonEC2", "EBS:VolumeP-IOPS.gp3", region)
        cost += (shape.iops - BASELINE.iops) * per_iops
    if shape.throughput > BASELINE.throughput:
        cost += (shape.throughput - BASELINE.throughput) * _price_of_a_mib(book, region)
    return cost


def _price_of_a_mib(book: PriceBook, region: str) -> float:
    """AWS sells throughput by the GiB a second, and writes so in the unit."""
    per_unit = book.price("AmazonEC2", _THROUGHPUT, region)
    told = book.find("AmazonEC2", _THROUGHPUT, region)
    unit = "" if told is None else told.unit.casefold()
    if unit.startswith("gib"):
        return per_unit / 1024
    if unit.startswith(("mib", "mb")):
        return per_unit
    raise Unknown(f"The price of {_THROUGHPUT} is of an unknown unit, {unit!r}.", "a price by GiBps-mo or MiBps-mo")
