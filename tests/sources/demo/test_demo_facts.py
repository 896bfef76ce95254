"""Every planted fact must be visible in the bill, at its dollars."""

from __future__ import annotations

from typing import Any

import pandas as pd
from demo_checks import in_ticks

from finops_lib.sources.demo.money import ticks

Facts = dict[str, dict[str, Any]]
KINDS = {
    "anomaly", "waste", "trap", "price_change", "growth", "season", "optimization",
    "credit", "refund", "commitment", "license", "tag_fault", "expiry",
}  # fmt: skip


def rows_of(bill: pd.DataFrame, fact: dict[str, Any]) -> pd.DataFrame:
    """The rows that a reader finds by what the fact says: account, resources, usage types, line items, days."""
    start = bill["line_item_usage_start_date"]
    found = (start >= fact["start"]) & (start < fact["end"])
    if fact["account"]:
        found &= bill["line_item_usage_account_id"] == fact["account"]
    for field, column in (
        ("resources", "line_item_resource_id"),
        ("usage_types", "line_item_usage_type"),
        ("line_items", "line_item_line_item_type"),
    ):
        if fact[field]:
            found &= bill[column].isin(fact[field])
    if fact["service"] and not fact["resources"]:
        found &= bill["line_item_product_code"] == fact["service"]
    return bill[found]


def measured(bill: pd.DataFrame, fact: dict[str, Any], column: str = "line_item_unblended_cost") -> int:
    return int(in_ticks(rows_of(bill, fact)[column]).sum())


def test_the_covered_trap_is_paid_by_the_plan(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["trap-covered-rightsizing"]
    rows = rows_of(bill, fact)
    assert set(rows["line_item_line_item_type"]) == {"SavingsPlanCoveredUsage"}
    assert float(facts[fact["data"]["plan"]]["usd"]["unused"]) > 1_000


def test_extended_support_began_in_march(bill: pd.DataFrame, facts: Facts) -> None:
    rows = bill[bill["line_item_resource_id"].isin(facts["waste-eks-extended-support"]["resources"])]
    extended = rows[rows["line_item_usage_type"] == "USE1-AmazonEKS-Hours:extendedSupport"]
    standard = rows[rows["line_item_usage_type"] == "USE1-AmazonEKS-Hours:perCluster"]
    change = pd.Timestamp("2026-03-24T00:00:00Z")
    assert extended["line_item_usage_start_date"].min() == change
    assert standard["line_item_usage_start_date"].max() == change - pd.Timedelta(days=1)


def test_every_kind_of_fact_is_planted(facts: Facts) -> None:
    assert {fact["kind"] for fact in facts.values()} == KINDS
    assert len(facts) > 60


def test_billed_dollars_are_in_the_bill(bill: pd.DataFrame, facts: Facts) -> None:
    checked = 0
    for fact in facts.values():
        if "billed" in fact["usd"] and fact["id"] != "refund-compute-returned":
            assert measured(bill, fact) == ticks(fact["usd"]["billed"]), fact["id"]
            checked += 1
    assert checked > 50


def test_months_add_up_to_the_whole(facts: Facts) -> None:
    for fact in facts.values():
        if fact["monthly"] and fact["kind"] != "commitment":
            assert sum(ticks(amount) for amount in fact["monthly"].values()) == ticks(fact["usd"]["billed"]), fact["id"]


def test_anomalies_stand_out_by_their_excess(bill: pd.DataFrame, facts: Facts) -> None:
    for name, usual_days in (("anomaly-log-burst", 9), ("anomaly-nat-loop", 7)):
        fact = facts[name]
        start, end = pd.Timestamp(fact["start"]), pd.Timestamp(fact["end"])
        before = {**fact, "start": start - pd.Timedelta(days=usual_days), "end": start}
        days = (end - start).days
        usual = measured(bill, before) / usual_days * days
        excess = ticks(fact["usd"]["excess"])
        assert abs(measured(bill, fact) - usual - excess) < 0.1 * excess
        assert measured(bill, fact) > 5 * usual


def test_the_gpu_fleet_is_all_excess(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["anomaly-gpu-fleet"]
    assert fact["usd"]["billed"] == "2450.304"  # two instances, nine days, 5.672 an hour
    everywhere = bill[bill["line_item_resource_id"].isin(fact["resources"])]
    assert in_ticks(everywhere["line_item_unblended_cost"]).sum() == ticks("2450.304")


def test_the_masking_pair_cancels_to_the_tick(bill: pd.DataFrame, facts: Facts) -> None:
    up, down = facts["anomaly-masking-up"], facts["anomaly-masking-down"]
    assert up["service"] == down["service"] == "AWSGlue"
    assert (up["usd"]["excess"], down["usd"]["excess"]) == ("308", "-308")  # ten days of 70 DPU-hours at 0.44
    daily = bill[(bill["line_item_product_code"] == "AWSGlue") & (bill["period"] == "2026-08")]
    total = daily.groupby("line_item_usage_start_date")["line_item_unblended_cost"].sum().round(10)
    assert total.nunique() == 1


def test_the_price_change_is_the_rate_times_the_quantity(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["price-s3-standard"]
    storage = bill[
        (bill["line_item_usage_type"] == "TimedStorage-ByteHrs") & (bill["line_item_product_code"] == "AmazonS3")
    ]
    by_month = storage.groupby("period")["pricing_public_on_demand_rate"].unique()
    assert by_month["2026-07"].tolist() == ["0.0230000000"]
    assert by_month["2026-08"].tolist() == by_month["2026-10"].tolist() == ["0.0245000000"]
    quantity = rows_of(bill, fact)["line_item_usage_amount"].sum()
    assert abs(float(fact["usd"]["excess"]) - quantity * 0.0015) < 1e-6


def test_commitments_are_used_as_planted(bill: pd.DataFrame, facts: Facts) -> None:
    plans = [
        fact for fact in facts.values() if fact["kind"] == "commitment" and fact["service"] == "ComputeSavingsPlans"
    ]
    closed = bill[bill["period"] <= "2026-10"]
    for fact in plans:
        rows = closed[closed["savings_plan_savings_plan_a_r_n"].isin(fact["resources"])]
        money = fact["usd"]
        assert in_ticks(rows["savings_plan_total_commitment_to_date"]).sum() == ticks(money["committed"])
        assert in_ticks(rows["savings_plan_used_commitment"]).sum() == ticks(money["used"])
        covered = rows[rows["line_item_line_item_type"] == "SavingsPlanCoveredUsage"]
        assert in_ticks(covered["pricing_public_on_demand_cost"]).sum() == ticks(money["on_demand_covered"])
        full = "underused" not in fact["id"]
        assert (money["unused"] == "0") == full
    assert len(plans) == 4


def test_the_compute_plans_are_full_in_every_hour(bill: pd.DataFrame) -> None:
    fees = bill[(bill["line_item_line_item_type"] == "SavingsPlanRecurringFee")]
    compute = fees[fees["line_item_usage_type"].str.startswith("ComputeSP")]
    assert len(compute) > 20_000
    assert (compute["savings_plan_used_commitment"] == compute["savings_plan_total_commitment_to_date"]).all()


def test_licenses_are_hours_times_vcpus_times_premium(bill: pd.DataFrame, facts: Facts) -> None:
    expected = {
        "license-sql-enterprise-917330586042": (744, 8, "0.375"),
        "license-windows-917330586042": (744, 8, "0.046"),
    }
    for name, (hours, vcpus, premium) in expected.items():
        fact = facts[name]
        assert rows_of(bill, fact)["line_item_usage_amount"].sum() == hours
        assert ticks(fact["usd"]["license"]) == hours * vcpus * ticks(premium)


def test_license_positions(facts: Facts) -> None:
    surplus = {name: fact["data"]["surplus"] for name, fact in facts.items() if name.startswith("position-")}
    assert surplus == {
        "position-windows-server-datacenter": 0,
        "position-sql-server-standard": 8,
        "position-oracle-database-enterprise": -1,
        "position-oracle-database-standard-two": 1,
        "position-red-hat-enterprise-linux-standard": 3,
    }


def test_savings_of_volumes_are_the_known_ones(facts: Facts) -> None:
    saving = {name: (fact["usd"].get("saving_low"), fact["usd"].get("saving_high")) for name, fact in facts.items()}
    assert saving["waste-gp2-search"] == ("5", "10")  # 500 GB
    assert saving["waste-io1"] == ("213", "213")  # 400 GB x (0.125 - 0.08) + 3,000 IOPS x 0.065
    assert saving["waste-s3-class"] == (None, "164")  # 8,000 GB x (0.0245 - 0.004), at the new price
    assert facts["waste-eks-extended-support"]["usd"]["avoidable"] == "372"  # 744 hours at 0.50, not 0.60


def test_a_part_month_volume_bills_half_its_size(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["trap-part-month-volume"]
    assert abs(rows_of(bill, fact)["line_item_usage_amount"].sum() - 600 * 16 / 31) < 1e-6


def test_expiries_fall_within_ninety_days(facts: Facts) -> None:
    ends = {name: fact["data"]["ends"] for name, fact in facts.items() if name.startswith("expiry-")}
    assert ends == {
        "expiry-compute-expiring": "2026-12-12",
        "expiry-ec2-web": "2026-11-20",
        "expiry-rds-catalog-underused": "2027-01-11",
    }
    assert facts["marketplace-firewall"]["data"]["renews"] == "2026-11-05"


def test_the_returned_plan_was_paid_and_refunded(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["refund-compute-returned"]
    rows = rows_of(bill, fact)
    assert sorted(rows["line_item_unblended_cost"]) == [-1314.0, 1314.0]
    assert fact["usd"] == {"billed": "0", "fee": "1314"}
    refund = rows[rows["line_item_line_item_type"] == "Refund"].iloc[0]
    assert refund["line_item_line_item_description"].startswith("Refund for one-time fee for Savings Plan ID: ")
    assert refund["line_item_product_code"] == "ComputeSavingsPlans"


def test_the_credit_ends_two_months_before_the_close(bill: pd.DataFrame) -> None:
    credits = bill[bill["line_item_line_item_type"] == "Credit"]
    activate = credits[credits["line_item_line_item_description"] == "AWS Activate credit"]
    assert activate["period"].max() == "2026-08"
    assert (activate["line_item_unblended_cost"] == -650).all()


def test_a_change_taken_back_costs_less_while_it_lasts(bill: pd.DataFrame, facts: Facts) -> None:
    fact = facts["optimization-taken-back"]
    rows = bill[bill["line_item_resource_id"].isin(fact["resources"])]
    by_month = in_ticks(rows["line_item_unblended_cost"]).groupby(rows["period"]).sum() / ticks("1")
    costs = by_month.loc["2026-07":"2026-10"].round(6).tolist()
    assert costs == [50.0, 40.0, 40.0, 50.0]
    kinds = rows.groupby("period")["line_item_usage_type"].unique().loc["2026-07":"2026-10"]
    assert [kind.tolist() for kind in kinds] == [[f"EBS:VolumeUsage.{kind}"] for kind in ("gp2", "gp3", "gp3", "gp2")]
