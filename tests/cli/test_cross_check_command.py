"""``finops cross-check`` against servers on loopback: what it asks, keeps, compares and cannot check."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer
from support import bills, workspaces
from support.aws_server import Requests, serving
from support.bills import MEMBER, PAYER, row
from support.command import finops
from support.workspaces import Workspace

from finops_lib.analyses.aws_figures import set_beside
from finops_lib.cli import cross_check as command
from finops_lib.cli.report import bill_of
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.reports import notebooks
from finops_lib.reports.plan import Options, plan
from finops_lib.warehouse.catalog import Catalog
from finops_lib.workbench import Workbench

FEBRUARY, MARCH = Period(2026, 2), Period(2026, 3)


def day_of(day: dt.date, cost: float, *, kind: str = "Usage", account: str = MEMBER) -> dict[str, Any]:
    month = Period.of(day)
    return row(
        kind,
        cost,
        bill_billing_period_start_date=f"{month.start}T00:00:00Z",
        bill_billing_period_end_date=f"{month.end}T00:00:00Z",
        bill_invoice_id=None if month == MARCH else f"INV-{month}",
        line_item_usage_start_date=f"{day}T10:00:00Z",
        line_item_usage_end_date=f"{day}T11:00:00Z",
        line_item_usage_account_id=account,
    )


def month_of(month: Period, cost: float, days: int) -> list[dict[str, Any]]:
    return [day_of(month.start + dt.timedelta(days=number), cost) for number in range(days)]


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """January of 310, February of 336 and a tax of 5 that the payer bears, ten days of March of 12 each."""
    folder = tmp_path_factory.mktemp("cross-check")
    tax = day_of(dt.date(2026, 2, 1), 5.0, kind="Tax", account=PAYER)
    files = {
        "1": month_of(Period(2026, 1), 10.0, 31),
        "2": [*month_of(FEBRUARY, 12.0, 28), tax],
        "3": month_of(MARCH, 12.0, 10),
    }
    paths = [bills.legacy_parquet(folder / f"{name}.parquet", rows) for name, rows in files.items()]
    workspace, report = workspaces.pulled(folder / "w", *paths)
    assert report.problems == ()
    return workspace


@pytest.fixture
def workspace(pulled: Workspace) -> Iterator[Workspace]:
    """The bills with nothing asked yet."""
    yield pulled
    for path in (pulled.warehouse / "aws").glob("*.json"):
        path.unlink()


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    once = Config(retries={"mode": "standard", "total_max_attempts": 1})
    monkeypatch.setattr("finops_lib.sources.aws.answers.RETRIES", once)
    monkeypatch.setattr(command, "_today", lambda: dt.date(2026, 3, 12))
    for name in ("FINOPS_WORKSPACE", "FINOPS_RUN_DIR", "FINOPS_BUILDS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def figure(amount: str) -> dict[str, str]:
    return {"Amount": amount, "Unit": "USD"}


def cost_and_usage(request: dict[str, Any]) -> dict[str, Any]:
    """February as AWS sees it: without the tax in the unblended cost, and by account with the member's alone."""
    step = {"TimePeriod": request["TimePeriod"], "Estimated": request["TimePeriod"]["Start"] == "2026-03-01"}
    if "GroupBy" in request:
        assert request["GroupBy"] == [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}]
        costs = {"UnblendedCost": figure("336"), "AmortizedCost": figure("300.5")}
        return {"ResultsByTime": [{**step, "Groups": [{"Keys": [MEMBER], "Metrics": costs}]}]}
    return {"ResultsByTime": [{**step, "Total": {"UnblendedCost": figure("336"), "AmortizedCost": figure("341.00")}}]}


def driver(kind: str, change: str) -> dict[str, Any]:
    figures = {"BaselineTimePeriodAmount": "0", "ComparisonTimePeriodAmount": change, "Difference": change}
    return {"Type": kind, "Name": "x", "Metrics": {"AmortizedCost": {**figures, "Unit": "USD"}}}


DRIVERS = {
    "CostComparisonDrivers": [
        {"CostSelector": {}, "CostDrivers": [driver("USAGE_CHANGE", "20"), driver("SAVINGS_PLAN_USAGE", "6")]},
        {"CostSelector": {}, "CostDrivers": [driver("TAX", "4")]},
    ]
}


def cost_forecast(request: dict[str, Any]) -> dict[str, Any]:
    """Every day from the one asked from to the end of March at 13."""
    first, end = (dt.date.fromisoformat(request["TimePeriod"][name]) for name in ("Start", "End"))
    days = [first + dt.timedelta(days=number) for number in range((end - first).days)]
    steps = [
        {"TimePeriod": {"Start": str(day), "End": str(day + dt.timedelta(days=1))}, "MeanValue": "13"} for day in days
    ]
    return {"Total": figure(str(13 * len(days))), "ForecastResultsByTime": steps}


def budget(name: str, amount: str, account: str | None = None) -> dict[str, Any]:
    filters = {"CostFilters": {"LinkedAccount": [account]}} if account else {}
    limit = {"BudgetLimit": figure(amount)}
    return {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", **limit, **filters}


EXPLORER = {
    "GetCostAndUsage": cost_and_usage,
    "GetCostComparisonDrivers": DRIVERS,
    "GetCostForecast": cost_forecast,
}
BUDGETS = {"DescribeBudgets": {"Budgets": [budget("all", "400"), budget("member", "90", MEMBER)]}}
QUICK = {"GetCostAndUsage": cost_and_usage, **BUDGETS}  # without drivers no variance is computed


def ask(
    workspace: Workspace,
    moto: str,
    monkeypatch: pytest.MonkeyPatch,
    *arguments: str,
    script: dict[str, Any] | None = None,
) -> tuple[int, Requests]:
    """Run the command with billing APIs that follow a script; the caller's identity comes from moto."""
    with serving(script if script is not None else EXPLORER | BUDGETS) as (address, asked):
        monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
        for service in ("COST_EXPLORER", "BUDGETS"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", address)
        return finops("cross-check", "-w", str(workspace.root), *arguments), list(asked)


def rows(out: str) -> dict[tuple[str, str | None], tuple[Any, ...]]:
    checks = json.loads(out)["checks"]
    return {
        (row["check"], row["key"]): (row["ours"], row["aws"], row["gap"], row["status"], row["reason"])
        for row in checks
    }


LIKELY = "AWS tells only drivers that it finds significant, and groups them its own way"


def test_a_month_that_is_over(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, asked = ask(workspace, moto, monkeypatch, "--period", "2026-02", "--json")
    assert rows(capsys.readouterr().out) == {
        ("billed", "total"): (341.0, 336.0, 5.0, "differs", "tax: counted on one side only"),
        ("effective", "total"): (341.0, 341.0, 0.0, "agrees", None),
        ("billed_by_account", MEMBER): (336.0, 336.0, 0.0, "agrees", None),
        ("billed_by_account", PAYER): (5.0, None, None, "not checked", "Only the bill here has it."),
        ("effective_by_account", MEMBER): (336.0, 300.5, 35.5, "differs", "unexplained"),
        ("effective_by_account", PAYER): (5.0, None, None, "not checked", "Only the bill here has it."),
        ("drivers", "tax"): (5.0, 4.0, 1.0, "differs", LIKELY),
        ("drivers", "total"): (31.0, 30.0, 1.0, "differs", LIKELY),
        ("drivers", "usage"): (26.0, 26.0, 0.0, "agrees", None),
        ("forecast", None): (None, None, None, "not checked", "The month was over when AWS was asked."),
    }
    assert code == 5  # one gap is unexplained
    assert [operation for operation, _ in asked] == [
        "GetCostAndUsage", "GetCostAndUsage", "GetCostComparisonDrivers", "DescribeBudgets",
    ]  # fmt: skip
    compared = asked[2][1]
    assert compared["BaselineTimePeriod"] == {"Start": "2026-01-01", "End": "2026-02-01"}
    assert (compared["MetricForComparison"], "GroupBy" in compared) == ("AmortizedCost", False)
    assert asked[3][1]["AccountId"] == "123456789012"  # moto's caller


def test_a_month_that_runs(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held to the 10th, asked on the 12th: both forecasts speak of the 20 days from the 12th on."""
    code, asked = ask(workspace, moto, monkeypatch, "--period", "2026-03", "--json")
    found = rows(capsys.readouterr().out)
    ours, aws, gap, status, reason = found["forecast", "2026-03-12 to 2026-03-31"]
    assert (aws, status, reason) == (260.0, "differs", "two forecasts of the same days")
    assert ours == pytest.approx(240.0, abs=12)
    assert gap == pytest.approx(ours - 260)
    assert found["billed", "total"][3:] == ("differs", "open month: AWS still estimates it")
    assert found["drivers", None][3:] == ("not checked", "March 2026 was not over when AWS was asked.")
    assert code == 0
    assert dict(asked)["GetCostForecast"] == {
        "TimePeriod": {"Start": "2026-03-12", "End": "2026-04-01"},
        "Granularity": "DAILY",
        "Metric": "AMORTIZED_COST",
        "PredictionIntervalLevel": 80,
    }


def test_each_refusal_leaves_the_others_standing(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"GetCostComparisonDrivers": "AccessDeniedException", "DescribeBudgets": "AccessDeniedException"}
    script = {**EXPLORER, **refused}
    ask(workspace, moto, monkeypatch, "--period", "2026-02", "--json", script=script)
    out = capsys.readouterr().out
    found = rows(out)
    denied = "Access to {} is denied (AccessDeniedException). Allow {}."
    assert found["drivers", None][3:] == (
        "not checked",
        denied.format("Cost Explorer", "ce:GetCostComparisonDrivers"),
    )
    assert found["budgets", None][3:] == ("not checked", denied.format("AWS Budgets", "budgets:ViewBudget"))
    assert found["effective", "total"][3] == "agrees"
    assert [note["data"]["checks"] for note in json.loads(out)["notes"] if note["code"].startswith("not_checked")] == [
        ["drivers"],
        ["budgets"],
    ]


def test_what_moto_lacks_is_not_checked_and_what_it_has_is(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    boto3.client("budgets", region_name="us-east-1").create_budget(
        AccountId="123456789012", Budget=budget("moto", "70")
    )
    assert finops("cross-check", "-w", str(workspace.root), "--period", "2026-02") == 0
    told = capsys.readouterr().out
    lines = {line.split()[0]: line for line in told.splitlines() if line.strip()}
    assert "not checked" in lines["drivers"]
    assert "AWS refuses Cost Explorer" in lines["drivers"]
    assert "Only the bill here has it." in lines["billed"]  # moto has no costs unless it is given some
    assert "0 agree, 0 differ, 8 not checked." in told
    assert "AWS Budgets has 1 monthly cost budgets" in told
    assert Workbench.open(workspace.root, period="2026-02").budgets()[["budget", "amount"]].values.tolist() == [
        ["moto", 70.0]
    ]


def test_without_an_answer_what_was_kept_stands(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(workspace, moto, monkeypatch, "--period", "2026-02")
    kept = workspace.aws_answers(FEBRUARY).read_bytes()
    monkeypatch.setattr(command, "_today", lambda: dt.date(2026, 3, 13))
    capsys.readouterr()
    nothing = dict.fromkeys((*EXPLORER, *BUDGETS), "AccessDeniedException")
    code, _ = ask(workspace, moto, monkeypatch, "--period", "2026-02", script=nothing)
    told = capsys.readouterr()
    assert code == 0
    assert "AWS answered nothing; what it answered before stands in" in told.err
    assert "0 agree, 0 differ," in told.out
    assert workspace.aws_answers(FEBRUARY).read_bytes() == kept
    ask(workspace, moto, monkeypatch, "--period", "2026-02")
    again = json.loads(workspace.aws_answers(FEBRUARY).read_text())
    assert (json.loads(kept)["asked_on"], again["asked_on"]) == ("2026-03-12", "2026-03-13")
    assert again["answers"] == json.loads(kept)["answers"]


def test_a_month_that_is_not_held_is_not_asked_for(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, asked = ask(workspace, moto, monkeypatch, "--period", "2025-01")
    assert (code, asked) == (5, [])


def test_answers_end_at_a_page_that_is_too_many(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("finops_lib.sources.aws.own_figures.MOST_PAGES", 2)
    script = {**EXPLORER, **BUDGETS, "GetCostComparisonDrivers": {**DRIVERS, "NextPageToken": "more"}}
    _, asked = ask(workspace, moto, monkeypatch, "--period", "2026-02", "--json", script=script)
    assert [operation for operation, _ in asked].count("GetCostComparisonDrivers") == 2
    assert "in more than 2 pages" in rows(capsys.readouterr().out)["drivers", None][4]


# What is kept, in the workbench and in reports


def test_an_account_sees_its_own_line_and_budgets_alone(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(workspace, moto, monkeypatch, "--period", "2026-02", script=QUICK)
    capsys.readouterr()
    wb = Workbench.open(workspace.root, MEMBER, "2026-02")
    answers = wb.aws_answers()
    assert answers is not None
    result = set_beside(wb.cost_monthly(), answers, scope=wb.scope, period=wb.period)
    assert [(row["check"], row["key"], row["ours"], row["aws"]) for row in result.to_dict()["checks"]] == [
        ("billed", MEMBER, 336.0, 336.0),
        ("effective", MEMBER, 336.0, 300.5),
        ("drivers", None, None, None),
        ("forecast", None, None, None),
    ]
    assert wb.budgets()[["budget", "scope", "period", "amount", "source"]].values.tolist() == [
        ["member", MEMBER, "2026-02", 90.0, "AWS Budgets"]
    ]
    payer = Workbench.open(workspace.root, PAYER, "2026-02")
    theirs = payer.aws_answers()
    assert theirs is not None
    assert theirs.frame("cost_by_account").empty
    assert payer.budgets().empty
    for scope, kept in ((PAYER, answers), (MEMBER, theirs)):
        told = set_beside(
            Workbench.open(workspace.root, kept_scope(scope), "2026-02").cost_monthly(),
            kept,
            scope=Scope(kept_scope(scope)),
            period=FEBRUARY,
        )
        for text in (json.dumps(kept.to_dict()), json.dumps(told.to_dict())):
            assert scope not in text


def kept_scope(other: str) -> str:
    return MEMBER if other == PAYER else PAYER


def test_a_refusal_that_names_another_account_is_masked(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(workspace, moto, monkeypatch, "--period", "2026-02", script=QUICK)
    path = workspace.aws_answers(FEBRUARY)
    form = json.loads(path.read_text())
    form["answers"]["budgets"] = {"reason": f"arn:aws:iam::{PAYER}:role/x may not", "rows": None}
    path.write_text(json.dumps(form))
    answers = Workbench.open(workspace.root, MEMBER, "2026-02").aws_answers()
    assert answers is not None
    assert answers.answers["budgets"].reason == "arn:aws:iam::[other account]:role/x may not"


def test_the_files_budgets_come_first(workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = workspace.root / "finops.toml"
    before = settings.read_text()
    (workspace.root / "budgets.csv").write_text(
        "budget,scope,period,amount,currency\nall,organization,2026-02,300,USD\nall,organization,2026-03,310,USD\n"
    )
    settings.write_text(before.replace("[budgets]\n", '[budgets]\nfile = "budgets.csv"\n'))
    try:
        ask(workspace, moto, monkeypatch, "--period", "2026-02", script=QUICK)
        frame = Workbench.open(workspace.root, period="2026-02").budgets()
        assert frame[["budget", "scope", "period", "amount", "source"]].values.tolist() == [
            ["all", "organization", "2026-02", 300.0, "file"],
            ["all", "organization", "2026-03", 310.0, "file"],
            ["member", MEMBER, "2026-02", 90.0, "AWS Budgets"],
        ]
        assert Workbench.open(workspace.root, period="2026-01").budgets()["source"].unique().tolist() == ["file"]
    finally:
        settings.write_text(before)


def run_ids(workspace: Workspace, period: Period) -> list[str]:
    bill, options = bill_of(Catalog.load(workspace.warehouse), period), Options(Path(notebooks.folder()), 60)
    return [job.inputs.run_id for job in plan(workspace, bill, period, [ORGANIZATION, Scope(MEMBER)], options)]


def test_a_report_after_a_cross_check_is_another_run(
    workspace: Workspace, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [run_ids(workspace, period) for period in (FEBRUARY, MARCH)]
    ask(workspace, moto, monkeypatch, "--period", "2026-02", script=QUICK)
    after = [run_ids(workspace, period) for period in (FEBRUARY, MARCH)]
    assert set(before[0]).isdisjoint(after[0])
    assert before[1] == after[1]
    ask(workspace, moto, monkeypatch, "--period", "2026-02", script=QUICK)
    assert [run_ids(workspace, period) for period in (FEBRUARY, MARCH)] == after


def test_never_asked(workspace: Workspace) -> None:
    wb = Workbench.open(workspace.root, period="2026-02")
    assert wb.aws_answers() is None
    result = set_beside(wb.cost_monthly(), None, scope=wb.scope, period=wb.period)
    assert (result.status, result.asked_on) == ("not checked", None)
    assert result.checks[["check", "ours"]].values.tolist() == [["billed", 341.0], ["effective", 341.0]]
    reason = "AWS was not asked for 2026-02. Run: finops cross-check --period 2026-02"
    assert set(result.checks["reason"]) == {reason}
    assert [note.message for note in result.notes] == [f"AWS's own figures for billed, effective: {reason}"]
