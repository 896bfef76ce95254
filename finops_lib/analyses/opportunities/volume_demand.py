"""What EBS volumes are asked to do: their measured I/O, or what Compute Optimizer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.recommended import in_currency
from finops_lib.contracts.evidence import Evidence

METRICS: Final = "cloudwatch:GetMetricData (AWS/EBS VolumeIOPS and VolumeThroughput of 14 days)"
LEAST_DAYS: Final = 14.0
FRESH_DAYS: Final = 60
_MIB: Final = {"MiB/Second": 1.0, "Bytes/Second": 1.0 / 2**20}


@dataclass(frozen=True)
class Demand:
    """I/O a second and MiB a second: the 99th percentile and the highest."""

    iops: float
    throughput: float
    highest_iops: float
    highest_throughput: float
    days: float


def measured(evidence: Evidence) -> Mapping[str, Demand]:
    """The demand of each volume whose I/O and throughput were measured for at least 14 days."""
    table = evidence.of("utilization")
    table = table[(table["namespace"] == "AWS/EBS") & (table["days"] >= LEAST_DAYS) & table["p99"].notna()]
    iops = _by_volume(table[table["metric"] == "VolumeIOPS"], 1.0)
    rates = table[(table["metric"] == "VolumeThroughput") & table["unit"].isin(_MIB)]
    through = _by_volume(rates, rates["unit"].map(_MIB).astype(float))
    return {
        volume: Demand(
            iops[volume]["p99"],
            through[volume]["p99"],
            iops[volume]["maximum"],
            through[volume]["maximum"],
            min(iops[volume]["days"], through[volume]["days"]),
        )
        for volume in iops.keys() & through.keys()
    }


def _by_volume(table: pd.DataFrame, factor: float | pd.Series[float]) -> dict[str, dict[str, float]]:
    """p99 and maximum of each volume; a maximum that is not told is the p99."""
    p99 = table["p99"] * factor
    highest = (table["maximum"] * factor).fillna(p99).clip(lower=p99)
    figures = pd.DataFrame(
        {"resource": table["resource"], "p99": p99, "maximum": highest, "days": table["days"]}, index=table.index
    )
    return {
        str(volume): {"p99": p99, "maximum": maximum, "days": days}
        for volume, p99, maximum, days in figures.itertuples(index=False, name=None)
    }


def recommended_savings(evidence: Evidence) -> Mapping[str, float]:
    """What Compute Optimizer says that a volume saves a month as gp3, of recommendations not older than 60 days."""
    table = in_currency(evidence)
    fresh = table["refreshed"].isna() | (
        table["refreshed"] >= pd.Timestamp(evidence.period.end) - pd.Timedelta(days=FRESH_DAYS)
    )
    gp3 = table["target"].fillna("").str.contains("gp3", case=False)
    mine = table[(table["source"] == "compute-optimizer") & gp3 & fresh & table["saving"].notna()]
    volumes = mine["resource"].str.split("/").str[-1]
    return dict(zip(volumes, mine["saving"].astype(float), strict=True))
