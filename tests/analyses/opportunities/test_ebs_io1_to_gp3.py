from __future__ import annotations

from typing import Any

import pytest
from opportunity_evidence import evidence, line, resource
from storage_prices import EBS, advice, io, listed

from finops_lib.analyses.opportunities.ebs_io1_to_gp3 import find
from finops_lib.analyses.opportunities.protocol import Findings

_IO = [
    listed("EBS:VolumeUsage.piops", 0.125),
    listed("EBS:VolumeP-IOPS.piops", 0.065, "IOPS-Mo"),
    listed("EBS:VolumeUsage.io2", 0.125),
    listed("EBS:VolumeP-IOPS.io2", 0.065, "IOPS-Mo"),
    listed("EBS:VolumeP-IOPS.io2.tier2", 0.0455, "IOPS-Mo"),
]


def _found(
    kind: str = "io1", iops: float = 3_000, cost: float = 245.0, more: dict[str, list[dict[str, Any]]] | None = None
) -> Findings:
    code = {"io1": "piops", "io2": "io2"}[kind]
    volume = resource("volumes", "vol-1", type=kind, size=400.0, iops=iops, state="in-use", attached_to="i-1")
    return find(
        evidence(
            line("vol-1", f"EBS:VolumeUsage.{code}", 50.0),
            line("vol-1", f"EBS:VolumeP-IOPS.{code}", cost - 50.0),
            inventory={"volumes": [volume]} | (more or {}),
            prices=EBS + _IO,
        )
    )


@pytest.mark.parametrize("kind", ["io1", "io2"])
def test_what_fits_the_baseline_saves_size_and_iops(kind: str) -> None:
    (finding,) = _found(kind, more={"utilization": io("vol-1", 2_300, 90, 2_438)}).found
    # 400 × 0.125 + 3,000 × 0.065 − 400 × 0.08
    assert [round(value, 6) for value in (finding.saving.low, finding.saving.expected, finding.saving.high)] == [
        213
    ] * 3
    assert finding.current_cost == 245.0


def test_peaks_beyond_the_99th_percentile_lower_the_low_bound() -> None:
    (finding,) = _found(more={"utilization": io("vol-1", 2_300, 90, 5_000)}).found
    assert round(finding.saving.low, 6) == 203.0
    assert round(finding.saving.expected, 6) == 213.0


def test_what_gp3_cannot_do_stays() -> None:
    found = _found(more={"utilization": io("vol-1", 20_000, 90)})
    assert (found.found, found.examined) == ((), 1)


def test_unmeasured_volumes_are_not_checked() -> None:
    (gap,) = _found().not_checked
    assert (gap.cost, gap.count) == (245.0, 1)
    assert "VolumeIOPS" in gap.needs


def test_compute_optimizer_s_figure_stands_in_for_measures_up_to_the_baseline() -> None:
    (finding,) = _found(more={"recommendations": [advice("vol-1", 900.0)]}).found
    assert round(finding.saving.expected, 6) == 213.0
    assert finding.saving.low == 0.0


def test_io2_iops_are_priced_tier_by_tier() -> None:
    (finding,) = _found("io2", 40_000, 2_494.0, more={"utilization": io("vol-1", 2_000, 90)}).found
    # 50 + 32,000 × 0.065 + 8,000 × 0.0455 − 32
    assert round(finding.saving.expected, 6) == 2_462.0


def test_a_tier_without_a_price_is_named() -> None:
    (gap,) = _found("io2", 70_000, 4_000.0, more={"utilization": io("vol-1", 2_000, 90)}).not_checked
    assert "EBS:VolumeP-IOPS.io2.tier3" in gap.reason
