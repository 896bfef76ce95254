"""What must hold whatever the bill holds: parts sum to the change, and neither rows nor factors have an order."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY
from evidence import A, B, charge, monthly
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_lib.analyses.keys import combined
from finops_lib.analyses.rounding import to_cents
from finops_lib.analyses.shapley import OPTIONS, PLAYERS, Factors, attribute, shapley_weights
from finops_lib.analyses.variance import explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION

MONEY = st.sampled_from([0.0, 1e-9, -1e-9, 0.004, 1.0, -3.3, 12.34, 1e7, -1e7]) | st.floats(
    -1e7, 1e7, allow_subnormal=False
)
QUANTITY = st.sampled_from([None, 0.0, 1e-9, 1.0, -2.0, 744.0, 1e9]) | st.floats(1e-7, 1e9)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731
    return charge(
        draw(MONEY),
        pick(JULY, AUGUST),
        ListCost=draw(st.none() | MONEY),
        PricingQuantity=draw(QUANTITY),
        SubAccountId=pick(A, B, None),
        ServiceName=pick("EC2", "S3"),
        x_UsageType=pick("BoxUsage:a", "BoxUsage:b", "Requests", None),
        PricingUnit=pick("Hrs", "GB-Mo", None),
        PricingCategory=pick("Standard", "Committed", "Dynamic", None),
        x_charge_kind=pick("usage", "usage", "usage", "fee", "credit", "tax", "commitment", "discount", "refund"),
        x_tag_project=pick("one", "two", None),
    )


BILLS = st.lists(rows(), min_size=1, max_size=25)
FIXED = {"ChargeCategory": "Usage", "RegionId": "r", "BilledCost": 0.0, "ContractedCost": 0.0, "x_rows": 1, "x_net_discount": 0.0,
         "BillingCurrency": "USD", "x_line_item_type": None, "x_ServiceCode": None, "x_Operation": None, "x_unpriced_cost": 0.0,
         "x_unpriced_rows": 0}  # fmt: skip
CORNERS = (charge(1.0, JULY, x_tag_project="one"), charge(1.0, AUGUST, x_tag_project="two"))


def closes(result: VarianceResult, frame: pd.DataFrame) -> None:
    cost, size = frame["EffectiveCost"].fillna(0.0), math.fsum(frame["EffectiveCost"].abs().fillna(0.0))
    sign = np.where(frame["BillingPeriodStart"] == pd.Timestamp(f"{AUGUST}-01"), 1.0, -1.0)
    change = math.fsum(cost * sign)
    assert abs(result.residual) < min(0.01, 1e-9 * size)
    for table in (result.effects, result.categories, result.cells, result.lines()):
        assert math.fsum(table["amount"]) == pytest.approx(change, abs=1e-9 * size)
        assert not table["amount"].isna().any()
    printed = round(math.fsum(result.cells["amount"]) * 100)
    assert result.cells["cents"].sum() == result.effects["cents"].sum() == result.categories["cents"].sum() == printed
    assert (abs(result.cells["cents"] / 100 - result.cells["amount"]) < 0.01 + 1e-6).all()


def explained(frame: pd.DataFrame) -> VarianceResult:
    return explain(frame, scope=ORGANIZATION, period=Period.parse(AUGUST))


@given(BILLS, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_parts_sum_to_the_change_in_any_order_of_rows(found: list[dict[str, Any]], random: Any) -> None:
    frame = monthly(*CORNERS, *found)
    result = explained(frame)
    closes(result, frame)
    other = explained(frame.sample(frac=1.0, random_state=random.randrange(1000), ignore_index=True))
    size = math.fsum(frame["EffectiveCost"].abs())
    assert other.effects["amount"].to_numpy() == pytest.approx(result.effects["amount"].to_numpy(), abs=1e-9 * size)
    assert other.categories["amount"].to_numpy() == pytest.approx(
        result.categories["amount"].to_numpy(), abs=1e-9 * size
    )


@pytest.mark.parametrize("seed", range(3))
def test_parts_of_a_large_bill_with_odd_amounts_sum_to_the_change(seed: int) -> None:
    frame = odd_bill(seed, 8_000)
    closes(explained(frame), frame)


def odd_bill(seed: int, count: int) -> pd.DataFrame:
    """Rows of both months with zeros, negatives, 1e-9, 1e7 and nulls in cost, list cost and quantity."""
    random = np.random.default_rng(seed)
    odd = np.array([0.0, 1e-9, -1e-9, 0.004, 1.0, -3.3, 1e7, -1e7, np.nan])
    amounts = {
        name: np.where(random.random(count) < 0.5, random.choice(odd, count), random.lognormal(0, 3, count))
        for name in ("EffectiveCost", "ListCost", "PricingQuantity")
    }
    texts = {
        "SubAccountId": [A, B, None], "ServiceName": ["EC2", "S3"], "PricingUnit": ["Hrs", "GB-Mo", None],
        "PricingCategory": ["Standard", "Committed", "Dynamic", None], "BillingPeriodStart": [JULY, AUGUST],
        "x_UsageType": [f"Box:{number}" for number in range(200)], "x_tag_project": ["one", "two", None],
        "x_charge_kind": ["usage", "usage", "usage", "fee", "credit", "tax", "commitment", "unclassified"],
    }  # fmt: skip
    columns = {name: random.choice(np.array(values, dtype=object), count) for name, values in texts.items()}
    return monthly(*pd.DataFrame(columns | amounts).assign(**FIXED).to_dict("records"))


def test_an_accounts_part_is_what_its_own_report_says() -> None:
    frame = odd_bill(5, 3_000)
    whole, alone = explained(frame).lines(), explained(frame[frame["SubAccountId"] == A]).lines()
    share = whole[whole["SubAccountId"] == A].groupby("effect")["amount"].sum()
    assert alone.groupby("effect")["amount"].sum().to_dict() == pytest.approx(share.to_dict(), abs=1e-3)


def _random(count: int = 7) -> Factors:
    random = np.random.default_rng(3)
    two, six = (lambda: random.uniform(0.5, 2.0, (2, count))), (lambda: random.uniform(0.1, 2.0, (2, 3, count)))
    return Factors(two(), two(), two(), six(), six(), six())


def test_shapley_is_the_mean_over_all_orders_of_the_factors() -> None:
    factors = _random(1)

    def cost(moved: frozenset[str]) -> float:
        month = {name: int(name in moved) for name in PLAYERS}
        paid = [month["private_discount"], month["commitment_rate"], month["list_price"]]
        unit = sum(
            factors.coverage[month["commitment_coverage"], option, 0]
            * factors.price[month["list_price"], option, 0]
            * factors.paid[paid[option], option, 0]
            for option in range(3)
        )
        scale = factors.days[month["calendar"], 0] * factors.volume[month["volume"], 0] * factors.share[month["mix"], 0]
        return float(scale * unit)

    expected = dict.fromkeys(PLAYERS, 0.0)
    for order in itertools.permutations(PLAYERS):
        for place, name in enumerate(order):
            expected[name] += cost(frozenset(order[: place + 1])) - cost(frozenset(order[:place]))
    found = dict(zip(PLAYERS, attribute(factors)[:, 0], strict=True))
    assert found == pytest.approx({name: value / math.factorial(7) for name, value in expected.items()})


def test_shapley_sums_to_the_change_of_many_keys() -> None:
    factors = _random(10_000)
    assert attribute(factors).sum(axis=0) == pytest.approx(factors.cost[1] - factors.cost[0], abs=1e-12)


@pytest.mark.parametrize("option", [0, 1, 2])
def test_keys_of_one_purchase_option_need_no_others(option: int) -> None:
    whole = _random(5)
    whole.coverage[:] = (np.arange(3) == option)[None, :, None]
    cubes = {name: getattr(whole, name)[:, [option]] for name in ("coverage", "price", "paid")}
    alone = replace(whole, **cubes, options=(OPTIONS[option],))
    assert attribute(alone) == pytest.approx(attribute(whole), abs=1e-12)


def test_texts_may_be_categories_in_any_order() -> None:
    frame = odd_bill(7, 400)
    texts = [name for name in frame if isinstance(frame[name].dtype, pd.StringDtype)]
    orders = {name: [*sorted(frame[name].dropna().unique(), reverse=True), "not used"] for name in texts}
    handed = frame.assign(**{name: pd.Categorical(frame[name], order) for name, order in orders.items()})
    pd.testing.assert_frame_equal(explained(handed).lines(), explained(frame).lines())


def test_numbers_of_many_columns_are_told_apart_beyond_what_one_integer_holds() -> None:
    columns = np.random.default_rng(1).integers(0, 2**31, (4, 50))
    columns[:, 25:] = columns[:, :25]
    found = combined(columns, 50)
    assert len(set(found)) == 25
    assert found[25:].tolist() == found[:25].tolist()
    assert np.lexsort(columns[::-1, :25]).tolist() == np.argsort(found[:25]).tolist()


def test_two_players_share_what_they_make_together() -> None:
    assert shapley_weights(2) @ np.array([0.0, 1.0, 2.0, 7.0]) == pytest.approx([3.0, 4.0])


def test_cents_by_largest_remainder() -> None:
    assert to_cents([0.333, 0.333, 0.334]).tolist() == [33, 33, 34]
    assert to_cents([-0.004, 0.006, 0.009]).tolist() == [0, 0, 1]
    assert to_cents([]).tolist() == []
