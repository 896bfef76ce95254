"""Volumes of instances that have been stopped for a month: they are billed though nothing runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.contracts.evidence import Evidence

LEAST_DAYS: Final = 30
_HOURS: Final = r"(?:BoxUsage|DedicatedUsage|SpotUsage|HostBoxUsage|DedicatedRes|UnusedBox)"


def find(evidence: Evidence) -> Findings:
    """The volumes of stopped instances, at what they cost; since when comes from AWS or from the hours in the bill."""
    costs = billed.resources(billed.rows(evidence.bill, "AmazonEC2", r"EBS:Volume"))
    volumes = billed.known(evidence, "volumes", costs)
    attached = volumes[volumes["attached_to"].notna()]
    told = [evidence.knows("instances", row["account"], row["region"]) for row in billed.records(attached)]
    not_checked = billed.gaps(evidence, "volumes", costs, "ec2:DescribeVolumes")
    not_checked += billed.gaps(evidence, "instances", attached, "ec2:DescribeInstances")
    since = _stopped(evidence)
    return judged.findings(
        evidence,
        billed.records(attached[pd.Series(told, index=attached.index, dtype=bool)]),
        lambda row: _judge(evidence, row, since),
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
    months = [billed.rows(frame, "AmazonEC2", _HOURS) for frame in (evidence.history, evidence.bill) if len(frame)]
    return dict(pd.concat(months).groupby("ResourceId")["x_last_seen"].max()) if months else {}


def _judge(evidence: Evidence, row: Mapping[str, Any], since: Mapping[str, pd.Timestamp | None]) -> Finding | None:
    instance = row["attached_to"]
    if instance not in since:
        return None
    stopped = since[instance]
    # What no month saw run has stood still since the first month held, at least.
    from_day = stopped if stopped is not None else _first_day(evidence)
    if (evidence.bill["x_last_seen"].max() - from_day).days < LEAST_DAYS:
        return None
    copy = unit_price(evidence, "AmazonEC2", "EBS:SnapshotUsage", row["region"])
    kept = row["cost"] if copy is None else min(row["size"] * copy.contracted, row["cost"])
    when = f"since {from_day.date()}" if stopped is not None else f"in no month since {from_day.date()} seen running"
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
    starts = [frame["BillingPeriodStart"].min() for frame in (evidence.history, evidence.bill) if len(frame)]
    return pd.Timestamp(min(starts))


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
