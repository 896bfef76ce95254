"""Volumes of instances that have been stopped for a month: they are billed though nothing runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.usage import Held, lines
from finops_lib.contracts.evidence import Evidence

LEAST_DAYS: Final = 30
_HOURS: Final = r"(?:BoxUsage|DedicatedUsage|SpotUsage|HostBoxUsage|DedicatedRes|UnusedBox)"


def find(evidence: Evidence) -> Findings:
    """The volumes of stopped instances, at what they cost; since when comes from AWS or from the hours in the bill."""
    costs = billed.of(evidence, "AmazonEC2", r"EBS:Volume")
    volumes = billed.known(evidence, "volumes", costs)
    attached = volumes[volumes["attached_to"].notna()]
    not_checked = billed.gaps(evidence, "volumes", costs, "ec2:DescribeVolumes")
    not_checked += billed.gaps(evidence, "instances", attached, "ec2:DescribeInstances")
    is_told, book = judged.told(evidence, "instances"), PriceBook(evidence)
    since, first = _stopped(evidence), _first_day(evidence)
    latest = evidence.bill["x_last_seen"].max() - pd.Timedelta(days=LEAST_DAYS)

    def judge(row: judged.Row) -> Finding | None:
        if row["attached_to"] not in since:
            return None
        stopped = since[row["attached_to"]]
        # What no month saw run has stood still since the first month held, at least.
        return _finding(book, row, stopped, first) if (stopped or first) <= latest else None

    return judged.findings(
        evidence,
        [row for row in billed.records(attached) if is_told(row)],
        judge,
        not_checked,
    )


def _stopped(evidence: Evidence) -> Mapping[str, pd.Timestamp | None]:
    """The unprotected instances that are stopped, with when they last ran; None where no month held saw them run."""
    instances = evidence.of("instances")
    runs = _last_hours(evidence)
    stopped: dict[str, pd.Timestamp | None] = {}
    for row in billed.records(instances[instances["state"] == "stopped"]):
        seen = [moment for moment in (row["stopped"], runs.get(row["resource"])) if moment is not None]
        if not is_protected(row["tags"], evidence.protected):
            stopped[row["resource"]] = max(seen) if seen else None
    return stopped


def _last_hours(evidence: Evidence) -> Mapping[str, pd.Timestamp]:
    months: tuple[Held, ...] = ("history", "bill")
    hours = pd.concat([lines(evidence, held, "AmazonEC2", _HOURS) for held in months])
    return dict(hours.groupby("ResourceId")["x_last_seen"].max())


def _finding(book: PriceBook, row: Mapping[str, Any], stopped: pd.Timestamp | None, first: pd.Timestamp) -> Finding:
    instance = row["attached_to"]
    copy = book.find("AmazonEC2", "EBS:SnapshotUsage", row["region"])
    kept = row["cost"] if copy is None else min(row["size"] * copy.contracted, row["cost"])
    when = f"since {stopped.date()}" if stopped is not None else f"in no month since {first.date()} seen running"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(row["cost"] - kept, row["cost"], row["cost"]),
        confidence="likely",
        evidence=f"A {row['type']} volume of {row['size']:.0f} GB of {instance}, which is stopped, {when}.",
        facts={"instance": instance, "stopped": stopped, "size": row["size"]},
    )


def _first_day(evidence: Evidence) -> pd.Timestamp:
    starts = evidence.history["BillingPeriodStart"]
    return min([pd.Timestamp(evidence.period.start), *map(pd.Timestamp, starts)])


OPPORTUNITY = Opportunity(
    id="stopped_instance_volumes",
    title="Delete volumes of instances that stay stopped",
    area="storage",
    services=("AmazonEC2",),
    step="delete",
    effort_hours=1.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("volumes", "instances"),
    find=find,
)
