from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_evidence import nat, price
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.nat_to_interface_endpoint import (
    EndpointPrice,
    break_even,
    find,
    monthly_saving,
)

_PRICE = EndpointPrice(hour=0.01, gigabyte=0.01)
_PRICES = [price("AmazonVPC", "VpcEndpoint-Hours", 0.01), price("AmazonVPC", "VpcEndpoint-Bytes", 0.01)]
_HELD = {"nat_gateways": [resource("nat_gateways", "nat-1", state="available")]}


def test_400_gigabytes_in_one_zone_save_6_70() -> None:
    assert monthly_saving(400, 0.045, _PRICE) == pytest.approx(6.70)


def test_it_breaks_even_at_209_gigabytes_in_each_zone() -> None:
    assert break_even(0.045, _PRICE) == pytest.approx(208.571429)
    assert break_even(0.045, _PRICE, zones=3) == pytest.approx(625.714286)


def test_a_gigabyte_that_is_not_cheaper_never_breaks_even() -> None:
    assert break_even(0.01, _PRICE) == math.inf


@given(st.floats(0.011, 1.0), st.floats(0.001, 0.5), st.integers(1, 6))
def test_nothing_is_saved_at_the_break_even(nat_gigabyte: float, hour: float, zones: int) -> None:
    at = EndpointPrice(hour, 0.01)
    gigabytes = break_even(nat_gigabyte, at, zones=zones)
    assert monthly_saving(gigabytes, nat_gigabyte, at, zones=zones) == pytest.approx(0.0, abs=1e-6)


def test_a_busy_gateway_is_possible_and_nothing_is_expected_before_it_is_measured() -> None:
    (found,) = find(evidence(*nat("nat-1", 400), inventory=_HELD, prices=_PRICES)).found
    assert (found.saving.low, found.saving.expected, found.saving.high) == pytest.approx((-7.30, 0.0, 6.70))
    assert (found.confidence, found.current_cost, found.component) == ("possible", 18.0, "traffic")
    assert "from 209 GB a month" in found.evidence


def test_below_the_break_even_nothing_is_said() -> None:
    found = find(evidence(*nat("nat-1", 200), inventory=_HELD, prices=_PRICES))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


@pytest.mark.parametrize("left", [0, 1])
def test_a_price_that_nobody_knows_is_a_gap_and_never_a_guess(left: int) -> None:
    found = find(evidence(*nat("nat-1", 400), inventory=_HELD, prices=[_PRICES[left]]))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 18.0)
    assert "VpcEndpoint-Bytes" in gap.needs


def test_the_clients_own_price_counts() -> None:
    cheap = [row | {"contracted": 0.005} for row in _PRICES]
    (found,) = find(evidence(*nat("nat-1", 400), inventory=_HELD, prices=cheap)).found
    assert found.saving.high == pytest.approx(0.04 * 400 - 3.65)
