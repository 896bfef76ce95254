"""Facts about the organization as a whole, planted once the estate is complete."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from finops_lib.sources.demo.catalog import SOFTWARE, Sku
from finops_lib.sources.demo.commitments import Commitments, Reservation, SavingsPlan
from finops_lib.sources.demo.entitlements import positions
from finops_lib.sources.demo.estate import Estate
from finops_lib.sources.demo.facts import ORGANIZATION, Fact
from finops_lib.sources.demo.money import usd
from finops_lib.sources.demo.rates import rates
from finops_lib.sources.demo.tags import FAULTS

_SOON = 90 * 24
_PRODUCTS = {
    "windows": "Windows Server",
    "sql_web": "SQL Server Web",
    "sql_standard": "SQL Server Standard",
    "sql_enterprise": "SQL Server Enterprise",
    "rhel": "Red Hat Enterprise Linux",
    "suse": "SUSE Linux Enterprise Server",
}


def organization_facts(estate: Estate, book: Commitments) -> Iterator[Fact]:
    """Price changes, tag faults, licenses inside instance prices, license positions, commitments and their expiries."""
    yield from _price_changes(estate)
    yield from _tag_faults(estate)
    yield from _licenses(estate)
    yield from positions(estate)
    yield from _commitments(estate, book)


def _price_changes(estate: Estate) -> Iterator[Fact]:
    for change in estate.price_changes:
        sku, end = estate.catalog.skus[change.sku], estate.timeline.back(-1)
        if max(change.at, 0) < end:
            before, after = usd(sku.rate), usd(change.rate)
            yield Fact(
                id=change.fact,
                kind="price_change",
                account=ORGANIZATION,
                explanation=f"{sku.usage_type} in {sku.region} went from {before} to {after} USD per {sku.unit}.",
                start=max(change.at, 0),
                end=end,
                streams=tuple(number for number, stream in enumerate(estate.streams) if stream.sku == change.sku),
                service=sku.service.code,
                usage_types=(sku.usage_type,),
                category="not_the_business",
                data={"before": before, "after": after, "region": sku.region},
            )


def _tag_faults(estate: Estate) -> Iterator[Fact]:
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, stream in enumerate(estate.streams):
        fault = estate.resources[stream.resource].fault
        if fault and stream.start < estate.timeline.back(-1) and stream.end > estate.timeline.back(0):
            groups[stream.account, fault].append(number)
    for (account, fault), streams in sorted(groups.items()):
        resources = dict.fromkeys(estate.resources[estate.streams[number].resource].id for number in streams)
        yield Fact(
            id=f"tag-{fault.replace('_', '-')}-{estate.accounts[account].id}",
            kind="tag_fault",
            account=account,
            explanation=f"Resources whose tags have the fault {fault.replace('_', ' ')}.",
            start=estate.timeline.back(0),
            end=estate.timeline.back(-1),
            streams=tuple(streams),
            resources=tuple(resources),
            data={"fault": fault, "changes": dict(FAULTS[fault])},
        )


def _licenses(estate: Estate) -> Iterator[Fact]:
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    keys = {software.operation: software.keys for software in SOFTWARE.values()}
    for number, stream in enumerate(estate.streams):
        sku = estate.catalog.skus[stream.sku]
        for key in keys.get(sku.operation.partition(":SV")[0], ()) if sku.software else ():
            groups[stream.account, key].append(number)
    for (account, key), streams in sorted(groups.items()):
        yield Fact(
            id=f"license-{key.replace('_', '-')}-{estate.accounts[account].id}",
            kind="license",
            account=account,
            explanation=f"{_PRODUCTS[key]} inside the price of EC2 instances.",
            start=estate.timeline.back(0),
            end=estate.timeline.back(-1),
            streams=tuple(streams),
            service="AmazonEC2",
            resources=tuple(dict.fromkeys(estate.resources[estate.streams[number].resource].id for number in streams)),
            usage_types=tuple(dict.fromkeys(estate.sku_of(number).usage_type for number in streams)),
            data={"product": _PRODUCTS[key], "model": "included", "per_vcpu_hour": usd(premium(key, "us-east-1"))},
        )


def premium(key: str, region: str) -> int:
    """Ticks per vCPU-hour of a software."""
    return rates()[f"software.{key}"].prices[region]


def license_rate(fact: Fact, sku: Sku) -> int:
    """Ticks per instance hour that a license fact's product adds to a Sku; 0 for other facts."""
    product = fact.data.get("product")
    key = next((key for key, name in _PRODUCTS.items() if name == product), None)
    return premium(key, sku.region) * int(sku.attributes["vcpu"]) if key else 0


def _commitments(estate: Estate, book: Commitments) -> Iterator[Fact]:
    for plan in book.plans:
        fact = _commitment(estate, plan, account=0, service="ComputeSavingsPlans")
        yield from _returned(plan, fact) if plan.returned else _with_expiry(estate, plan, fact)
    for item in book.reservations:
        service = estate.catalog.skus[item.sku].service.code
        yield from _with_expiry(estate, item, _commitment(estate, item, account=item.account, service=service))


def _commitment(estate: Estate, item: SavingsPlan | Reservation, *, account: int, service: str) -> Fact:
    timeline = estate.timeline
    use = "in part only" if "underused" in item.id else "in full"
    return Fact(
        id=f"commitment-{item.id}",
        kind="commitment",
        account=account,
        explanation=f"A commitment that is used {use}.",
        start=max(item.start, 0),
        end=min(item.end, timeline.back(-1)),
        service=service,
        resources=(item.arn,),
        data={"payment": item.payment, "starts": timeline.day(item.start), "ends": timeline.day(item.end)},
    )


def _with_expiry(estate: Estate, item: SavingsPlan | Reservation, fact: Fact) -> Iterator[Fact]:
    """The fact, where the commitment lives within the demo; with its expiry where that comes within 90 days."""
    close = estate.timeline.back(-1)
    if fact.start < fact.end:
        yield fact
    if fact.start < fact.end and close <= item.end <= close + _SOON:
        soon = "The commitment ends within 90 days of the last closed month."
        start, end = item.end - 24, item.end
        yield replace(fact, id=f"expiry-{item.id}", kind="expiry", explanation=soon, start=start, end=end)


def _returned(plan: SavingsPlan, fact: Fact) -> Iterator[Fact]:
    if plan.start >= 0:
        yield replace(
            fact,
            id=f"refund-{plan.id}",
            kind="refund",
            explanation="A plan was bought and returned a day later: fee and refund cancel.",
            start=plan.start,
            end=plan.start + 48,
            resources=(),
            line_items=("SavingsPlanUpfrontFee", "Refund"),
            amounts={"billed": 0, "fee": plan.fee},
        )
