"""What S3 Storage Lens measures inside buckets and no bill tells: unfinished uploads and noncurrent versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finops_lib.contracts.evidence import Evidence

UPLOADS: Final = "IncompleteMultipartUploadStorageBytes"
OLD_UPLOADS: Final = "IncompleteMPUStorageBytesOlderThan7Days"
NONCURRENT: Final = "NonCurrentVersionStorageBytes"
_NAMESPACE: Final = "AWS/S3/Storage-Lens"


def needs(metric: str) -> str:
    """What must be switched on for a metric to be there."""
    return f"S3 Storage Lens with metrics published to CloudWatch, and cloudwatch:GetMetricData ({metric})"


def gigabytes(evidence: Evidence, metric: str) -> Mapping[str, float]:
    """The GB, of 2³⁰ bytes as S3 bills them, that a metric tells of each bucket on a usual day."""
    table = evidence.of("utilization")
    mine = table[(table["namespace"] == _NAMESPACE) & (table["metric"] == metric) & table["p50"].notna()]
    return {bucket: size / 2**30 for bucket, size in zip(mine["resource"], mine["p50"], strict=True)}
