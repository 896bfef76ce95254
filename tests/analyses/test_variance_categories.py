"""Which category a change belongs to, and by which rule and evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, categories, covered, effects, fee, resources, used, variance
from evidence import A, B, daily

from finops_lib.analyses.calendar_days import Elapsed
from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.corrective import code_for
from finops_lib.analyses.spikes import spikes, stretches
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.periods import Period


def rules(result: VarianceResult) -> dict[str, float]:
    lines = result.lines()
    return {str(rule): round(amount, 6) for rule, amount in lines.groupby("rule")["amount"].sum().items()}


def events(excess: float, **columns: Any) -> pd.DataFrame:
    plain = {"start": "2026-08-03", "end": "2026-08-05", "excess": excess}
    return pd.DataFrame([plain | columns])


GROWN = used(JULY, 100, 1.0), used(AUGUST, 130, 1.0)


def test_growth_in_proportion_is_of_the_business() -> None:
    result = variance(*GROWN)
    assert categories(result) == {"business_growth": 30.0}
    assert rules(result) == {"in_proportion": 30.0}


def test_a_step_beyond_all_proportion_is_of_the_infrastructure() -> None:
    rows = (
        used(JULY, 1000, 1.0, ServiceName="RDS"),
        used(AUGUST, 1000, 1.0, ServiceName="RDS"),
        used(JULY, 10, 1.0),
        used(AUGUST, 40, 1.0),
    )
    assert rules(variance(*rows)) == {"step_in_scale": 30.0}


def test_the_business_metric_explains_its_part_and_no_more_than_the_volume() -> None:
    small, large = KpiRelation("orders", 0.10, 1.0), KpiRelation("orders", 1.0, 1.0)
    assert rules(variance(*GROWN, kpi=small)) == {"kpi_elasticity": 10.0, "in_proportion": 20.0}
    assert rules(variance(*GROWN, kpi=large)) == {"kpi_elasticity": 30.0}
    assert KpiRelation("orders", 0.21, 0.5).growth == pytest.approx(0.1)


@pytest.mark.parametrize("quantities", [(100, 130), (100, 70), (0, 130)])
@pytest.mark.parametrize("kpi", [None, KpiRelation("orders", 0.2, 1.0)])
def test_usage_with_a_negative_price_is_no_growth(quantities: tuple[int, int], kpi: KpiRelation | None) -> None:
    usual = {"x_tag_project": "shop"}
    rebate = {"ServiceName": "Rebates", "x_UsageType": "Rebate"} | usual
    before, after = quantities
    rows = [used(JULY, 100, 1.0, **usual), used(AUGUST, 110, 1.0, **usual), used(AUGUST, after, -1.0, **rebate)]
    rows += [used(JULY, before, -1.0, **rebate)] if before else []
    result = variance(*rows, kpi=kpi)
    assert categories(result) == {"business_growth": 10.0, "not_business": float(before - after)}
    assert rules(result)["negative_price"] == float(before - after)


def test_an_anomaly_takes_its_excess_and_leaves_the_rest() -> None:
    result = variance(*GROWN, anomalies=events(25.0, SubAccountId=A, ServiceName="EC2", RegionId=None))
    assert categories(result) == {"business_growth": 5.0, "anomalous": 25.0}
    (driver, _) = result.to_dict()["drivers"]
    assert driver["evidence"] == {
        "start": "2026-08-03", "end": "2026-08-05", "excess": 25.0, "SubAccountId": A, "ServiceName": "EC2", "RegionId": None, "amount": 25.0,
    }  # fmt: skip


def test_an_anomaly_of_the_month_before_explains_the_fall() -> None:
    rows = used(JULY, 130, 1.0), used(AUGUST, 100, 1.0)
    table = events(40.0, start="2026-07-03", end="2026-07-05", ServiceName="EC2")
    assert categories(variance(*rows, anomalies=table)) == {"anomalous": -30.0}


@pytest.mark.parametrize(
    "columns", [{"SubAccountId": B}, {"start": "2026-06-03", "end": "2026-06-05"}, {"excess": -25.0}]
)
def test_an_anomaly_elsewhere_explains_nothing(columns: dict[str, Any]) -> None:
    assert categories(variance(*GROWN, anomalies=events(25.0).assign(**columns))) == {"business_growth": 30.0}


def test_a_tracked_action_is_a_success_whatever_the_sign_of_its_amount() -> None:
    rows = used(JULY, 100, 1.0), used(AUGUST, 60, 1.0)
    for amount in (30.0, -30.0):
        table = pd.DataFrame({"ServiceName": ["EC2"], "date": ["2026-07-20"], "amount": [amount]})
        assert categories(variance(*rows, actions=table)) == {"business_growth": -10.0, "optimization": -30.0}
    old = pd.DataFrame({"ServiceName": ["EC2"], "date": ["2026-05-20"], "amount": [30.0]})
    assert categories(variance(*rows, actions=old)) == {"business_growth": -40.0}


def test_an_action_on_a_resource_is_placed_by_the_resource() -> None:
    rows = (
        used(JULY, 100, 1.0),
        used(AUGUST, 60, 1.0),
        used(JULY, 100, 1.0, ServiceName="RDS"),
        used(AUGUST, 60, 1.0, ServiceName="RDS"),
    )
    table = pd.DataFrame({"ResourceId": ["i-1"], "date": ["2026-07-20"], "amount": [30.0]})
    held = resources((JULY, "i-1", 100, 1.0), (AUGUST, "i-1", 60, 1.0))
    lines = variance(*rows, resources=held, actions=table).lines()
    assert lines[lines["rule"] == "tracked_action"][["ServiceName", "amount"]].to_numpy().tolist() == [["EC2", -30.0]]


def bought(*months: str) -> pd.DataFrame:
    return pd.DataFrame({"BillingPeriodStart": pd.to_datetime(list(months)), "CommitmentDiscountId": "arn:plan"})


def test_coverage_by_a_purchase_of_the_month_is_a_success() -> None:
    rows = used(JULY, 100, 1.0), covered(AUGUST, 100, 0.6, 1.0), fee(AUGUST, 5.0, "commitment")
    assert categories(variance(*rows, commitments=bought(AUGUST))) == {"optimization": -35.0}
    assert categories(variance(*rows, commitments=bought(JULY, AUGUST))) == {
        "not_business": -40.0,
        "infrastructure": 5.0,
    }


def test_new_usage_under_a_known_project_is_growth_and_else_infrastructure() -> None:
    rows = used(JULY, 1, 1.0, x_tag_project="shop"), used(AUGUST, 1, 1.0, x_tag_project="shop")
    for project, category in (("shop", "business_growth"), ("lab", "infrastructure"), (None, "infrastructure")):
        new = used(AUGUST, 2, 4.0, x_UsageType="New", x_tag_project=project)
        assert categories(variance(*rows, new)) == {category: 8.0}


def test_volume_and_mix_of_a_key_that_did_not_move_are_no_growth() -> None:
    rows = (
        used(JULY, 100, 1.0, x_UsageType="BoxUsage:a"), used(AUGUST, 100, 1.0, x_UsageType="BoxUsage:a"),
        used(JULY, 100, 1.0, x_UsageType="BoxUsage:b"), used(AUGUST, 130, 1.0, x_UsageType="BoxUsage:b"),
    )  # fmt: skip
    result = variance(*rows)
    lines = result.lines().query("x_UsageType == 'BoxUsage:a'")
    assert set(lines["rule"]) == {"shift_in_family"}
    assert lines["amount"].sum() == pytest.approx(0.0, abs=1e-12)


# Resources


def test_new_and_ended_resources_inside_a_key_that_stays() -> None:
    rows = used(JULY, 100, 1.0), used(AUGUST, 170, 1.0)
    held = resources((JULY, "i-1", 100, 1.0), (AUGUST, "i-1", 110, 1.0), (AUGUST, "i-2", 60, 1.0))
    assert effects(variance(*rows, resources=held)) == {"volume": 10.0, "new_resources": 60.0}
    gone = resources((JULY, "i-1", 60, 1.0), (JULY, "i-2", 40, 1.0), (AUGUST, "i-1", 170, 1.0))
    assert effects(variance(*rows, resources=gone)) == {"volume": 110.0, "ended_resources": -40.0}


def test_replacing_one_for_one_is_neither_new_nor_ended() -> None:
    rows = used(JULY, 100, 1.0), used(AUGUST, 130, 1.1)
    held = resources((JULY, "i-1", 100, 1.0), (AUGUST, "i-2", 130, 1.1))
    assert effects(variance(*rows, resources=held)) == {"list_price": 10.0, "new_resources": 33.0}


def test_a_resource_that_began_within_the_month_before_is_not_new() -> None:
    rows = used(JULY, 10, 1.0), used(AUGUST, 31, 1.0)
    held = resources((JULY, "i-1", 10, 1.0), (AUGUST, "i-1", 31, 1.0))
    held["x_first_seen"] = pd.to_datetime(["2026-07-22", "2026-08-01"])
    assert effects(variance(*rows, resources=held)) == {"volume": 21.0}


@pytest.mark.parametrize(
    ("seen", "effect"),
    [
        (("2026-08-01", "2026-08-01", "2026-08-11"), "ended_resources"),  # ran through the turn, then no more
        (("2026-07-31", "2026-08-03", "2026-08-28"), "ended_resources"),  # back after a long weekend, silent for four
        (("2026-08-01", "2026-08-01", "2026-08-28 17:00"), "volume"),  # silent for three whole days
        (("2026-07-28", "2026-08-03", "2026-08-11"), "volume"),  # seen now and then
    ],
)
def test_a_resource_has_ended_where_it_is_silent_for_longer_than_it_rests(seen: tuple[str, ...], effect: str) -> None:
    rows = used(JULY, 31, 1.0), used(AUGUST, 10, 1.0)
    held = resources((JULY, "i-1", 31, 1.0), (AUGUST, "i-1", 10, 1.0))
    stayed, went_on, left = (pd.Timestamp(day) for day in seen)
    held["x_first_seen"], held["x_last_seen"] = [held["x_first_seen"].iloc[0], went_on], [stayed, left]
    assert effects(variance(*rows, resources=held)) == {effect: -21.0}


def test_a_machine_of_working_days_does_not_end_on_the_saturday_that_ends_its_month() -> None:
    rows = used("2026-09", 198, 1.0), used("2026-10", 198, 1.0)  # 22 working days in both
    held = resources(("2026-09", "i-1", 198, 1.0), ("2026-10", "i-1", 198, 1.0))
    held["x_last_seen"] = pd.to_datetime(["2026-09-30 18:00", "2026-10-30 18:00"])
    assert "ended_resources" not in effects(variance(*rows, resources=held, period="2026-10"))


def test_a_resource_that_began_as_another_was_over_leaves_no_end() -> None:
    rows = used(JULY, 30, 1.0), used(AUGUST, 31, 1.0)
    held = resources((JULY, "i-1", 16, 1.0), (JULY, "i-2", 14, 1.0), (AUGUST, "i-2", 31, 1.0))
    held["x_first_seen"] = pd.to_datetime(["2026-07-01", "2026-07-18", "2026-08-01"])
    assert effects(variance(*rows, resources=held)) == {"volume": 1.0}


def moved(before: float, after: float) -> VarianceResult:
    old, new = {"x_UsageType": "EBS:VolumeUsage.gp2"}, {"x_UsageType": "EBS:VolumeUsage.gp3"}
    rows = used(JULY, 100, before, **old), used(AUGUST, 100, after, **new)
    held = pd.concat([resources((JULY, "v-1", 100, before), **old), resources((AUGUST, "v-1", 100, after), **new)])
    return variance(*rows, resources=held.reset_index(drop=True))


def test_a_resource_that_moved_to_a_cheaper_kind_is_a_success() -> None:
    assert effects(moved(0.10, 0.08)) == {"mix": -2.0}
    assert categories(moved(0.10, 0.08)) == {"optimization": -2.0}


def test_a_resource_that_moved_to_a_dearer_kind_is_a_change_of_infrastructure() -> None:
    assert rules(moved(0.08, 0.10)) == {"moved_to_dearer": 2.0}


def test_usage_under_new_tags_is_the_same_usage() -> None:
    rows = (
        used(JULY, 100, 1.0, x_tag_project=None),
        used(AUGUST, 66, 1.1, x_tag_project="one"),
        used(AUGUST, 44, 1.1, x_tag_project="two"),
    )
    result = variance(*rows)
    assert effects(result) == {"volume": 10.5, "list_price": 10.5}
    lines = result.lines()
    moves = lines[lines["rule"] == "retagged"].set_index("x_tag_project")["amount"]
    assert moves.fillna(0.0).to_numpy().tolist() == pytest.approx([60.0, 40.0, -100.0])
    assert set(result.drivers["effect"]) == {"volume", "list_price"}
    assert [(note.code, note.data["amount"]) for note in result.notes] == [("variance.retagged", 100.0)]


def test_a_burst_takes_nothing_of_usage_that_only_changed_its_tags() -> None:
    rows = used(JULY, 100, 1.0, x_tag_project=None), used(AUGUST, 110, 1.0, x_tag_project="one")
    result = variance(*rows, anomalies=events(50.0, SubAccountId=A, ServiceName="EC2"))
    assert categories(result) == {"anomalous": 10.0}
    assert rules(result)["retagged"] == 0.0


def test_the_owner_tag_owns_the_corrective_action() -> None:
    rows = (
        used(JULY, 1, 9.0),
        used(AUGUST, 1, 9.0),
        used(AUGUST, 2, 4.0, x_UsageType="New", x_tag_owner="ada@example.com"),
    )
    (action,) = variance(*rows).to_dict()["actions"]
    assert {name: action[name] for name in ("recommendation", "amount", "owner", "due", "done")} == {
        "recommendation": "confirm_owner_and_tags", "amount": 8.0, "owner": "ada@example.com", "due": None, "done": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "category", "code"),
    [
        ("tax", "not_business", None),
        ("volume", "anomalous", "investigate_anomaly"),
        ("volume", "business_growth", "check_unit_cost"),
        ("new_services", "business_growth", "confirm_budget"),
        ("ended_resources", "infrastructure", "confirm_decommissioning"),
        ("mix", "optimization", "record_saving"),
        ("unused_commitment", "optimization", "raise_commitment_utilization"),
        ("unrated_usage", "unclassified", "find_the_cause"),
    ],
)
def test_what_to_do(effect: str, category: str, code: str | None) -> None:
    assert code_for(effect, category) == code


# Spikes


def test_three_odd_days_are_a_spike_and_weekends_are_not() -> None:
    flat = np.zeros(31)
    burst, weekends = flat.copy(), flat.copy()
    burst[10:13], weekends[[4, 5, 11, 12, 18, 19, 25, 26]] = 50.0, -3.0
    assert stretches(burst, 7.0) == [(10, 13, 150.0)]
    assert stretches(weekends, 7.0) == []


def test_a_step_that_lasts_is_no_spike() -> None:
    step = np.zeros(31)
    step[25:] = 50.0
    assert stretches(step, 7.0) == []


def test_a_burst_over_a_weekly_pattern_is_found_to_the_day() -> None:
    days = pd.date_range("2026-07-01", "2026-08-31")
    cost = np.where(days.day_of_week < 5, 7.0, 4.0) + np.where(
        (days >= "2026-08-11") & (days < "2026-08-14"), 100.0, 0.0
    )
    rows = [
        {**used(f"{day:%Y-%m}", 1, float(amount)), "x_charge_day": f"{day:%Y-%m-%d}"}
        for day, amount in zip(days, cost, strict=True)
    ]  # fmt: skip
    months = Elapsed(Period(2026, 7), 31), Elapsed(Period(2026, 8), 31)
    (found,) = spikes(daily(*rows), *months).to_dict("records")
    assert (found["SubAccountId"], f"{found['start']:%m-%d}", f"{found['end']:%m-%d}") == (A, "08-11", "08-14")
    assert found["excess"] == pytest.approx(300.0)


def test_bursts_in_the_daily_costs_make_the_volume_anomalous() -> None:
    days = pd.date_range("2026-07-01", "2026-08-31")
    rows = [
        {**used(f"{day:%Y-%m}", 1, 107.0 if f"{day:%m-%d}" == "08-12" else 7.0), "x_charge_day": f"{day:%Y-%m-%d}"}
        for day in days
    ]  # fmt: skip
    result = variance(used(JULY, 217, 1.0), used(AUGUST, 317, 1.0), daily=daily(*rows))
    assert categories(result) == {"anomalous": 100.0}
