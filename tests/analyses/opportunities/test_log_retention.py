from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from network_evidence import metered, month, nameless, with_costs
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.log_retention import find

_LOGS = {"x_ServiceCode": "AmazonCloudWatch", "PricingUnit": "GB-Mo"}
_ENDLESS = resource("log_groups", "/app", name="/app", stored_bytes=9.9e15, created=pd.Timestamp("2024-12-03"))


def _storage(gigabytes: float, **more: Any) -> dict[str, Any]:
    return metered("/app", "TimedStorage-ByteHrs", gigabytes, 0.03 * gigabytes, **(_LOGS | more))


def _history(*gigabytes: float) -> tuple[dict[str, Any], ...]:
    """Storage of the months before October, latest first."""
    names = [
        f"{year}-{number:02d}"
        for year, number in [(2026, 9 - k) for k in range(9)] + [(2025, 12 - k) for k in range(3)]
    ]
    return tuple(_storage(amount, **month(name)) for amount, name in zip(gigabytes, names, strict=False))


def _saving(*lines: dict[str, Any], history: tuple[dict[str, Any], ...] = (), **held: Any) -> tuple[float, ...]:
    (found,) = find(evidence(*lines, inventory={"log_groups": [_ENDLESS | held]}, history=history)).found
    return found.saving.low, found.saving.expected, found.saving.high


def test_what_was_stored_months_ago_is_what_is_older_today() -> None:
    past = _history(4800.0, 4600.0, 4400.0, *[4000.0] * 8, 2800.0)
    assert _saving(_storage(5000.0), history=past) == pytest.approx((84.0, 132.0, 144.0))


def test_the_bytes_that_logs_reports_are_not_the_bill() -> None:
    (found,) = find(evidence(_storage(5000.0), inventory={"log_groups": [_ENDLESS]})).found
    assert (found.current_cost, found.facts["gigabyte_months"]) == (150.0, 5000.0)


def test_a_group_that_was_not_there_then_has_nothing_that_old() -> None:
    other = metered("/other", "TimedStorage-ByteHrs", 1.0, 0.03, **_LOGS)
    past = (*_history(900.0), *(other | month(name) for name in ("2026-07", "2025-10")))
    assert _saving(_storage(1000.0), history=past) == pytest.approx((0.0, 0.0, 27.0))


def test_without_earlier_bills_growth_is_steady_since_it_was_made() -> None:
    # 1000 days at the end of October 2026, of which 365, 92 and 31 would be kept.
    made = pd.Timestamp("2026-11-01") - pd.Timedelta(days=1000)
    assert _saving(_storage(1000.0), created=made) == pytest.approx((30 * 0.635, 30 * 0.908, 30 * 0.969))


def test_a_steady_pace_is_possible_and_a_bill_likely() -> None:
    held = {"log_groups": [_ENDLESS]}
    graded = [
        find(evidence(_storage(5000.0), inventory=held, history=past)).found[0].confidence
        for past in ((), _history(4800.0, 4600.0, 4400.0))
    ]
    assert graded == ["possible", "likely"]


def test_an_open_month_is_not_held_against_a_closed_one() -> None:
    half = {"x_last_seen": pd.Timestamp("2026-10-16T12:00")}
    past = _history(4800.0, 4600.0, 4400.0, *[4000.0] * 8, 2800.0)
    assert _saving(_storage(2500.0, **half), history=past) == pytest.approx((42.0, 66.0, 72.0))


def test_logs_of_unknown_age_are_a_gap() -> None:
    found = find(evidence(_storage(1000.0), inventory={"log_groups": [_ENDLESS | {"created": None}]}))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 30.0)


def test_a_group_with_retention_or_protection_is_left_alone() -> None:
    for more in ({"retention_days": 30.0}, {"tags": {"legal-hold": "x"}}):
        found = find(evidence(_storage(9.0), inventory={"log_groups": [_ENDLESS | more]}, protected=("legal-hold",)))
        assert (found.found, found.examined) == ((), 1)


def test_a_place_that_was_not_asked_and_storage_without_a_name_are_gaps() -> None:
    loose = nameless("TimedStorage-ByteHrs", 100.0, 3.0, **_LOGS)
    found = find(with_costs(evidence(_storage(1000.0)), loose))
    assert [(gap.needs, gap.cost) for gap in found.not_checked] == [
        ("logs:DescribeLogGroups", 30.0),
        ("resource ids in the export of the bill", pytest.approx(3.0)),
    ]


def test_storage_of_other_services_under_the_same_usage_type_is_not_logs() -> None:
    bucket = metered("bucket", "TimedStorage-ByteHrs", 1000.0, 23.0, x_ServiceCode="AmazonS3")
    assert find(evidence(bucket, inventory={"log_groups": [_ENDLESS]})).examined == 0
