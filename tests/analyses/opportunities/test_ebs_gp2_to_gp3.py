from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opportunity_evidence import asked, evidence, line, resource
from storage_prices import EBS, GP2, GP3, advice, io, listed

from finops_lib.analyses.opportunities.ebs_gp2_to_gp3 import find
from finops_lib.analyses.opportunities.protocol import Finding, Findings


def _found(size: float, *, cost: float | None = None, prices: list[dict[str, Any]] = EBS, **more: Any) -> Findings:
    volume = resource("volumes", "vol-1", type="gp2", size=size, state="in-use", attached_to="i-1")
    inventory = {"volumes": [volume | more.pop("facts", {})]} | more.pop("inventory", {})
    billed = line("vol-1", "EUC1-EBS:VolumeUsage.gp2", 0.10 * size if cost is None else cost)
    return find(evidence(billed, inventory=inventory, prices=prices, **more))


def _amounts(finding: Finding) -> tuple[float, float, float]:
    saving = finding.saving
    return round(saving.low, 6), round(saving.expected, 6), round(saving.high, 6)


@pytest.mark.parametrize(("size", "low", "high"), [(200, -1, 4), (500, 5, 10), (2000, 20, 40), (6000, 50, 120)])
def test_the_two_bounds_of_measured_volumes(size: float, low: float, high: float) -> None:
    quiet = {"utilization": io("vol-1", 900, 60)}
    (finding,) = _found(size, inventory=quiet).found
    assert _amounts(finding) == (low, high, high)
    assert finding.confidence == "obvious"


@pytest.mark.parametrize(("size", "low", "high"), [(500, 5, 10), (2000, 20, 40), (6000, 50, 120)])
def test_without_metrics_the_whole_envelope_is_matched(size: float, low: float, high: float) -> None:
    (finding,) = _found(size).found
    assert _amounts(finding) == (low, low, high)
    assert finding.confidence == "likely"


def test_a_low_bound_below_zero_without_metrics_is_not_checked_and_never_netted() -> None:
    found = _found(200)
    (gap,) = found.not_checked
    assert (found.found, found.examined) == ((), 0)
    assert (gap.count, gap.cost) == (1, 20.0)
    assert "cloudwatch:GetMetricData" in gap.needs


def test_the_99th_percentile_is_priced_between_the_bounds() -> None:
    busy = {"utilization": io("vol-1", 4_000, 175)}
    (finding,) = _found(2000, inventory=busy).found
    # 1,000 IOPS of 0.005 and 50 MiB a second of 0.04 are bought.
    assert _amounts(finding) == (20.0, 33.0, 40.0)


def test_more_than_gp2_gives_is_not_asked_of_gp3() -> None:
    (finding,) = _found(2000, inventory={"utilization": io("vol-1", 9_000, 400)}).found
    assert _amounts(finding) == (20.0, 20.0, 40.0)


def test_metrics_of_a_few_days_are_none() -> None:
    young = [row | {"days": 5.0} for row in io("vol-1", 900, 60)]
    assert len(_found(200, inventory={"utilization": young}).not_checked) == 1


def test_compute_optimizer_picks_where_nothing_is_measured() -> None:
    (finding,) = _found(200, inventory={"recommendations": [advice("vol-1", 3.5)]}).found
    assert _amounts(finding) == (-1.0, 3.5, 4.0)
    stale = advice("vol-1", 3.5, refreshed="2026-08-01")
    assert _found(200, inventory={"recommendations": [stale]}).found == ()
    foreign = advice("vol-1", 3.5, currency="CNY")
    assert _found(200, inventory={"recommendations": [foreign]}).found == ()


def test_the_size_is_the_inventory_s_where_the_volume_lived_half_a_month() -> None:
    (finding,) = _found(600, cost=30.0, inventory={"utilization": io("vol-1", 900, 60)}).found
    assert _amounts(finding) == (7.0, 12.0, 12.0)
    assert finding.current_cost == 30.0


def test_no_more_is_saved_than_the_volume_cost() -> None:
    (finding,) = _found(600, cost=2.0, inventory={"utilization": io("vol-1", 900, 60)}).found
    assert _amounts(finding) == (2.0, 2.0, 2.0)


def test_a_price_that_is_absent_is_named() -> None:
    found = _found(500, prices=[GP2])
    (gap,) = found.not_checked
    assert (found.found, gap.cost) == ((), 50.0)
    assert gap.reason == "us-east-1: No price of EBS:VolumeUsage.gp3."


def test_without_a_price_of_throughput_the_highest_measured_bounds_a_measured_volume() -> None:
    (finding,) = _found(500, prices=[GP2, GP3], inventory={"utilization": io("vol-1", 900, 60, 954)}).found
    assert _amounts(finding) == (10.0, 10.0, 10.0)
    assert "EBS:VolumeP-Throughput.gp3" in _found(500, prices=[GP2, GP3]).not_checked[0].reason


def test_throughput_is_sold_by_the_gib_or_the_mib_and_the_unit_says_which() -> None:
    by_mib = listed("EBS:VolumeP-Throughput.gp3", 0.04, "MiBps-Mo")
    assert _found(500, prices=[GP2, GP3, by_mib]).found == _found(500).found
    (gap,) = _found(500, prices=[GP2, GP3, by_mib | {"unit": "Units"}]).not_checked
    assert "unknown unit" in gap.reason


def test_private_discounts_are_in_the_saving() -> None:
    discounted = [row | {"contracted": row["price"] / 2} for row in EBS]
    (finding,) = _found(2000, cost=100.0, prices=discounted).found
    assert _amounts(finding) == (10.0, 10.0, 20.0)


def test_what_is_attached_to_nothing_and_what_is_gp3_is_no_candidate() -> None:
    assert _found(500, facts={"state": "available", "attached_to": None}).examined == 0
    assert _found(500, facts={"type": "gp3"}).examined == 0


def test_a_protected_volume_is_judged_and_left_alone() -> None:
    found = _found(500, facts={"tags": {"Protected": "legal-hold"}}, protected=("Protected=legal-hold",))
    assert (found.found, found.examined, found.examined_cost) == ((), 1, 50.0)


def test_a_place_that_refused_is_not_checked() -> None:
    told = asked("volumes", status="refused", reason="Denied.")
    found = find(evidence(line("vol-1", "EBS:VolumeUsage.gp2", 50.0), told=told, prices=EBS))
    assert [(gap.needs, gap.cost) for gap in found.not_checked] == [("ec2:DescribeVolumes", 50.0)]


_VOLUMES = st.tuples(st.floats(1, 16_000), st.floats(0, 30_000), st.floats(0, 2_000), st.floats(0, 2_000))


@settings(max_examples=6)
@given(st.lists(_VOLUMES, min_size=1, max_size=20))
def test_bounds_are_ordered_and_no_more_than_the_cost(drawn: list[tuple[float, float, float, float]]) -> None:
    names = [f"vol-{number}" for number in range(len(drawn))]
    told = zip(names, drawn, strict=True)
    found = find(
        evidence(
            *(line(name, "EBS:VolumeUsage.gp2", cost) for name, (_, _, _, cost) in zip(names, drawn, strict=True)),
            inventory={
                "volumes": [
                    resource("volumes", name, type="gp2", size=size, state="in-use")
                    for name, (size, _, _, _) in zip(names, drawn, strict=True)
                ],
                "utilization": [row for name, (_, iops, through, _) in told for row in io(name, iops, through)],
            },
            prices=EBS,
        )
    )
    assert found.examined == len(drawn)
    for finding in found.found:
        saving = finding.saving
        assert saving.low <= saving.expected <= saving.high <= finding.current_cost + 1e-9
