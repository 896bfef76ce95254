"""Monthly list costs before and after a recommended change, USD at 730 hours."""

from __future__ import annotations

from finops_lib.sources.demo.catalog import instance, listed
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.money import TICKS_PER_USD

_HOURS = 730


def instance_costs(item: Resource, target: str) -> tuple[float, float]:
    """An instance as it is and as ``target`` type."""
    kinds = (str(item.attributes["type"]), target)
    before, after = (round(instance(kind, item.region).rate * _HOURS / TICKS_PER_USD, 2) for kind in kinds)
    return before, after


def storage_cost(item: Resource, kind: str) -> float:
    """A volume's gigabytes as a volume type."""
    return round(int(item.attributes["size"]) * listed(f"ebs.{kind}", item.region).rate / TICKS_PER_USD, 2)


def arn(account: str, item: Resource) -> str:
    """The ARN of an instance or a volume."""
    return f"arn:aws:ec2:{item.region}:{account}:{item.kind}/{item.id}"
