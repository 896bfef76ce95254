"""EC2 instances, their root volumes, dedicated hosts."""

from __future__ import annotations

from finops_lib.sources.demo.estate import Attributes
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site
from finops_lib.sources.demo.workloads.storage import volume


def instance(
    site: Site,
    kind: str,
    name: str,
    *,
    system: str = "linux",
    schedule: str = "always",
    spot: bool = False,
    life: Life = FOREVER,
    zone: str = "a",
    disk: int = 30,
    cpu: tuple[float, float] = (22.0, 61.0),
    memory: float = 58.0,
    asg: str = "",
) -> Placed:
    """One EC2 instance billed by the hour, with a gp3 root volume; ``cpu`` is (p50, p99), ``memory`` p99, percent."""
    sku = site.estate.catalog.instance(kind, site.region, system, spot=spot)
    identity = "i-" + site.estate.key(site.owner.id, "instance", name)
    attributes: Attributes = {"type": kind, "system": system, "lifecycle": "spot" if spot else "", "schedule": schedule}
    metrics: Attributes = {"cpu_p50": cpu[0], "cpu_p99": cpu[1], "memory_p99": memory, "asg": asg}
    resource = site.resource(
        "instance", identity, life=life, zone=zone, name=name, attributes={**attributes, **metrics, "state": "running"}
    )
    stream = site.hourly(resource, sku, life=life, schedule=schedule)
    if disk:
        volume(site, disk, f"{name}-root", attached=identity, life=life, zone=zone)
    return Placed(resource, identity, (stream,))


def fleet(site: Site, kind: str, name: str, count: int, **options: object) -> tuple[Placed, ...]:
    """Equal instances, numbered and spread over two zones."""
    return tuple(
        instance(site, kind, f"{name}-{number}", zone="ab"[number % 2], **options)  # type: ignore[arg-type]
        for number in range(1, count + 1)
    )


def stopped_instance(site: Site, kind: str, name: str, *, disk: int) -> Placed:
    """An instance that is stopped: it costs nothing, its gp2 volume does; returns the volume."""
    identity = "i-" + site.estate.key(site.owner.id, "instance", name)
    attributes = {"type": kind, "system": "linux", "state": "stopped"}
    site.resource("instance", identity, zone="a", name=name, attributes=attributes)
    return volume(site, disk, f"{name}-data", kind="gp2", attached=identity)


def dedicated_host(site: Site, family: str, name: str) -> Placed:
    """A dedicated host, billed by the day's hours whatever runs on it."""
    identity = "h-" + site.estate.key(site.owner.id, "host", name)
    attributes: Attributes = {"family": family, "sockets": 2, "cores": 48, "vcpus": 96}
    resource = site.resource("host", identity, zone="a", name=name, attributes=attributes)
    return Placed(resource, identity, (site.daily(resource, f"ec2.host.{family}", 1.0),))


def hosted_instance(site: Site, kind: str, name: str, host: str, system: str) -> Placed:
    """An instance on a dedicated host: no charge of its own, with the client's own licenses."""
    identity = "i-" + site.estate.key(site.owner.id, "instance", name)
    attributes: Attributes = {
        "type": kind,
        "system": system,
        "state": "running",
        "host": host,
        "cpu_p50": 18.0,
        "cpu_p99": 52.0,
    }
    resource = site.resource("instance", identity, zone="a", name=name, attributes=attributes)
    return Placed(resource, identity, ())
