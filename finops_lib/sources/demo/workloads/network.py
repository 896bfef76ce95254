"""NAT gateways, load balancers, addresses, transfer, CDN, DNS."""

from __future__ import annotations

from finops_lib.sources.demo.estate import Attributes
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site


def nat_gateway(
    site: Site, name: str, gigabytes: float, *, zone: str = "a", life: Life = FOREVER, network: str = "main"
) -> Placed:
    """A NAT gateway of a network; ``gigabytes`` processed a day (0: idle). Streams: hours, then bytes."""
    identity = "nat-" + site.estate.key(site.owner.id, "nat", name)
    arn = site.arn("ec2", f"natgateway/{identity}")
    facts: Attributes = {"gigabytes": gigabytes, "vpc": "vpc-" + site.estate.key(site.owner.id, site.region, network)}
    resource = site.resource("nat", arn, life=life, zone=zone, name=identity, attributes=facts)
    streams = [site.daily(resource, "nat.hours", 1.0, life=life)]
    if gigabytes:
        streams.append(site.per_day(resource, "nat.bytes", gigabytes, life=life, weekend=0.7, noise=0.06))
    return Placed(resource, arn, tuple(streams))


def load_balancer(site: Site, name: str, units: float, *, driver: str = "none", life: Life = FOREVER) -> Placed:
    """An application load balancer with ``units`` capacity units an hour (0: idle). Streams: hours, then units."""
    arn = site.arn(
        "elasticloadbalancing", f"loadbalancer/app/{name}/{site.estate.key(site.owner.id, 'alb', name, length=16)}"
    )
    resource = site.resource("load_balancer", arn, life=life, name=name, attributes={"units": units})
    streams = [site.daily(resource, "alb.hours", 1.0, life=life)]
    if units:
        streams.append(site.daily(resource, "alb.lcu", units, life=life, weekend=0.8, noise=0.05, driver=driver))
    return Placed(resource, arn, tuple(streams))


def address(site: Site, name: str, *, idle: bool, life: Life = FOREVER) -> Placed:
    """A public IPv4 address, in use or idle."""
    allocation = "eipalloc-" + site.estate.key(site.owner.id, "address", name)
    arn = site.arn("ec2", f"elastic-ip/{allocation}")
    resource = site.resource("address", arn, life=life, name=allocation, attributes={"idle": int(idle)})
    rate = "vpc.ipv4.idle" if idle else "vpc.ipv4.used"
    return Placed(resource, arn, (site.daily(resource, rate, 1.0, life=life),))


def transfer(
    site: Site, source: Placed, rate: str, gigabytes: float, *, driver: str = "none", life: Life = FOREVER
) -> int:
    """Data transfer of a resource, ``gigabytes`` a day; returns its stream."""
    return site.per_day(source.resource, rate, gigabytes, life=life, weekend=0.75, noise=0.08, driver=driver)


def endpoint(site: Site, name: str) -> Placed:
    """An interface endpoint."""
    identity = "vpce-" + site.estate.key(site.owner.id, "endpoint", name)
    resource = site.resource("endpoint", site.arn("ec2", f"vpc-endpoint/{identity}"), name=identity)
    return Placed(resource, identity, (site.daily(resource, "vpc.endpoint.hours", 2.0),))


def distribution(site: Site, name: str, gigabytes: float) -> Placed:
    """A CloudFront distribution, driven by the shop's orders."""
    identity = f"arn:aws:cloudfront::{site.owner.id}:distribution/E{site.estate.key(name, length=12).upper()}"
    resource = site.resource("distribution", identity, name=name)
    stream = site.per_day(resource, "cloudfront.out", gigabytes, driver="orders", noise=0.03)
    return Placed(resource, identity, (stream,))


def hosted_zone(site: Site, name: str, queries: float) -> Placed:
    """A DNS zone: charged on the first of the month, and by query."""
    identity = f"arn:aws:route53:::hostedzone/Z{site.estate.key(name, length=13).upper()}"
    resource = site.resource("zone", identity, name=name)
    streams = (site.once_a_month(resource, "dns.zone", 1.0), site.per_day(resource, "dns.queries", queries, noise=0.05))
    return Placed(resource, identity, streams)
