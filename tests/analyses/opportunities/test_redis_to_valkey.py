from __future__ import annotations

from typing import Any

import pytest
from compute_lines import covered, price
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities.redis_to_valkey import find


def _node(operation: str = "CreateCacheCluster:0002") -> dict[str, Any]:
    facts = {"x_ServiceCode": "AmazonElastiCache", "x_Operation": operation, "PricingQuantity": 744.0}
    return line("arn:c", "NodeUsage:cache.r6g.large", 153.264, **facts)


_VALKEY = [
    price("NodeUsage:cache.r6g.large", 0.1648, "AmazonElastiCache", operation="CreateCacheCluster:Valkey"),
    price("NodeUsage:cache.r6g.large", 0.206, "AmazonElastiCache", operation="CreateCacheCluster:0002"),
]


def test_the_same_node_is_priced_with_valkey() -> None:
    (item,) = find(evidence(_node(), prices=_VALKEY)).found
    assert item.saving.expected == pytest.approx(153.264 * 0.2)


def test_covered_nodes_are_priced_at_what_they_cost() -> None:
    (item,) = find(evidence(covered(_node(), 97.46, "ri-1", "Reserved Instance"), prices=_VALKEY)).found
    assert (item.saving.expected, item.covered_cost) == (pytest.approx(19.492), 97.46)


def test_a_price_that_is_not_known_is_a_gap() -> None:
    found = find(evidence(_node()))
    assert (found.found, found.not_checked[0].cost) == ((), 153.264)


@pytest.mark.parametrize("operation", ["CreateCacheCluster:0001", "CreateCacheCluster:Valkey"])
def test_memcached_and_valkey_are_not_offered(operation: str) -> None:
    assert find(evidence(_node(operation), prices=_VALKEY)).examined == 0


def test_one_that_became_valkey_is_left_out() -> None:
    held = {"caches": [resource("caches", "arn:c", engine="valkey", version="8", type="cache.r6g.large", nodes=1.0)]}
    assert find(evidence(_node(), inventory=held, prices=_VALKEY)).found == ()
