from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_evidence import metered, price
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.internet_egress_cloudfront import Served, find, monthly_saving

_PRICES = [
    price("AmazonCloudFront", "US-DataTransfer-Out-Bytes", 0.085),
    price("AmazonCloudFront", "US-Requests-Tier2-HTTPS", 0.000001),
]
_USED_UP = metered("cdn", "US-DataTransfer-Out-Bytes", 8000.0, 680.0, x_ServiceCode="AmazonCloudFront")
_SENT = metered("bucket", "DataTransfer-Out-Bytes", 10_000, 900.0, x_ServiceCode="AmazonS3")


def _gets(number: float) -> dict[str, Any]:
    return metered("bucket", "Requests-Tier2", number, 0.0000004 * number, x_ServiceCode="AmazonS3")


def test_data_are_cheaper_requests_are_added_and_hits_spare_the_origin() -> None:
    served = Served(gigabytes=10_000, cost=900.0, requests=20e6, origin_cost=8.0)
    cold = monthly_saving(served, 0.085, 0.000001, hit_ratio=0.0, free_gb=0.0)
    warm = monthly_saving(served, 0.085, 0.000001, hit_ratio=0.9, free_gb=1000.0)
    assert (cold, warm) == pytest.approx((900 - 850 - 20, 900 - 765 - 20 + 7.2))


def test_a_bucket_is_priced_by_the_requests_of_its_bill() -> None:
    found = find(evidence(_SENT, _gets(20e6), _USED_UP, prices=_PRICES))
    (finding,) = found.found
    saving = finding.saving
    assert (saving.low, saving.expected, saving.high) == pytest.approx((30.0, 33.6, 37.2))
    assert (finding.confidence, finding.component, found.examined) == ("possible", "traffic", 1)


def test_the_free_terabyte_counts_in_the_high_case_and_once() -> None:
    other = [row | {"ResourceId": "other"} for row in (_SENT, _gets(20e6))]
    found = find(evidence(_SENT, _gets(20e6), *other, prices=_PRICES))
    assert [item.saving.high for item in found.found] == pytest.approx([37.2 + 42.5] * 2)


def test_many_small_answers_would_cost_more_and_are_not_recommended() -> None:
    found = find(evidence(_SENT, _gets(200e6), _USED_UP, prices=_PRICES))
    assert (found.found, found.examined) == ((), 1)


def test_requests_of_a_load_balancer_are_those_of_its_metric() -> None:
    sent = metered("lb", "DataTransfer-Out-Bytes", 10_000, 900.0)
    capacity = metered("lb", "LCUUsage", 1000.0, 8.0, x_ServiceCode="AWSELB")
    facts = {"namespace": "AWS/ApplicationELB", "metric": "RequestCount", "unit": "Count/Hour", "days": 60}
    measured = {"utilization": [resource("utilization", "lb", p50=20e6 / 730, **facts)]}
    (found,) = find(evidence(sent, capacity, _USED_UP, prices=_PRICES, inventory=measured)).found
    assert found.saving.expected == pytest.approx(33.6)


def test_unknown_requests_are_a_gap() -> None:
    found = find(evidence(metered("i-1", "DataTransfer-Out-Bytes", 10_000, 900.0), prices=_PRICES))
    (gap,) = found.not_checked
    assert (found.examined, gap.count, gap.cost) == (0, 1, 900.0)


def test_an_unknown_price_is_a_gap() -> None:
    (gap,) = find(evidence(_SENT, _gets(20e6), prices=_PRICES[:1])).not_checked
    assert (gap.needs, gap.cost) == ("AmazonCloudFront's price of a request", 900.0)
    (both,) = find(evidence(_SENT, _gets(20e6))).not_checked
    assert both.needs == "AmazonCloudFront's price of a GB to viewers and of a request"


def test_a_protected_bucket_stays() -> None:
    held = {"buckets": [resource("buckets", "bucket", tags={"hold": "1"})]}
    found = find(evidence(_SENT, _gets(20e6), _USED_UP, prices=_PRICES, inventory=held, protected=("hold",)))
    assert (found.found, found.examined) == ((), 1)


@given(st.floats(1, 1e5), st.floats(0.05, 0.2), st.floats(0, 1e8), st.floats(0, 100))
def test_a_better_cache_never_saves_less_and_nothing_saves_more_than_it_costs(
    gigabytes: float, each: float, requests: float, origin: float
) -> None:
    served = Served(gigabytes, gigabytes * each, requests, origin)
    cold, warm = (monthly_saving(served, 0.085, 1e-6, hit_ratio=ratio, free_gb=0.0) for ratio in (0.0, 0.9))
    assert cold <= warm <= served.cost + origin
