from __future__ import annotations

from typing import Any

from opportunity_evidence import evidence, line, resource
from storage_prices import listed

from finops_lib.analyses.opportunities.protocol import Findings
from finops_lib.analyses.opportunities.rds_gp2_to_gp3 import find

_DB = "arn:aws:rds:us-east-1:111122223333:db:orders"


def _of_rds(usage_type: str, price: float) -> dict[str, Any]:
    return listed(usage_type, price, service_code="AmazonRDS")


def _found(*prices: dict[str, Any], usage_type: str = "EUC1-RDS:GP2-Storage") -> Findings:
    database = resource(
        "databases", _DB, name="orders", type="db.m5.large", engine="postgres", version="16.4", multi_az=False
    ) | {"storage_type": "gp2", "storage": 200.0}
    billed = line(_DB, usage_type, 23.0, x_ServiceCode="AmazonRDS")
    return find(evidence(billed, inventory={"databases": [database]}, prices=list(prices)))


def test_equal_prices_save_nothing() -> None:
    found = _found(_of_rds("RDS:GP2-Storage", 0.115), _of_rds("RDS:GP3-Storage", 0.115))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


def test_a_price_list_that_says_otherwise_is_believed() -> None:
    (finding,) = _found(_of_rds("RDS:GP2-Storage", 0.115), _of_rds("RDS:GP3-Storage", 0.105)).found
    assert (finding.saving.low, round(finding.saving.expected, 6)) == (0.0, 2.0)
    assert finding.component == "storage"


def test_multi_az_storage_has_prices_of_its_own() -> None:
    single = (_of_rds("RDS:GP2-Storage", 0.115), _of_rds("RDS:GP3-Storage", 0.10))
    (gap,) = _found(*single, usage_type="RDS:Multi-AZ-GP2-Storage").not_checked
    assert "RDS:Multi-AZ-GP2-Storage" in gap.reason


def test_the_difference_of_ebs_is_never_applied() -> None:
    ebs = (listed("EBS:VolumeUsage.gp2", 0.10), listed("EBS:VolumeUsage.gp3", 0.08))
    found = _found(*ebs, _of_rds("RDS:GP2-Storage", 0.115))
    assert found.found == ()
    assert [gap.reason for gap in found.not_checked] == ["us-east-1: No price of RDS:GP3-Storage."]
