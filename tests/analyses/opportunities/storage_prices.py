"""Price rows and metrics for the tests of storage opportunities: us-east-1 as of 2026."""

from __future__ import annotations

import math
from typing import Any, Final

from opportunity_evidence import ACCOUNT, REGION


def listed(usage_type: str, price: float, unit: str = "GB-Mo", **more: Any) -> dict[str, Any]:
    """A row of a price list, of EC2 unless told otherwise."""
    usual = {
        "region": REGION,
        "service_code": "AmazonEC2",
        "usage_type": usage_type,
        "operation": "",
        "unit": unit,
        "price": price,
        "instance_type": None,
        "contracted": math.nan,
    }
    return usual | more


def of_s3(usage_type: str, price: float, unit: str = "GB-Mo", **more: Any) -> dict[str, Any]:
    """A row of S3's price list."""
    return listed(usage_type, price, unit, service_code="AmazonS3", **more)


GP2: Final = listed("EBS:VolumeUsage.gp2", 0.10)
GP3: Final = listed("EBS:VolumeUsage.gp3", 0.08)
GP3_IOPS: Final = listed("EBS:VolumeP-IOPS.gp3", 0.005, "IOPS-Mo")
GP3_THROUGHPUT: Final = listed("EBS:VolumeP-Throughput.gp3", 40.96, "GiBps-mo")
EBS: Final = [GP2, GP3, GP3_IOPS, GP3_THROUGHPUT]


def metric(resource: str, name: str, p99: float, maximum: float | None = None, **more: Any) -> dict[str, Any]:
    """A row of utilization: I/O or throughput of a volume unless told otherwise."""
    usual = {
        "account": ACCOUNT,
        "region": REGION,
        "resource": resource,
        "namespace": "AWS/EBS",
        "metric": name,
        "unit": "MiB/Second" if name == "VolumeThroughput" else "Count/Second",
        "days": 60.0,
        "p50": p99 / 5,
        "p99": p99,
        "maximum": maximum,
        "samples": 17_280.0,
    }
    return usual | more


def io(resource: str, iops: float, throughput: float, highest: float | None = None) -> list[dict[str, Any]]:
    """What CloudWatch measured of a volume: p99 of I/O and MiB a second, and the highest I/O."""
    return [metric(resource, "VolumeIOPS", iops, highest), metric(resource, "VolumeThroughput", throughput)]


def advice(resource: str, saving: float, **more: Any) -> dict[str, Any]:
    """A recommendation of Compute Optimizer to make a volume gp3."""
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/{resource}"
    usual = {"source": "compute-optimizer", "id": arn, "account": ACCOUNT, "region": REGION, "resource": arn}
    rest = dict.fromkeys(
        ("resource_type", "cost", "list_saving", "effort", "risk", "restart", "rollback", "lookback_days")
    )
    told = {"action": "Rightsize", "current": "gp2/200GB", "target": "gp3/200GB", "saving": saving}
    return usual | rest | told | {"refreshed": "2026-10-30", "memory_known": None} | more
