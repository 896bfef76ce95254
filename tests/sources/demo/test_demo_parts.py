"""Small parts, checked by hand: money, time, fees, expansion, disturbances."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from finops_lib.core.periods import Period
from finops_lib.sources.demo.anomalies import disturbed
from finops_lib.sources.demo.blueprint import Blueprint, blueprint
from finops_lib.sources.demo.charges import charges, concat, empty
from finops_lib.sources.demo.estate import Overlay
from finops_lib.sources.demo.expand import usage
from finops_lib.sources.demo.fees import support_fee
from finops_lib.sources.demo.money import cents, cost, rate_text, ticks, usd
from finops_lib.sources.demo.rates import rates, services
from finops_lib.sources.demo.schedules import share
from finops_lib.sources.demo.size import DemoSize
from finops_lib.sources.demo.timeline import Timeline


def test_ticks_are_exact() -> None:
    assert ticks("0.0000166667") == 166_667
    assert [usd(ticks(text)) for text in ("1.25", "-0.0000000001", "100", "0")] == ["1.25", "-0.0000000001", "100", "0"]
    with pytest.raises(ValueError, match="finer"):
        ticks("0.00000000001")


def test_rates_have_ten_decimals() -> None:
    assert (rate_text(ticks("0.096")), rate_text(-ticks("0.096"))) == ("0.0960000000", "-0.0960000000")


def test_cost_is_rounded_to_the_tick() -> None:
    amounts, prices = np.array([1.0, 0.5, 1e9]), np.array([ticks("0.096"), 3, 4_000], dtype=np.int64)
    assert cost(amounts, prices).tolist() == [960_000_000, 2, 4_000_000_000_000]


def test_cents_round_half_up() -> None:
    assert [usd(cents(ticks(text))) for text in ("1.004", "1.005", "1.0149")] == ["1", "1.01", "1.01"]


def test_support_is_tiered_with_a_minimum() -> None:
    fees = {base: usd(support_fee(ticks(base))) for base in (500, 10_000, 30_000, 100_000, 300_000)}
    # 10 % of 10,000, then 7 % up to 80,000, then 5 % up to 250,000, then 3 %
    assert fees == {500: "100", 10_000: "1000", 30_000: "2400", 100_000: "6900", 300_000: "15900"}


def test_the_timeline_counts_hours_from_the_first_month() -> None:
    timeline = Timeline(DemoSize(months=2, open_days=3, end=Period(2026, 3)))
    assert timeline.origin == dt.datetime(2026, 2, 1)
    assert [(str(m.period), m.first, m.hours, m.closed) for m in timeline.months] == [
        ("2026-02", 0, 672, True),
        ("2026-03", 672, 744, True),
        ("2026-04", 1416, 72, False),
    ]
    assert (timeline.back(0), timeline.back(-1), timeline.back(1, 2, 5)) == (672, 1416, 29)
    assert timeline.last_hour == 1488
    assert timeline.weekhour(np.array([0], dtype=np.int64)).tolist() == [144]  # 2026-02-01 is a Sunday


def test_schedules_are_shares_of_a_week() -> None:
    assert [round(share(name) * 168) for name in ("always", "office", "weekdays", "night")] == [168, 55, 120, 42]


def test_the_price_list_is_whole() -> None:
    assert len(rates()) > 80
    assert {rate.service for rate in rates().values()} <= set(services())
    assert all(min(rate.prices.values()) > 0 for rate in rates().values())


def test_charges_fill_what_is_not_given() -> None:
    rows = concat([charges(2, billed=np.array([1, 2], dtype=np.int64)), empty(), charges(1, stream=4)])
    assert (len(rows), rows.billed.tolist(), rows.stream.tolist(), rows.plan.tolist()) == (
        3,
        [1, 2, 0],
        [-1, -1, 4],
        [-1, -1, -1],
    )


def test_a_disturbance_changes_its_window_alone() -> None:
    rows = charges(3, stream=7, start=np.array([0, 24, 48], dtype=np.int64), hours=24, amount=10.0, rate=100)
    overlays = [Overlay("burst", 7, 24, 48, 2.0), Overlay("other", 8, 0, 99, 5.0)]
    changed, excess = disturbed(rows, overlays)
    assert changed.amount.tolist() == [10.0, 58.0, 10.0]
    assert changed.billed.tolist() == [1_000, 5_800, 1_000]
    assert excess == Counter({"burst": 4_800, "other": 0})


def test_office_instances_run_in_office_hours(plan: Blueprint) -> None:
    streams = plan.estate.streams
    office = [n for n, stream in enumerate(streams) if stream.schedule == "office" and stream.grain == "hour"]
    rows = usage(plan.meter, plan.timeline.months[3])
    chosen = rows.take(np.isin(rows.stream, office))
    weekhour = plan.timeline.weekhour(chosen.start)
    assert ((weekhour % 24 >= 7) & (weekhour % 24 < 18) & (weekhour < 120)).all()
    assert set(chosen.amount.tolist()) == {1.0}


def test_monthly_use_adds_up_to_the_size(plan: Blueprint) -> None:
    (number,) = [n for n, r in enumerate(plan.estate.resources) if r.name == "shop-search-data"]
    (stream,) = [n for n, s in enumerate(plan.estate.streams) if s.resource == number]
    for month in plan.timeline.months[:3]:
        rows = usage(plan.meter, month)
        assert round(float(rows.amount[rows.stream == stream].sum()), 4) == 500.0


def test_usage_of_a_month_does_not_depend_on_the_months_before(plan: Blueprint) -> None:
    month = plan.timeline.months[5]
    assert (usage(plan.meter, month).amount == usage(plan.meter, month).amount).all()


def test_facts_before_the_first_month_are_left_out() -> None:
    short = blueprint(DemoSize(months=2, rows=1))
    names = {fact.id for fact in short.facts}
    assert "anomaly-log-burst" in names
    assert "anomaly-nat-loop" in names
    assert "anomaly-gpu-fleet" not in names
    assert all(0 <= fact.start < fact.end for fact in short.facts)
