"""Which part of which resource a recommendation of AWS is about, and what that part costs in the bill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.once import once
from finops_lib.contracts.evidence import Evidence

_EBS_OR_EC2: Final = re.compile(r".*(?:instance|volume)/((?:i|vol)-[0-9a-z]+)$")
_ASG: Final = re.compile(r".*autoScalingGroupName/(.+)$")


@dataclass(frozen=True)
class Part:
    """A part of a kind of resource: its name as a component, and the usage that it is billed by."""

    name: str
    service: str
    pattern: str


COMPUTE: Final = Part("compute", "AmazonEC2", r"(?:BoxUsage|SpotUsage|DedicatedUsage|UnusedDed)")
_PARTS: Final = (
    (re.compile(r"rds.*storage|aurora.*storage|dbstorage"), Part("storage", "AmazonRDS", r"(?:RDS|Aurora):")),
    (re.compile(r"rds|aurora|dbinstance|:db:"), Part("compute", "AmazonRDS", r"(?:InstanceUsage|Multi-AZUsage)")),
    (re.compile(r"volume|ebs|^vol-"), Part("all", "AmazonEC2", r"EBS:Volume")),
    (re.compile(r"lambda|:function:"), Part("compute", "AWSLambda", r"Lambda-.*(?:GB-Second|Concurrency)")),
    (re.compile(r"ecs|fargate"), Part("compute", "AmazonECS", r"Fargate-")),
    (re.compile(r"autoscaling|ec2|^i-|:instance/"), COMPUTE),
)


def part_of(resource_type: str | None, resource: str) -> Part:
    """The part that a rightsizing of this resource touches; all of it where its kind is not known."""
    for text in (re.sub(r"[^a-z]", "", (resource_type or "").casefold()), resource):
        for pattern, part in _PARTS:
            if text and pattern.search(text):
                return part
    return Part("all", "", "")


def billed_as(resource: str) -> str:
    """The id by which the bill names a resource that AWS names by its ARN: ``i-…`` and ``vol-…`` go by themselves."""
    found = _EBS_OR_EC2.match(resource)
    return found[1] if found else resource


@once
def part_costs(evidence: Evidence, part: Part) -> pd.DataFrame:
    """What each resource's part costs (columns of :func:`billed.resources`); all its usage for the part of all."""
    if not part.service:
        usage = evidence.bill[evidence.bill["ChargeCategory"] == "Usage"]
        return billed.resources(usage)
    return billed.of(evidence, part.service, part.pattern)


def members(evidence: Evidence, group: str) -> tuple[str, ...]:
    """The instances of an Auto Scaling group, by its name or ARN; none where the inventory does not tell."""
    found = _ASG.match(group)
    instances = evidence.of("instances")
    return tuple(instances.loc[instances["group"] == (found[1] if found else group), "resource"])
