"""Sums by a key beside the month before: six rows by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from evidence import A, B, charge, monthly
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.analyses.totals import CostTotals, by, one_currency, totals
from finops_lib.contracts.focus import COSTS
from finops_lib.core.errors import CurrencyMismatch


def lines(frame: pd.DataFrame, key: str = "ServiceName") -> list[tuple[object, ...]]:
    """Key, effective, previous, change; what is missing as None."""
    columns = frame[[key, "EffectiveCost", "previous", "change"]].astype(object)
    return [tuple(row) for row in columns.where(columns.notna(), None).itertuples(index=False)]


def test_a_key_that_is_new_one_that_is_gone_and_one_that_stays() -> None:
    now = monthly(charge(10.0), charge(5.0, ServiceName="S3"), charge(1.5, ServiceName="S3"))
    then = monthly(charge(7.0), charge(4.0, ServiceName="RDS"))
    frame = by(now, then, ["ServiceName"])
    assert lines(frame) == [("EC2", 10.0, 7.0, 3.0), ("S3", 6.5, 0.0, 6.5), ("RDS", 0.0, 4.0, -4.0)]
    assert list(frame.columns) == ["ServiceName", *COSTS, "previous", "change"]
    assert frame.loc[2, list(COSTS)].tolist() == [0.0] * 4


def test_without_the_month_before_changes_are_unknown() -> None:
    assert lines(by(monthly(charge(10.0)), None, ["ServiceName"])) == [("EC2", 10.0, None, None)]


def test_a_month_held_without_charges_counts_as_nothing() -> None:
    assert lines(by(monthly(charge(10.0)), monthly(), ["ServiceName"])) == [("EC2", 10.0, 0.0, 10.0)]


def test_a_missing_key_is_a_key() -> None:
    now, then = monthly(charge(3.0), charge(2.0, SubAccountId=None)), monthly(charge(1.5, SubAccountId=None))
    assert lines(by(now, then, ["SubAccountId"]), "SubAccountId") == [(A, 3.0, 0.0, 3.0), (None, 2.0, 1.5, 0.5)]


def test_missing_keys_of_several_columns_match_too() -> None:
    now = monthly(charge(3.0, SubAccountId=None), charge(2.0, ServiceName=None))
    frame = by(now, now, ["SubAccountId", "ServiceName"])
    assert frame["change"].tolist() == [0.0, 0.0]
    assert len(frame) == 2


def test_what_is_unknown_stays_unknown() -> None:
    rows = (
        charge(2.0, ListCost=None),
        charge(3.0, ListCost=None),
        charge(4.0, ServiceName="S3", ListCost=None),
        charge(5.0, ServiceName="S3", ListCost=6.0),
    )
    frame = by(monthly(*rows), None, ["ServiceName"]).set_index("ServiceName")
    assert math.isnan(frame.loc["EC2", "ListCost"])
    assert frame.loc["S3", "ListCost"] == 6.0
    assert frame["ContractedCost"].tolist() == [9.0, 5.0]


def test_rows_without_a_readable_cost_make_a_zero_not_a_gap() -> None:
    frame = by(monthly(charge(None)), None, ["ServiceName"])
    assert frame.loc[0, ["BilledCost", "EffectiveCost"]].tolist() == [0.0, 0.0]


def test_order_is_by_effective_cost_then_by_name() -> None:
    rows = [charge(1.0, ServiceName=name) for name in ("b", None, "a")] + [
        charge(-4.0, ServiceName="credit"),
        charge(2.0, ServiceName="z"),
    ]
    assert [line[0] for line in lines(by(monthly(*rows), None, ["ServiceName"]))] == ["z", "a", "b", None, "credit"]


def test_totals() -> None:
    assert totals(monthly(charge(1.0), charge(2.5, EffectiveCost=2.0))) == CostTotals(3.5, 3.0, 3.5, 3.5)
    assert totals(monthly()) == CostTotals(0.0, 0.0, 0.0, 0.0)


def test_totals_are_unknown_where_no_usage_carries_the_value() -> None:
    tax = charge(1.0, ChargeCategory="Tax", x_charge_kind="tax", ListCost=0.0)
    assert totals(monthly(charge(5.0, ListCost=None), tax)) == CostTotals(6.0, 6.0, None, 6.0)
    assert totals(monthly(tax)) == CostTotals(1.0, 1.0, 0.0, 1.0)
    assert totals(monthly(charge(5.0, ListCost=None), charge(5.0, ListCost=7.0))).ListCost == 7.0


def test_one_currency() -> None:
    assert one_currency(monthly(charge(1.0), charge(1.0, BillingCurrency=None)), "x") == "USD"
    assert one_currency(monthly(charge(1.0, BillingCurrency=None)), "x") == "XXX"
    with pytest.raises(CurrencyMismatch, match="organization is billed in EUR and USD, which cannot be added"):
        one_currency(monthly(charge(1.0), charge(1.0, BillingCurrency="EUR")), "organization")


CELL = st.tuples(
    st.sampled_from([A, B, None]),
    st.sampled_from(["EC2", "S3", None]),
    st.integers(-(10**9), 10**9).map(lambda n: n / 10**6),
)


@given(st.lists(CELL, min_size=1, max_size=12), st.lists(CELL, max_size=12))
def test_parts_sum_to_the_whole_and_changes_to_the_change(
    now: list[tuple[str, str, float]], then: list[tuple[str, str, float]]
) -> None:
    frames = [monthly(*(charge(cost, SubAccountId=a, ServiceName=s) for a, s, cost in cells)) for cells in (now, then)]
    expected = math.fsum(cell[2] for cell in now), math.fsum(cell[2] for cell in then)
    for keys in (["SubAccountId"], ["ServiceName"], ["SubAccountId", "ServiceName"]):
        frame = by(frames[0], frames[1], keys)
        assert not frame.duplicated(keys).any()
        for cost in COSTS:
            assert frame[cost].sum() == pytest.approx(expected[0], abs=1e-6)
        assert frame["previous"].sum() == pytest.approx(expected[1], abs=1e-6)
        assert frame["change"].sum() == pytest.approx(expected[0] - expected[1], abs=1e-6)
        assert frame["EffectiveCost"].is_monotonic_decreasing


@given(st.lists(CELL, min_size=1, max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(cells: list[tuple[str, str, float]], random: object) -> None:
    rows = [charge(cost, SubAccountId=a, ServiceName=s) for a, s, cost in cells]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (by(monthly(*order), None, ["SubAccountId"]) for order in (rows, shuffled))
    pd.testing.assert_frame_equal(one, other)
