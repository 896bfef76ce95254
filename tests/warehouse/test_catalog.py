"""Which build stands: replacing is one step, and what was replaced goes one generation later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import PAYER, row
from support.workspaces import Workspace

from finops_lib.cli.pull import take
from finops_lib.core.errors import ConfigError, InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse import build
from finops_lib.warehouse import catalog as catalogs
from finops_lib.warehouse.catalog import AccountRow, Catalog
from finops_lib.warehouse.duckdb import DuckDBEngine

JANUARY = Period(2026, 1)


def restated(folder: Path, cost: float) -> Path:
    return bills.legacy_parquet(folder / "bill.parquet", [row("Usage", cost)])


def builds(workspace: Workspace) -> set[str]:
    return {path.name for path in (workspace.warehouse / "builds/2026-01").iterdir()}


def landed(workspace: Workspace) -> set[str]:
    return {path.name for path in (workspace.warehouse / "landed").iterdir() if len(path.name) == 64}


def test_a_restated_month_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    standing, files = [], []
    for cost in (1.0, 2.0, 3.0):
        workspace, report = workspaces.pulled(tmp_path / "w", restated(tmp_path, cost))
        assert workspaces.totals(workspace)[0] == cost
        standing.append((Catalog.load(workspace.warehouse).standing(PAYER, JANUARY).id, report.outcomes[0]))
        files.append(landed(workspace))
    first, second, third = standing
    assert [item.state for _, item in standing] == ["new", "replaced", "replaced"]
    assert (second[1].before, third[1].before) == (first[1].snapshot, second[1].snapshot)
    assert builds(workspace) == {second[0], third[0]}
    assert files[0] < files[1] < files[2]
    assert len(files[2]) == 3


def test_an_old_statement_may_be_pulled_again(tmp_path: Path) -> None:
    for cost in (1.0, 2.0, 1.0):
        workspace, report = workspaces.pulled(tmp_path / "w", restated(tmp_path, cost))
    assert report.outcomes[0].state == "replaced"
    assert workspaces.totals(workspace)[0] == 1.0
    assert len(landed(workspace)) == 2


def test_who_reads_while_a_month_is_replaced_reads_on(tmp_path: Path) -> None:
    workspace, _ = workspaces.pulled(tmp_path / "w", restated(tmp_path, 1.0))
    before = DuckDBEngine(workspace.warehouse)
    workspaces.pulled(tmp_path / "w", restated(tmp_path, 2.0))
    assert before.read("cost_monthly", ORGANIZATION, [JANUARY])["BilledCost"].tolist() == [1.0]
    assert before.sql("SELECT BilledCost FROM cost", ORGANIZATION)["BilledCost"].tolist() == [1.0]


def test_a_failing_restatement_leaves_no_trace_in_the_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _ = workspaces.pulled(tmp_path / "w", restated(tmp_path, 1.0))
    before = (workspace.warehouse / "catalog.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(catalogs, "write_json", full)
    _, report = workspaces.pulled(tmp_path / "w", restated(tmp_path, 2.0))
    assert [(problem.message, problem.exit_code) for problem in report.problems] == [
        ("Cannot store the data: No space left on device.", 6)
    ]
    assert (workspace.warehouse / "catalog.json").read_bytes() == before
    assert workspaces.totals(workspace)[0] == 1.0


def test_other_tags_build_the_months_again(tmp_path: Path) -> None:
    path = bills.legacy_parquet(
        tmp_path / "bill.parquet", [row("Usage", 1.0, resource_tags_user_owner="a", resource_tags_user_team="b")]
    )
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    assert sorted(workspaces.overview(workspace).by_tag) == ["owner", "team"]
    settings = workspace.root / "finops.toml"
    settings.write_text(settings.read_text().replace('keys = "auto"', 'keys = ["Team"]'))
    report = take(Workspace.open(workspace.root), (), replace=False)
    assert [item.state for item in report.outcomes] == ["rebuilt"]
    assert list(workspaces.overview(workspace).by_tag) == ["team"]


def test_two_payers_of_one_month_stand_side_by_side(tmp_path: Path) -> None:
    other = {"bill_payer_account_id": "999988887777", "line_item_usage_account_id": "999988887777"}
    one = bills.legacy_parquet(tmp_path / "one.parquet", [row("Usage", 1.0)])
    two = bills.legacy_parquet(tmp_path / "two.parquet", [row("Usage", 2.0, **other)])
    workspaces.pulled(tmp_path / "w", one)
    workspace, report = workspaces.pulled(tmp_path / "w", two)
    assert [item.state for item in report.outcomes] == ["new"]
    assert workspaces.totals(workspace)[0] == 3.0
    inputs = workspaces.overview(workspace).inputs
    assert inputs["BilledCost"].tolist() == [1.0, 2.0]
    assert inputs["rows"].tolist() == [1, 1]


def test_a_workspace_may_move(tmp_path: Path) -> None:
    workspace, _ = workspaces.pulled(tmp_path / "w", restated(tmp_path, 1.0))
    before = workspaces.overview(workspace).to_dict()
    (tmp_path / "w").rename(tmp_path / "it's elsewhere")
    moved = Workspace.open(tmp_path / "it's elsewhere")
    assert workspaces.overview(moved).to_dict() == before
    assert DuckDBEngine(moved.warehouse).sql("SELECT BilledCost FROM cost", ORGANIZATION)["BilledCost"].tolist() == [
        1.0
    ]


def test_a_build_that_is_gone_is_told_and_pulling_again_makes_it(tmp_path: Path) -> None:
    path = restated(tmp_path, 1.0)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    shutil.rmtree(workspace.warehouse / "builds/2026-01")
    with pytest.raises(ConfigError, match=r"is damaged or gone\. Run finops pull again on the same sources"):
        workspaces.overview(workspace)
    _, report = workspaces.pulled(tmp_path / "w", path)
    assert report.problems == ()
    assert workspaces.totals(workspace)[0] == 1.0


def test_a_damaged_catalog_is_told_and_its_hint_helps(tmp_path: Path) -> None:
    path = restated(tmp_path, 1.0)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    catalog = workspace.warehouse / "catalog.json"
    catalog.write_text('{"version": 1, "bui')
    with pytest.raises(ConfigError, match=r"catalog\.json is damaged\. Delete it and run finops pull again"):
        Catalog.load(workspace.warehouse)
    catalog.unlink()
    workspaces.pulled(tmp_path / "w", path)
    assert workspaces.totals(workspace)[0] == 1.0


def test_a_warehouse_of_another_version_is_told_and_its_hint_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(build, "__version__", "0.0.1")
        patch.setattr(build, "SCHEMA", -1)
        workspace, _ = workspaces.pulled(tmp_path / "w", restated(tmp_path, 1.0))
    with pytest.raises(
        ConfigError, match=r"Another version of finops built this warehouse\. Build it again with: finops pull"
    ):
        workspaces.overview(workspace)
    report = take(workspace, (), replace=False)
    assert [item.state for item in report.outcomes] == ["rebuilt"]
    assert workspaces.totals(workspace)[0] == 1.0


def written(warehouse: Path, *records: Mapping[str, Any]) -> Catalog:
    """A warehouse of builds that are records alone."""
    entries = {}
    for number, record in enumerate(records):
        folder = warehouse / "builds" / record["period"] / f"b{number}"
        folder.mkdir(parents=True)
        sound = {
            "build": f"b{number}",
            "schema": catalogs.SCHEMA,
            "invoice_status": "final",
            "last_day": None,
            "accounts": [],
            "tags": {"keys": []},
        }
        (folder / "build.json").write_text(json.dumps(sound | dict(record)))
        entries[f"{record['period']} payer{number}"] = f"b{number}"
    (warehouse / "catalog.json").write_text(json.dumps({"version": 1, "builds": entries}))
    return Catalog.load(warehouse)


OPEN = {"invoice_status": "open"}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], None),
        ([{"period": "2026-01"}, {"period": "2026-02"}, {"period": "2026-03"} | OPEN], "2026-02"),
        (
            [
                {"period": "2026-01", "last_day": "2026-01-31"} | OPEN,
                {"period": "2026-02", "last_day": "2026-02-11"} | OPEN,
            ],
            "2026-01",
        ),
        ([{"period": "2026-01", "last_day": "2026-01-30"} | OPEN], "2026-01"),
        ([{"period": "2026-01", "invoice_status": "unknown", "last_day": "2026-01-31"}], "2026-01"),
    ],
)
def test_the_last_closed_month(tmp_path: Path, records: list[dict[str, Any]], expected: str | None) -> None:
    found = written(tmp_path, *records).last_closed()
    assert (str(found) if found else None) == expected


def test_what_is_held(tmp_path: Path) -> None:
    named = {"accounts": [["1", ""], ["2", "two"], ["", ""]]}
    catalog = written(
        tmp_path,
        {"period": "2026-02"} | named,
        {"period": "2025-12"},
        {"period": "2026-02", "accounts": [["1", "one"], ["2", ""]]},
    )
    assert catalog.periods() == (Period(2025, 12), Period(2026, 2))
    assert catalog.accounts(Period(2026, 2)) == (AccountRow("1", "one"), AccountRow("2", "two"))
    assert catalog.accounts(JANUARY) == ()
    assert catalog.fingerprint([Period(2026, 2), JANUARY]) == ["b0", "b2"]
    assert [build.id for build in catalog.require(Period(2025, 12))] == ["b1"]
    with pytest.raises(
        InsufficientDataError, match=r"no bill for 2026-01\. It holds 2025-12 to 2026-02\. Pull that month"
    ):
        catalog.require(JANUARY)
    with pytest.raises(InsufficientDataError, match=r"no bill for 2026-01\. It is empty\."):
        Catalog.load(tmp_path / "nothing").require(JANUARY)
