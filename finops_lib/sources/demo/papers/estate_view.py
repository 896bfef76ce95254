"""The estate as it stands at the end of the data: what papers describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.organization import Account
from finops_lib.sources.demo.rates import PREFIXES


@dataclass(frozen=True)
class EstateView:
    """The resources that exist at an hour, the last one that is told."""

    plan: Blueprint
    hour: int
    resources: tuple[Resource, ...]

    @classmethod
    def at_the_end(cls, plan: Blueprint) -> EstateView:
        """What exists in the last hour that is told."""
        hour, estate = plan.timeline.now - 1, plan.estate
        standing = (estate.at(number, hour) for number in range(len(estate.resources)))
        living = [item for item in standing if item.id and item.created <= hour < item.deleted]
        return cls(plan, hour, tuple(living))

    def account(self, resource: Resource) -> Account:
        """Who owns a resource."""
        return self.plan.estate.accounts[resource.account]

    def of(self, *kinds: str) -> tuple[Resource, ...]:
        """The resources of some kinds."""
        return tuple(resource for resource in self.resources if resource.kind in kinds)

    @cached_property
    def attached(self) -> dict[str, list[Resource]]:
        """Volumes by the instance that they are attached to."""
        groups: dict[str, list[Resource]] = defaultdict(list)
        for volume in self.of("volume"):
            groups[str(volume.attributes["attached"])].append(volume)
        return groups

    def by_place(self, *kinds: str) -> Iterator[tuple[Account, str, list[Resource]]]:
        """Account, region and its resources of some kinds, for every account and region, empty ones too."""
        groups: dict[tuple[int, str], list[Resource]] = defaultdict(list)
        for resource in self.of(*kinds):
            groups[resource.account, resource.region].append(resource)
        for number, account in enumerate(self.plan.estate.accounts):
            for region in PREFIXES:
                yield account, region, groups[number, region]

    def tags(self, resource: Resource, *, name: bool = True) -> list[dict[str, str]]:
        """Tags in the form of most APIs, with the Name tag."""
        named = [("Name", resource.name)] if name and resource.name else []
        return [{"Key": key, "Value": value} for key, value in [*named, *resource.tags_at(self.hour)]]

    def moment(self, hour: int) -> str:
        """An hour as the APIs write it."""
        return self.plan.timeline.iso(hour)
