from __future__ import annotations

from typing import Any

import pytest
from compute_lines import covered, price
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities.aurora_io_optimized import find

_ENGINE = "CreateDBInstance:0021"
_CLUSTER = "arn:aws:rds:us-east-1:111122223333:cluster:shop"


def _row(id_: str, usage_type: str, cost: float, quantity: float = 1.0, operation: str = _ENGINE) -> dict[str, Any]:
    return line(id_, usage_type, cost, x_ServiceCode="AmazonRDS", x_Operation=operation, PricingQuantity=quantity)


def _cluster(io: float, compute: float = 193.44, storage: float = 43.51) -> tuple[dict[str, Any], ...]:
    return (
        _row(_CLUSTER, "Aurora:StorageIOUsage", io),
        _row(_CLUSTER, "Aurora:StorageUsage", storage, 435.1),
        _row("arn:db:a", "InstanceUsage:db.r6g.large", compute, 744.0),
    )


def test_io_less_what_is_added_by_the_published_ratios() -> None:
    found = find(evidence(*_cluster(242.26)))
    (item,) = found.found
    whole = 193.44 + 43.51 + 242.26
    assert item.saving.expected == pytest.approx(whole - (1.3 * 193.44 + 2.25 * 43.51))
    assert (item.resource, item.component, item.current_cost) == (_CLUSTER, "io", 242.26)
    assert item.facts["read"] == "2026-11-27"
    assert found.examined == 1


def test_little_io_stays_in_the_standard_configuration() -> None:
    found = find(evidence(*_cluster(100.0)))
    assert (found.found, found.examined) == ((), 1)


def test_known_prices_come_before_the_ratios() -> None:
    prices = [
        price("InstanceUsageIOOptimized:db.r6g.large", 0.33, "AmazonRDS", operation=_ENGINE),
        price("Aurora:IO-OptimizedStorageUsage", 0.2, "AmazonRDS", operation=_ENGINE),
    ]
    (item,) = find(evidence(*_cluster(242.26), prices=prices)).found
    added = (0.33 * 744 - 193.44) + (0.2 * 435.1 - 43.51)
    assert item.saving.expected == pytest.approx(242.26 - added)
    assert "source" not in item.facts


def test_a_reservation_does_not_pay_for_what_is_added() -> None:
    io, storage, compute = _cluster(242.26)
    reserved = covered(compute, 120.0, "ri-1", "Reserved Instance")
    (item,) = find(evidence(io, storage, reserved)).found
    assert item.saving.expected == pytest.approx(242.26 - 0.3 * 193.44 - 1.25 * 43.51)


def test_instances_of_other_engines_are_no_part_of_it() -> None:
    other = _row("arn:db:b", "InstanceUsage:db.r6g.large", 900.0, 744.0, "CreateDBInstance:0014")
    (item,) = find(evidence(*_cluster(242.26), other)).found
    assert item.facts["compute"] == 193.44


def test_the_inventory_tells_the_cluster_of_an_instance() -> None:
    lines = (
        *_cluster(242.26),
        _row("arn:aws:rds:us-east-1:1:cluster:tiny", "Aurora:StorageIOUsage", 50.0),
        _row("arn:db:b", "InstanceUsage:db.r6g.large", 193.44, 744.0),
    )
    facts = {"name": "x", "type": "db.r6g.large", "engine": "aurora-postgresql", "version": "16", "multi_az": False}
    held = [
        resource("databases", "arn:db:a", cluster="shop", **facts),
        resource("databases", "arn:db:b", cluster="tiny", **facts),
    ]
    found = find(evidence(*lines, inventory={"databases": held}))
    assert [item.resource for item in found.found] == [_CLUSTER]
    assert found.examined == 2
    blind = find(evidence(*lines))
    assert (blind.found, sum(gap.count for gap in blind.not_checked)) == ((), 2)


def test_what_is_paid_back_for_compute_is_no_saving_on_io() -> None:
    (item,) = find(evidence(*_cluster(242.26, compute=-100.0, storage=0.0))).found
    assert (item.current_cost, item.saving.expected) == (242.26, 242.26)
    assert find(evidence(*_cluster(-5.0, compute=-100.0))).found == ()
