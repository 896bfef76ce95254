from __future__ import annotations

from typing import Any

import pandas as pd
from opportunity_evidence import asked, evidence, line, resource
from storage_prices import listed

from finops_lib.analyses.opportunities.protocol import Findings
from finops_lib.analyses.opportunities.stopped_instance_volumes import find

_VOLUME = line("vol-1", "EBS:VolumeUsage.gp2", 25.0)
_AUGUST = {"BillingPeriodStart": pd.Timestamp("2026-08-01"), "x_first_seen": pd.Timestamp("2026-08-01")}


def _hours(last_seen: str, **more: Any) -> dict[str, Any]:
    return line("i-1", "BoxUsage:m5.large", 9.0, x_last_seen=pd.Timestamp(last_seen), **more)


def _found(*lines: dict[str, Any], instance: dict[str, Any] | None = None, **more: Any) -> Findings:
    volume = resource("volumes", "vol-1", type="gp2", size=250.0, state="in-use", attached_to="i-1")
    machine = resource("instances", "i-1", **({"type": "m5.large", "state": "stopped"} | (instance or {})))
    return find(evidence(_VOLUME, *lines, inventory={"volumes": [volume], "instances": [machine]}, **more))


def test_the_volume_of_an_instance_that_no_month_saw_run_saves_its_cost() -> None:
    (finding,) = _found(history=(line("vol-1", "EBS:VolumeUsage.gp2", 25.0, **_AUGUST),)).found
    assert (finding.resource, finding.saving.expected, finding.current_cost) == ("vol-1", 25.0, 25.0)
    assert "in no month since 2026-08-01 seen running" in finding.evidence


def test_a_snapshot_that_is_kept_takes_its_price_off_the_low_bound() -> None:
    (finding,) = _found(prices=[listed("EBS:SnapshotUsage", 0.05)]).found
    assert (finding.saving.low, finding.saving.expected) == (12.5, 25.0)


def test_an_instance_that_ran_this_month_or_stopped_just_now_keeps_its_volume() -> None:
    assert _found(_hours("2026-10-14")).found == ()
    assert _found(instance={"stopped": "2026-10-20"}).found == ()
    assert _found(instance={"state": "running"}).examined == 1


def test_when_it_stopped_comes_from_aws_or_from_its_last_hours() -> None:
    (told,) = _found(instance={"stopped": "2026-07-04"}).found
    assert "stopped, since 2026-07-04" in told.evidence
    (seen,) = _found(history=(_hours("2026-08-20", **_AUGUST),)).found
    assert "stopped, since 2026-08-20" in seen.evidence


def test_an_open_month_of_a_few_days_is_no_month() -> None:
    young = line("vol-1", "EBS:VolumeUsage.gp2", 2.0, x_last_seen=pd.Timestamp("2026-10-05"))
    volume = resource("volumes", "vol-1", type="gp2", size=250.0, state="in-use", attached_to="i-1")
    machine = resource("instances", "i-1", type="m5.large", state="stopped")
    assert find(evidence(young, inventory={"volumes": [volume], "instances": [machine]})).found == ()


def test_a_protected_instance_protects_its_volumes() -> None:
    assert _found(instance={"tags": {"Keep": "yes"}}, protected=("keep",)).found == ()


def test_instances_that_nobody_told_are_a_gap() -> None:
    found = _found(told=asked("volumes"))
    (gap,) = found.not_checked
    assert (gap.needs, gap.cost, found.examined) == ("ec2:DescribeInstances", 25.0, 0)


def test_a_volume_that_was_paid_back_saves_nothing() -> None:
    back = line("vol-1", "EBS:VolumeUsage.gp2", -50.0)
    assert _found(back, prices=[listed("EBS:SnapshotUsage", 0.05)]).found == ()
