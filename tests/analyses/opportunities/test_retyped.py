from __future__ import annotations

import pandas as pd
import pytest
from compute_lines import advice, box, covered, instance, price
from opportunity_evidence import REGION, asked, evidence, line

from finops_lib.analyses.opportunities import amd, graviton, newer_generation, rds_graviton


def test_graviton_is_priced_by_the_target_itself() -> None:
    found = graviton.find(
        evidence(box("i-1", "m5.large", 71.424), prices=[price("BoxUsage:m7g.large", 0.0816, contracted=0.0816)])
    )
    (item,) = found.found
    assert item.saving.expected == pytest.approx(71.424 * (1 - 0.0816 / 0.096))
    assert (item.exclusive, item.component, item.facts["to"]) == ("type", "compute", "m7g.large")
    assert (found.examined, found.not_checked) == (1, ())


def test_the_cheapest_of_several_is_taken() -> None:
    prices = [price("BoxUsage:m6g.large", 0.077), price("BoxUsage:m7g.large", 0.0816)]
    (item,) = graviton.find(evidence(box("i-1", "m5.large", 71.424), prices=prices)).found
    assert item.facts["to"] == "m6g.large"


def test_an_unknown_price_is_a_gap_and_no_flat_percent() -> None:
    found = graviton.find(evidence(box("i-1", "m5.large", 71.424)))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.cost) == ((), 0, 1, 71.424)
    assert "m6g.large or m7g.large or m8g.large" in gap.reason


def test_another_region_or_size_is_no_price() -> None:
    prices = [price("BoxUsage:m7g.large", 0.08, region="eu-west-1"), price("BoxUsage:m7g.8xlarge", 0.08)]
    found = graviton.find(evidence(box("i-1", "m5.large", 71.424), box("i-2", "m5.48xlarge", 900.0), prices=prices))
    assert found.found == ()
    assert sum(gap.count for gap in found.not_checked) == 2


def test_windows_and_other_systems_are_not_offered() -> None:
    lines = (box("i-1", "m5.large", 139.0, x_Operation="RunInstances:0002"),)
    prices = [price("BoxUsage:m7g.large", 0.0816)]
    for kind in (graviton, amd, newer_generation):
        assert kind.find(evidence(*lines, prices=prices)) == kind.find(evidence(prices=prices))


def test_a_metal_size_is_not_compared() -> None:
    found = graviton.find(evidence(box("i-1", "m5.metal", 3000.0), prices=[price("BoxUsage:m6g.metal", 2.464)]))
    assert (found.found, found.not_checked, found.examined) == ((), (), 1)


def test_the_clients_discount_is_not_taken_for_granted_on_a_list_price() -> None:
    # 10% off today; the price list knows no discount on the target.
    row = box("i-1", "m5.large", 64.2816, ListCost=71.424, ContractedCost=64.2816)
    (item,) = graviton.find(evidence(row, prices=[price("BoxUsage:m7g.large", 0.0816)])).found
    assert item.saving.low == pytest.approx(64.2816 * (1 - 0.0816 / 0.0864))
    assert item.saving.expected == item.saving.high == pytest.approx(64.2816 * 0.15)


def test_a_known_private_price_is_exact() -> None:
    row = box("i-1", "m5.large", 64.2816, ListCost=71.424, ContractedCost=64.2816)
    prices = [price("BoxUsage:m7g.large", 0.0816, contracted=0.0653)]
    (item,) = graviton.find(evidence(row, prices=prices)).found
    assert item.saving.low == item.saving.high == pytest.approx(64.2816 * (1 - 0.0653 / 0.0864))


def test_covered_hours_are_told_and_priced_at_what_they_cost() -> None:
    row = covered(box("i-1", "m5.large", 71.424), 44.64, "ri-1")
    (item,) = graviton.find(evidence(row, prices=[price("BoxUsage:m7g.large", 0.0816)])).found
    assert item.saving.expected == pytest.approx(44.64 * 0.15)
    assert (item.covered_cost, item.covered_by) == (44.64, ("ri-1",))


def test_aws_advice_stands_in_for_a_missing_price_and_strengthens_a_known_one() -> None:
    told = {"recommendations": [advice("i-1", action="MigrateToGraviton", target="m7g.large", saving=12.0)]}
    lines = box("i-1", "m5.large", 71.424)
    (by_aws,) = graviton.find(evidence(lines, inventory=told)).found
    assert (by_aws.saving.expected, by_aws.confidence) == (12.0, "possible")
    (priced,) = graviton.find(evidence(lines, inventory=told, prices=[price("BoxUsage:m7g.large", 0.0816)])).found
    assert priced.confidence == "likely"
    assert priced.saving.expected == pytest.approx(71.424 * 0.15)


def test_the_last_type_of_the_month_counts() -> None:
    old = box("i-1", "m5.2xlarge", 100.0, hours=260.0, x_last_seen=pd.Timestamp("2026-10-11"))
    (item,) = graviton.find(
        evidence(old, box("i-1", "m5.large", 46.0, hours=480.0), prices=[price("BoxUsage:m7g.large", 0.08)])
    ).found
    assert (item.current_cost, item.facts["from"]) == (46.0, "m5.large")


def test_an_instance_that_the_inventory_lacks_is_gone() -> None:
    held = {"instances": [instance("i-2")]}
    prices = [price("BoxUsage:m7g.large", 0.0816)]
    assert graviton.find(evidence(box("i-1", "m5.large", 71.0), inventory=held, prices=prices)).examined == 0


def test_without_an_inventory_one_that_the_last_days_do_not_show_is_gone() -> None:
    over = box("i-1", "m5.large", 0.8, hours=8.0, x_last_seen=pd.Timestamp("2026-10-12"))
    weekend = box("i-2", "m5.large", 25.0, hours=264.0, x_last_seen=pd.Timestamp("2026-10-30 18:00"))
    prices = [price("BoxUsage:m7g.large", 0.0816)]
    found = graviton.find(evidence(over, weekend, box("i-3", "m5.large", 71.0), prices=prices))
    assert [item.resource for item in found.found] == ["i-2", "i-3"]
    assert found.examined == 2


def test_amd_keeps_the_same_size() -> None:
    prices = [price("BoxUsage:m6a.large", 0.0864)]
    (item,) = amd.find(evidence(box("i-1", "m5.large", 71.424), prices=prices)).found
    assert (item.facts["to"], item.saving.expected) == ("m6a.large", pytest.approx(7.1424))


def test_a_newer_generation_at_the_same_price_saves_nothing() -> None:
    found = newer_generation.find(evidence(box("i-1", "m5.large", 71.424), prices=[price("BoxUsage:m6i.large", 0.096)]))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


def _database(stem: str, operation: str, cost: float) -> dict[str, object]:
    return line(
        "arn:db", f"{stem}:db.r5.large", cost, x_ServiceCode="AmazonRDS", x_Operation=operation, PricingQuantity=744.0
    )


def _class(stem: str, operation: str, amount: float, spelling: str = "db.r6g.large") -> dict[str, object]:
    return price(f"{stem}:{spelling}", amount, "AmazonRDS", operation=operation)


def test_a_database_is_priced_with_its_engine_and_deployment() -> None:
    row = _database("Multi-AZUsage", "CreateDBInstance:0014", 372.0)
    other = [
        _class("InstanceUsage", "CreateDBInstance:0014", 0.1),
        _class("Multi-AZUsage", "CreateDBInstance:0021", 0.1),
    ]
    missing = rds_graviton.find(evidence(row, prices=other))
    assert (missing.found, len(missing.not_checked)) == ((), 1)
    right = [*other, _class("Multi-AZUsage", "CreateDBInstance:0014", 0.45)]
    (item,) = rds_graviton.find(evidence(row, prices=right)).found
    assert item.saving.expected == pytest.approx(37.2)


def test_licensed_engines_stay_where_they_are() -> None:
    row = _database("InstanceUsage", "CreateDBInstance:0012", 372.0)
    found = rds_graviton.find(evidence(row, prices=[_class("InstanceUsage", "CreateDBInstance:0012", 0.1)]))
    assert (found.found, found.examined) == ((), 0)


def test_short_names_of_database_sizes_are_found() -> None:
    row = line(
        "arn:db",
        "InstanceUsage:db.r5.4xl",
        1488.0,
        x_ServiceCode="AmazonRDS",
        x_Operation="CreateDBInstance:0014",
        PricingQuantity=744.0,
    )
    prices = [_class("InstanceUsage", "CreateDBInstance:0014", 1.8, "db.r6g.4xl")]
    (item,) = rds_graviton.find(evidence(row, prices=prices, told=asked())).found
    assert (item.facts["to"], item.saving.expected) == ("db.r6g.4xlarge", pytest.approx(148.8))
    assert item.region == REGION


def test_a_bill_without_machines_has_none_to_move() -> None:
    elsewhere = evidence(line("vol-1", "EBS:VolumeUsage.gp2", 80.0))
    for kind in (amd, graviton, newer_generation, rds_graviton):
        found = kind.find(elsewhere)
        assert (found.found, found.examined, found.not_checked) == ((), 0, ())
