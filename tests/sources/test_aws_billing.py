"""Cost Explorer and AWS Budgets: all pages, exact amounts, refusals in our words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from finops_lib.core.errors import AccessDenied, NotEnabled, SourceError, Throttled
from finops_lib.core.periods import Period
from finops_lib.sources.aws import budgets, cost_explorer
from finops_lib.sources.aws.answers import ask, billing_client

MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
SPAN = {"Start": "2026-03-01", "End": "2026-04-01"}


@cache
def client(service: str) -> Any:
    keys = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1")
    return billing_client(keys, service)


@pytest.fixture
def explorer() -> Iterator[tuple[Any, Stubber]]:
    made = client("ce")
    with Stubber(made) as stub:
        yield made, stub
        stub.assert_no_pending_responses()


def test_clients_live_in_the_home_region() -> None:
    for service in ("ce", "budgets"):
        assert "eu-west-1" not in client(service).meta.endpoint_url


def test_cost_and_usage_of_all_pages(explorer: tuple[Any, Stubber]) -> None:
    made, stub = explorer
    asked = {
        "TimePeriod": SPAN,
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }

    def page(name: str, amount: str, **more: str) -> dict[str, Any]:
        group = {"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}
        return {"ResultsByTime": [{"TimePeriod": SPAN, "Groups": [group], "Estimated": True}], **more}

    stub.add_response("get_cost_and_usage", page("EC2", "1.10", NextPageToken="t"), asked)
    stub.add_response("get_cost_and_usage", page("S3", "-2.25"), {**asked, "NextPageToken": "t"})
    frame = cost_explorer.cost_and_usage(made, start=MARCH, end=APRIL, metrics=["UnblendedCost"], group_by=["SERVICE"])
    assert frame[["SERVICE", "metric", "amount", "unit", "estimated"]].values.tolist() == [
        ["EC2", "UnblendedCost", 1.1, "USD", True],
        ["S3", "UnblendedCost", -2.25, "USD", True],
    ]
    assert frame["start"].tolist() == [pd.Timestamp(MARCH)] * 2


def test_totals_without_groups(explorer: tuple[Any, Stubber]) -> None:
    made, stub = explorer
    total = {"UnblendedCost": {"Amount": "5", "Unit": "USD"}, "AmortizedCost": {"Amount": "4", "Unit": "USD"}}
    stub.add_response("get_cost_and_usage", {"ResultsByTime": [{"TimePeriod": SPAN, "Total": total, "Groups": []}]})
    frame = cost_explorer.cost_and_usage(made, start=MARCH, end=APRIL)
    assert dict(zip(frame["metric"], frame["amount"], strict=True)) == {"UnblendedCost": 5.0, "AmortizedCost": 4.0}
    assert not frame["estimated"].any()


def test_forecast_with_its_interval(explorer: tuple[Any, Stubber]) -> None:
    made, stub = explorer
    step = {
        "TimePeriod": SPAN,
        "MeanValue": "10.5",
        "PredictionIntervalLowerBound": "9",
        "PredictionIntervalUpperBound": "13",
    }
    asked = {
        "TimePeriod": SPAN,
        "Granularity": "MONTHLY",
        "Metric": "UNBLENDED_COST",
        "PredictionIntervalLevel": 95,
        "Filter": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["1"]}},
    }
    answer = {"Total": {"Amount": "10.5", "Unit": "USD"}, "ForecastResultsByTime": [step]}
    stub.add_response("get_cost_forecast", answer, asked)
    frame = cost_explorer.forecast(made, start=MARCH, end=APRIL, level=95, only=asked["Filter"])  # type: ignore[arg-type]
    assert frame[["low", "expected", "high", "unit"]].values.tolist() == [[9.0, 10.5, 13.0, "USD"]]


def test_comparison_drivers_of_all_pages(explorer: tuple[Any, Stubber]) -> None:
    made, stub = explorer
    asked = {
        "BaselineTimePeriod": {"Start": "2026-02-01", "End": "2026-03-01"},
        "ComparisonTimePeriod": SPAN,
        "MetricForComparison": "UnblendedCost",
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    figures = {"BaselineTimePeriodAmount": "5", "ComparisonTimePeriodAmount": "8", "Difference": "3", "Unit": "USD"}
    item = {
        "CostSelector": {"Dimensions": {"Key": "SERVICE", "Values": ["EC2"]}},
        "CostDrivers": [{"Type": "USAGE_CHANGE", "Name": "BoxUsage", "Metrics": {"UnblendedCost": figures}}],
    }
    stub.add_response("get_cost_comparison_drivers", {"CostComparisonDrivers": [item], "NextPageToken": "n"}, asked)
    stub.add_response("get_cost_comparison_drivers", {"CostComparisonDrivers": [item]}, {**asked, "NextPageToken": "n"})
    frame = cost_explorer.comparison_drivers(made, baseline=Period(2026, 2), period=Period(2026, 3))
    assert (
        frame[["type", "driver", "before", "after", "change"]].values.tolist()
        == [["USAGE_CHANGE", "BoxUsage", 5.0, 8.0, 3.0]] * 2
    )
    assert json.loads(frame["selector"].iloc[0])["Dimensions"]["Values"] == ["EC2"]


@pytest.mark.parametrize(
    ("code", "message", "error", "words"),
    [
        ("AccessDeniedException", "not authorized", AccessDenied, "denied.*Allow ce:GetCostForecast"),
        ("AccessDeniedException", "User not enabled for cost explorer access", NotEnabled, "not switched on"),
        ("DataUnavailableException", "", NotEnabled, "no data for this question"),
        ("LimitExceededException", "", Throttled, "no more requests"),
        ("ThrottlingException", "", Throttled, "throttles"),
        ("InvalidNextTokenException", "", SourceError, "lost its place"),
        ("ValidationException", "Start date", SourceError, "AWS refuses Cost Explorer"),
    ],
)
def test_refusals_are_errors_of_ours_and_reasons_for_the_report(
    explorer: tuple[Any, Stubber], code: str, message: str, error: type[SourceError], words: str
) -> None:
    made, stub = explorer
    for _ in range(2):
        stub.add_client_error("get_cost_forecast", code, message)
    with pytest.raises(error, match=words):
        cost_explorer.forecast(made, start=MARCH, end=APRIL)
    answer = ask(lambda: cost_explorer.forecast(made, start=MARCH, end=APRIL))
    assert answer.frame is None
    assert answer.reason


def test_without_credentials_there_is_a_reason() -> None:
    made = billing_client(boto3.Session(), "ce")
    answer = ask(lambda: cost_explorer.cost_and_usage(made, start=MARCH, end=APRIL))
    assert "no AWS credentials" in str(answer.reason)


BUDGET = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "7", "Unit": "USD"}}


def described(*found: dict[str, Any], period: Period | None = None) -> pd.DataFrame:
    made = client("budgets")
    with Stubber(made) as stub:
        for number, budget in enumerate(found):
            token = {"NextToken": str(number + 1)} if number + 1 < len(found) else {}
            asked = {"AccountId": "1" * 12, "MaxResults": 100} | ({"NextToken": str(number)} if number else {})
            stub.add_response("describe_budgets", {"Budgets": [budget], **token}, asked)
        return budgets.describe(made, "1" * 12, period=period)


def test_budgets_of_all_pages_and_what_they_filter_by() -> None:
    account = {**BUDGET, "BudgetName": "one", "CostFilters": {"LinkedAccount": ["222222222222"]}}
    narrow = {**BUDGET, "BudgetName": "narrow", "CostFilters": {"Service": ["EC2"]}}
    spent = {"ActualSpend": {"Amount": "3.5", "Unit": "USD"}, "ForecastedSpend": {"Amount": "9", "Unit": "USD"}}
    usage = {**BUDGET, "BudgetName": "hours", "BudgetType": "USAGE", "BudgetLimit": {"Amount": "9", "Unit": "hrs"}}
    frame = described({**BUDGET, "CalculatedSpend": spent}, account, narrow, usage)
    rows = (
        frame[["budget", "scope", "filtered"]]
        .astype(object)
        .where(frame[["budget", "scope", "filtered"]].notna(), None)
    )
    assert rows.values.tolist() == [
        ["b", "organization", False],
        ["one", "222222222222", False],
        ["narrow", None, True],
        ["hours", "organization", False],
    ]
    assert frame.loc[0, ["amount", "actual", "forecast"]].tolist() == [7.0, 3.5, 9.0]
    usable = budgets.as_budgets(frame, Period(2026, 3))
    assert usable[["budget", "scope", "amount", "currency", "period"]].values.tolist() == [
        ["b", "organization", 7.0, "USD", "2026-03"],
        ["one", "222222222222", 7.0, "USD", "2026-03"],
    ]


def test_a_planned_limit_is_that_of_its_month() -> None:
    start = str(int(dt.datetime(2026, 3, 1, tzinfo=dt.UTC).timestamp()))
    planned = {key: value for key, value in BUDGET.items() if key != "BudgetLimit"}
    planned["PlannedBudgetLimits"] = {start: {"Amount": "42", "Unit": "USD"}}
    assert described(planned, period=Period(2026, 3))["amount"].tolist() == [42.0]
    assert described(planned, period=Period(2026, 4))["amount"].isna().all()


def test_a_refused_account_is_told() -> None:
    made = client("budgets")
    with Stubber(made) as stub:
        stub.add_client_error("describe_budgets", "AccessDeniedException", "no")
        with pytest.raises(AccessDenied, match="budgets:ViewBudget"):
            budgets.describe(made, "1" * 12)


@mock_aws
def test_budgets_and_usage_against_servers_written_by_others() -> None:
    keys = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    made = billing_client(keys, "budgets")
    spend = {"ActualSpend": {"Amount": "3", "Unit": "USD"}}
    made.create_budget(AccountId="1" * 12, Budget={**BUDGET, "CalculatedSpend": spend})
    frame = budgets.describe(made, "1" * 12)
    assert frame[["budget", "amount", "actual"]].values.tolist() == [["b", 7.0, 3.0]]
    assert cost_explorer.cost_and_usage(billing_client(keys, "ce"), start=MARCH, end=APRIL).empty
