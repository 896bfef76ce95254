from __future__ import annotations

import pytest
from buckets import bucket, held, requests
from storage_prices import of_s3

from finops_lib.analyses.opportunities.s3_intelligent_tiering import find

_PRICES = [
    of_s3("TimedStorage-INT-FA-ByteHrs", 0.023),
    of_s3("TimedStorage-INT-IA-ByteHrs", 0.0125),
    of_s3("Monitoring-Automation-INT", 0.0000025, "Objects"),
]


def test_what_is_not_read_in_a_month_moves_less_what_monitoring_costs() -> None:
    (finding,) = find(held(requests("GetObject", 10_000), prices=_PRICES)).found
    # A quarter of 40,000 objects may be read: three quarters of 8,000 GB go down by 0.0105.
    assert finding.saving.low == pytest.approx(-0.1)
    assert finding.saving.high == pytest.approx(0.75 * 8_000 * 0.0105 - 0.1)
    assert finding.saving.expected == pytest.approx((finding.saving.low + finding.saving.high) / 2)
    assert finding.confidence == "possible"


def test_monitoring_can_cost_more_than_it_saves() -> None:
    # 1,000,000 objects of 150 KB: monitoring 2.50 against at most 1.47.
    many = held(requests("GetObject", 27_000), of=bucket(1_000_000.0), gigabytes=140.0, prices=_PRICES)
    assert (find(many).found, find(many).examined) == ((), 1)


def test_objects_that_are_too_small_are_not_tiered() -> None:
    small = held(requests("GetObject", 900_000), of=bucket(10_000_000.0), gigabytes=900.0, prices=_PRICES)
    assert find(small).found == ()


def test_as_many_reads_as_objects_leave_nothing_that_is_known_to_rest() -> None:
    assert find(held(requests("GetObject", 40_000), prices=_PRICES)).found == ()


def test_what_is_cold_throughout_needs_no_monitoring() -> None:
    assert find(held(prices=_PRICES)).found == ()


def test_without_the_number_of_objects_or_a_price_nothing_is_said() -> None:
    (gap,) = find(held(of=bucket(None), prices=_PRICES)).not_checked
    assert "NumberOfObjects" in gap.needs
    (price,) = find(held(requests("GetObject", 10_000), prices=[])).not_checked
    assert price.reason == "us-east-1: No price of Monitoring-Automation-INT."
