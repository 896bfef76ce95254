from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from support.bills import MEMBER, PAYER

from finops_lib.analyses.overview import EVIDENCE
from finops_lib.core.errors import ConfigError, ContractError, InsufficientDataError, UsageError
from finops_lib.core.hashing import short_id
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog
from finops_lib.workbench import Workbench

OTHER = "777788889999"


class Answer:
    """A result as any analysis gives it."""

    name: ClassVar[str] = "answer"

    def to_dict(self) -> dict[str, Any]:
        return {"schema": "finops.answer/1", "notes": []}

    def frames(self) -> Mapping[str, pd.DataFrame]:
        return {"by_service": pd.DataFrame({"ServiceName": ["EC2", None], "BilledCost": [0.1, 2.0]})}


@pytest.fixture(autouse=True)
def _outside_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FINOPS_WORKSPACE", "FINOPS_RUN_DIR", "FINOPS_BUILDS"):
        monkeypatch.delenv(name, raising=False)


def test_it_opens_from_anywhere(small: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINOPS_WORKSPACE", str(small.root))
    wb = Workbench.open()
    assert (wb.scope, wb.period, wb.run_dir) == (Scope(), Period(2026, 2), None)
    assert wb.settings == small.settings
    monkeypatch.delenv("FINOPS_WORKSPACE")
    monkeypatch.chdir(small.root)
    assert Workbench.open(period="2026-01").period == Period(2026, 1)
    monkeypatch.chdir(tmp_path)
    assert Workbench.open(small.root, MEMBER).scope == Scope(MEMBER)
    with pytest.raises(ConfigError, match="No workspace at"):
        Workbench.open()


def test_a_workspace_that_is_given_is_that_folder_and_no_other(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = small.root / "notebooks" / "typo"
    with pytest.raises(ConfigError, match="typo is not a workspace"):
        Workbench.open(below)
    monkeypatch.setenv("FINOPS_WORKSPACE", str(below))
    with pytest.raises(ConfigError, match="typo is not a workspace"):
        Workbench.open()


def test_a_month_that_is_not_held(small: Workspace) -> None:
    with pytest.raises(InsufficientDataError, match="no bill for 2025-12"):
        Workbench.open(small.root, period="2025-12")


def test_an_empty_warehouse(tmp_path: Path) -> None:
    (tmp_path / "finops.toml").write_text('[client]\nname = "Empty"\n')
    with pytest.raises(InsufficientDataError, match=r"The warehouse is empty\. Pull a bill"):
        Workbench.open(tmp_path)


def test_frames_are_typed_and_of_the_scope(small: Workspace) -> None:
    wb = Workbench.open(small.root, MEMBER, "2026-02")
    monthly = wb.cost_monthly()
    assert monthly.groupby("BillingPeriodStart")["BilledCost"].sum().to_dict() == {
        pd.Timestamp("2026-01-01"): 10.0,
        pd.Timestamp("2026-02-01"): 30.0,
    }
    assert set(monthly["SubAccountId"]) == {MEMBER}
    assert wb.cost_daily()["x_charge_day"].tolist() == [pd.Timestamp("2026-02-05")]
    assert wb.daily_history()["x_charge_day"].tolist() == [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-02-05")]
    assert len(wb.resource_monthly()["BillingPeriodStart"].unique()) == 2
    assert wb.profile()["period"].unique().tolist() == ["2026-02"]
    assert wb.snapshots()["period"].tolist() == ["2026-01", "2026-02"]
    assert wb.reconciliation()["difference"].abs().max() == 0
    assert len(Workbench.open(small.root, MEMBER, "2026-01").snapshots()) == 1


def test_several_frames_come_in_the_order_asked_for(small: Workspace) -> None:
    accounts, resources = Workbench.open(small.root).frames("accounts", "resource_monthly")
    assert "SubAccountName" in accounts
    assert "ResourceId" in resources


def test_a_frame_read_by_name_is_that_of_its_method(small: Workspace) -> None:
    wb = Workbench.open(small.root, MEMBER, "2026-02")
    for name in EVIDENCE:
        pd.testing.assert_frame_equal(wb.read(name), wb.frames(name)[0])
    pd.testing.assert_frame_equal(wb.read("cost_monthly"), wb.cost_monthly())
    pd.testing.assert_frame_equal(wb.read("accounts"), wb.accounts())
    january = wb.read("accounts", [Period(2026, 1)])
    assert january[["BillingPeriodStart", "SubAccountName"]].values.tolist() == [[pd.Timestamp("2026-01-01"), "harbor"]]
    assert wb.read("cost_monthly", [Period(2026, 1)])["BilledCost"].sum() == 10


def test_a_mart_that_does_not_exist(small: Workspace) -> None:
    wb = Workbench.open(small.root)
    with pytest.raises(
        UsageError,
        match=r"There is no mart 'cost_montly'\. Did you mean 'cost_monthly'\? Known: accounts, .*, snapshots, tag_monthly",
    ):
        wb.read("cost_montly")
    with pytest.raises(UsageError, match="There is no mart 'sql'"):
        wb.frames("sql")


def test_names_of_the_settings_win(small: Workspace) -> None:
    names = Workbench.open(small.root).accounts().set_index("SubAccountId")["SubAccountName"]
    assert names[MEMBER].tolist() == ["harbor", "harbor"]
    assert names[OTHER].isna().all()


def test_ids_of_other_accounts_and_secrets_are_masked_on_entry(small: Workspace) -> None:
    wb = Workbench.open(small.root, MEMBER, "2026-02")
    assert wb.read("resource_monthly")["ResourceId"].unique().tolist() == ["arn:aws:s3:::logs-[other account]"]
    assert wb.sql("SELECT DISTINCT x_tag_team AS team FROM cost")["team"].tolist() == ["with [other account]"]
    other = Workbench.open(small.root, OTHER, "2026-02")
    assert other.sql("SELECT DISTINCT x_tag_team AS team FROM cost")["team"].tolist() == ["key [redacted]"]
    assert f"with {OTHER}" in set(Workbench.open(small.root).cost_monthly()["x_tag_team"])


def test_frames_have_one_order_whatever_the_engine_gives(small: Workspace) -> None:
    wb = Workbench.open(small.root)
    shuffled = Workbench(wb.settings, wb.scope, wb.period, _Shuffled(wb), wb.months_held, wb.others)
    for name in EVIDENCE:
        pd.testing.assert_frame_equal(shuffled.frames(name)[0], wb.frames(name)[0])


class _Shuffled:
    """An engine that gives its rows backwards."""

    def __init__(self, wb: Workbench) -> None:
        self._engine = wb.engine

    def read(self, mart: str, scope: Scope, periods: Any) -> pd.DataFrame:
        return self._engine.read(mart, scope, periods).iloc[::-1].reset_index(drop=True)

    def sql(self, query: str, scope: Scope) -> pd.DataFrame:
        return self._engine.sql(query, scope)


def test_an_engine_that_gives_rows_of_others_is_stopped(small: Workspace) -> None:
    wb = Workbench.open(small.root, MEMBER, "2026-02")
    wide = Workbench(wb.settings, Scope(MEMBER), wb.period, _Wide(wb), wb.months_held, wb.others)
    with pytest.raises(ContractError, match="gave rows of other accounts"):
        wide.cost_monthly()


class _Wide:
    """An engine that forgets the scope."""

    def __init__(self, wb: Workbench) -> None:
        self._engine = wb.engine

    def read(self, mart: str, scope: Scope, periods: Any) -> pd.DataFrame:
        return self._engine.read(mart, Scope(), periods)

    def sql(self, query: str, scope: Scope) -> pd.DataFrame:
        return self._engine.sql(query, Scope())


def test_a_wrong_query_is_one_sentence(small: Workspace) -> None:
    with pytest.raises(UsageError, match="The query fails"):
        Workbench.open(small.root).sql("SELECT nothing FROM nowhere")


def test_results_are_kept_in_a_run_only(small: Workspace, tmp_path: Path) -> None:
    said = Workbench.open(small.root).save(Answer())
    assert said is not None
    assert said.plain().startswith("The answer is not saved")
    assert Workbench.open(small.root, run_dir=tmp_path).save(Answer()) is None
    folder = tmp_path / "results"
    assert sorted(path.name for path in folder.iterdir()) == [
        "answer.json", "answer_by_service.csv", "answer_by_service.parquet",
    ]  # fmt: skip
    assert json.loads((folder / "answer.json").read_text()) == {"schema": "finops.answer/1", "notes": []}
    assert (folder / "answer_by_service.csv").read_bytes() == b"ServiceName,BilledCost\nEC2,0.1\n,2.0\n"
    assert pd.read_parquet(folder / "answer_by_service.parquet")["BilledCost"].tolist() == [0.1, 2.0]


def test_no_cell_of_a_csv_is_a_formula_and_parquet_is_exact(small: Workspace, tmp_path: Path) -> None:
    tags = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a\r=1", "", None]
    mixed = pd.Series(["-x", -2.0, None, *[0.5] * 6], dtype="object")
    table = pd.DataFrame({"x_tag_team": tags, "change": [-1.5] * 9, "mixed": mixed.map(str)})
    table["kind"] = pd.Categorical(["=k"] * 9)
    answer = Answer()
    answer.frames = lambda: {"by_tag": table}  # type: ignore[method-assign]
    Workbench.open(small.root, run_dir=tmp_path).save(answer)
    with (tmp_path / "results" / "answer_by_tag.csv").open(encoding="utf-8", newline="") as handle:
        read = pd.DataFrame(csv.DictReader(handle))
    assert read["x_tag_team"].tolist() == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\nx", "a\n=1", "", ""]
    assert read["change"].tolist() == ["-1.5"] * 9
    assert read["mixed"].tolist()[:2] == ["'-x", "'-2.0"]
    assert set(read["kind"]) == {"'=k"}
    exact = pd.read_parquet(tmp_path / "results" / "answer_by_tag.parquet")
    assert exact["x_tag_team"].tolist()[:8] == tags[:8]


def test_a_bill_pulled_after_the_plan_stops_the_report(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = Catalog.load(small.warehouse).fingerprint([Period(2026, 1), Period(2026, 2)])
    monkeypatch.setenv("FINOPS_BUILDS", short_id(builds))
    assert Workbench.open(small.root, period="2026-02").period == Period(2026, 2)
    monkeypatch.setenv("FINOPS_BUILDS", short_id(["another"]))
    with pytest.raises(UsageError, match="The warehouse changed while the report was made"):
        Workbench.open(small.root, period="2026-02")


def test_the_words_of_a_scope_are_those_of_its_rows(small: Workspace) -> None:
    words = set(Workbench.open(small.root, MEMBER, "2026-02").words())
    assert f"with {OTHER}" in words
    assert "Amazon Elastic Compute Cloud" in words
    assert PAYER not in words
    assert os.environ.get("FINOPS_RUN_DIR") is None
