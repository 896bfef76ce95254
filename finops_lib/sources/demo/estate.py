"""The estate: resources, what they use hour by hour, and the facts planted in it. Builders in ``workloads`` fill it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from finops_lib.sources.demo.catalog import Catalog, Sku
from finops_lib.sources.demo.facts import Fact
from finops_lib.sources.demo.organization import Account
from finops_lib.sources.demo.tags import Tags
from finops_lib.sources.demo.timeline import ALWAYS, Timeline

Grain = Literal["hour", "day", "month"]

Attributes = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Resource:
    """One resource: ``id`` as the bill shows it, life in hour numbers, attributes for the inventory.

    ``retagged`` replaces ``tags`` from hour ``retagged_at`` on (a month's first hour).
    """

    kind: str
    id: str
    account: int
    region: str
    zone: str | None
    tags: Tags
    created: int
    deleted: int = ALWAYS
    name: str = ""
    attributes: Attributes = field(default_factory=dict)
    fault: str = ""
    retagged: Tags | None = None
    retagged_at: int = ALWAYS

    def tags_at(self, hour: int) -> Tags:
        """The tags that it carries at an hour."""
        return self.retagged if self.retagged is not None and hour >= self.retagged_at else self.tags


@dataclass(frozen=True)
class Stream:
    """One resource's use of one Sku.

    Per ``grain`` a row. ``quantity`` counts units per hour, or per month when ``monthly`` (GB-Mo, pro-rated by hours).
    Shaped by ``growth`` (per 730 h), ``weekend`` (factor on Saturday and Sunday), ``driver`` (a business metric),
    ``noise`` (standard deviation, relative) and ``schedule``.
    """

    resource: int
    account: int
    sku: int
    grain: Grain
    quantity: float
    start: int
    end: int
    monthly: bool = False
    growth: float = 0.0
    weekend: float = 1.0
    noise: float = 0.0
    driver: str = "none"
    schedule: str = "always"


@dataclass(frozen=True)
class Overlay:
    """A planted disturbance: ``extra`` units per hour (negative takes away) on a stream within a window."""

    fact: str
    stream: int
    start: int
    end: int
    extra: float


@dataclass(frozen=True)
class Swap:
    """A change that was taken back: within a window a stream is charged as another Sku, ``attributes`` differ."""

    stream: int
    sku: int
    start: int
    end: int
    attributes: Attributes


@dataclass(frozen=True)
class PriceChange:
    """A new public price of a Sku from an hour on, in ticks, as part of a fact."""

    fact: str
    sku: int
    at: int
    rate: int


@dataclass
class Estate:
    """Everything that the company runs; built once, then only read."""

    timeline: Timeline
    accounts: tuple[Account, ...]
    catalog: Catalog = field(default_factory=Catalog)
    resources: list[Resource] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    overlays: list[Overlay] = field(default_factory=list)
    swaps: list[Swap] = field(default_factory=list)
    price_changes: list[PriceChange] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """The seed of all chance."""
        return self.timeline.size.seed

    def key(self, *parts: object, length: int = 17) -> str:
        """Hex digits that name something in this demo: same parts, same digits."""
        text = "/".join(str(part) for part in (self.seed, *parts))
        return hashlib.sha256(text.encode()).hexdigest()[:length]

    def add(self, resource: Resource) -> int:
        """Number of a new resource."""
        self.resources.append(resource)
        return len(self.resources) - 1

    def use(self, stream: Stream) -> int:
        """Number of a new stream."""
        self.streams.append(stream)
        return len(self.streams) - 1

    def at(self, number: int, hour: int) -> Resource:
        """A resource as it stands at an hour: what was changed then, and not taken back yet, is told changed."""
        item = self.resources[number]
        now = [swap for swap in self.swaps if self.streams[swap.stream].resource == number]
        changed = [swap.attributes for swap in now if swap.start <= hour < swap.end]
        return replace(item, attributes={**item.attributes, **changed[-1]}) if changed else item

    def sku_of(self, stream: int) -> Sku:
        """What a stream is charged as."""
        return self.catalog.skus[self.streams[stream].sku]

    def account_number(self, archetype: str) -> int:
        """Number of the named account of an archetype."""
        return next(index for index, account in enumerate(self.accounts) if account.archetype == archetype)
