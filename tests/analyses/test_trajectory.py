"""Spend against the band: who left it, by how much, since when."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from forecast_evidence import A, B, charges, mart

from finops_lib.analyses.trajectory import Threshold, TrajectoryResult, watch
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.scope import ORGANIZATION, Scope

BEFORE = 151  # 2025-01-01 … 2025-05-31


def month(*days: float, usual: float = 100.0) -> list[float]:
    return [usual] * BEFORE + list(days)


def result(
    *frames: pd.DataFrame, as_of: str = "2025-06-05", scope: Scope = ORGANIZATION, **how: object
) -> TrajectoryResult:
    return watch(mart(*frames), scope=scope, as_of=as_of, **how)  # type: ignore[arg-type]


def found(result: TrajectoryResult) -> dict[tuple[str, str | None], float]:
    return {(breach.level, breach.key): round(breach.excess, 2) for breach in result.breaches}


def test_a_month_on_its_path_has_no_breach() -> None:
    assert result(charges(month(100, 100, 100, 100, 100))).breaches == ()


def test_a_jump_is_a_breach_at_every_level_that_holds_it() -> None:
    jumped = charges(month(100, 100, 300, 300, 300), x_tag_team="web")
    steady = charges(month(50, 50, 50, 50, 50, usual=50.0), B, "S3", x_tag_team="data")
    answer = result(jumped, steady, tags=["team"])
    assert found(answer) == {
        ("total", None): 600.0, ("account", A): 600.0, ("service", "EC2"): 600.0, ("tag:team", "web"): 600.0,
    }  # fmt: skip
    total = next(breach for breach in answer.breaches if breach.level == "total")
    assert (total.actual, total.expected, total.percent) == pytest.approx((1350.0, 750.0, 80.0))
    assert total.first_day == "2025-06-03"
    assert total.low <= total.expected <= total.high < total.actual


def test_both_thresholds_must_be_passed() -> None:
    frame = charges(month(100, 100, 300, 300, 300))
    assert found(result(frame, threshold=Threshold(dollars=600, percent=120))).keys() == {
        ("total", None), ("account", A), ("service", "EC2"),
    }  # fmt: skip
    assert result(frame, threshold=Threshold(dollars=600.01, percent=10)).breaches == ()
    assert result(frame, threshold=Threshold(dollars=100, percent=121)).breaches == ()


def test_less_than_expected_is_a_breach_too() -> None:
    assert found(result(charges(month(100, 10, 10, 10, 10))))["total", None] == pytest.approx(-360.0)


def test_a_missing_day_is_a_note_and_no_saving() -> None:
    answer = result(charges(month(100, 100, np.nan, np.nan, np.nan)))
    assert answer.breaches == ()
    assert [(note.code, note.data["days"]) for note in answer.notes] == [
        ("trajectory.gap", ["2025-06-03", "2025-06-04", "2025-06-05"])
    ]


def test_a_new_service_was_expected_to_cost_nothing() -> None:
    new = charges([500.0] * 3, A, "SageMaker", start="2025-06-03")
    breaches = {breach.key: breach for breach in result(charges(month(*[100] * 5)), new).breaches}
    assert breaches["SageMaker"].expected == 0.0
    assert breaches["SageMaker"].percent is None
    assert breaches["SageMaker"].first_day == "2025-06-03"


def test_an_account_is_not_split_by_account() -> None:
    answer = result(charges(month(100, 100, 300, 300, 300)), scope=Scope(A))
    assert {breach.level for breach in answer.breaches} == {"total", "service"}


def test_days_of_the_month_do_not_move_the_forecast_made_before_it() -> None:
    paths = [result(charges(month(*days))).paths["expected"].tolist() for days in ([100] * 5, [900] * 5)]
    assert paths[0] == paths[1]


def test_costs_without_a_tag_value_are_watched_as_such() -> None:
    answer = result(charges(month(100, 100, 300, 300, 300), x_tag_team=None), tags=["team"])
    assert ("tag:team", None) in found(answer)


def test_the_answer_is_json() -> None:
    answer = result(charges(month(100, 100, 300, 300, 300)))
    form = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
    assert form["schema"] == "finops.trajectory/1"
    assert form["breaches"][0]["excess"] == 600.0
    assert set(answer.frames()) == {"breaches", "paths"}


def test_a_first_month_has_no_trajectory() -> None:
    with pytest.raises(InsufficientDataError):
        result(charges([100.0] * 5, start="2025-06-01"))


def test_an_unknown_tag_is_refused() -> None:
    with pytest.raises(UsageError, match="color"):
        result(charges(month(100)), tags=["color"])


def test_a_threshold_is_not_negative() -> None:
    with pytest.raises(UsageError):
        Threshold(dollars=-1)
