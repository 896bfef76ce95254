from __future__ import annotations

import datetime as dt

import pytest
from compute_lines import price
from opportunity_evidence import asked, evidence, line, resource

from finops_lib.analyses.opportunities import (
    eks_extended_support,
    elasticache_extended_support,
    opensearch_extended_support,
    rds_extended_support,
)
from finops_lib.analyses.opportunities.support_calendar import named_in, support_of

_EXTENDED = "USE1-AmazonEKS-Hours:extendedSupport"
_STANDARD = price("AmazonEKS-Hours:perCluster", 0.10, "AmazonEKS", contracted=0.10, operation="CreateOperation")


def _eks(id_: str, usage_type: str, cost: float, hours: float) -> dict[str, object]:
    return line(id_, usage_type, cost, x_ServiceCode="AmazonEKS", PricingQuantity=hours, PricingUnit="Hours")


def test_only_the_difference_to_the_standard_hour_is_avoidable() -> None:
    found = eks_extended_support.find(evidence(_eks("arn:c", _EXTENDED, 438.0, 730.0), prices=[_STANDARD]))
    (item,) = found.found
    assert item.current_cost == 438.0
    assert item.saving.expected == pytest.approx(365.0)
    assert item.component == "hours"


def test_the_clients_own_standard_rate_counts() -> None:
    own = price("AmazonEKS-Hours:perCluster", 0.10, "AmazonEKS", contracted=0.09)
    (item,) = eks_extended_support.find(evidence(_eks("arn:c", _EXTENDED, 394.2, 730.0), prices=[own])).found
    assert item.saving.expected == pytest.approx(394.2 - 65.7)


def test_without_the_standard_rate_it_is_not_checked() -> None:
    found = eks_extended_support.find(evidence(_eks("arn:c", _EXTENDED, 438.0, 730.0)))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 438.0)
    assert "AmazonEKS-Hours:perCluster" in gap.reason


def test_a_cluster_in_standard_support_is_examined_and_fine() -> None:
    row = _eks("arn:d", "USE1-AmazonEKS-Hours:perCluster", 74.4, 744.0)
    found = eks_extended_support.find(evidence(row, prices=[_STANDARD]))
    assert (found.found, found.examined) == ((), 1)


def test_a_cluster_tells_its_version_and_its_dates() -> None:
    held = {"clusters": [resource("clusters", "arn:c", name="c", version="1.32", state="ACTIVE")]}
    known = evidence(_eks("arn:c", _EXTENDED, 446.4, 744.0), prices=[_STANDARD], inventory=held)
    (item,) = eks_extended_support.find(known).found
    assert item.saving.expected == pytest.approx(372.0)
    assert "Standard support of EKS 1.32 ended on 2026-03-23." in item.evidence
    assert item.facts["read"] == "2026-11-27"


def test_a_database_saves_its_surcharge() -> None:
    rows = (
        line("arn:db", "EUC1-ExtendedSupport:Yr1-Yr2:PostgreSQL12", 148.8, x_ServiceCode="AmazonRDS"),
        line("arn:db", "EUC1-InstanceUsage:db.t3.medium", 53.57, x_ServiceCode="AmazonRDS"),
        line("arn:ok", "EUC1-InstanceUsage:db.t3.medium", 53.57, x_ServiceCode="AmazonRDS"),
    )
    found = rds_extended_support.find(evidence(*rows))
    (item,) = found.found
    assert (item.current_cost, item.saving.expected, item.component) == (148.8, 148.8, "extended support")
    assert (found.examined, item.confidence) == (2, "obvious")
    assert "PostgreSQL 12 ended on 2025-02-28" in item.evidence


def test_a_deleted_database_has_nothing_to_upgrade() -> None:
    row = line("arn:db", "ExtendedSupport:Yr1-Yr2:MySQL5.7", 148.8, x_ServiceCode="AmazonRDS")
    assert rds_extended_support.find(evidence(row, inventory={"databases": []})).found == ()
    refused = asked("databases", status="refused", reason="denied")
    assert len(rds_extended_support.find(evidence(row, told=refused)).found) == 1


def test_a_protected_database_is_left_alone() -> None:
    row = line("arn:db", "ExtendedSupport:Yr3:MySQL5.7", 9.0, x_ServiceCode="AmazonRDS", x_tag_legal_hold="x")
    assert rds_extended_support.find(evidence(row, protected=("legal-hold",))).found == ()


@pytest.mark.parametrize(
    ("kind", "service"),
    [(elasticache_extended_support, "AmazonElastiCache"), (opensearch_extended_support, "AmazonES")],
)
def test_caches_and_domains_save_their_surcharge(kind: object, service: str) -> None:
    row = line("arn:x", "USE1-ExtendedSupport:Yr1-Yr2:Redis5", 80.0, x_ServiceCode=service)
    other = line("arn:y", "NodeUsage:cache.r6g.large", 100.0, x_ServiceCode=service)
    found = kind.find(evidence(row, other))  # type: ignore[attr-defined]
    assert [(item.resource, item.saving.expected) for item in found.found] == [("arn:x", 80.0)]
    assert found.examined == 2


def test_versions_are_looked_up_without_their_patch_release() -> None:
    mysql = support_of("mysql", "5.7.44")
    assert mysql is not None
    assert (mysql.name, mysql.extended_end) == ("MySQL 5.7", dt.date(2027, 2, 28))
    assert support_of("mysql", "9.9") is None
    assert named_in("ExtendedSupport:Yr1-Yr2:PostgreSQL12") == support_of("postgresql", "12")
