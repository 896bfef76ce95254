"""Buckets that are read here and there: whether Intelligent-Tiering saves more than its monitoring costs."""

from __future__ import annotations

from collections.abc import Mapping
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
from finops_lib.analyses.opportunities.s3_class import OBJECTS, PAYBACK_MONTHS, is_cold
from finops_lib.analyses.opportunities.storage_classes import KIB, Held
from finops_lib.contracts.evidence import Evidence

_SMALLEST: Final = 128 * KIB
_TRANSITION: Final = ("Requests-Tier4", "S3-INTTransition")


def find(evidence: Evidence) -> Findings:
    """The buckets with Standard storage that are not plainly cold, by their objects and reads."""
    costs = standard_costs(evidence)
    buckets = billed.known(evidence, "buckets", costs)
    over = is_over(evidence)
    did = activity(evidence, min(months_held(evidence), MONTHS))
    book = PriceBook(evidence)
    return judged.findings(
        evidence,
        billed.records(buckets),
        lambda row: _judge(book, row, did[row["resource"]], over),
        billed.gaps(evidence, "buckets", costs, OBJECTS),
    )


def _judge(book: PriceBook, row: Mapping[str, Any], months: tuple[Month, ...], over: bool) -> Finding | None:
    if not over:
        raise judged.Unknown("The month is not over.", "the bill of the whole month")
    if not row["objects"]:
        raise judged.Unknown("The number of objects is not told.", OBJECTS)
    held = Held(row["quantity"], row["cost"], row["objects"])
    untouched = 1 - max(month.reads for month in months) / held.objects
    # Smaller objects are never tiered, and what is cold throughout belongs into a fixed class without monitoring.
    if untouched <= 0 or held.mean < _SMALLEST or (len(months) == MONTHS and is_cold(months, held.objects)):
        return None
    saving = _saving(book, row["region"], held, untouched)
    one_off = storage_classes.transition_cost(book, row["region"], _TRANSITION, held.objects)
    if saving.expected < LEAST or (one_off or 0.0) > PAYBACK_MONTHS * saving.expected:
        return None
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=saving,
        confidence="possible",
        evidence=(
            f"{held.gigabytes:,.0f} GB in {held.objects:,.0f} objects, of which at least {untouched:.0%} are not "
            "read in a month."
        ),
        component="storage",
        exclusive="class",
        one_off=one_off or 0.0,
        facts={"untouched": untouched, "objects": held.objects, "one_off_known": one_off is not None},
    )


def _saving(book: PriceBook, region: str, held: Held, untouched: float) -> Saving:
    """From all objects staying in the frequent tier to all that nobody read moving to the infrequent one.

    What is expected is half-way: which of the bytes sit in the objects that are read, nobody has told.
    """
    monitoring = held.objects * book.price("AmazonS3", "Monitoring-Automation-INT", region)
    frequent = held.gigabytes * book.price("AmazonS3", "TimedStorage-INT-FA-ByteHrs", region)
    infrequent = held.gigabytes * book.price("AmazonS3", "TimedStorage-INT-IA-ByteHrs", region)
    low = held.cost - frequent - monitoring
    high = low + untouched * max(0.0, frequent - infrequent)
    return Saving(low, (low + high) / 2, high)


OPPORTUNITY = Opportunity(
    id="s3_intelligent_tiering",
    title="Let Intelligent-Tiering follow how objects are read",
    area="storage",
    services=("AmazonS3",),
    step="modernize",
    effort_hours=2.0,
    risk="low",
    reversible=True,
    restart=False,
    needs=("buckets", "prices"),
    find=find,
)
