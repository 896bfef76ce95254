"""Where a workload is built: an account, a project, an environment and a region."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from finops_lib.sources.demo.estate import Attributes, Estate, Resource, Stream
from finops_lib.sources.demo.organization import Account
from finops_lib.sources.demo.tags import Project, Tags, policy_tags, spoil
from finops_lib.sources.demo.timeline import ALWAYS, Timeline

BEFORE = -24 * 210  # "long before the first bill"


@dataclass(frozen=True)
class Life:
    """From which hour to which hour something exists."""

    start: int = BEFORE
    end: int = ALWAYS


FOREVER = Life()


@dataclass(frozen=True)
class Placed:
    """What a builder has put in place: a resource and the streams of its use."""

    resource: int
    id: str
    streams: tuple[int, ...]


@dataclass(frozen=True)
class Site:
    """The place of a workload; ``fault`` names a tag fault of everything built here, ``extra`` are further tags."""

    estate: Estate
    account: int
    project: Project
    environment: str
    region: str = "us-east-1"
    fault: str | None = None
    extra: Tags = ()
    retag: tuple[Project, int] | None = field(default=None)

    def but(self, **changes: object) -> Site:
        """The same place with some things different."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    @property
    def timeline(self) -> Timeline:
        """The demo's clock."""
        return self.estate.timeline

    @property
    def owner(self) -> Account:
        """The account built in."""
        return self.estate.accounts[self.account]

    @property
    def tags(self) -> Tags:
        """The tags of what is built here."""
        tags = policy_tags(self.project, self.environment) + self.extra
        return spoil(tags, self.fault) if self.fault else tags

    def arn(self, service: str, path: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.owner.id}:{path}"

    def resource(
        self,
        kind: str,
        identity: str,
        *,
        life: Life = FOREVER,
        zone: str | None = None,
        name: str = "",
        attributes: Attributes = MappingProxyType({}),
    ) -> int:
        """Number of a new resource here."""
        retagged, moment = (
            (policy_tags(self.retag[0], self.environment), self.retag[1]) if self.retag else (None, ALWAYS)
        )
        return self.estate.add(
            Resource(
                kind=kind,
                id=identity,
                account=self.account,
                region=self.region,
                zone=f"{self.region}{zone}" if zone else None,
                tags=self.tags if identity else (),
                created=life.start,
                deleted=life.end,
                name=name,
                attributes=MappingProxyType(dict(attributes)),
                fault=self.fault or "",
                retagged=retagged,
                retagged_at=moment,
            )
        )

    def daily(self, resource: int, rate: str, quantity: float, *, life: Life = FOREVER, **shape: object) -> int:
        """Number of a new stream with a row a day; ``quantity`` per hour, or per month with ``monthly=True``."""
        return self._stream(resource, self.estate.catalog.priced(rate, self.region), "day", quantity, life, shape)

    def per_day(self, resource: int, rate: str, quantity: float, *, life: Life = FOREVER, **shape: object) -> int:
        """As :meth:`daily`, with the quantity of a whole day."""
        return self.daily(resource, rate, quantity / 24, life=life, **shape)

    def gigabytes(self, resource: int, rate: str, size: float, *, life: Life = FOREVER, **shape: object) -> int:
        """Number of a new stream of stored gigabytes (or other units kept for a month), a row a day."""
        return self.daily(resource, rate, size, life=life, monthly=True, **shape)

    def once_a_month(self, resource: int, rate: str, quantity: float, *, life: Life = FOREVER) -> int:
        """Number of a new stream with one row on the first of each month for the whole month."""
        sku = self.estate.catalog.priced(rate, self.region)
        return self._stream(resource, sku, "month", quantity, life, {"monthly": True})

    def hourly(self, resource: int, sku: int, *, life: Life = FOREVER, **shape: object) -> int:
        """Number of a new stream of one unit an hour, a row an hour."""
        return self._stream(resource, sku, "hour", 1.0, life, shape)

    def _stream(
        self, resource: int, sku: int, grain: str, quantity: float, life: Life, shape: Mapping[str, object]
    ) -> int:
        stream = Stream(resource, self.account, sku, grain, quantity, life.start, life.end, **shape)  # type: ignore[arg-type]
        return self.estate.use(stream)
