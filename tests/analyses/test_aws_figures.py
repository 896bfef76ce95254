"""Which figures of ours and of AWS's are set side by side: costs, groups of drivers, days of a forecast."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, fee, used, variance
from evidence import monthly, snapshots
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_lib.analyses.aws_figures import set_beside
from finops_lib.analyses.cross_check import CrossCheckResult
from finops_lib.analyses.driver_groups import compare_drivers
from finops_lib.analyses.forecast_days import same_days
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.contracts.aws_answers import QUESTIONS, Answer, AwsAnswers
from finops_lib.core.errors import ContractError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

MONTH = Period.parse(AUGUST)
ONE, TWO = "111111111111", "222222222222"


def cost(amount: float, metric: str = "UnblendedCost", account: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"LINKED_ACCOUNT": account} if account else {}
    span = {"start": "2026-08-01", "end": "2026-09-01"}
    return {**span, **named, "metric": metric, "amount": amount, "unit": "USD", "estimated": False, **more}


def answers(**given: list[dict[str, Any]] | str) -> AwsAnswers:
    made = {
        name: Answer(None, told) if isinstance(told, str) else Answer(frame(name, told)) for name, told in given.items()
    }
    return AwsAnswers(AUGUST, "2026-09-05", made)


def frame(question: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    model = QUESTIONS[question]
    return model.validate(pd.DataFrame(rows)) if rows else model.empty()


def states(result: CrossCheckResult) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    rows = result.to_dict()["checks"]
    return {(row["check"], row["key"]): (row["status"], row["reason"]) for row in rows}


BILL = monthly(
    used(AUGUST, 10, 10.0, SubAccountId=ONE),
    used(AUGUST, 5, 10.0, SubAccountId=TWO),
    fee(AUGUST, -20.0, "credit", SubAccountId=ONE),
    used(JULY, 1, 1000.0, SubAccountId=ONE),
)


def test_costs_of_the_month_alone_in_total_and_by_account() -> None:
    asked = answers(
        cost=[cost(150.0), cost(130.0, "AmortizedCost")],
        cost_by_account=[cost(80.0, account=ONE), cost(50.0, account=TWO), cost(3.0, account="3" * 12)],
    )
    result = set_beside(BILL, asked, scope=ORGANIZATION, period=MONTH)
    assert states(result) == {
        ("billed", "total"): ("differs", "credits: counted on one side only"),
        ("effective", "total"): ("agrees", None),
        ("billed_by_account", ONE): ("agrees", None),
        ("billed_by_account", TWO): ("agrees", None),
        ("billed_by_account", "3" * 12): ("not checked", "Only AWS has it."),
        ("effective_by_account", ONE): ("not checked", "Only the bill here has it."),
        ("effective_by_account", TWO): ("not checked", "Only the bill here has it."),
        ("drivers", None): ("not checked", "August 2026 was not over when AWS was asked."),
        ("forecast", None): ("not checked", "The month was over when AWS was asked."),
    }
    assert (result.status, result.asked_on, result.currency) == ("differs", "2026-09-05", "USD")


def test_an_answer_in_steps_is_added_and_one_estimate_makes_it_an_estimate() -> None:
    asked = answers(cost=[cost(100.0), cost(29.0, estimated=True)], cost_by_account=[])
    result = set_beside(BILL, asked, scope=ORGANIZATION, period=MONTH)
    assert states(result)["billed", "total"] == ("differs", "open month: AWS still estimates it")
    assert result.checks.set_index("check").loc["billed", "aws"] == 129.0


def test_an_account_alone_whatever_else_was_answered() -> None:
    asked = answers(
        cost=[cost(130.0)],
        cost_by_account=[cost(80.0, account=ONE), cost(50.0, account=TWO)],
        drivers=[],
        forecast="x",
    )
    result = set_beside(BILL, asked, scope=Scope(TWO), period=MONTH)
    only = "AWS was asked for the whole organization only."
    assert states(result) == {
        ("billed", TWO): ("agrees", None),
        ("effective", TWO): ("not checked", "Only the bill here has it."),
        ("drivers", None): ("not checked", only),
        ("forecast", None): ("not checked", only),
    }
    assert ONE not in json.dumps(result.to_dict())
    assert result.notes == ()


def test_a_refusal_is_told_once_and_not_once_an_account() -> None:
    asked = answers(cost="Throttled.", cost_by_account="Throttled.", budgets="Denied.")
    result = set_beside(BILL, asked, scope=ORGANIZATION, period=MONTH)
    assert states(result) | {("drivers", None): ("", ""), ("forecast", None): ("", "")} == {
        ("billed", "total"): ("not checked", "Throttled."),
        ("effective", "total"): ("not checked", "Throttled."),
        ("billed_by_account", None): ("not checked", "Throttled."),
        ("effective_by_account", None): ("not checked", "Throttled."),
        ("budgets", None): ("not checked", "Denied."),
        ("drivers", None): ("", ""),
        ("forecast", None): ("", ""),
    }
    assert [(note.code, note.data["checks"]) for note in result.notes] == [
        ("not_checked.aws_figures", ["billed", "billed_by_account", "effective", "effective_by_account"]),
        ("not_checked.aws_figures", ["budgets"]),
    ]


def test_another_currency_is_not_compared() -> None:
    asked = answers(cost=[cost(130.0, unit="CNY")], cost_by_account=[])
    result = set_beside(BILL, asked, scope=ORGANIZATION, period=MONTH)
    assert states(result)["billed", "total"] == ("not checked", "AWS answers in CNY, the bill is in USD.")


LINES = [cost(80.0, account=ONE), cost(50.0, account=TWO), cost(50.5, "AmortizedCost", account=TWO)]


def found(bill: pd.DataFrame, lines: list[dict[str, Any]]) -> dict[str, Any]:
    asked = answers(cost=[], cost_by_account=lines)
    return set_beside(bill, asked, scope=ORGANIZATION, period=MONTH).to_dict()


@pytest.fixture(scope="module")
def in_order() -> dict[str, Any]:
    return found(BILL, LINES)


@settings(max_examples=6)
@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_rows_does_not_matter(in_order: dict[str, Any], order: list[int], theirs: list[int]) -> None:
    assert found(BILL.iloc[order], [LINES[number] for number in theirs]) == in_order


# Drivers


def driver(kind: str | None, change: float) -> dict[str, Any]:
    return {"selector": "{}", "type": kind, "driver": "d", "before": 0.0, "after": change, "change": change,
            "unit": "USD"}  # fmt: skip


CHANGED = (
    used(JULY, 10, 10.0),
    used(AUGUST, 12, 10.0),
    fee(AUGUST, 3.0, "tax"),
    fee(AUGUST, -7.0, "credit"),
    fee(AUGUST, 2.5, "fee"),
)


def test_effects_and_drivers_meet_in_groups() -> None:
    told = [
        driver("USAGE_CHANGE", 15.0),
        driver("SAVINGS_PLAN_USAGE", 5.0),
        driver("TAX", 3.0),
        driver("CREDIT", -7.0),
        driver("OUT_OF_CYCLE_CHARGE", 1.0),
        driver("NEW_KIND", 1.5),
        driver("REFUND", 0.0),
    ]
    sides = compare_drivers(frame("drivers", told), variance(*CHANGED))
    assert dict(zip(sides.aws["key"], sides.aws["amount"], strict=True)) == {
        "tax": 3.0, "credits": -7.0, "refunds": 0.0, "usage": 20.0, "rest": 2.5, "total": 18.5,
    }  # fmt: skip
    ours = dict(zip(sides.ours["key"], sides.ours["amount"].round(9), strict=True))
    assert ours == {"tax": 3.0, "credits": -7.0, "refunds": 0.0, "usage": 20.0, "rest": 2.5, "total": 18.5}
    assert sides.aside == {}


def test_a_month_that_the_bill_does_not_hold_whole_is_not_compared() -> None:
    held = snapshots(
        {"period": JULY, "last_day": "2026-07-31"},
        {"period": AUGUST, "last_day": "2026-08-20", "invoice_status": "open"},
    )
    open_month = variance(*CHANGED, snapshots=held)
    assert open_month.normalized
    sides = compare_drivers(frame("drivers", [driver("TAX", 3.0)]), open_month)
    assert sides.aside == {"drivers": "The bill held does not reach the end of both months."}
    assert compare_drivers(frame("drivers", []), None).aside == {
        "drivers": "There is no variance against the month before to compare."
    }


# Forecast


def day(number: int, expected: float | None, days: int = 1) -> dict[str, Any]:
    start = pd.Timestamp(2026, 8, number)
    return {"start": start, "end": start + pd.Timedelta(days=days), "metric": "AMORTIZED_COST", "low": None,
            "expected": expected, "high": None, "unit": "USD"}  # fmt: skip


def outlook(first: int) -> ForecastResult:
    """A forecast of 10 a day from a day of August on; the days before are over, and cost 99 each."""
    days = pd.date_range("2026-08-01", "2026-08-31")
    ahead = days.day >= first
    path = pd.DataFrame({"day": days}).assign(actual=99.0, expected=pd.Series(10.0, index=range(31)).where(ahead))
    end, none = End("", "", *([0.0] * 6)), pd.DataFrame()
    return ForecastResult("organization", "2026-08-20", "USD", end, end, end, None, (), none, none, none, path, (), ())


@pytest.mark.parametrize(
    ("first", "theirs", "key", "amounts"),
    [
        (21, range(21, 32), "2026-08-21 to 2026-08-31", (110.0, 121.0)),
        (21, range(25, 32), "2026-08-25 to 2026-08-31", (70.0, 77.0)),  # AWS was asked later
        (25, range(21, 32), "2026-08-25 to 2026-08-31", (70.0, 77.0)),  # the bill was pulled later
    ],
)
def test_only_days_that_both_forecast(first: int, theirs: range, key: str, amounts: tuple[float, float]) -> None:
    sides = same_days(frame("forecast", [day(number, 11.0) for number in theirs]), outlook(first))
    assert sides.ours["key"].tolist() == sides.aws["key"].tolist() == [key]
    assert (sides.ours["amount"].item(), sides.aws["amount"].item()) == amounts


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [([day(21, 11.0, days=11)], outlook(21)), ([day(3, 11.0)], outlook(21)), ([], outlook(21)), ([day(21, None)], outlook(21))],
)  # fmt: skip
def test_no_common_days(theirs: list[dict[str, Any]], ours: ForecastResult) -> None:
    assert same_days(frame("forecast", theirs), ours).aside == {
        "forecast": "Our forecast and AWS's speak of no common days."
    }


def test_without_a_forecast_of_ours() -> None:
    assert same_days(frame("forecast", [day(21, 11.0)]), None).aside == {
        "forecast": "There is no forecast here to compare."
    }


# What is kept


def test_answers_survive_their_file() -> None:
    kept = answers(
        cost=[cost(0.1 + 0.2)],
        cost_by_account=[],
        drivers=[driver(None, 1e-9)],
        forecast=[day(21, 11.0)],
        budgets="No.",
    )
    text = json.dumps(kept.to_dict(), allow_nan=False)
    again = AwsAnswers.parse(text, "x.json")
    assert again.to_dict() == kept.to_dict()
    assert again.frame("cost")["amount"].item() == 0.1 + 0.2
    for name in ("cost", "drivers", "forecast"):
        pd.testing.assert_frame_equal(again.frame(name), kept.frame(name), check_dtype=True)
    assert (again.answered, again.answers["budgets"].reason) == (
        ("cost", "cost_by_account", "drivers", "forecast"),
        "No.",
    )


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"period": "x", "asked_on": "y", "answers": {"odd": {"rows": [{}], "reason": null}}}',
     '{"period": "x", "asked_on": "y", "answers": {"cost": {"rows": [{"start": 1}], "reason": null}}}'],
)  # fmt: skip
def test_a_file_that_is_broken_is_named(text: str) -> None:
    with pytest.raises(ContractError, match=r"2026-08\.json does not hold AWS's answers"):
        AwsAnswers.parse(text, "aws/2026-08.json")
