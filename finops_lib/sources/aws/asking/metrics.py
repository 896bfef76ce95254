"""What CloudWatch measured of each resource in the last 60 days, as quantiles over hours.

Rates of volumes are told by their busiest minute of each hour. Where AWS reports only what is not zero (requests,
bytes of endpoints), an hour without a value counts as zero; elsewhere it is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from finops_lib.sources.aws.asking import calls
from finops_lib.sources.aws.asking.ask import FAILURES, pages, why
from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.frames import KINDS

DAYS: Final = 60
BATCH: Final = 500
MEASURED: Final = ("instances", "volumes", "nat_gateways", "vpc_endpoints", "load_balancers", "databases", "buckets")
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True)
class Metric:
    """A metric of a resource: what AWS calls it (several are added up), what it is called here, and how it is scaled.

    ``usual`` is the statistic whose median is taken, ``high`` the one whose 99th percentile and maximum are.
    """

    name: str
    namespace: str
    parts: tuple[str, ...]
    unit: str
    usual: str = "Average"
    high: str = "Maximum"
    usual_scale: float = 1.0
    high_scale: float = 1.0
    zero_filled: bool = False
    period: int = _HOUR


@dataclass(frozen=True)
class Subject:
    """A resource to measure: its id in the bill, its dimensions in CloudWatch, and since when it exists."""

    resource: str
    dimensions: Mapping[str, str]
    metric: Metric
    created: pd.Timestamp | None = None


_CPU = Metric("CPUUtilization", "AWS/EC2", ("CPUUtilization",), "Percent")
_RDS_CPU = Metric("CPUUtilization", "AWS/RDS", ("CPUUtilization",), "Percent")
_CONNECTIONS = Metric("DatabaseConnections", "AWS/RDS", ("DatabaseConnections",), "Count")
_IOPS = Metric(
    "VolumeIOPS",
    "AWS/EBS",
    ("VolumeReadOps", "VolumeWriteOps"),
    "Count/Second",
    "Sum",
    "Maximum",
    1 / _HOUR,
    1 / 60,
)
_THROUGHPUT = Metric(
    "VolumeThroughput",
    "AWS/EBS",
    ("VolumeReadBytes", "VolumeWriteBytes"),
    "MiB/Second",
    "Sum",
    "Maximum",
    1 / _HOUR / 2**20,
    1 / 60 / 2**20,
)
_NAT = Metric("BytesOutToDestination", "AWS/NATGateway", ("BytesOutToDestination",), "Bytes/Hour", "Sum", "Sum")
_ENDPOINT = Metric(
    "BytesProcessed", "AWS/PrivateLinkEndpoints", ("BytesProcessed",), "Bytes/Hour", "Sum", "Sum", zero_filled=True
)
_ALB = Metric("RequestCount", "AWS/ApplicationELB", ("RequestCount",), "Count/Hour", "Sum", "Sum", zero_filled=True)
_NLB = Metric("NewFlowCount", "AWS/NetworkELB", ("NewFlowCount",), "Count/Hour", "Sum", "Sum", zero_filled=True)
_CLASSIC = Metric("RequestCount", "AWS/ELB", ("RequestCount",), "Count/Hour", "Sum", "Sum", zero_filled=True)
_OBJECTS = Metric("NumberOfObjects", "AWS/S3", ("NumberOfObjects",), "Count", "Average", "Average", period=_DAY)


def subjects(answers: Answers, region: str) -> tuple[Subject, ...]:
    """What is to be measured of the resources that an account has told of a region."""
    mine = {
        kind.name: [item for item in kind.read(answers) if item["region"] == region]
        for kind in KINDS
        if kind.name in MEASURED
    }
    return tuple(subject for find in _FINDERS for subject in find(mine))


def measure(client: Any, place: Answer, wanted: Sequence[Subject], now: dt.datetime) -> Answer:
    """The answer for ``place``: a row a resource and metric."""
    end = now.replace(minute=0, second=0, microsecond=0)
    queries = [(number, query) for number, subject in enumerate(wanted) for query in _queries(number, subject)]
    series: dict[str, list[tuple[dt.datetime, float]]] = {}
    try:
        for start in range(0, len(queries), BATCH):
            for page in _asked(client, [query for _, query in queries[start : start + BATCH]], end):
                for result in page["MetricDataResults"]:
                    told = zip(result.get("Timestamps") or (), result.get("Values") or (), strict=True)
                    series.setdefault(str(result["Id"]), []).extend(told)
    except FAILURES as error:
        return place.untold(*why(error, calls.METRICS.action))
    return place.told({"rows": [_row(number, subject, series, end) for number, subject in enumerate(wanted)]})


def _asked(client: Any, queries: Sequence[Mapping[str, Any]], end: dt.datetime) -> Iterator[Mapping[str, Any]]:
    request = {"MetricDataQueries": list(queries), "StartTime": end - dt.timedelta(days=DAYS), "EndTime": end}
    return pages(client, calls.METRICS, request)


def _queries(number: int, subject: Subject) -> Iterator[dict[str, Any]]:
    metric = subject.metric
    named = [{"Name": name, "Value": value} for name, value in subject.dimensions.items()]
    for statistic in dict.fromkeys((metric.usual, metric.high)):
        for part, name in enumerate(metric.parts):
            told = {"Namespace": metric.namespace, "MetricName": name, "Dimensions": named}
            yield {
                "Id": _id(number, statistic, part),
                "MetricStat": {"Metric": told, "Period": metric.period, "Stat": statistic},
                "ReturnData": True,
            }


def _id(number: int, statistic: str, part: int) -> str:
    return f"m{number}_{statistic.lower()}_{part}"


def _row(
    number: int, subject: Subject, series: Mapping[str, list[tuple[dt.datetime, float]]], end: dt.datetime
) -> dict[str, Any]:
    metric, days = subject.metric, _days(subject, end)
    steps = round(days * _DAY / metric.period)
    usual = _values(number, metric, metric.usual, series, steps) * metric.usual_scale
    high = _values(number, metric, metric.high, series, steps) * metric.high_scale
    return {
        "ResourceId": subject.resource,
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Unit": metric.unit,
        "Days": days,
        "p50": round(float(np.median(usual)), 6) if len(usual) else None,
        "p99": round(float(np.quantile(high, 0.99)), 6) if len(high) else None,
        "Maximum": round(float(high.max()), 6) if len(high) else None,
        "Samples": len(high),
    }


def _values(
    number: int,
    metric: Metric,
    statistic: str,
    series: Mapping[str, list[tuple[dt.datetime, float]]],
    steps: int,
) -> Any:
    """The parts added up step by step, with zeros for the steps that AWS leaves out where those mean zero."""
    sums: dict[dt.datetime, float] = {}
    for part in range(len(metric.parts)):
        for moment, value in series.get(_id(number, statistic, part), ()):
            sums[moment] = sums.get(moment, 0.0) + value
    found = np.array([sums[moment] for moment in sorted(sums)], dtype=float)
    lacking = max(steps - len(found), 0) if metric.zero_filled else 0
    return np.concatenate([found, np.zeros(lacking)])


def _days(subject: Subject, end: dt.datetime) -> float:
    """How long it was looked at: since it was made, at most all days."""
    if subject.created is None or pd.isna(subject.created):
        return float(DAYS)
    age = (pd.Timestamp(end).tz_convert(None) - subject.created) / pd.Timedelta(days=1)
    return float(min(DAYS, max(round(age, 3), 0.0)))


Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def _instances(mine: Rows) -> Iterator[Subject]:
    for item in mine.get("instances", ()):
        if item["state"] in ("running", "stopped"):
            yield Subject(item["resource"], {"InstanceId": item["resource"]}, _CPU, item["launched"])


def _volumes(mine: Rows) -> Iterator[Subject]:
    for item in mine.get("volumes", ()):
        for metric in (_IOPS, _THROUGHPUT):
            yield Subject(item["resource"], {"VolumeId": item["resource"]}, metric, item["created"])


def _network(mine: Rows) -> Iterator[Subject]:
    for item in mine.get("nat_gateways", ()):
        identity = {"NatGatewayId": item["resource"].rpartition("/")[2]}
        yield Subject(item["resource"], identity, _NAT, item["created"])
    for item in mine.get("vpc_endpoints", ()):
        if item["type"] == "Interface":
            named = {"Endpoint Type": "Interface", "Service Name": item["service"]}
            named |= {"VPC Endpoint Id": item["resource"].rpartition("/")[2], "VPC Id": str(item["vpc"])}
            yield Subject(item["resource"], named, _ENDPOINT)
    for item in mine.get("load_balancers", ()):
        yield from _load_balancer(item)


def _load_balancer(item: Mapping[str, Any]) -> Iterator[Subject]:
    metric = {"application": _ALB, "network": _NLB, "classic": _CLASSIC}.get(item["kind"])
    if metric is _CLASSIC:
        yield Subject(item["resource"], {"LoadBalancerName": item["name"]}, metric, item["created"])
    elif metric is not None:
        named = {"LoadBalancer": item["resource"].partition(":loadbalancer/")[2]}
        yield Subject(item["resource"], named, metric, item["created"])


def _databases(mine: Rows) -> Iterator[Subject]:
    for item in mine.get("databases", ()):
        for metric in (_RDS_CPU, _CONNECTIONS):
            yield Subject(item["resource"], {"DBInstanceIdentifier": item["name"]}, metric, item["created"])


def _buckets(mine: Rows) -> Iterator[Subject]:
    for item in mine.get("buckets", ()):
        named = {"BucketName": item["resource"], "StorageType": "AllStorageTypes"}
        yield Subject(item["resource"], named, _OBJECTS, item["created"])


_FINDERS: Final = (_instances, _volumes, _network, _databases, _buckets)
