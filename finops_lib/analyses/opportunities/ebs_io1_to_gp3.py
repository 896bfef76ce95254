"""Provisioned IOPS volumes as gp3, where what was measured of them fits: io2 instead of io1 would save nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from finops_lib.analyses.opportunities import billed, gp3, judged, volume_demand
from finops_lib.analyses.opportunities.gp3 import Shape
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.volume_demand import Demand
from finops_lib.contracts.evidence import Evidence

_STORAGE: Final = {"io1": "EBS:VolumeUsage.piops", "io2": "EBS:VolumeUsage.io2"}
_TIERS: Final[Mapping[str, tuple[tuple[float, str], ...]]] = {
    "io1": ((math.inf, "EBS:VolumeP-IOPS.piops"),),
    "io2": (
        (32_000.0, "EBS:VolumeP-IOPS.io2"),
        (64_000.0, "EBS:VolumeP-IOPS.io2.tier2"),
        (math.inf, "EBS:VolumeP-IOPS.io2.tier3"),
    ),
}
"""Up to how many IOPS each price holds."""


def find(evidence: Evidence) -> Findings:
    """io1 and io2 volumes that are attached to something, by what CloudWatch measured of them."""
    costs = billed.of(evidence, "AmazonEC2", r"EBS:Volume(?:Usage|P-IOPS)\.(?:piops|io2)")
    volumes = billed.known(evidence, "volumes", costs)
    current = volumes[volumes["type"].isin(_STORAGE) & (volumes["state"] != "available")]
    demands, advice = volume_demand.measured(evidence), volume_demand.recommended_savings(evidence)
    book = PriceBook(evidence)
    return judged.findings(
        evidence,
        billed.records(current),
        lambda row: _judge(book, row, demands.get(row["resource"]), advice.get(row["resource"])),
        billed.gaps(evidence, "volumes", costs, "ec2:DescribeVolumes"),
    )


def _judge(book: PriceBook, row: Mapping[str, Any], demand: Demand | None, advised: float | None) -> Finding | None:
    if demand is None and advised is None:
        raise judged.Unknown("The I/O of provisioned IOPS volumes is not measured.", volume_demand.METRICS)
    if demand is not None and (demand.iops > gp3.LIMIT.iops or demand.throughput > gp3.LIMIT.throughput):
        return None
    before = _cost_now(book, row)

    def saved(iops: float, throughput: float) -> float:
        shape = Shape(min(iops, gp3.LIMIT.iops), min(throughput, gp3.LIMIT.throughput))
        return float(min(before - gp3.monthly_cost(book, row["region"], row["size"], shape), row["cost"]))

    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=_advised(saved, advised or 0.0) if demand is None else _measured(saved, demand),
        confidence="likely",
        evidence=(
            f"An {row['type']} volume of {row['size']:.0f} GB with {row['iops']:,.0f} IOPS. "
            + ("Compute Optimizer tells what it needs." if demand is None else _figures(demand))
        ),
        exclusive="type",
        facts={"size": row["size"], "iops": row["iops"], "measured": demand is not None},
    )


def _measured(saved: Callable[[float, float], float], demand: Demand) -> Saving:
    """From the highest I/O matched to the 99th percentile matched, which is what is expected."""
    expected = saved(demand.iops, demand.throughput)
    return Saving(saved(demand.highest_iops, demand.highest_throughput), expected, expected)


def _advised(saved: Callable[[float, float], float], advised: float) -> Saving:
    """AWS's figure, not above what gp3's baseline would save; nothing of it is certain without measures."""
    most = max(0.0, saved(gp3.BASELINE.iops, gp3.BASELINE.throughput))
    return Saving(0.0, min(max(advised, 0.0), most), most)


def _figures(demand: Demand) -> str:
    return (
        f"Of {demand.days:.0f} days the 99th percentile is {demand.iops:,.0f} I/O and {demand.throughput:,.0f} MiB a "
        f"second, the highest {demand.highest_iops:,.0f} and {demand.highest_throughput:,.0f}."
    )


def _cost_now(book: PriceBook, row: Mapping[str, Any]) -> float:
    """A month of the volume as it is: its size, and its provisioned IOPS tier by tier."""
    if row["iops"] is None:
        raise judged.Unknown("The provisioned IOPS of the volume are not told.", "ec2:DescribeVolumes")
    cost = row["size"] * book.price("AmazonEC2", _STORAGE[row["type"]], row["region"])
    below = 0.0
    for top, usage_type in _TIERS[row["type"]]:
        if row["iops"] > below:
            per_iops = book.price("AmazonEC2", usage_type, row["region"])
            cost += (min(row["iops"], top) - below) * per_iops
        below = top
    return float(cost)


OPPORTUNITY = Opportunity(
    id="ebs_io1_to_gp3",
    title="Change provisioned IOPS volumes to gp3",
    area="storage",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=2.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("volumes", "utilization", "prices"),
    find=find,
)
