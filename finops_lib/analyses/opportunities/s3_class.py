"""Buckets in S3 Standard that next to nobody reads: what a colder class saves after all that it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, judged, storage_classes
from finops_lib.analyses.opportunities.bucket_activity import (
    MONTHS,
    Month,
    activity,
    is_over,
    months_held,
    standard_costs,
)
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.storage_classes import Held, StorageClass
from finops_lib.contracts.evidence import Evidence

COLD_SHARE: Final = 0.01
"""Reads, and writes, a month for each object up to which a bucket counts as cold."""
STEADY: Final = 0.9
_MONTHS_OF_ARCHIVE: Final = 6
"""Without a read in these, or as many as are held, an archive that answers within hours is thought of."""
PAYBACK_MONTHS: Final = 12
OBJECTS: Final = "s3:ListAllMyBuckets and cloudwatch:GetMetricData (AWS/S3 NumberOfObjects)"


@dataclass(frozen=True)
class _Move:
    to: StorageClass
    saving: Saving
    one_off: float | None


def find(evidence: Evidence) -> Findings:
    """The buckets with Standard storage, by the reads and writes of the month and the two before it."""
    costs = standard_costs(evidence)
    buckets = billed.known(evidence, "buckets", costs)
    did = activity(evidence, min(months_held(evidence), _MONTHS_OF_ARCHIVE))
    over = is_over(evidence)
    book = PriceBook(evidence)
    return judged.findings(
        evidence,
        billed.records(buckets),
        lambda row: _judge(book, row, did[row["resource"]], over),
        billed.gaps(evidence, "buckets", costs, OBJECTS),
    )


def is_cold(months: tuple[Month, ...], objects: float | None) -> bool:
    """True where no month read or wrote more than one object of a hundred, and nothing was taken away.

    Objects that are deleted or written anew early are billed for the class's shortest time all the same.
    """
    recent = months[:MONTHS]
    held = [month.stored for month in recent]
    if min(held) < STEADY * max(held):
        return False
    most = COLD_SHARE * (objects or 0.0)
    return all(max(month.reads, month.writes) <= most and month.sent <= COLD_SHARE * month.stored for month in recent)


def _judge(book: PriceBook, row: Mapping[str, Any], months: tuple[Month, ...], over: bool) -> Finding | None:
    if not over:
        raise judged.Unknown("The month is not over.", "the bill of the whole month")
    if len(months) < MONTHS:
        raise judged.Unknown(f"Fewer than {MONTHS} months of the bill are held.", "the bills of the months before")
    if not row["objects"]:
        raise judged.Unknown("The number of objects is not told.", OBJECTS)
    if not is_cold(months, row["objects"]):
        return None
    held = Held(row["quantity"], row["cost"], row["objects"])
    moves, unpriced = _moves(book, row["region"], held, months)
    if not moves:
        if unpriced is not None:
            raise unpriced
        return None
    # A class that answers at once asks nothing of who reads; one that takes hours is for want of those.
    best = max(moves, key=lambda move: (move.to.instant, move.saving.expected))
    return _finding(row, held, best, {move.to.name: move.saving.expected for move in moves})


def _moves(
    book: PriceBook, region: str, held: Held, months: tuple[Month, ...]
) -> tuple[list[_Move], judged.Unknown | None]:
    """The classes that save and pay back within a year, and what kept one from being priced."""
    moves, unpriced = [], None
    for to in storage_classes.CLASSES:
        if not to.instant and any(month.reads or month.sent for month in months):
            continue
        try:
            saving = _saving(book, region, held, to, months[:MONTHS])
        except judged.Unknown as unknown:
            unpriced = unpriced or unknown
            continue
        one_off = storage_classes.transition_cost(book, region, to.transition, held.objects)
        if saving.expected >= LEAST and (one_off or 0.0) <= PAYBACK_MONTHS * saving.expected:
            moves.append(_Move(to, saving, one_off))
    return moves, unpriced


def _saving(book: PriceBook, region: str, held: Held, to: StorageClass, months: tuple[Month, ...]) -> Saving:
    """From the costliest spread of sizes and the busiest month to even sizes and the quietest month."""
    high = held.cost - storage_classes.storage_cost(book, region, held, to, uneven=False)
    low = held.cost - storage_classes.storage_cost(book, region, held, to, uneven=True)
    if high < LEAST:
        return Saving(low, min(low, high), high)
    extra = [
        storage_classes.read_cost(
            book, region, to, reads=month.reads, gigabytes=max(month.reads * held.mean, month.sent)
        )
        for month in months
    ]
    low, high = low - max(extra), high - min(extra)
    return Saving(low, (low + high) / 2, high)


def _finding(row: Mapping[str, Any], held: Held, move: _Move, by_class: Mapping[str, float]) -> Finding:
    once = "What moving them costs once is not known." if move.one_off is None else f"Moving costs {move.one_off:,.2f}."
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=move.saving,
        confidence="possible" if move.one_off is None or not move.to.instant else "likely",
        evidence=(
            f"{held.gigabytes:,.0f} GB in Standard, {held.objects:,.0f} objects of "
            f"{_size(held.mean)}, next to unread for {MONTHS} months: {move.to.name}. {once}"
        ),
        component="storage",
        exclusive="class",
        one_off=move.one_off or 0.0,
        facts={"class": move.to.name, "by_class": dict(by_class), "one_off_known": move.one_off is not None},
    )


def _size(gigabytes: float) -> str:
    kib = gigabytes / storage_classes.KIB
    return f"{kib:,.0f} KiB" if kib < 1024 else f"{kib / 1024:,.0f} MiB"


OPPORTUNITY = Opportunity(
    id="s3_class",
    title="Move what nobody reads to a colder S3 class",
    area="storage",
    services=("AmazonS3",),
    step="modernize",
    effort_hours=2.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("buckets", "prices"),
    find=find,
)
