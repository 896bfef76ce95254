"""Commitments meet usage: worked by hand, on hours made for the purpose."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from finops_lib.core.periods import Period
from finops_lib.sources.demo.catalog import Catalog, Sku, instance, listed
from finops_lib.sources.demo.charges import Charges, Kind, charges
from finops_lib.sources.demo.commitment_rows import negations, plan_fees, reservation_fee
from finops_lib.sources.demo.commitments import Commitments, Reservation, SavingsPlan
from finops_lib.sources.demo.coverage import cover, waterfill
from finops_lib.sources.demo.money import TICKS_PER_USD, cost, ticks
from finops_lib.sources.demo.timeline import Month

MONTH = Month(Period(2026, 10), 0, 0, 744, 744)


def plan(kind: str, recurring: str, upfront: str = "0", **terms: object) -> SavingsPlan:
    arn = "arn:aws:savingsplans::111122223333:savingsplan/x"
    return SavingsPlan(
        "x",
        arn,
        kind,
        "No Upfront",
        0,
        8760,
        ticks(recurring),
        ticks(upfront),
        **terms,  # type: ignore[arg-type]
    )


def reservation(sku: int, count: int, recurring: str, upfront: str = "0", flexible: bool = False) -> Reservation:
    return Reservation(
        "r", "arn:r", "1", 0, sku, count, "No Upfront", 0, 8760, ticks(recurring), ticks(upfront), flexible
    )


def hours(catalog: Catalog, *rows: tuple[int, int, int]) -> Charges:
    """Usage of one hour a row: (hour, account, Sku number)."""
    start, account, sku = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    rate = np.array([catalog.skus[number].rate for number in sku], dtype=np.int64)
    amount = np.ones(len(rows))
    billed = cost(amount, rate)
    numbers = np.arange(len(rows), dtype=np.int64)
    money = {"billed": billed, "effective": billed, "listed": billed, "contracted": billed}
    where = {"stream": numbers, "account": account, "sku": sku, "start": start, "hours": 1, "amount": amount}
    return charges(len(rows), **where, rate=rate, public_rate=rate, **money)  # type: ignore[arg-type]


def usd(amount: int) -> float:
    return amount / TICKS_PER_USD


def test_waterfill_meets_needs_in_order_until_the_hour_is_spent() -> None:
    group = np.array([0, 0, 0, 2, 2], dtype=np.int64)
    need = np.array([4, 4, 4, 5, 1], dtype=np.int64)
    used = waterfill(group, need, np.array([10, 99, 3], dtype=np.int64))
    assert used.tolist() == [4, 4, 2, 3, 0]


def test_a_plan_covers_the_deepest_discount_first_and_splits_the_last_row() -> None:
    catalog = Catalog()
    m6i, c6i = catalog.instance("m6i.large", "us-east-1"), catalog.instance("c6i.large", "us-east-1")
    assert usd(catalog.skus[m6i].plan_rate("compute", "No Upfront")) == 0.06912  # 28 % off 0.096
    assert usd(catalog.skus[c6i].plan_rate("compute", "No Upfront")) == 0.06375  # 25 % off 0.085
    left, (covered,) = cover(
        hours(catalog, (0, 1, c6i), (0, 1, m6i)), catalog.skus, Commitments((plan("compute", "0.1"),), ()), MONTH
    )
    assert covered.rows.sku.tolist() == [m6i, c6i]
    assert covered.rows.effective.tolist() == [ticks("0.06912"), ticks("0.03088")]
    assert covered.rows.amount.tolist() == [1.0, 0.4843921569]  # 0.03088 of 0.06375
    assert left.amount.tolist() == [0.5156078431]
    assert covered.rows.billed.sum() + left.billed.sum() == ticks("0.181")
    assert covered.used[0] == ticks("0.1")
    assert covered.used[1:].sum() == 0


def test_nothing_carries_over_to_the_next_hour() -> None:
    catalog = Catalog()
    small = catalog.instance("m6i.large", "us-east-1")
    rows = hours(catalog, (0, 1, small), (1, 1, small), (1, 1, small))
    left, (covered,) = cover(rows, catalog.skus, Commitments((plan("compute", "0.1"),), ()), MONTH)
    assert covered.used[:3].tolist() == [ticks("0.06912"), ticks("0.1"), 0]
    assert len(left) == 1
    fees = plan_fees(covered, 0, small, MONTH)
    assert len(fees) == 744
    assert fees.effective[:3].tolist() == [ticks("0.03088"), 0, ticks("0.1")]


def test_instance_plans_go_before_compute_plans_and_know_their_family() -> None:
    catalog = Catalog()
    inside, outside = catalog.instance("r6i.large", "us-east-1"), catalog.instance("m6i.large", "us-east-1")
    plans = (plan("compute", "1"), plan("instance", "1", family="r6i", region="us-east-1"))
    _, (first, second) = cover(
        hours(catalog, (0, 1, inside), (0, 1, outside)), catalog.skus, Commitments(plans, ()), MONTH
    )
    assert (first.item.kind, first.rows.sku.tolist()) == ("instance", [inside])  # type: ignore[union-attr]
    assert (second.item.kind, second.rows.sku.tolist()) == ("compute", [outside])  # type: ignore[union-attr]


def test_spot_is_never_covered() -> None:
    catalog = Catalog()
    spot = catalog.instance("m6i.large", "us-east-1", spot=True)
    left, (covered,) = cover(
        hours(catalog, (0, 1, spot)), catalog.skus, Commitments((plan("compute", "1"),), ()), MONTH
    )
    assert (len(left), len(covered.rows)) == (1, 0)


def test_plans_do_not_discount_software() -> None:
    windows, linux = instance("m6i.xlarge", "us-east-1", "windows"), instance("m6i.xlarge", "us-east-1")
    assert usd(windows.rate - linux.rate) == 0.184  # four vCPUs at 0.046
    assert windows.plan_rate("compute", "No Upfront") - linux.plan_rate("compute", "No Upfront") == ticks("0.184")


def test_upfront_payment_buys_a_deeper_discount() -> None:
    sku = listed("ec2.m6i.large", "us-east-1")
    assert sku.compute == Decimal("0.28")
    rates = [usd(sku.plan_rate("compute", payment)) for payment in ("No Upfront", "Partial Upfront", "All Upfront")]
    assert rates == [0.06912, 0.06768, 0.06624]


def test_one_large_reservation_covers_two_large_and_one_xlarge() -> None:
    """The size-flexibility example of the EC2 guide, with 2xlarge = 16 units: 4 + 4 + 8."""
    catalog = Catalog()
    numbers = [catalog.instance(f"m6i.{size}", "us-east-1") for size in ("2xlarge", "large", "xlarge")]
    big, large, xlarge = numbers
    rows = hours(catalog, (0, 0, xlarge), (0, 0, large), (0, 0, xlarge), (0, 0, large))
    book = Commitments((), (reservation(big, 1, "0.24", flexible=True),))
    left, (covered,) = cover(rows, catalog.skus, book, MONTH)
    assert sorted(covered.rows.sku.tolist()) == sorted([large, large, xlarge])
    assert left.sku.tolist() == [xlarge]
    assert sorted(covered.rows.effective.tolist()) == [ticks("0.06"), ticks("0.06"), ticks("0.12")]
    assert covered.rows.billed.sum() == 0
    assert set(covered.rows.kind.tolist()) == {int(Kind.DiscountedUsage)}


def test_a_reservation_can_cover_half_an_instance() -> None:
    catalog = Catalog()
    large, xlarge = catalog.instance("m6i.large", "us-east-1"), catalog.instance("m6i.xlarge", "us-east-1")
    book = Commitments((), (reservation(large, 1, "0.06", flexible=True),))
    left, (covered,) = cover(hours(catalog, (0, 0, xlarge)), catalog.skus, book, MONTH)
    assert (covered.rows.amount.tolist(), left.amount.tolist()) == ([0.5], [0.5])
    assert (covered.rows.listed.tolist(), left.billed.tolist()) == ([ticks("0.096")], [ticks("0.096")])


def test_reservations_keep_to_their_account_and_family() -> None:
    catalog = Catalog()
    large, windows = catalog.instance("m6i.large", "us-east-1"), catalog.instance("m6i.large", "us-east-1", "windows")
    book = Commitments((), (reservation(large, 1, "0.06", flexible=True),))
    left, (covered,) = cover(hours(catalog, (0, 1, large), (0, 0, windows)), catalog.skus, book, MONTH)
    assert (len(left), len(covered.rows)) == (2, 0)


def test_an_unused_month_of_a_reservation_is_all_unused() -> None:
    """1,200 USD upfront for a year: a month of 744 hours amortizes 1200 x 744 / 8760."""
    catalog = Catalog()
    large = catalog.instance("m6i.large", "us-east-1")
    other = catalog.instance("c6i.large", "us-east-1")
    item = reservation(large, 1, "0", "0.15")
    _, (covered,) = cover(hours(catalog, (0, 0, other)), catalog.skus, Commitments((), (item,)), MONTH)
    fee = reservation_fee(covered, 0, MONTH)
    assert usd(item.fee) == 1314.0
    assert fee.billed.tolist() == [0]
    assert fee.effective.tolist() == [item.fee * 744 // 8760] == [ticks("111.6")]
    assert fee.unused_units.tolist() == [744.0]


def test_negations_group_rows_of_one_hour_account_sku_and_zone() -> None:
    catalog = Catalog()
    large = catalog.instance("m6i.large", "us-east-1")
    rows = hours(catalog, (0, 1, large), (0, 1, large), (0, 2, large), (1, 1, large))
    _, (covered,) = cover(rows, catalog.skus, Commitments((plan("compute", "9"),), ()), MONTH)
    negative = negations(covered.rows)
    assert negative.billed.tolist() == [-ticks("0.192"), -ticks("0.096"), -ticks("0.096")]
    assert negative.effective.tolist() == [0, 0, 0]
    assert negative.stream.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("kind", "factor"), [("t3.micro", 0.5), ("m5.large", 4.0), ("m6i.xlarge", 8.0), ("g5.12xlarge", 96.0)]
)
def test_normalization_factors(kind: str, factor: float) -> None:
    assert instance(kind, "us-east-1").factor == factor


def test_charges_other_than_instances_have_no_factor() -> None:
    sku: Sku = listed("ebs.gp3", "us-east-1")
    assert (sku.factor, sku.instance_type, sku.plan_rate("compute", "No Upfront")) == (None, None, 0)
