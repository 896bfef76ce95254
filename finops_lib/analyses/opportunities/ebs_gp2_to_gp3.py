"""gp2 volumes as gp3: what is saved where gp2's whole envelope is matched, and where gp3's baseline suffices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from finops_lib.analyses.opportunities import billed, gp3, judged, volume_demand
from finops_lib.analyses.opportunities.gp3 import Shape
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.volume_demand import Demand
from finops_lib.contracts.evidence import Evidence


def envelope(size: float) -> Shape:
    """The most that a gp2 volume of ``size`` GB does: 3 I/O a GB with bursts of 3,000, and up to 250 MiB a second.

    Up to 170 GB it is 128 MiB a second; the 3 that gp3's baseline lacks are not counted.
    """
    throughput = 250.0 if size > 170 else gp3.BASELINE.throughput
    return Shape(min(max(3 * size, gp3.BASELINE.iops), 16_000.0), throughput)


def find(evidence: Evidence) -> Findings:
    """The gp2 volumes that are attached to something, by their size in the inventory."""
    costs = billed.of(evidence, "AmazonEC2", r"EBS:VolumeUsage\.gp2$")
    volumes = billed.known(evidence, "volumes", costs)
    current = volumes[(volumes["type"] == "gp2") & (volumes["state"] != "available")]
    demands, advice = volume_demand.measured(evidence), volume_demand.recommended_savings(evidence)
    book = PriceBook(evidence)
    return judged.findings(
        evidence,
        billed.records(current),
        lambda row: _judge(book, row, demands.get(row["resource"]), advice.get(row["resource"])),
        billed.gaps(evidence, "volumes", costs, "ec2:DescribeVolumes"),
    )


def _judge(book: PriceBook, row: Mapping[str, Any], demand: Demand | None, advised: float | None) -> Finding:
    size, region = row["size"], row["region"]
    before = size * book.price("AmazonEC2", "EBS:VolumeUsage.gp2", region)

    def saved(shape: Shape) -> float:
        # A volume that is new costs less in its first month than a month of it saves.
        return float(min(before - gp3.monthly_cost(book, region, size, shape), row["cost"]))

    high, low = saved(gp3.BASELINE), _low(saved, size, demand)
    if demand is not None:
        expected, why = saved(_asked(demand, size)), _measured(demand)
    elif advised is not None:
        expected, why = advised, "Compute Optimizer tells what it needs."
    else:
        expected, why = low, "Its I/O is not measured: its whole envelope is matched."
    if expected < LEAST and demand is None and advised is None and high >= LEAST:
        raise judged.Unknown(
            "gp3 saves only where its baseline suffices, and I/O is not measured.", volume_demand.METRICS
        )
    low, high = min(low, high), max(low, high)
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=region,
        current_cost=row["cost"],
        saving=Saving(low, min(max(expected, low), high), high),
        confidence="likely" if demand is None else "obvious",
        evidence=f"A gp2 volume of {size:.0f} GB. {why}",
        exclusive="type",
        facts={"size": size, "measured": demand is not None, "created": row["created"]},
    )


def _low(saved: Callable[[Shape], float], size: float, demand: Demand | None) -> float:
    """What is saved where nothing of gp2's envelope is given up; of a measured volume the highest I/O may stand in."""
    try:
        return saved(envelope(size))
    except judged.Unknown:
        if demand is None:
            raise
        return saved(_within(Shape(demand.highest_iops, demand.highest_throughput), size))


def _asked(demand: Demand, size: float) -> Shape:
    return _within(Shape(demand.iops, demand.throughput), size)


def _within(shape: Shape, size: float) -> Shape:
    most = envelope(size)
    return Shape(min(shape.iops, most.iops), min(shape.throughput, most.throughput))


def _measured(demand: Demand) -> str:
    return (
        f"Of {demand.days:.0f} days the 99th percentile is {demand.iops:,.0f} I/O and "
        f"{demand.throughput:,.0f} MiB a second."
    )


OPPORTUNITY = Opportunity(
    id="ebs_gp2_to_gp3",
    title="Change gp2 volumes to gp3",
    area="storage",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=0.5,
    risk="low",
    reversible=True,
    restart=False,
    needs=("volumes", "utilization", "prices"),
    find=find,
)
