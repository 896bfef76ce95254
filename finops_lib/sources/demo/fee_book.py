"""The company's contracts, credits, refunds and discounts, and the facts about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from finops_lib.sources.demo.catalog import Sku
from finops_lib.sources.demo.charges import Kind
from finops_lib.sources.demo.estate import Estate
from finops_lib.sources.demo.facts import Fact, FactKind
from finops_lib.sources.demo.fees import FeeBook, OneOff
from finops_lib.sources.demo.money import ticks
from finops_lib.sources.demo.rates import services


def fee_book(estate: Estate) -> FeeBook:
    """The company's fees, and the facts about them."""
    items = (*_contracts(estate), *_given(estate))
    estate.facts.extend(_facts(estate, {item.id: item for item in items}))
    support = _sku(estate, "AWSSupportBusiness", "Dollar", "AWS Support (Business)", operation="Account")
    return FeeBook(
        items=items,
        support=support,
        tax={
            code: _sku(estate, code, "", f"Tax for product code {code}") for code in ("AmazonEC2", "AWSSupportBusiness")
        },
    )


def _contracts(estate: Estate) -> tuple[OneOff, ...]:
    timeline, shared = estate.timeline, estate.account_number("shared")
    firewall = _sku(
        estate,
        "3vmpaloaltovmseries",
        "USE1-AnnualSubscription",
        "AWS Marketplace annual contract: VM-Series, 2 firewalls",
    )
    workload = _sku(
        estate,
        "5trendworkloadsec",
        "USE1-AnnualSubscription",
        "AWS Marketplace annual contract: Workload Security, 40 hosts",
    )
    domain = _sku(
        estate,
        "AmazonRegistrar",
        "RegisterDomain",
        "Fee for annual registration of saltglass.example",
        operation="RegisterDomain",
    )
    year, signed = 365 * 24, timeline.back(11, 5)
    return (
        OneOff("marketplace-firewall", Kind.Fee, shared, firewall, signed, ticks(12_000), term_hours=year),
        OneOff("firewall-renewed", Kind.Fee, shared, firewall, signed + year, ticks(12_000), term_hours=year),
        OneOff(
            "marketplace-workload-security",
            Kind.Fee,
            shared,
            workload,
            timeline.back(2, 18),
            ticks(5_400),
            term_hours=year,
        ),
        OneOff("domain-registration", Kind.Fee, 0, domain, timeline.back(4, 1), ticks(14), term_hours=year),
    )


def _given(estate: Estate) -> tuple[OneOff, ...]:
    timeline = estate.timeline
    production, data = estate.account_number("production"), estate.account_number("data")
    startup = _sku(estate, "AmazonEC2", "BoxUsage", "AWS Activate credit")
    migration = _sku(estate, "AmazonRDS", "InstanceUsage", "Migration Acceleration Program credit")
    overcharge = _sku(estate, "AmazonCloudWatch", "DataProcessing-Bytes", "Refund for duplicate log ingestion")
    bundle = _sku(estate, "AmazonCloudFront", "US-DataTransfer-Out-Bytes", "CloudFront Security Bundle discount")
    return (
        OneOff(
            "credit-activate", Kind.Credit, production, startup, timeline.back(15), -ticks(650), end=timeline.back(1)
        ),
        OneOff(
            "credit-migration", Kind.Credit, data, migration, timeline.back(5), -ticks("175.5"), end=timeline.back(-7)
        ),
        OneOff("refund-logs", Kind.Refund, production, overcharge, timeline.back(5, 14), -ticks("286.4")),
        OneOff(
            "discount-cloudfront",
            Kind.BundledDiscount,
            production,
            bundle,
            timeline.back(12),
            -ticks("58.25"),
            end=timeline.back(-12),
        ),
    )


def _sku(estate: Estate, code: str, usage_type: str, description: str, operation: str = "") -> int:
    service = services()[code]
    return estate.catalog.add(
        Sku(
            service=service,
            usage_type=usage_type,
            operation=operation,
            unit="",
            rate=0,
            description=description,
            region="us-east-1" if service.marketplace else "global",
            attributes=MappingProxyType({}),
        )
    )


def _facts(estate: Estate, items: Mapping[str, OneOff]) -> Iterator[Fact]:
    """The facts whose dollars are in a closed month of this demo."""
    told: tuple[tuple[str, FactKind, str], ...] = (
        ("credit-activate", "credit", "A start-up credit of 650 USD a month, which has run out."),
        ("credit-migration", "credit", "A migration credit of 175.50 USD a month."),
        ("refund-logs", "refund", "Double-billed log ingestion was refunded."),
        ("marketplace-firewall", "expiry", "The firewall contract of 12,000 USD a year renews."),
        ("marketplace-workload-security", "expiry", "The workload-security contract of 5,400 USD a year renews."),
    )
    for identity, kind, explanation in told:
        item = items[identity]
        if item.start >= 0 or max(item.start, 0) < min(item.end, estate.timeline.back(-1)):
            fact = _fact(estate, item, kind, explanation)
            yield _renewing(estate, item, fact) if kind == "expiry" else fact


def _fact(estate: Estate, item: OneOff, kind: FactKind, explanation: str) -> Fact:
    sku, closed = estate.catalog.skus[item.sku], estate.timeline.back(-1)
    start = max(item.start, 0)
    end = min(item.end or item.start + 24, closed)
    months = sum(start <= month.first < end for month in estate.timeline.months) if item.end else 1
    return Fact(
        id=item.id,
        kind=kind,
        account=item.account,
        explanation=explanation,
        start=start,
        end=end,
        service=sku.service.code,
        line_items=(item.kind.name,),
        category="not_the_business",
        amounts={"billed": item.amount * months},
    )


def _renewing(estate: Estate, item: OneOff, fact: Fact) -> Fact:
    renews = estate.timeline.day(item.start + item.term_hours)
    return replace(fact, data={"renews": renews, "product": estate.catalog.skus[item.sku].service.name})
