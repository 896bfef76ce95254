from __future__ import annotations

from typing import Any

import pytest
from compute_lines import price
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities import dynamodb_capacity_mode, dynamodb_table_class

_IA = [
    price("IA-TimedStorage-ByteHrs", 0.10, "AmazonDynamoDB", operation="x"),
    price("IA-WriteRequestUnits", 0.78125e-6, "AmazonDynamoDB", operation="x"),
]
_HOURLY = [
    price("ReadCapacityUnit-Hrs", 0.00013, "AmazonDynamoDB", operation="x"),
    price("WriteCapacityUnit-Hrs", 0.00065, "AmazonDynamoDB", operation="x"),
]


def _row(usage_type: str, cost: float, quantity: float) -> dict[str, Any]:
    return line("arn:t", usage_type, cost, x_ServiceCode="AmazonDynamoDB", PricingQuantity=quantity)


def _metric(name: str, median: float, peak: float, unit: str = "Count/Second") -> dict[str, Any]:
    facts = {"namespace": "AWS/DynamoDB", "metric": name, "unit": unit, "days": 30.0, "p50": median, "p99": peak}
    return {key: value for key, value in (resource("utilization", "arn:t") | facts).items() if key != "tags"}


def test_mostly_storage_goes_to_the_infrequent_access_class() -> None:
    rows = (_row("TimedStorage-ByteHrs", 250.0, 1000.0), _row("WriteRequestUnits", 6.25, 10e6))
    (item,) = dynamodb_table_class.find(evidence(*rows, prices=_IA)).found
    assert item.saving.expected == pytest.approx(256.25 - (100 + 7.8125))


def test_much_traffic_stays_in_the_standard_class() -> None:
    rows = (_row("TimedStorage-ByteHrs", 20.0, 80.0), _row("WriteRequestUnits", 180.0, 288e6))
    found = dynamodb_table_class.find(evidence(*rows, prices=_IA))
    assert (found.found, found.examined) == ((), 1)


def test_a_class_without_a_price_is_not_checked() -> None:
    found = dynamodb_table_class.find(evidence(_row("TimedStorage-ByteHrs", 250.0, 1000.0)))
    assert (found.examined, found.not_checked[0].count) == (0, 1)
    assert "IA-TimedStorage-ByteHrs" in found.not_checked[0].reason


def test_steady_traffic_is_cheaper_provisioned() -> None:
    held = [_metric("ConsumedReadCapacityUnits", 70.0, 140.0), _metric("ConsumedWriteCapacityUnits", 7.0, 14.0)]
    rows = (_row("ReadRequestUnits", 60.0, 1.0), _row("WriteRequestUnits", 30.0, 1.0))
    (item,) = dynamodb_capacity_mode.find(evidence(*rows, inventory={"utilization": held}, prices=_HOURLY)).found
    usual = (100 * 0.00013 + 10 * 0.00065) * 744
    assert item.saving.high == pytest.approx(90 - usual)
    assert item.saving.low == pytest.approx(90 - 2 * usual)
    assert item.saving.expected == pytest.approx(90 - 1.5 * usual)
    assert item.confidence == "likely"


@pytest.mark.parametrize("unit", [None, "Count"])
def test_without_metrics_a_second_the_mode_is_not_checked(unit: str | None) -> None:
    held = [_metric(f"Consumed{side}CapacityUnits", 1.0, 2.0, unit) for side in ("Read", "Write")] if unit else []
    rows = (_row("ReadRequestUnits", 60.0, 1.0), _row("WriteRequestUnits", 30.0, 1.0))
    found = dynamodb_capacity_mode.find(evidence(*rows, inventory={"utilization": held}, prices=_HOURLY))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 90.0)
