from __future__ import annotations

from pathlib import Path

from support import bills, workspaces
from support.bills import row

from finops_lib.cli.init import create
from finops_lib.cli.pull import take


def values(workspace: workspaces.Workspace, key: str) -> dict[str | None, float]:
    frame = workspaces.overview(workspace).by_tag[key]
    return {
        record[f"x_tag_{key}"] if isinstance(record[f"x_tag_{key}"], str) else None: record["BilledCost"]
        for record in frame.to_dict("records")
    }


def test_keys_that_differ_in_case_are_one_and_say_so(tmp_path: Path) -> None:
    tags = [
        {"resourceTags/CostCenter": "a"},
        {"resourceTags/costcenter": "b"},
        {"resourceTags/CostCenter": "", "resourceTags/costcenter": "c"},
        {},
    ]
    path = bills.cur2_parquet(tmp_path / "bill.parquet", [row("Usage", float(i + 1)) for i in range(4)], tags)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    assert values(workspace, "cost_center") == {"a": 1.0, "b": 2.0, "c": 3.0, None: 4.0}
    note = next(note for note in workspaces.overview(workspace).notes if note.code == "tags.key_collision")
    assert note.data == {"key": "cost_center", "spellings": ["CostCenter", "costcenter"]}


def test_legacy_headers_that_differ_in_case_are_kept_apart(tmp_path: Path) -> None:
    text = bills.frame([row("Usage", 1.0), row("Usage", 2.0)]).rename(columns=bills.csv_name)
    text["resourceTags/user:Owner"] = ["x", ""]
    text["resourceTags/user:owner"] = ["", "y"]
    text.to_csv(tmp_path / "bill.csv", index=False)
    workspace, _ = workspaces.pulled(tmp_path / "w", tmp_path / "bill.csv")
    assert values(workspace, "owner") == {"x": 1.0, "y": 2.0}


def test_values_keep_their_mess(tmp_path: Path) -> None:
    mess = ["Prod", "prod", "prod ", "Größe", "日本"]
    rows = [row("Usage", 1.0, resource_tags_user_environment=value) for value in mess]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert set(values(workspace, "environment")) == set(mess)


def test_named_keys_are_columns_even_where_the_bill_lacks_them(tmp_path: Path) -> None:
    workspace = create(tmp_path / "w", "Test", tag_keys=("CostCenter", "Project"))
    path = bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0, resource_tags_user_cost_center="a")])
    take(workspace, (str(path),), replace=False)
    assert values(workspace, "cost_center") == {"a": 5.0}
    assert values(workspace, "project") == {None: 5.0}


def test_aws_own_tags_are_no_policy_tags(tmp_path: Path) -> None:
    tags = [{"resourceTags/aws:createdBy": "root", "accountTag/Team": "a", "resourceTags/Team": "b"}]
    workspace, _ = workspaces.pulled(
        tmp_path / "w", bills.cur2_parquet(tmp_path / "bill.parquet", [row("Usage", 1.0)], tags)
    )
    assert list(workspaces.overview(workspace).by_tag) == ["team"]
    assert values(workspace, "team") == {"b": 1.0}


def test_rows_without_the_newer_map_are_read_from_the_older(tmp_path: Path) -> None:
    rows = [row("Usage", 1.0, resource_tags_user_owner="a"), row("Usage", 2.0, resource_tags_user_owner="b")]
    path = bills.cur2_parquet(tmp_path / "bill.parquet", rows, [{}, {"resourceTags/Owner": "b"}])
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    assert values(workspace, "owner") == {"a": 1.0, "b": 2.0}


def test_focus_tags_are_columns(tmp_path: Path) -> None:
    rows = [{"BilledCost": 1.0, "Tags": '{"CostCenter": "a", "aws:createdBy": "x"}'}, {"BilledCost": 2.0, "Tags": "{}"}]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.focus_csv(tmp_path / "bill.csv", rows))
    assert values(workspace, "cost_center") == {"a": 1.0, None: 2.0}
