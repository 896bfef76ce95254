"""Volumes, snapshots and buckets."""

from __future__ import annotations

from finops_lib.sources.demo.estate import Attributes
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site


def volume(
    site: Site,
    size: int,
    name: str,
    *,
    kind: str = "gp3",
    attached: str = "",
    iops: int = 0,
    life: Life = FOREVER,
    zone: str = "a",
    peak: tuple[float, float] = (900.0, 60.0),
) -> Placed:
    """An EBS volume of ``size`` GB; ``iops`` beyond the free ones; ``peak`` is p99 of IOPS and of MiB/s.

    The id comes from the name: a volume that changes its type appears twice, one life after the other.
    """
    identity = "vol-" + site.estate.key(site.owner.id, "volume", name)
    attributes: Attributes = {"size": size, "type": kind, "attached": attached, "iops": iops}
    metrics: Attributes = {"iops_p99": peak[0], "throughput_p99": peak[1]}
    resource = site.resource("volume", identity, life=life, zone=zone, name=name, attributes={**attributes, **metrics})
    streams = [site.gigabytes(resource, f"ebs.{kind}", float(size), life=life)]
    if iops:
        streams.append(site.gigabytes(resource, f"ebs.{kind}.iops", float(iops), life=life))
    return Placed(resource, identity, tuple(streams))


def snapshot(site: Site, size: float, name: str, *, of: str, life: Life = FOREVER, image: str = "") -> Placed:
    """A snapshot that stores ``size`` GB; ``image`` names the AMI that needs it."""
    identity = "snap-" + site.estate.key(site.owner.id, "snapshot", name)
    attributes: Attributes = {"size": size, "volume": of, "image": image}
    resource = site.resource(
        "snapshot", site.arn("ec2", f"snapshot/{identity}"), life=life, name=identity, attributes=attributes
    )
    return Placed(resource, identity, (site.gigabytes(resource, "ebs.snapshot", size, life=life),))


def bucket(
    site: Site,
    name: str,
    *,
    standard: float = 0.0,
    infrequent: float = 0.0,
    instant: float = 0.0,
    growth: float = 0.0,
    writes: float = 0.0,
    reads: float = 0.0,
    objects: int = 1_000_000,
    life: Life = FOREVER,
    driver: str = "none",
) -> Placed:
    """An S3 bucket: gigabytes by class, requests a day, number of objects."""
    stored = standard + infrequent + instant
    attributes: Attributes = {"objects": objects, "gigabytes": stored, "reads": reads, "writes": writes}
    resource = site.resource("bucket", name, life=life, name=name, attributes=attributes)
    classes = (("s3.standard", standard), ("s3.ia", infrequent), ("s3.gir", instant))
    streams = [site.gigabytes(resource, key, size, life=life, growth=growth) for key, size in classes if size]
    calls = (("s3.tier1", writes), ("s3.tier2", reads))
    streams += [site.per_day(resource, key, n, life=life, noise=0.08, driver=driver) for key, n in calls if n]
    return Placed(resource, name, tuple(streams))
