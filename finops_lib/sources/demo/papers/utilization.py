"""CloudWatch's view of the last 60 days: p50, p99 and maximum per resource and metric."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from finops_lib.core.files import write_atomic
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers.estate_view import EstateView

_DAYS = 60
_HEAD = (
    "AccountId",
    "Region",
    "ResourceId",
    "Namespace",
    "MetricName",
    "Unit",
    "Days",
    "p50",
    "p99",
    "Maximum",
    "Samples",
)
Measure = tuple[str, str, str, float, float]


def write(path: Path, view: EstateView) -> None:
    """Write one line per resource and metric."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for item in view.resources:
        days = min(_DAYS, (view.hour + 1 - item.created) // 24)
        for namespace, metric, unit, median, high in _measures(item):
            place = (view.account(item).id, item.region, item.id, namespace, metric, unit, days)
            writer.writerow((*place, round(median, 3), round(high, 3), round(high * 1.06, 3), days * 288))
    write_atomic(path, text.getvalue())


def _measures(item: Resource) -> Iterator[Measure]:
    facts = {key: float(value) for key, value in item.attributes.items() if isinstance(value, (int, float))}
    if item.kind in ("instance", "database") and "cpu_p50" in facts:
        namespace = "AWS/EC2" if item.kind == "instance" else "AWS/RDS"
        yield namespace, "CPUUtilization", "Percent", facts["cpu_p50"], facts["cpu_p99"]
    if "memory_p99" in facts:
        yield "CWAgent", "mem_used_percent", "Percent", facts["memory_p99"] * 0.8, facts["memory_p99"]
    if item.kind == "volume":
        used = 1.0 if item.attributes["attached"] else 0.0
        yield "AWS/EBS", "VolumeIOPS", "Count/Second", used * facts["iops_p99"] * 0.2, used * facts["iops_p99"]
        yield (
            "AWS/EBS",
            "VolumeThroughput",
            "MiB/Second",
            used * facts["throughput_p99"] * 0.2,
            used * facts["throughput_p99"],
        )
    if item.kind == "nat":
        per_hour = facts["gigabytes"] * 2**30 / 24
        yield "AWS/NATGateway", "BytesOutToDestination", "Bytes/Hour", per_hour, per_hour * 1.8
    if item.kind == "bucket":
        yield "AWS/S3", "NumberOfObjects", "Count", facts["objects"], facts["objects"]
    if item.kind == "load_balancer":
        yield "AWS/ApplicationELB", "RequestCount", "Count/Hour", facts["units"] * 90_000, facts["units"] * 160_000
