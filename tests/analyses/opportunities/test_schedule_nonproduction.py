from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from compute_lines import box, covered, instance
from opportunity_evidence import asked, evidence, resource

from finops_lib.analyses.opportunities.schedule_nonproduction import find, kept_share
from finops_lib.core.periods import Period

_DEV = {"Environment": "development"}


def _cpu(id_: str, median: float) -> dict[str, Any]:
    metric = {"namespace": "AWS/EC2", "metric": "CPUUtilization", "unit": "Percent", "days": 60.0, "p50": median}
    row = resource("utilization", id_, **metric)
    return {name: value for name, value in row.items() if name != "tags"}


def test_an_instance_that_is_idle_at_night_saves_the_hours_off() -> None:
    found = find(
        evidence(
            box("i-1", "c6i.2xlarge", 252.96),
            inventory={"instances": [instance("i-1", tags=_DEV)], "utilization": [_cpu("i-1", 3.0)]},
        )
    )
    (item,) = found.found
    # October 2026 has 22 weekdays: 264 of 744 hours are kept.
    assert item.kept_hours == pytest.approx(264 / 744)
    assert item.saving.expected == pytest.approx(252.96 * 480 / 744)
    assert item.saving.low == pytest.approx(252.96 * (744 - 22 * 16) / 744)
    assert item.saving.high == pytest.approx(252.96 * (744 - 22 * 11) / 744)
    assert (item.confidence, item.component, item.facts["hours_on"]) == ("likely", "compute", 744.0)


def test_one_that_works_at_night_too_stays_on() -> None:
    held = {"instances": [instance("i-1", tags=_DEV)], "utilization": [_cpu("i-1", 16.0)]}
    found = find(evidence(box("i-1", "m5.xlarge", 142.85), inventory=held))
    assert (found.found, found.examined) == ((), 1)


def test_without_cpu_it_is_possible() -> None:
    found = find(evidence(box("i-1", "m5.xlarge", 142.85), inventory={"instances": [instance("i-1", tags=_DEV)]}))
    assert [item.confidence for item in found.found] == ["possible"]


@pytest.mark.parametrize("tags", [{"Environment": "production"}, {"Environment": "dev", "Stage": "live"}])
def test_production_is_never_offered(tags: dict[str, str]) -> None:
    held = {"instances": [instance("i-1", tags=tags)]}
    found = find(evidence(box("i-1", "m5.xlarge", 142.85), inventory=held))
    assert (found.found, found.not_checked, found.examined) == ((), (), 1)


def test_office_hours_already_are_left_alone() -> None:
    held = {"instances": [instance("i-1", tags=_DEV)]}
    assert find(evidence(box("i-1", "m5.xlarge", 50.0, hours=264.0), inventory=held)).found == ()


def test_a_new_instance_that_never_stopped_counts_from_its_first_hour() -> None:
    lines = box("i-1", "m5.xlarge", 46.08, hours=240.0, x_first_seen=pd.Timestamp("2026-10-22"))
    (item,) = find(evidence(lines, inventory={"instances": [instance("i-1", tags=_DEV)]})).found
    assert item.saving.expected == pytest.approx(46.08 * 480 / 744)


def test_an_unknown_environment_is_not_checked() -> None:
    found = find(evidence(box("i-1", "m5.xlarge", 142.85), inventory={"instances": [instance("i-1")]}))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 142.85)


def test_the_bill_alone_tells_the_environment_where_nobody_was_asked() -> None:
    lines = box("i-1", "m5.xlarge", 142.85, x_tag_environment="Test")
    told = asked("instances", status="refused", reason="denied")
    assert [item.resource for item in find(evidence(lines, told=told)).found] == ["i-1"]


def test_what_is_stopped_or_gone_now_needs_no_schedule() -> None:
    lines = (box("i-1", "m5.xlarge", 142.85), box("i-2", "m5.xlarge", 142.85))
    held = {"instances": [instance("i-1", tags=_DEV, state="stopped")]}
    assert find(evidence(*lines, inventory=held)).found == ()


def test_a_protected_one_is_left_alone() -> None:
    held = {"instances": [instance("i-1", tags=_DEV | {"keep": "on"})]}
    assert find(evidence(box("i-1", "m5.xlarge", 142.85), inventory=held, protected=("keep=on",))).found == ()


def test_covered_hours_are_told() -> None:
    row = covered(box("i-1", "m5.xlarge", 142.85), 100.0, "sp-1")
    (item,) = find(evidence(row, inventory={"instances": [instance("i-1", tags=_DEV)]})).found
    assert (item.current_cost, item.covered_cost, item.covered_by) == (100.0, 100.0, ("sp-1",))


def test_the_kept_share_follows_the_calendar() -> None:
    assert kept_share(Period.parse("2026-02"), 12) == pytest.approx(20 * 12 / 672)
