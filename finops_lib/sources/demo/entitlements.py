"""Licenses that the company owns, and what its estate needs: the client's paper and the planted positions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from finops_lib.sources.demo.estate import Estate, Resource
from finops_lib.sources.demo.facts import ORGANIZATION, Fact


@dataclass(frozen=True)
class Entitlement:
    """One line of the client's license register; dates ISO, ``cost_usd`` a year."""

    product: str
    edition: str
    metric: str
    quantity: int
    software_assurance: str
    purchased: str
    expires: str
    agreement: str
    cost_usd: str


ENTITLEMENTS = (
    Entitlement("Windows Server", "Datacenter", "core", 48, "yes", "2019-03-14", "", "EA-20190314", "6200"),
    Entitlement("SQL Server", "Standard", "core", 8, "yes", "2022-06-01", "2027-05-31", "EA-20220601", "7200"),
    Entitlement("Oracle Database", "Enterprise", "processor", 1, "no", "2018-11-20", "", "OD-41877", "10450"),
    Entitlement("Oracle Database", "Standard Two", "socket", 2, "no", "2020-02-02", "", "OD-55210", "7700"),
    Entitlement(
        "Red Hat Enterprise Linux", "Standard", "instance", 4, "no", "2026-01-01", "2026-12-31", "RH-8812", "3196"
    ),
    Entitlement(
        "SUSE Linux Enterprise Server", "Standard", "instance", 2, "no", "2024-04-01", "2026-03-31", "SU-1207", "1400"
    ),
)


def positions(estate: Estate) -> Iterator[Fact]:
    """Planted license positions at the end of the last closed month: required, owned, surplus."""
    close = estate.timeline.back(-1)
    living = [resource for resource in estate.resources if resource.created < close < resource.deleted]
    for owned in ENTITLEMENTS:
        if owned.expires and owned.expires < estate.timeline.day(close):
            continue
        users = [resource for resource in living if _needs(resource, owned) > 0]
        required = sum(_needs(resource, owned) for resource in users)
        yield Fact(
            id=f"position-{owned.product}-{owned.edition}".lower().replace(" ", "-"),
            kind="license",
            account=ORGANIZATION,
            explanation=f"{owned.product} {owned.edition}: {required} {owned.metric} needed, {owned.quantity} owned.",
            start=estate.timeline.back(0),
            end=close,
            resources=tuple(resource.id for resource in users),
            data={
                "product": owned.product,
                "edition": owned.edition,
                "metric": owned.metric,
                "model": "byol",
                "required": required,
                "entitled": owned.quantity,
                "surplus": owned.quantity - required,
            },
        )


def _needs(resource: Resource, owned: Entitlement) -> int:
    """Units of an entitlement's metric that a resource needs."""
    facts = resource.attributes
    match owned.product, owned.edition:
        case "Windows Server", _:
            return int(facts["cores"]) if resource.kind == "host" else 0
        case "Oracle Database", "Enterprise":
            return math.ceil(int(facts["vcpus"]) / 2) if facts.get("engine") == "oracle_ee_byol" else 0
        case "Oracle Database", _:
            return math.ceil(int(facts["vcpus"]) / 4) if facts.get("engine") == "oracle_byol" else 0
        case "Red Hat Enterprise Linux", _:
            return int(facts.get("system") == "rhel_byol")
    return 0
