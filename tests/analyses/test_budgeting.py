"""Budgets against actual and forecast: probabilities by hand, other currencies told."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from finops_lib.analyses.budgeting import BudgetsResult, compare, probability_above
from finops_lib.core.errors import InputError, InsufficientDataError, SchemaMismatch
from finops_lib.core.periods import Period

MARCH = Period(2026, 3)


def budget(scope: str, amount: float, currency: str = "USD", **more: object) -> dict[str, object]:
    return {"budget": f"b-{scope}", "scope": scope, "period": "2026-03", "amount": amount, "currency": currency} | more


def compared(*budgets: dict[str, object], as_of: dt.date | None = None) -> BudgetsResult:
    actuals = pd.DataFrame({"scope": ["1", "2", "organization"], "actual": [80.0, 120.0, 200.0]})
    forecasts = pd.DataFrame(
        {"scope": ["1", "organization"], "low": [90.0, 300.0], "expected": [100.0, 320.0], "high": [120.0, 340.0]}
    )
    return compare(pd.DataFrame(budgets), actuals, forecasts, period=MARCH, currency="USD", as_of=as_of)


@pytest.mark.parametrize(
    ("limit", "probability"),
    [(100.0, 0.5), (120.0, 0.1), (90.0, 0.9), (1e9, 0.0), (0.0, 1.0)],
)
def test_the_ends_of_the_interval_have_their_probabilities(limit: float, probability: float) -> None:
    found = probability_above(limit, low=90.0, expected=100.0, high=120.0, level=0.8)
    assert found == pytest.approx(probability, abs=1e-9)


def test_an_interval_without_width_is_certain() -> None:
    assert probability_above(99.0, low=100.0, expected=100.0, high=100.0) == 1.0
    assert probability_above(100.0, low=100.0, expected=100.0, high=100.0) == 0.0


def test_lines_by_hand() -> None:
    table = compared(budget("1", 120.0), budget("2", 100.0), budget("organization", 310.0)).budgets.set_index("scope")
    assert table["status"].to_dict() == {"1": "within", "2": "exceeded", "organization": "at risk"}
    assert table["share_used"].tolist() == pytest.approx([80 / 120, 1.2, 200 / 310])
    assert table["probability_to_exceed"].tolist() == pytest.approx([0.1, 1.0, 0.7391], abs=1e-4)
    assert table.loc["1", ["low", "expected", "high", "variance"]].tolist() == [90.0, 100.0, 120.0, -20.0]
    assert pd.isna(table.loc["2", "expected"])


def test_what_could_not_be_compared_is_told_and_never_nan() -> None:
    result = compared(budget("1", 120.0, "EUR"), budget("2", 100.0), budget("9", 50.0), budget("organization", 0.0))
    assert [note.code for note in result.notes] == [
        "budgets.other_currency",
        "budgets.unknown_scope",
        "budgets.no_forecast",
        "budgets.zero_limit",
    ]
    form = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    lines = {line["scope"]: line for line in form["budgets"]}
    assert lines["1"]["status"] == lines["9"]["status"] == "not checked"
    assert (lines["1"]["actual"], lines["1"]["limit"]) == (None, 120.0)
    assert lines["organization"]["share_used"] is None


def test_approvals_and_exceptions_are_carried_and_run_out() -> None:
    kept = {"owner": "ann", "approved_by": "bob", "approved_on": pd.Timestamp("2026-01-02"), "exception": "migration",
            "exception_until": pd.Timestamp("2026-03-10")}  # fmt: skip
    result = compared(budget("1", 120.0, **kept), as_of=dt.date(2026, 3, 20))
    line = result.to_dict()["budgets"][0]
    assert (line["approved_by"], line["approved_on"], line["exception_until"]) == ("bob", "2026-01-02", "2026-03-10")
    assert [note.code for note in result.notes] == ["budgets.exception_over"]
    assert compared(budget("1", 120.0, **kept), as_of=dt.date(2026, 3, 10)).notes == ()


def test_refusals() -> None:
    with pytest.raises(InsufficientDataError, match="no budget for 2026-03"):
        compared(budget("1", 1.0, period="2026-04"))
    with pytest.raises(SchemaMismatch, match="budgets have no column scope"):
        compare(pd.DataFrame({"budget": []}), pd.DataFrame(), period=MARCH, currency="USD")


def test_a_budget_of_an_unknown_scope_is_told_and_the_organization_has_any_casing() -> None:
    result = compared(budget("Organization", 310.0), budget("12", 5.0), budget("1", 120.0))
    lines = {line["scope"]: line["status"] for line in result.to_dict()["budgets"]}
    assert lines == {"organization": "at risk", "12": "not checked", "1": "within"}
    (note,) = result.notes
    assert (note.code, note.data) == ("budgets.unknown_scope", {"scopes": ["12"]})
    assert note.message.startswith("Budgets of an unknown scope were not compared: 12. Write 'organization', or an")


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ([1], "The budgets are no frame"),
        (pd.DataFrame([budget("1", 1.0)]).assign(amount="12k"), "amount in the budgets is no number"),
        (pd.DataFrame([budget("1", 1.0)]).assign(scope=None), "A budget has no scope"),
        (pd.DataFrame([budget("1", 1.0)]).assign(scope=" "), "A budget has no scope"),
    ],
)
def test_budgets_that_cannot_be_read(frame: pd.DataFrame, words: str) -> None:
    actuals = pd.DataFrame({"scope": ["1"], "actual": [80.0]})
    with pytest.raises(InputError, match=words):
        compare(frame, actuals, period=MARCH, currency="USD")
