"""RDS instances, Aurora, ElastiCache, DynamoDB."""

from __future__ import annotations

from finops_lib.sources.demo.estate import Attributes
from finops_lib.sources.demo.rates import rates
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site


def database(
    site: Site,
    name: str,
    kind: str,
    engine: str,
    *,
    storage: int = 100,
    life: Life = FOREVER,
    version: str = "",
    cpu: tuple[float, float] = (28.0, 66.0),
) -> Placed:
    """An RDS instance with gp2 storage; ``engine`` is the last part of its price key. Streams: hours, then storage."""
    arn = site.arn("rds", f"db:{name}")
    vcpus = int(rates()[f"rds.{kind}.{engine}"].attributes["vcpu"])
    attributes: Attributes = {"class": kind, "engine": engine, "vcpus": vcpus, "storage": storage, "version": version}
    metrics: Attributes = {"cpu_p50": cpu[0], "cpu_p99": cpu[1]}
    resource = site.resource("database", arn, life=life, zone="a", name=name, attributes={**attributes, **metrics})
    hours = site.daily(resource, f"rds.{kind}.{engine}", 1.0, life=life)
    return Placed(resource, arn, (hours, site.gigabytes(resource, "rds.gp2", float(storage), life=life)))


def aurora(site: Site, name: str, *, storage: float, requests: float) -> Placed:
    """A one-instance Aurora PostgreSQL cluster; ``requests`` I/Os a day. Streams: hours, storage, I/O."""
    arn = site.arn("rds", f"db:{name}")
    attributes: Attributes = {
        "class": "db.r6g.large",
        "engine": "aurora",
        "storage": storage,
        "cpu_p50": 31.0,
        "cpu_p99": 72.0,
    }
    resource = site.resource("database", arn, zone="b", name=name, attributes=attributes)
    streams = (
        site.daily(resource, "rds.db.r6g.large.aurora", 1.0),
        site.gigabytes(resource, "rds.aurora.storage", storage, growth=0.02),
        site.per_day(resource, "rds.aurora.io", requests, driver="orders", noise=0.05),
    )
    return Placed(resource, arn, streams)


def extended_support(site: Site, database: Placed, vcpus: float) -> int:
    """The surcharge for an engine version past its end; returns its stream."""
    return site.daily(database.resource, "rds.extended", vcpus)


def backups(site: Site, database: Placed, gigabytes: float) -> int:
    """Backup storage beyond the free part; returns its stream."""
    return site.gigabytes(database.resource, "rds.backup", gigabytes)


def cache(site: Site, name: str, nodes: int) -> tuple[Placed, ...]:
    """ElastiCache Redis nodes of one cluster."""
    placed = []
    for number in range(1, nodes + 1):
        arn = site.arn("elasticache", f"cluster:{name}-{number:03d}")
        resource = site.resource(
            "cache", arn, zone="ab"[number % 2], name=f"{name}-{number:03d}", attributes={"type": "cache.r6g.large"}
        )
        placed.append(Placed(resource, arn, (site.daily(resource, "cache.r6g.large", 1.0),)))
    return tuple(placed)


def table(site: Site, name: str, *, writes: float, reads: float, storage: float, life: Life = FOREVER) -> Placed:
    """An on-demand DynamoDB table; ``writes`` and ``reads`` are units a day, driven by orders."""
    arn = site.arn("dynamodb", f"table/{name}")
    resource = site.resource("table", arn, life=life, name=name, attributes={"storage": storage})
    streams = (
        site.per_day(resource, "dynamodb.writes", writes, life=life, driver="orders", noise=0.02),
        site.per_day(resource, "dynamodb.reads", reads, life=life, driver="orders", noise=0.02),
        site.gigabytes(resource, "dynamodb.storage", storage, life=life, growth=0.015),
    )
    return Placed(resource, arn, streams)
