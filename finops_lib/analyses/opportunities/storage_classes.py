"""S3's colder storage classes: what a bucket's objects would cost a month in each, and once to move there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from finops_lib.analyses.opportunities.judged import Unknown
from finops_lib.analyses.opportunities.price_book import PriceBook

KIB: Final = 1 / 2**20
"""A KiB in the GB by which S3 bills."""


@dataclass(frozen=True)
class StorageClass:
    """A class by the codes of its meters; sizes are KiB an object."""

    name: str
    code: str
    transition: tuple[str, str]
    smallest: float = 0.0
    index: float = 0.0
    index_in_standard: float = 0.0
    instant: bool = True


STANDARD_IA: Final = StorageClass("Standard-IA", "SIA", ("Requests-Tier4", "S3-SIATransition"), smallest=128)
INSTANT: Final = StorageClass("Glacier Instant Retrieval", "GIR", ("Requests-Tier4", "S3-GIRTransition"), smallest=128)
DEEP_ARCHIVE: Final = StorageClass(
    "Glacier Deep Archive",
    "GDA",
    ("Requests-Tier3", "S3-GDATransition"),
    index=32,
    index_in_standard=8,
    instant=False,
)
CLASSES: Final = (STANDARD_IA, INSTANT, DEEP_ARCHIVE)


@dataclass(frozen=True)
class Held:
    """What a bucket holds in Standard: GB, their cost a month, and how many objects they are."""

    gigabytes: float
    cost: float
    objects: float

    @property
    def mean(self) -> float:
        """The mean size of an object, in GB."""
        return self.gigabytes / self.objects


def storage_cost(book: PriceBook, region: str, held: Held, to: StorageClass, *, uneven: bool) -> float:
    """A month of the objects in a class, unread; ``uneven`` takes the costliest spread of sizes around their mean.

    An object below the smallest size is billed as one of that size: at best all are as large as the mean, at worst the
    bytes sit in a few objects and the others are nearly empty.
    """
    floor = held.objects * to.smallest * KIB
    billed = held.gigabytes + floor if uneven else max(held.gigabytes, floor)
    per_gb = book.price("AmazonS3", f"TimedStorage-{to.code}-ByteHrs", region)
    index = held.objects * KIB * (to.index * per_gb + to.index_in_standard * held.cost / held.gigabytes)
    return billed * per_gb + index


def read_cost(book: PriceBook, region: str, to: StorageClass, *, reads: float, gigabytes: float) -> float:
    """What a month's reads cost more in a class than in Standard; nothing is asked of prices where nothing is read."""
    if not reads and not gigabytes:
        return 0.0
    if not to.instant:
        raise Unknown(f"{to.name} is no class for what is read.", "months without a read")
    cost = gigabytes * book.price("AmazonS3", f"Retrieval-{to.code}", region)
    if reads:
        cost += reads * book.price("AmazonS3", f"Requests-{to.code}-Tier2", region)
        cost -= reads * book.price("AmazonS3", "Requests-Tier2", region)
    return cost


def transition_cost(book: PriceBook, region: str, to: tuple[str, str], objects: float) -> float | None:
    """What moving the objects costs once; None where no price of a transition is known."""
    usage_type, operation = to
    for wanted in (operation, None):
        try:
            return objects * book.price("AmazonS3", usage_type, region, wanted)
        except Unknown:
            continue
    return None
