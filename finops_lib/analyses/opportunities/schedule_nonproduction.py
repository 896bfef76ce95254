"""Instances of development, test, staging and sandbox environments that run nights and weekends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.components import COMPUTE
from finops_lib.analyses.opportunities.machines import current
from finops_lib.analyses.opportunities.protocol import LEAST, Confidence, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import environment, tags_of, unprotected
from finops_lib.contracts.evidence import Evidence
from finops_lib.core.periods import Period

WINDOW_HOURS: Final = 12
_SHORT_DAY, _LONG_DAY = 11, 16
_ALWAYS: Final = 0.95
_LEAST_DAYS: Final = 7
_IDLE_CPU: Final = 5.0


def find(evidence: Evidence) -> Findings:
    """Non-production instances that are on (nearly) all hours, and that are idle more than half of them."""
    lines = billed.rows(evidence, COMPUTE.service, r"(?:BoxUsage|SpotUsage)")
    held = unprotected(evidence, current(evidence, "instances", billed.resources(lines)))
    always = held[_always_on(held, evidence.period)]
    tags = tags_of(evidence, always["resource"])
    where = always["resource"].map(lambda resource: environment(tags[resource]))
    judged, unknown = always[where == "non-production"], always[where.isna()]
    metrics = evidence.of("utilization")
    rows = billed.records(judged)
    found = [_finding(evidence.period, row, _median_cpu(metrics, row["resource"])) for row in rows]
    return Findings(
        tuple(item for item in found if item is not None),
        examined=len(held) - len(unknown),
        examined_cost=float(held["cost"].sum() - unknown["cost"].sum()),
        not_checked=_untagged(unknown),
    )


def kept_share(period: Period, hours_a_day: float) -> float:
    """The share of a month's hours that a schedule of weekdays keeps."""
    days = [period.start + dt.timedelta(days=number) for number in range(period.days)]
    return sum(day.weekday() < 5 for day in days) * hours_a_day / (24 * period.days)


def _always_on(held: pd.DataFrame, period: Period) -> pd.Series[bool]:
    """Runs all week: its hours fill the time between its first and its last hour in the bill, a week at the least."""
    start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
    first, last = (held[side].fillna(edge) for side, edge in (("first_seen", start), ("last_seen", end)))
    alive = (last - first).dt.total_seconds() / 3600
    return (held["quantity"] >= _ALWAYS * alive) & (held["quantity"] >= _ALWAYS * 24 * _LEAST_DAYS)


def _median_cpu(metrics: pd.DataFrame, resource: str) -> float | None:
    own = metrics[(metrics["resource"] == resource) & (metrics["metric"] == "CPUUtilization")]["p50"].dropna()
    return float(own.iloc[0]) if len(own) else None


def _finding(period: Period, row: Mapping[str, Any], cpu: float | None) -> Finding | None:
    if (cpu is not None and cpu >= _IDLE_CPU) or row["cost"] < LEAST:
        return None
    kept = {hours: kept_share(period, hours) for hours in (_SHORT_DAY, WINDOW_HOURS, _LONG_DAY)}
    low, expected, high = (row["cost"] * (1 - kept[hours]) for hours in (_LONG_DAY, WINDOW_HOURS, _SHORT_DAY))
    confidence: Confidence = "possible" if cpu is None else "likely"
    load = "Its CPU was not measured." if cpu is None else f"For half of its hours its CPU is at {cpu:.0f}% or less."
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(low, expected, high),
        confidence=confidence,
        evidence=(
            f"A non-production instance that ran {row['quantity']:.0f} hours; weekdays of {WINDOW_HOURS} hours are "
            f"{kept[WINDOW_HOURS]:.0%} of the month. {load}"
        ),
        component="compute",
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        kept_hours=kept[WINDOW_HOURS],
        facts={
            "hours_on": row["quantity"],
            "hours_of_month": 24 * period.days,
            "window_hours": WINDOW_HOURS,
            "window_days": 5,
            "median_cpu": cpu,
        },
    )


def _untagged(unknown: pd.DataFrame) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            str(account),
            "No tag tells the environment of instances that run all week.",
            "an Environment tag on the instances, and ec2:DescribeInstances",
            len(rows),
            float(rows["cost"].sum()),
        )
        for account, rows in unknown.groupby("account", sort=True)
    )


OPPORTUNITY = Opportunity(
    id="schedule_nonproduction",
    title="Switch non-production instances off at nights and weekends",
    area="compute",
    services=("AmazonEC2",),
    step="schedule",
    effort_hours=1.0,
    risk="low",
    reversible=True,
    restart=True,
    needs=("instances", "utilization"),
    find=find,
)
