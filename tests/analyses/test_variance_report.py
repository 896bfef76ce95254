"""The whole answer to why spend changed: its facts, its expectations, and what it says of those that are not known."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, fee, resources, used
from evidence import A, B, accounts, charge, daily, held, monthly

from finops_lib.analyses import comparisons, variance_report
from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.variance_report import VarianceReport
from finops_lib.contracts.commercial import Budgets
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

ROWS = [
    used(JULY, 310, 1.0, ServiceName="Glue"),
    used(AUGUST, 610, 1.0, ServiceName="Glue"),
    used(JULY, 100, 1.0, ServiceName="S3", SubAccountId=B),
    used(AUGUST, 100, 1.0, ServiceName="S3", SubAccountId=B),
]
NAMES = {A: "harbor-production", B: "harbor-data"}


def budgets(*lines: tuple[str, float], currency: str = "USD", period: str = AUGUST) -> pd.DataFrame:
    rows = [(f"b{number}", scope, period, amount, currency) for number, (scope, amount) in enumerate(lines)]
    frame = pd.DataFrame(rows, columns=["budget", "scope", "period", "amount", "currency"])
    return Budgets.validate(frame.assign(owner=None, approved_by=None, approved_on=None, exception=None, exception_until=None)) if rows else Budgets.empty()  # fmt: skip


def history() -> pd.DataFrame:
    """Ten a day in July, sixty more on ten days of August."""
    days = pd.date_range("2026-07-01", "2026-08-31")
    rows = [
        charge(10.0 + (30.0 if 12 <= day.day <= 21 and day.month == 8 else 0.0), f"{day:%Y-%m}",
               x_charge_day=str(day.date()), ServiceName="Glue")
        for day in days
    ]  # fmt: skip
    return daily(*rows)


def report(*lines: tuple[str, float], rows: list[dict[str, Any]] = ROWS, **settings: Any) -> VarianceReport:
    given = {"scope": ORGANIZATION, "period": Period.parse(AUGUST)} | settings
    mine = [row for row in rows if given["scope"].is_organization or row["SubAccountId"] == given["scope"].account]
    currency = given.pop("currency", "USD")
    behind = resources((JULY, "job", 310, 1.0), (AUGUST, "job", 610, 1.0), ServiceName="Glue")
    commitments = pd.DataFrame({"BillingPeriodStart": pd.to_datetime([]), "CommitmentDiscountId": []})
    return variance_report.report(
        monthly(*mine),
        behind,
        history(),
        commitments,
        held(mine),
        accounts(mine, NAMES),
        budgets(*lines, currency=currency),
        **given,
    )


def test_the_subject_of_the_pages() -> None:
    result = report()
    assert (result.scope, result.scope_name, result.period, result.as_of) == (
        "organization",
        None,
        AUGUST,
        "2026-08-31",
    )
    assert (result.currency, result.invoice_status, result.cost_basis) == ("USD", "final", "amortized")
    assert dict(result.accounts) == NAMES
    assert report(scope=Scope(B)).scope_name == "harbor-data"


def test_the_json_form_is_that_of_the_change_with_more() -> None:
    result = report(("organization", 500.0))
    told = result.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    plain = result.change.to_dict()
    assert {key: told[key] for key in plain if key != "notes"} == {key: plain[key] for key in plain if key != "notes"}
    assert told["root_causes"]["causes"][0]["change"] == 300.0
    assert {"root_causes", "root_resources", "drivers", "lines"} <= set(result.frames())


def test_the_month_against_its_budget() -> None:
    forecast, budget = report(("organization", 500.0)).comparisons
    assert (budget.expected, budget.actual, budget.gap, budget.covered) == (500.0, 710.0, 210.0, True)
    assert forecast.expected == pytest.approx(310.0, abs=1.0)
    assert forecast.actual == 710.0
    assert forecast.place == (A, "Glue")


def test_an_accounts_budget_counts_its_tax_and_its_unused_commitments() -> None:
    more = [
        fee(JULY, 10.0, "tax", ServiceName="Glue"),
        fee(AUGUST, 25.0, "tax", ServiceName="Glue"),
        fee(AUGUST, 5.0, "commitment", ServiceName="EC2"),
    ]
    for lines in ([(A, 400.0), (B, 90.0)], [(A, 400.0), (B, 90.0), ("organization", 500.0)]):
        budget = report(*lines, rows=[*ROWS, *more]).comparisons[1]
        assert budget.place == (A, None)
        assert budget.place_gap == pytest.approx(240.0)  # 610 + 25 + 5 of 400


def test_accounts_without_a_budget_are_named() -> None:
    budget = report((A, 600.0)).comparisons[1]
    assert (budget.expected, budget.gap, budget.covered) == (600.0, 110.0, False)
    note = budget.notes[-1]
    assert (note.code, note.severity, note.data) == ("variance.budget_incomplete", "warning", {"accounts": [B]})
    assert report((A, 600.0), (B, 100.0)).comparisons[1].covered


def test_an_expectation_that_is_not_known_is_a_note_and_no_error() -> None:
    result = report()
    budget = result.comparisons[1]
    assert (budget.expected, budget.actual, budget.gap) == (None, None, None)
    assert [note.code for note in result.not_checked] == ["not_checked.variance_budget", "not_checked.business_metric"]
    assert result.not_checked[0].message == (
        "The month was not set against a budget: no budget of August 2026 for organization is known, from a file or from AWS "
        "Budgets."
    )
    other = report(("organization", 500.0), currency="EUR").not_checked[0]
    assert other.code == "not_checked.variance_budget"
    assert "EUR" in other.message


def test_no_history_gives_no_forecast() -> None:
    later = history()
    later = later[later["x_charge_day"] >= pd.Timestamp("2026-08-01")]
    rows = [monthly(*ROWS), None, None, None, held(ROWS)]
    made = comparisons.against_forecast(rows, later, scope=ORGANIZATION, period=Period.parse(AUGUST))  # type: ignore[arg-type]
    assert (made.gap, made.notes[0].code) == (None, "not_checked.variance_forecast")


def test_a_business_metric_that_is_known_is_not_missed() -> None:
    grown = [*ROWS, used(JULY, 100, 1.0, ServiceName="ECS"), used(AUGUST, 105, 1.0, ServiceName="ECS")]
    result = report(rows=grown, kpi=KpiRelation("orders", 0.1, 0.8))
    assert [note.code for note in result.not_checked] == ["not_checked.variance_budget"]
    assert (result.kpi, result.metric) == (KpiRelation("orders", 0.1, 0.8), "orders")


def test_a_business_metric_that_cost_does_not_follow_is_named() -> None:
    said = "Growth by a business metric: no metric is given; volume that moved in proportion counts as growth."
    assert (report().not_checked[-1].message, report().not_checked[-1].severity) == (said, "info")
    empty = report(no_kpi="sales.csv holds no values").not_checked[-1]
    assert (empty.message, empty.severity) == (
        said.replace("no metric is given", "sales.csv holds no values"),
        "info",
    )
    named = report(metric="active_users", no_kpi="it has too few values in July").not_checked[-1].message
    assert named.startswith("Growth by active users: it has too few values in July; volume")


def test_notes_are_told_once() -> None:
    result = report(("organization", 500.0))
    messages = [note.message for note in result.notes]
    assert len(messages) == len(set(messages))


def test_without_the_month_before_there_is_no_answer() -> None:
    with pytest.raises(InsufficientDataError, match="month before"):
        report(rows=[row for row in ROWS if row["BillingPeriodStart"] == AUGUST])
