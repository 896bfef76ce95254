"""Serverless, containers, observability, keys and audit: what has no server to look at."""

from __future__ import annotations

from finops_lib.sources.demo.timeline import ALWAYS
from finops_lib.sources.demo.workloads.site import FOREVER, Life, Placed, Site


def function(
    site: Site, name: str, *, gb_seconds: float, requests: float, driver: str = "none", life: Life = FOREVER
) -> Placed:
    """A Lambda function; quantities a day. Streams: duration, requests."""
    arn = site.arn("lambda", f"function:{name}")
    resource = site.resource("function", arn, life=life, name=name, attributes={"memory": 1024})
    streams = (
        site.per_day(resource, "lambda.gb", gb_seconds, life=life, driver=driver, noise=0.02),
        site.per_day(resource, "lambda.requests", requests, life=life, driver=driver, noise=0.02),
    )
    return Placed(resource, arn, streams)


def container_service(site: Site, name: str, *, cpus: float, driver: str = "none", life: Life = FOREVER) -> Placed:
    """A Fargate service of ``cpus`` vCPUs with 2 GB each. Streams: vCPU, memory."""
    arn = site.arn("ecs", f"task/{name}/{site.estate.key(site.owner.id, 'task', name, length=32)}")
    resource = site.resource("task", arn, life=life, name=name, attributes={"cpus": cpus})
    streams = (
        site.daily(resource, "fargate.cpu", cpus, life=life, driver=driver),
        site.daily(resource, "fargate.memory", 2 * cpus, life=life, driver=driver),
    )
    return Placed(resource, arn, streams)


def cluster(site: Site, name: str, *, version: str, extended_from: int = ALWAYS) -> Placed:
    """An EKS control plane, in extended support from an hour on. Streams: standard support, then extended."""
    arn = site.arn("eks", f"cluster/{name}")
    resource = site.resource("cluster", arn, name=name, attributes={"version": version})
    streams = [site.daily(resource, "eks.cluster", 1.0, life=Life(end=extended_from))]
    if extended_from < ALWAYS:
        streams.append(site.daily(resource, "eks.extended", 1.0, life=Life(start=extended_from)))
    return Placed(resource, arn, tuple(streams))


def log_group(
    site: Site, name: str, gigabytes: float, *, stored: float, retention: int, driver: str = "none"
) -> Placed:
    """A log group; ``gigabytes`` ingested a day, ``retention`` in days (0: never expires). Streams: both."""
    arn = site.arn("logs", f"log-group:/{name}")
    attributes = {"retention": retention, "gigabytes": stored}
    resource = site.resource("log_group", arn, name=f"/{name}", attributes=attributes)
    ingest = site.per_day(resource, "logs.ingest", gigabytes, driver=driver, weekend=0.8, noise=0.07)
    growth = 0.05 if retention == 0 else 0.0
    return Placed(resource, arn, (ingest, site.gigabytes(resource, "logs.storage", stored, growth=growth)))


def metrics(site: Site, count: float) -> Placed:
    """Custom metrics of the account: no resource to tag."""
    resource = site.resource("untagged", "", name="metrics")
    return Placed(resource, "", (site.gigabytes(resource, "cloudwatch.metrics", count),))


def keys(site: Site, count: int, requests: float) -> Placed:
    """KMS keys, charged on the first of the month, and their requests."""
    identity = site.estate.key(site.owner.id, "key", count, length=32)
    arn = site.arn("kms", f"key/{identity[:8]}-{identity[8:12]}-4{identity[13:16]}-8{identity[17:20]}-{identity[20:]}")
    resource = site.resource("key", arn, name=identity)
    streams = [site.once_a_month(resource, "kms.keys", float(count))]
    if requests:
        streams.append(site.per_day(resource, "kms.requests", requests, noise=0.05))
    return Placed(resource, arn, tuple(streams))


def recorder(site: Site, items: float) -> Placed:
    """AWS Config: items recorded a day, no resource to tag."""
    resource = site.resource("untagged", "", name="config")
    return Placed(resource, "", (site.per_day(resource, "config.items", items, noise=0.1, weekend=0.4),))


def second_trail(site: Site, events: float) -> Placed:
    """A CloudTrail trail beyond the free first one: management events a day."""
    resource = site.resource("untagged", "", name="trail")
    return Placed(resource, "", (site.per_day(resource, "trail.events", events, noise=0.1),))


def batch_jobs(site: Site, name: str, units: float, *, life: Life = FOREVER) -> Placed:
    """Glue jobs of ``units`` DPU-hours a day, every day the same."""
    arn = site.arn("glue", f"job/{name}")
    resource = site.resource("job", arn, life=life, name=name)
    return Placed(resource, arn, (site.per_day(resource, "glue.dpu", units, life=life),))


def queue(site: Site, name: str, requests: float) -> Placed:
    """An SQS queue, driven by orders."""
    arn = site.arn("sqs", name)
    resource = site.resource("queue", arn, name=name)
    return Placed(resource, arn, (site.per_day(resource, "sqs.requests", requests, driver="orders", noise=0.03),))


def appliance_software(site: Site, instance: Placed, life: Life = FOREVER) -> int:
    """Marketplace software by the hour on an instance; returns its stream."""
    return site.daily(instance.resource, "marketplace.f5", 1.0, life=life, schedule="weekdays")
