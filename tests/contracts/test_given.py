"""What people hand to an analysis: taken as what it is, or refused in one sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from finops_lib.contracts import given
from finops_lib.core.errors import InputError, SchemaMismatch, UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

FIRST = pd.Timestamp("2026-04-03")


def test_a_frame_with_its_columns_is_itself() -> None:
    frame = pd.DataFrame({"date": [1], "cost": [2]})
    assert given.table(frame, "The costs", ("cost",)) is frame


@pytest.mark.parametrize(
    ("handed", "words"),
    [
        ([1, 2], "The costs are no frame but a list. Give a pandas DataFrame."),
        (None, "The costs are no frame but a NoneType."),
        (pd.Series([1.0]), "The costs are no frame but a Series."),
        (pd.DataFrame({"a": [1]}), "The costs have no column date and cost. Give date and cost."),
        (pd.DataFrame([[1, 2, 3]], columns=["date", "cost", "cost"]), "The costs have the column cost twice."),
    ],
)
def test_what_is_no_such_frame(handed: object, words: str) -> None:
    with pytest.raises(InputError) as raised:
        given.table(handed, "The costs", ("date", "cost"))
    assert str(raised.value).startswith(words)
    assert isinstance(raised.value, UsageError)
    assert isinstance(raised.value, SchemaMismatch)


@pytest.mark.parametrize(
    "values",
    [
        ["2026-04-03"],
        ["2026-04-03 17:20"],
        ["2026-04-03T23:59:59Z"],
        [dt.date(2026, 4, 3)],
        [dt.datetime(2026, 4, 3, 12)],
        [FIRST],
        pd.DatetimeIndex([FIRST]).tz_localize("Europe/Berlin"),
        pd.DatetimeIndex([FIRST]).tz_localize("America/Lima"),
        pd.PeriodIndex(["2026-04-03"], freq="D"),
        np.array(["2026-04-03"], dtype="datetime64[D]"),
        pd.Categorical(["2026-04-03"]),
    ],
)
def test_days_in_all_their_forms(values: Any) -> None:
    assert given.days(pd.Series(values), "the costs").tolist() == [FIRST]


def test_a_month_is_its_first_day() -> None:
    assert given.days(pd.Series(["2026-04"]), "the costs").tolist() == [pd.Timestamp("2026-04-01")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["03/04/2026"], "A date of the costs is '03/04/2026', which is no certain day"),
        ([20260403], "20260403, which is no certain day"),
        ([1.5], "1.5, which is no certain day"),
        ([True], "True, which is no certain day"),
        (["soon"], "'soon', which is no certain day"),
        (["2026-13-01"], "A date of the costs is none"),
        (["2026-04-03", None], "1 of the rows of the costs has no date"),
        ([None, None], "2 of the rows of the costs have no date"),
        (["2026-04-03T00:00+02:00", "2026-11-03T00:00+01:00"], "A date of the costs is none"),
        ([["2026-04-03"]], "which is no certain day"),
    ],
)
def test_what_is_no_certain_day(values: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        given.days(pd.Series(values), "the costs")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2], [1.0, 2.0]),
        (["1.5", "-2"], [1.5, -2.0]),
        ([Decimal("0.1"), Decimal(3)], [0.1, 3.0]),
        (pd.array([1, None], dtype="Int64"), [1.0, None]),
        (pd.array([None, 2.5], dtype="Float64"), [None, 2.5]),
        ([None, None], [None, None]),
        ([], []),
    ],
)
def test_amounts_in_all_their_forms(values: Any, found: list[float | None]) -> None:
    told = given.amounts(pd.Series(values, name="cost"), "the costs")
    assert told.dtype == np.float64
    assert [None if np.isnan(value) else value for value in told] == found


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["much"], "A value of cost in the costs is no number"),
        (["1,200"], "is no number"),
        ([True, False], "is no number: the column holds bool"),
        ([FIRST], "is no number: the column holds datetime64"),
        ([1j], "is no number: the column holds complex128"),
        ([pd.Timedelta(1)], "is no number: the column holds timedelta64"),
        ([np.inf], "A value of cost in the costs is infinite"),
        (["-inf"], "is infinite"),
        ([[1.0]], "is no number"),
        ([10**400], "is no number|is infinite"),
    ],
)
def test_what_is_no_amount(values: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        given.amounts(pd.Series(values, name="cost"), "the costs")


@pytest.mark.parametrize("value", ["2026-04-03", dt.date(2026, 4, 3), FIRST, np.datetime64("2026-04-03")])
def test_one_day(value: object) -> None:
    assert given.day(value, "as_of") == dt.date(2026, 4, 3)


@pytest.mark.parametrize("value", ["", "soon", "03/04/2026", "2026-13-01", None, pd.NaT, 20260403, 1.5, [FIRST]])
def test_what_is_no_day(value: object) -> None:
    with pytest.raises(UsageError, match=r"as_of is .*, which is no day. Write it as YYYY-MM-DD"):
        given.day(value, "as_of")


@pytest.mark.parametrize("value", ["0.8", None, True, 0, 1, 1.2, -0.1, float("nan"), [0.8]])
def test_what_is_no_share(value: object) -> None:
    with pytest.raises(UsageError, match=r"level is .*, which is no share"):
        given.share(value, "level")


@pytest.mark.parametrize("value", ["3", None, True, 0, -1, 2.5, 3.0])
def test_what_is_no_count(value: object) -> None:
    with pytest.raises(UsageError, match=r"max_causes is .*\. Give a whole number of 1 or more"):
        given.count(value, "max_causes")


def test_shares_and_counts() -> None:
    assert given.share(np.float32(0.5), "level") == 0.5
    assert given.count(np.int64(3), "max_causes") == 3


COSTS = pd.DataFrame({"BillingPeriodStart": [FIRST], "x_charge_day": [FIRST], "EffectiveCost": [1.5]})
NAMES = tuple(COSTS.columns)


def test_costs_as_a_mart_holds_them_pass_as_they_are() -> None:
    assert given.costs(COSTS, "The costs", NAMES) is COSTS


def test_costs_in_other_forms_are_read() -> None:
    other = pd.DataFrame({"BillingPeriodStart": ["2026-04-03"], "x_charge_day": [None], "EffectiveCost": ["1.5"]})
    read = given.costs(other, "The costs", NAMES)
    assert read["BillingPeriodStart"].tolist() == [FIRST]
    assert read["x_charge_day"].isna().all()
    assert read["EffectiveCost"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"EffectiveCost": np.inf}, "EffectiveCost in the costs is infinite"),
        ({"EffectiveCost": 1e16}, "EffectiveCost in the costs is too large to be one"),
        ({"EffectiveCost": "x"}, "EffectiveCost in the costs is no number"),
        ({"BillingPeriodStart": None}, "1 of the rows of the costs has no date"),
        ({"x_charge_day": "03/04/2026"}, "'03/04/2026', which is no certain day"),
    ],
)
def test_costs_that_cannot_be_read(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        given.costs(COSTS.assign(**change), "The costs", NAMES)


def test_months_and_scopes_are_taken_as_text_too() -> None:
    assert given.month("2026-04", "The period") == given.month(Period(2026, 4), "The period") == Period(2026, 4)
    assert given.scope("Organization", "The scope") == ORGANIZATION
    assert given.scope(Scope("1"), "The scope") == Scope("1")
    for value in (None, 202604, 1.5):
        with pytest.raises(UsageError, match=r"The period is .*, which is no billing month"):
            given.month(value, "The period")
        with pytest.raises(UsageError, match=r"The scope is .*, which is no scope"):
            given.scope(value, "The scope")
