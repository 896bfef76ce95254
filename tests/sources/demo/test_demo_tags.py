from __future__ import annotations

from collections import Counter

import pandas as pd
import pyarrow.parquet as pq
import pytest
from demo_checks import chunks

from finops_lib.core.periods import Period
from finops_lib.sources.demo import DemoFiles
from finops_lib.sources.demo.tags import (
    FAULTS,
    SHOP,
    Activation,
    all_tags,
    normalized,
    policy_tags,
    resource_tags,
    spoil,
)


@pytest.fixture(scope="module")
def october(demo: DemoFiles) -> pd.DataFrame:
    (path,) = [path for path in chunks(demo) if "2026-10" in str(path)]
    columns = ["line_item_line_item_type", "line_item_usage_account_id", "resource_tags", "tags", "cost_category"]
    return pq.read_table(path, columns=columns).to_pandas(maps_as_pydicts="strict")


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("CostCenter", "user_cost_center"),
        ("costcenter", "user_costcenter"),
        ("cost-center", "user_cost_center"),
        ("Owner", "user_owner"),
        ("Cost  Center", "user_cost_center"),
    ],
)
def test_keys_are_normalized_as_aws_does(key: str, form: str) -> None:
    assert normalized(key) == form


def test_colliding_keys_keep_one_value_in_resource_tags_and_both_in_tags() -> None:
    tags = spoil(policy_tags(SHOP, "production"), "key_collision")
    assert resource_tags(tags, None)["user_cost_center"] == "4100"
    both = all_tags(tags, None, "Workloads", "Field")
    assert (both["resourceTags/CostCenter"], both["resourceTags/cost-center"]) == ("4100", "4900")
    assert (both["accountTag/BusinessUnit"], both["costCategory/Division"]) == ("Workloads", "Field")


def test_keys_show_from_their_activation_on() -> None:
    activation = Activation({"Owner": Period(2026, 3)})
    tags = policy_tags(SHOP, "production")
    assert dict(activation.visible(tags, Period(2026, 2))).keys() == {"CostCenter", "Project", "Environment"}
    assert activation.visible(tags, Period(2026, 3)) == tags


def test_every_fault_changes_the_tags() -> None:
    good = policy_tags(SHOP, "production")
    assert len({spoil(good, fault) for fault in FAULTS} - {good}) == len(FAULTS)


def test_the_bill_has_the_whole_mess(october: pd.DataFrame) -> None:
    maps = october["resource_tags"]
    environments = Counter(tags.get("user_environment") for tags in maps)
    assert {"production", "Prod", "prod", "PRODUCTION", "production ", None} <= set(environments)
    assert any(tags.get("user_cost_center") == "" for tags in maps)
    assert any("海藻" in tags.get("user_project", "") for tags in maps)
    assert any("user_costcenter" in tags and "user_cost_center" in tags for tags in maps)
    assert any("user_costcenter" in tags and "user_cost_center" not in tags for tags in maps)
    assert any({"resourceTags/CostCenter", "resourceTags/cost-center"} <= set(tags) for tags in october["tags"])
    assert any("aws_created_by" in tags for tags in maps)


def test_rows_without_a_resource_have_no_tags(october: pd.DataFrame) -> None:
    fees = october[october["line_item_line_item_type"].isin(["Tax", "SavingsPlanNegation", "Credit", "Fee", "RIFee"])]
    assert len(fees) > 100
    assert all(tags == {} for tags in fees["resource_tags"])
    assert all("costCategory/Division" in tags for tags in fees["tags"])


def test_the_owner_key_was_activated_late(demo: DemoFiles) -> None:
    seen = {}
    for path in chunks(demo):
        maps = pq.read_table(path, columns=["resource_tags"]).to_pandas(maps_as_pydicts="strict")["resource_tags"]
        seen[path.parent.name[-7:]] = any("user_owner" in tags for tags in maps)
    assert [month for month, owner in seen.items() if not owner] == ["2025-07", "2025-08", "2025-09", "2025-10"]


def test_the_harvest_team_moved_its_cost_center(demo: DemoFiles) -> None:
    found = {}
    for path in chunks(demo)[-4:-1]:
        frame = pq.read_table(path, columns=["line_item_resource_id", "resource_tags"]).to_pandas(
            maps_as_pydicts="strict"
        )
        rows = frame[frame["line_item_resource_id"] == "kelp-harvest-imagery"]
        found[path.parent.name[-7:]] = {tags["user_cost_center"] for tags in rows["resource_tags"]}
    assert found == {"2026-08": {"4200"}, "2026-09": {"4350"}, "2026-10": {"4350"}}
