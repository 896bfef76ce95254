"""Savings Plans and Reserved Instances, as their describe calls list them."""

from __future__ import annotations

from pathlib import Path

from finops_lib.core.files import write_json
from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.commitments import Reservation, SavingsPlan, text_time
from finops_lib.sources.demo.money import TICKS_PER_USD, usd
from finops_lib.sources.demo.timeline import Timeline

Form = dict[str, object]
_SCOPE = {
    "AmazonEC2": "ReservedInstances",
    "AmazonRDS": "ReservedDBInstances",
    "AmazonElastiCache": "ReservedCacheNodes",
}


def write(folder: Path, plan: Blueprint) -> None:
    """Write ``savings_plans.json`` and ``reserved_instances.json``."""
    timeline, book = plan.timeline, plan.commitments
    bought = [item for item in book.plans if item.start < timeline.now]
    write_json(folder / "savings_plans.json", {"savingsPlans": [_plan(item, timeline) for item in bought]})
    lists: dict[str, list[Form]] = {name: [] for name in _SCOPE.values()}
    for item in book.reservations:
        if item.start < timeline.now:
            lists[_SCOPE[plan.estate.catalog.skus[item.sku].service.code]].append(_reservation(item, plan))
    write_json(folder / "reserved_instances.json", lists)


def _plan(item: SavingsPlan, timeline: Timeline) -> Form:
    state = "returned" if item.returned else "active" if item.end > timeline.now else "retired"
    family: Form = {"ec2InstanceFamily": item.family, "region": item.region} if item.family else {}
    return {
        "savingsPlanId": item.arn.rpartition("/")[2],
        "savingsPlanArn": item.arn,
        "description": item.description,
        "savingsPlanType": "Compute" if item.kind == "compute" else "EC2Instance",
        "paymentOption": item.payment,
        "productTypes": ["EC2", "Fargate", "Lambda"] if item.kind == "compute" else ["EC2"],
        "currency": "USD",
        "commitment": usd(item.commitment),
        "upfrontPaymentAmount": usd(item.fee),
        "recurringPaymentAmount": usd(item.recurring),
        "termDurationInSeconds": (item.end - item.start) * 3600,
        "start": text_time(timeline.instant(item.start)),
        "end": text_time(timeline.instant(item.end)),
        "state": state,
        "tags": {},
        **family,
    }


def _reservation(item: Reservation, plan: Blueprint) -> Form:
    sku, timeline = plan.estate.catalog.skus[item.sku], plan.timeline
    return {
        "AccountId": plan.estate.accounts[item.account].id,
        "ReservationArn": item.arn,
        "ReservationId": item.arn.rpartition("/")[2].rpartition(":")[2],
        "InstanceType": sku.instance_type,
        "Count": item.count,
        "OfferingType": item.payment,
        "OfferingClass": "standard",
        "Scope": "Region",
        "Region": sku.region,
        "ProductDescription": sku.attributes.get("database_engine")
        or sku.attributes.get("cache_engine")
        or "Linux/UNIX",
        "SizeFlexible": item.flexible,
        "Duration": (item.end - item.start) * 3600,
        "FixedPrice": item.fee / item.count / TICKS_PER_USD,
        "RecurringHourlyCharge": usd(item.recurring),
        "CurrencyCode": "USD",
        "Start": text_time(timeline.instant(item.start)),
        "End": text_time(timeline.instant(item.end)),
        "State": "active" if item.end > timeline.now else "retired",
    }
