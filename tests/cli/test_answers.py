"""What each command answers, to people and to machines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support import bills, workspaces
from support.bills import MEMBER, PAYER, PLAN, row
from support.command import finops
from support.workspaces import Workspace

from finops_lib.cli import runs
from finops_lib.warehouse.catalog import Catalog

COSTS = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
JANUARY = {
    "bill_billing_period_start_date": "2026-01-01T00:00:00Z",
    "line_item_usage_start_date": "2026-01-31T10:00:00Z",
    "line_item_usage_end_date": "2026-01-31T11:00:00Z",
}
FEBRUARY = {
    key: value.replace("2026-01-01", "2026-02-01").replace("2026-01-31", "2026-02-28") for key, value in JANUARY.items()
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """January with 10 of usage; February with 12.5 of it, 1 of tax, and a tag."""
    folder = tmp_path_factory.mktemp("answers")
    bills.legacy_parquet(folder / "in/1.parquet", [row("Usage", 10.0, **JANUARY)])
    rows = [
        row("Usage", 12.5, resource_tags_user_cost_center="cc-1", **FEBRUARY),
        row("Tax", 1.0, line_item_usage_account_id=PAYER, **FEBRUARY),
    ]
    bills.legacy_parquet(folder / "in/2.parquet", rows)
    return workspaces.pulled(folder / "w", folder / "in")[0]


def ask(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str, code: int = 0) -> Any:
    """A command's JSON answer; anything that strict JSON has not is an error."""
    assert finops("-w", str(workspace.root), *arguments, "--json") == code
    told = capsys.readouterr()
    assert told.err == ""
    return json.loads(told.out, parse_constant=pytest.fail)


def say(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str, code: int = 0) -> str:
    assert finops("-w", str(workspace.root), *arguments) == code
    told = capsys.readouterr()
    assert told.err == ""
    return str(told.out)


def test_analyze_overview_gives_the_interface(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "analyze", "overview", "--scope", "organization", "--period", "2026-02")
    promised = {"schema", "scope", "period", "currency", "totals", "by_service", "by_account", "by_charge_category", "by_tag", "previous", "reconciliation", "notes"}  # fmt: skip
    assert promised <= set(form)
    assert (form["schema"], form["scope"], form["period"], form["currency"]) == (
        "finops.overview/1",
        "organization",
        "2026-02",
        "USD",
    )
    assert form["totals"] == {"BilledCost": 13.5, "EffectiveCost": 13.5, "ListCost": 12.5, "ContractedCost": 12.5}
    assert form["previous"] == dict.fromkeys(COSTS, 10.0)
    assert form["reconciliation"] == {"source": 13.5, "canonical": 13.5, "difference": 0.0}
    for name, key in (
        ("by_service", "ServiceName"),
        ("by_account", "SubAccountId"),
        ("by_charge_category", "ChargeCategory"),
    ):
        assert all(set(COSTS) | {key} <= set(line) for line in form[name])
        assert sum(line["BilledCost"] for line in form[name]) == 13.5
    assert [(line["SubAccountId"], line["BilledCost"]) for line in form["by_account"]] == [(MEMBER, 12.5), (PAYER, 1.0)]
    assert [(line["x_tag_cost_center"], line["BilledCost"]) for line in form["by_tag"]["cost_center"]] == [
        ("cc-1", 12.5),
        (None, 1.0),
    ]
    assert all(set(note) >= {"code", "severity", "message"} for note in form["notes"])


def test_analyze_overview_of_one_account(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "analyze", "overview", "--scope", MEMBER, "--period", "2026-02")
    assert (form["scope"], form["totals"]["BilledCost"], form["previous"]["BilledCost"]) == (MEMBER, 12.5, 10.0)
    assert PAYER not in json.dumps(form)


def test_the_last_closed_month_is_the_default(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, workspace, "analyze", "overview")["period"] == "2026-02"


def test_analyze_overview_for_people(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    shown = say(capsys, workspace, "analyze", "overview", "--period", "2026-02")
    assert shown.startswith("organization, February 2026, USD; invoice final\n")
    assert "BilledCost       13.50\n" in shown
    assert "info: The invoice document: totals are those of the export" in shown


def test_unknown_costs_are_a_dash_for_people_and_null_for_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{k: v for k, v in row("Usage", 10.0).items() if k != "pricing_public_on_demand_cost"}]
    made, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert ask(capsys, made, "analyze", "overview")["totals"]["ListCost"] is None
    shown = say(capsys, made, "analyze", "overview")
    assert "ListCost             –\n" in shown
    assert "nan" not in shown


def test_status(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "status")
    assert (form["client"], [month["period"] for month in form["months"]]) == ("Test client", ["2026-01", "2026-02"])
    snapshot = form["months"][1].pop("snapshot")
    assert len(snapshot) == 12
    assert form["months"][1] == {
        "period": "2026-02", "payer": PAYER, "format": "legacy CUR", "rows": 2, "accounts": 2, "BilledCost": 13.5,
        "currency": "USD", "invoice": "final", "through": "2026-02-28",
    }  # fmt: skip
    assert say(capsys, workspace, "status").splitlines()[0].split()[:3] == ["period", "payer", "format"]


def test_reconcile_when_all_is_well(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "reconcile")
    assert form["reconciled"] is True
    assert [(line["period"], line["account"], line["source"], line["difference"]) for line in form["lines"]] == [
        ("2026-01", MEMBER, 10.0, 0.0), ("2026-02", PAYER, 1.0, 0.0), ("2026-02", MEMBER, 12.5, 0.0),
    ]  # fmt: skip
    assert [(item["period"], item["residual"], item["checked"], item["broken"]) for item in form["identities"]] == [
        ("2026-01", 0.0, True, False), ("2026-02", 0.0, True, False),
    ]  # fmt: skip
    assert len(ask(capsys, workspace, "reconcile", "--period", "2026-01")["lines"]) == 1
    assert say(capsys, workspace, "reconcile").endswith("Everything reconciles.\n")


def test_reconcile_ends_with_5_where_a_total_is_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0)]))
    (build,) = Catalog.load(made.warehouse).builds
    table, changed = build.table("reconciliation"), tmp_path / "changed.parquet"
    duckdb.execute(f"COPY (SELECT * REPLACE (difference + 0.02 AS difference) FROM '{table}') TO '{changed}'")
    changed.replace(table)
    assert ask(capsys, made, "reconcile", code=5)["reconciled"] is False
    assert say(capsys, made, "reconcile", code=5).endswith("1 lines do not reconcile.\n")
    assert finops("-w", str(made.root), "analyze", "overview") == 5
    assert "does not reconcile" in capsys.readouterr().err


def test_reconcile_says_which_commitment_breaks_the_identity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    covered, negation, fee = bills.savings_plan_month()
    fee |= {"savings_plan_used_commitment": 60.0}
    made, _ = workspaces.pulled(
        tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", [covered, negation, fee])
    )
    assert PLAN in say(capsys, made, "reconcile", code=5)
    assert finops("-w", str(made.root), "analyze", "overview") == 5
    assert f"identity by -30.00, in {PLAN}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "excuse", [{"bill_invoice_id": None}, {"savings_plan_used_commitment": None}], ids=["open month", "unread value"]
)
def test_an_identity_that_need_not_hold_yet_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], excuse: dict[str, None]
) -> None:
    covered, negation, fee = bills.savings_plan_month()
    late = fee | {"line_item_unblended_cost": 1.0} | excuse
    rows = [covered, negation, fee | {"savings_plan_used_commitment": 60.0}, late]
    made, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    (identity,) = ask(capsys, made, "reconcile")["identities"]
    assert abs(identity["residual"]) > 1
    assert identity["broken"] is False
    notes = {note["code"] for note in ask(capsys, made, "analyze", "overview")["notes"]}
    assert "reconciliation.identity_open" in notes


def test_sql(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    query = 'SELECT "BillingPeriodStart" AS month, sum("BilledCost") AS billed, NULL AS nothing FROM cost GROUP BY 1 ORDER BY 1'
    answer = ask(capsys, workspace, "sql", query)
    assert [(line["month"][:10], line["billed"], line["nothing"]) for line in answer] == [
        ("2026-01-01", 10.0, None), ("2026-02-01", 13.5, None),
    ]  # fmt: skip
    as_csv = list(csv.reader(io.StringIO(say(capsys, workspace, "sql", "--csv", query))))
    assert as_csv == [["month", "billed", "nothing"], ["2026-01-01", "10.0", ""], ["2026-02-01", "13.5", ""]]
    assert "13.5" in say(capsys, workspace, "sql", query)


def test_sql_of_one_account_sees_no_other(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, workspace, "sql", "--scope", MEMBER, "SELECT DISTINCT SubAccountId AS id FROM cost") == [
        {"id": MEMBER}
    ]


@pytest.mark.parametrize("table", ["cost_daily", "cost_monthly", "resource_monthly", "commitment_hourly", "commitment_monthly", "tag_monthly", "reconciliation", "profile"])  # fmt: skip
def test_sql_knows_every_table(workspace: Workspace, capsys: pytest.CaptureFixture[str], table: str) -> None:
    assert isinstance(ask(capsys, workspace, "sql", f"SELECT count(*) AS n FROM {table}")[0]["n"], int)


def test_config_show(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "config", "show")
    assert form["client.name"] == {"value": "Test client", "origin": "finops.toml"}
    assert form["reports.paper"] == {"value": "A4", "origin": "default"}
    assert '"Test client"  (finops.toml)\n' in say(capsys, workspace, "config", "show")


def test_doctor(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 50 << 30}))
    checks = {check["name"]: check for check in ask(capsys, workspace, "doctor")}
    assert next(iter(checks)) == "Python"
    assert {"WeasyPrint", "Workspace", "Warehouse", "Free space"} <= set(checks)
    assert checks["Warehouse"]["found"] == "2 months, 2026-01 to 2026-02"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1 << 30}))
    assert finops("doctor") == 4
    shown = capsys.readouterr().out
    assert "MEND  Workspace: No workspace at" in shown
    assert "Give one with --workspace DIR" in shown
    assert "Traceback" not in shown


def test_doctor_reads_the_papers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("init", str(tmp_path / "w"), "--name", "Acme") == 0
    made = Workspace.open(tmp_path / "w")
    settings = '[client]\nname = "Acme"\n[budgets]\nfile = "budgets.csv"\n[kpis]\nfile = "kpis.csv"\n'
    (made.root / "finops.toml").write_text(settings)
    (made.root / "budgets.csv").write_text("budget,scope,period,amount,currency\nall,organization,2026-01,28l00,USD\n")
    (made.root / "kpis.csv").write_text("date,orders\n2026-01-01,100\n")
    capsys.readouterr()
    finops("--workspace", str(made.root), "doctor")
    shown = capsys.readouterr().out
    assert "MEND  budgets.file: budgets.csv, line 2: amount is '28l00', not a number." in shown
    assert "ok    kpis.file: 1 metric, cost is held against orders, in kpis.csv" in shown
    (made.root / "budgets.csv").write_text("budget,scope,period,amount,currency\nall,organization,2026-01,28000,USD\n")
    (made.root / "kpis.csv").unlink()
    finops("--workspace", str(made.root), "doctor")
    shown = capsys.readouterr().out
    assert "ok    budgets.file: 1 scope with 1 monthly budget in budgets.csv" in shown
    assert "MEND  kpis.file: kpis.csv cannot be read: No such file or directory." in shown


@pytest.mark.parametrize(("screen", "opened"), [("", []), (":0", ["open"])])
def test_a_file_is_opened_where_there_is_a_screen(
    screen: str, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", screen)
    assert (["open"] if runs._has_screen() else []) == opened


def test_init_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("init", str(tmp_path / "w"), "--name", 'Größe "&" Co\\', "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"workspace": str(tmp_path / "w"), "client": "groe-co"}


def test_pull_for_people_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0)])
    assert finops("init", str(tmp_path / "w"), "--name", "Acme") == 0
    capsys.readouterr()
    made = Workspace.open(tmp_path / "w")
    assert say(capsys, made, "pull", str(path)).splitlines()[1].split()[0] == "2026-01"
    assert say(capsys, made, "pull", str(path)).rstrip().endswith("unchanged")
    bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 6.0)])
    months = ask(capsys, made, "pull", str(path))["months"]
    assert [month["state"][:14] for month in months] == ["replaced (was "]


def test_a_small_demo_without_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("demo", "--dir", str(tmp_path / "d"), "--months", "1", "--rows", "1", "--no-report")
    assert finops(*command) == 0
    assert "(fictional)" in capsys.readouterr().err
    made = Workspace.open(tmp_path / "d")
    held = ask(capsys, made, "status")["months"]
    assert [(month["period"], month["invoice"]) for month in held] == [("2026-10", "final"), ("2026-11", "open")]
    assert made.resolved()["tags.keys"].value == ["CostCenter", "Project", "Environment", "Owner"]
    assert not made.runs.exists()
    form = ask(capsys, made, "analyze", "overview")
    assert (form["period"], len(form["by_account"]), sorted(form["by_tag"])) == (
        "2026-10", 8, ["cost_center", "environment", "owner", "project"],
    )  # fmt: skip
    assert finops(*command) == 0
    capsys.readouterr()
    assert ask(capsys, made, "status")["months"] == held
    assert finops(*command, "--until", "2026-09") == 2
    assert f"{made.root} holds 2026-11, which comes after 2026-09. Choose another folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "holds no values, so add a line for each day, week or month to it"),
        ("2020-01-01,100\n2020-01-02,90\n", "has orders of 2020-01-01 to 2020-01-02 and none of the bill's days"),
    ],
)
def test_a_metric_that_says_nothing_of_the_bill_is_noted(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], lines: str, said: str
) -> None:
    settings = workspace.root / "finops.toml"
    before = settings.read_text()
    settings.write_text(before.replace("[kpis]\n", '[kpis]\nfile = "sales.csv"\n'))
    (workspace.root / "sales.csv").write_text("date,orders\n" + lines)
    try:
        form = ask(capsys, workspace, "analyze", "variance", "--period", "2026-02")
    finally:
        settings.write_text(before)
    (note,) = [note for note in form["notes"] if note["code"] == "not_checked.business_metric"]
    assert f"sales.csv {said}" in note["message"]
    assert "not_checked.business_metric" not in str(
        ask(capsys, workspace, "analyze", "variance", "--period", "2026-02")
    )
