"""Cost against a forecast and a budget: the gap closes, and what is known is told apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, categories, effects, fee, used, variance
from evidence import A, B

from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.errors import CurrencyMismatch, InputError, InsufficientDataError
from finops_lib.core.scope import Scope


def forecast(*rows: tuple[str | None, str | None, float], **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["SubAccountId", "ServiceName", "expected"]).assign(**more)


def budgets(*rows: tuple[str, float], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["scope", "amount"]).assign(period=AUGUST, **more)


def places(result: VarianceResult) -> list[tuple[str | None, str | None, str, float]]:
    rows = result.to_dict()["drivers"]
    return [(row["SubAccountId"], row["ServiceName"], row["effect"], row["amount"]) for row in rows]


ROWS = (
    used(JULY, 10, 1.0), used(AUGUST, 10, 1.2),
    used(JULY, 10, 2.0, ServiceName="RDS"), used(AUGUST, 12, 2.0, ServiceName="RDS"),
    fee(JULY, -3.0, "credit"), used(AUGUST, 1, 4.0, ServiceName="S3", SubAccountId=B),
)  # fmt: skip


def test_a_forecast_by_account_and_service() -> None:
    result = variance(*ROWS, against="forecast", expected=forecast((A, "EC2", 9.0), (A, "RDS", 30.0), (B, "EKS", 5.0)))
    assert result.to_dict()["total"] == {"before": 44.0, "after": 40.0, "change": -4.0}
    assert effects(result) == {"list_price": 2.0, "credits": 3.0, "over_expected": 4.0, "under_expected": -13.0}
    assert places(result) == [
        (A, "RDS", "under_expected", -6.0),
        (B, "EKS", "under_expected", -5.0),
        (B, "S3", "over_expected", 4.0),
        (A, "EC2", "credits", 3.0),
        (A, "EC2", "list_price", 2.0),
        (A, "EC2", "under_expected", -2.0),
    ]
    assert abs(result.residual) < 1e-12
    assert [note.code for note in result.notes] == ["variance.expected_at_previous_prices"]


def test_an_accounts_forecast_leaves_the_others_out() -> None:
    rows = used(JULY, 1, 5.0), used(AUGUST, 1, 5.0)
    result = variance(*rows, scope=Scope(A), against="forecast", expected=forecast((A, "EC2", 4.0), (B, "EC2", 9.0)))
    assert result.to_dict()["total"] == {"before": 4.0, "after": 5.0, "change": 1.0}


def test_a_gap_beyond_the_forecasts_interval_is_anomalous() -> None:
    table = forecast((A, "EC2", 10.0), (A, "RDS", 20.0), (B, "S3", 4.5), low=[9.0, 15.0, 4.0], high=[11.0, 21.0, 5.0])
    found = categories(variance(*ROWS, against="forecast", expected=table))
    assert found == {"anomalous": 1.0, "not_business": 5.0, "unclassified": -0.5}


def test_without_the_month_before_only_the_gap_is_told() -> None:
    result = variance(used(AUGUST, 10, 1.2), against="forecast", expected=forecast((A, "EC2", 10.0)))
    assert effects(result) == {"over_expected": 2.0}
    assert [note.code for note in result.notes] == ["variance.previous_missing"]


def test_a_budget_of_the_organization_and_of_one_account() -> None:
    result = variance(*ROWS, against="budget", expected=budgets(("organization", 50.0), (B, 3.0)))
    assert places(result) == [
        (None, None, "under_expected", -16.0),
        (A, "EC2", "credits", 3.0),
        (A, "EC2", "list_price", 2.0),
        (B, None, "over_expected", 1.0),
    ]
    assert result.to_dict()["total"] == {"before": 50.0, "after": 40.0, "change": -10.0}


def test_budgets_of_two_sources_are_not_added() -> None:
    """The file's budget of a scope is the one; of AWS's several on the same cost the largest."""
    file = budgets(("organization", 50.0)).assign(source="file")
    aws = budgets(("organization", 90.0), (B, 2.0), (B, 3.0)).assign(source="AWS Budgets")
    both = pd.concat([file, aws], ignore_index=True)
    assert variance(*ROWS, against="budget", expected=both).total.before == 50.0
    alone = [row for row in ROWS if row["SubAccountId"] == B]
    assert (
        variance(
            *alone, fee(JULY, 1.0, "tax", SubAccountId=B), scope=Scope(B), against="budget", expected=both
        ).total.before
        == 3.0
    )
    assert variance(*ROWS, against="budget", expected=aws).total.before == 90.0


def test_a_budget_of_one_account_leaves_the_others_cost_over() -> None:
    result = variance(*ROWS, against="budget", expected=budgets((B, 3.0)))
    assert result.to_dict()["total"] == {"before": 3.0, "after": 40.0, "change": 37.0}
    assert result.residual == pytest.approx(0.0, abs=1e-9)


def test_an_accounts_budget() -> None:
    rows = used(JULY, 1, 5.0), used(AUGUST, 1, 5.0)
    result = variance(
        *rows, scope=Scope(A), against="budget", expected=budgets((A, 4.0), (B, 9.0), ("organization", 99.0))
    )
    assert places(result) == [(A, None, "over_expected", 1.0)]


def test_the_usage_of_a_gap_to_a_budget_is_told_apart_from_its_tax() -> None:
    rows = used(JULY, 100, 1.0), used(AUGUST, 130, 1.0), fee(JULY, 10.0, "tax"), fee(AUGUST, 25.0, "tax")
    result = variance(*rows, against="budget", expected=budgets((A, 100.0)), scope=Scope(A))
    assert result.to_dict()["total"] == {"before": 100.0, "after": 155.0, "change": 55.0}
    (note,) = [note for note in result.notes if note.code == "variance.budget_without_usage"]
    assert (note.severity, note.data) == ("info", {"amount": 40.0})  # of 55: tax rose by 15
    assert "40.00 over it is usage" in note.message


@pytest.mark.parametrize("against", ["forecast", "budget"])
def test_nothing_to_compare_with(against: str) -> None:
    for table in (None, forecast(), budgets()):
        if table is None or ("scope" in table) == (against == "budget"):
            with pytest.raises(InsufficientDataError):
                variance(*ROWS, against=against, expected=table)


def test_a_budget_in_another_currency() -> None:
    with pytest.raises(CurrencyMismatch, match="budget is in EUR and the bill in USD"):
        variance(*ROWS, against="budget", expected=budgets(("organization", 50.0), currency="EUR"))


def test_budgets_of_unknown_scopes_are_told_and_never_added() -> None:
    table = budgets(("Organization", 50.0), ("123", 7.0), ("011122223333", 9.0), (B, 3.0))
    result = variance(*ROWS, against="budget", expected=table)
    assert result.total.before == 50.0
    (note,) = [note for note in result.notes if note.code == "budgets.unknown_scope"]
    assert note.data == {"scopes": ["011122223333", "123"]}
    assert variance(*ROWS, against="budget", expected=budgets((B, 3.0), ("123", 7.0))).total.before == 3.0
    with pytest.raises(
        InsufficientDataError, match=r"no budget of organization for 2026-08, only of unknown scopes \(123"
    ):
        variance(*ROWS, against="budget", expected=budgets(("123", 7.0)))


def test_two_budgets_for_one_scope_and_month_are_refused() -> None:
    with pytest.raises(InputError, match="The budgets have 2 of organization for one month"):
        variance(*ROWS, against="budget", expected=budgets(("organization", 50.0), ("ORGANIZATION", 40.0)))


def test_a_forecast_that_cannot_be_read() -> None:
    with pytest.raises(InputError, match="The forecasts have no column expected"):
        variance(*ROWS, against="forecast", expected=forecast((A, "EC2", 1.0)).drop(columns="expected"))
    with pytest.raises(InputError, match="expected in the forecasts is no number"):
        variance(*ROWS, against="forecast", expected=forecast((A, "EC2", 1.0)).assign(expected="much"))
