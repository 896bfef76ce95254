"""``finops analyze variance`` and ``forecast``: their interfaces on small bills, and what bad input gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import MEMBER, row
from support.command import finops
from support.workspaces import Workspace

EFFECTS = {"calendar", "volume", "mix", "list_price", "private_discount", "commitment_coverage", "tax", "credits"}


def hour(month: str, day: int) -> dict[str, Any]:
    return {
        "bill_billing_period_start_date": f"2026-{month}-01T00:00:00Z",
        "line_item_usage_start_date": f"2026-{month}-{day:02d}T10:00:00Z",
        "line_item_usage_end_date": f"2026-{month}-{day:02d}T11:00:00Z",
    }


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """January: 31 days of 10. March, with a day of 40 on the 10th: 31 days of 12 and a tax of 5."""
    folder = tmp_path_factory.mktemp("analyses")
    january = [row("Usage", 10.0, **hour("01", day)) for day in range(1, 32)]
    february = [row("Usage", 11.0, **hour("02", day)) for day in range(1, 29)]
    march = [row("Usage", 40.0 if day == 10 else 12.0, **hour("03", day)) for day in range(1, 32)]
    tax = row("Tax", 5.0, **hour("03", 31))
    for number, rows in enumerate([january, february, [*march, tax]], 1):
        bills.legacy_parquet(folder / f"in/{number}.parquet", rows)
    (folder / "budgets.csv").write_text(
        f"budget,scope,period,amount,currency\nall,organization,2026-03,350,USD\nteam,{MEMBER},2026-02,300,EUR\n"
    )
    made, _ = workspaces.pulled(folder / "w", folder / "in")
    toml = made.root / "finops.toml"
    toml.write_text(toml.read_text().replace('# file = "budgets.csv"', f'file = "{folder / "budgets.csv"}"'))
    return Workspace.open(made.root)


def ask(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str) -> Any:
    assert finops("-w", str(workspace.root), "analyze", *arguments, "--json") == 0
    told = capsys.readouterr()
    assert told.err == ""
    return json.loads(told.out, parse_constant=pytest.fail)


def test_variance_closes_and_has_its_form(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "variance", "--period", "2026-03")
    assert form["total"] == {"before": 308.0, "after": 405.0, "change": 97.0}
    effects = {item["effect"]: item["amount"] for item in form["effects"]}
    assert set(effects) >= EFFECTS
    assert effects["tax"] == 5.0
    assert sum(effects.values()) == pytest.approx(97.0, abs=0.005)
    assert sum(item["amount"] for item in form["categories"]) == pytest.approx(97.0, abs=0.005)
    assert sum(item["amount"] for item in form["drivers"]) == pytest.approx(97.0, abs=0.005)
    assert abs(form["residual"]) < 0.01
    assert {"category", "effect", "amount", "SubAccountId", "ServiceName"} <= set(form["drivers"][0])


def test_variance_against_the_budget(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "variance", "--period", "2026-03", "--against", "budget")
    assert form["total"] == {"before": 350.0, "after": 405.0, "change": 55.0}
    assert sum(item["amount"] for item in form["effects"]) == pytest.approx(55.0, abs=0.005)


def test_variance_against_the_forecast_made_before(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    form = ask(capsys, workspace, "variance", "--period", "2026-03", "--against", "forecast")
    assert form["total"]["after"] == 405.0
    assert 310 < form["total"]["before"] < 372  # 31 days of 10 to 12: what January and February told
    assert sum(item["amount"] for item in form["effects"]) == pytest.approx(form["total"]["change"], abs=0.005)


def test_forecast_has_its_form_and_the_month_is_what_was_spent(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    form = ask(capsys, workspace, "forecast", "--as-of", "2026-03-20")
    for end in ("month_end", "quarter_end", "year_end"):
        found = form[end]
        assert found["low95"] <= found["low80"] <= found["expected"] <= found["high80"] <= found["high95"]
    assert form["month_end"]["actual_to_date"] == 268.0  # 19 days of 12 and one of 40
    assert 340 < form["month_end"]["expected"] < 440
    assert isinstance(form["backtest"], list)
    whole = ask(capsys, workspace, "forecast", "--as-of", "2026-03-31")["month_end"]
    assert (whole["low95"], whole["expected"], whole["high95"]) == (405.0, 405.0, 405.0)


@pytest.mark.parametrize("name", ["variance", "forecast"])
def test_for_people(name: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("-w", str(workspace.root), "analyze", name) == 0
    assert "organization" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("variance", "--period", "2026-01"), 5, "2025-12, the month before, is not in the warehouse."),
        (("variance", "--period", "2026-03", "--scope", MEMBER, "--against", "budget"), 5, "There is no budget"),
        (("variance", "--period", "2026-02", "--scope", MEMBER, "--against", "budget"), 5, "EUR"),
        (("forecast", "--as-of", "2026-03-32"), 2, "'2026-03-32' is no day."),
        (("forecast", "--as-of", "2027-01-05"), 5, "The warehouse has no bill for 2027-01."),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    arguments: tuple[str, ...], code: int, words: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert finops("-w", str(workspace.root), "analyze", *arguments) == code
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err


def test_a_budget_file_with_a_fault_names_file_line_and_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "b.parquet", [row("Usage", 5.0)]))
    (tmp_path / "w/budgets.csv").write_text("budget,scope,period,amount,currency\nall,organization,2026-03,much,USD\n")
    toml = made.root / "finops.toml"
    toml.write_text(toml.read_text().replace('# file = "budgets.csv"', 'file = "budgets.csv"'))
    assert finops("-w", str(made.root), "analyze", "variance", "--against", "budget") == 5
    assert "budgets.csv, line 2" in capsys.readouterr().err
