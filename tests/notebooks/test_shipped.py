from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from finops_lib.analyses import overview_calendar
from finops_lib.analyses.overview import EVIDENCE, OverviewResult, summarize
from finops_lib.cli.main import cli
from finops_lib.reports import notebooks
from finops_lib.reports.execute import How, execute
from finops_lib.reports.lint import lint
from finops_lib.reports.redact import Redactor
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog
from finops_lib.workbench import Workbench

PERIOD = "2026-10"
SHIPPED = notebooks.listed(notebooks.folder())


def accounts(workspace: Workspace) -> dict[str, str]:
    catalog = Catalog.load(workspace.warehouse)
    return {account.id: account.name for period in catalog.periods() for account in catalog.accounts(period)}


def result(workspace: Workspace, scope: str) -> OverviewResult:
    wb = Workbench.open(workspace.root, scope, PERIOD)
    days = wb.frames(*overview_calendar.EVIDENCE)
    compared = overview_calendar.compare(*days, scope=wb.scope, period=wb.period)
    return summarize(*wb.frames(*EVIDENCE), scope=wb.scope, period=wb.period, **compared._asdict())


@pytest.fixture(scope="module")
def reported(demo: Workspace) -> tuple[Workspace, dict[str, Path]]:
    """The demo with the reports of the organization and of its largest account."""
    scopes = ["organization", result(demo, "organization").by_account["SubAccountId"].iloc[0]]
    arguments = [item for scope in scopes for item in ("--scope", scope)]
    code = cli.main(["-w", str(demo.root), "report", "--period", PERIOD, *arguments], standalone_mode=False)
    assert code == 0
    return demo, {scope: standing(demo, scope) for scope in scopes}


def standing(workspace: Workspace, scope: str) -> Path:
    folder = workspace.runs / workspace.settings.client.slug / PERIOD / scope
    return folder / str(json.loads((folder / "current.json").read_text())["run_id"])


def silent(path: Path) -> list[str]:
    """The cells of an executed notebook that show nothing although they should."""
    quiet = ("parameters", "injected-parameters", "open", "evidence", "analysis", "save")  # and save-... of each analysis
    cells = [cell for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code"]
    return [cell["id"] for cell in cells if not cell["outputs"] and not cell["id"].startswith(quiet)]


@cache
def pdf_text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_notebooks_keep_the_standard_form(path: Path) -> None:
    assert lint(path) == ()


def test_sections_show_something_in_every_cell(reported: tuple[Workspace, dict[str, Path]]) -> None:
    for path in notebooks.sections(notebooks.folder()):
        assert silent(reported[1]["organization"] / path.name) == []


def test_exploration_runs_to_its_end(demo: Workspace, tmp_path: Path) -> None:
    path = notebooks.folder() / "exploration.ipynb"
    how = How(f"shipped-{os.getpid()}", {"FINOPS_WORKSPACE": str(demo.root)}, 120, Redactor())
    done = execute(path, tmp_path / path.name, {"scope": "organization", "period": PERIOD}, how=how)
    assert done.failure is None
    assert silent(done.path) == []


def test_saved_results_are_those_of_the_analysis(reported: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, runs = reported
    for scope, folder in runs.items():
        saved = json.loads((folder / "results" / "overview.json").read_text())
        assert saved == result(workspace, scope).to_dict()


def test_pages_hold_the_numbers_of_the_results(reported: tuple[Workspace, dict[str, Path]]) -> None:
    for folder in reported[1].values():
        saved = json.loads((folder / "results" / "overview.json").read_text())
        billed = f"{saved['totals']['BilledCost']:,.2f}".replace(",", "\u202f")
        text = pdf_text(folder / "technical.pdf").replace("\u2009", "\u202f")
        assert billed in text
        assert folder.name in text


def test_pages_hold_every_figure_and_table_and_nothing_odd(reported: tuple[Workspace, dict[str, Path]]) -> None:
    figures = {
        scope: (folder / "technical.html").read_text().count('class="fo-chart"')
        for scope, folder in reported[1].items()
    }
    drawn = [
        cell
        for path in notebooks.sections(notebooks.folder())
        for cell in notebooks.read(path)["cells"]
        if "".join(cell["source"]).startswith("charts.")
    ]
    assert figures["organization"] == len(drawn) - 1  # the score's trend needs an earlier report
    assert min(figures.values()) >= 4
    for folder in reported[1].values():
        for name in ("executive.pdf", "technical.pdf"):
            words = pdf_text(folder / name).split()
            assert not {"nan", "NaN", "None", "Traceback", "NaT", "inf"} & set(words)
        executive = pdf_text(folder / "executive.pdf")
        assert "overview.summarize" not in executive
        assert "Workbench" not in executive


def test_no_account_reads_of_another(reported: tuple[Workspace, dict[str, Path]]) -> None:
    workspace, runs = reported
    for scope, folder in runs.items():
        others = {key: name for key, name in accounts(workspace).items() if key != scope}
        if scope == "organization":
            continue
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"):
            text = pdf_text(path) if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
            told = [value for pair in others.items() for value in pair if value and value in text]
            assert told == [], f"{path.name} of {scope}"


def test_manifests_list_what_is_there(reported: tuple[Workspace, dict[str, Path]]) -> None:
    for folder in reported[1].values():
        papers: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert {item["path"] for item in papers["artifacts"]} | {"manifest.json", "log.jsonl"} == files
        assert papers["status"] == "done"
        assert [item["period"] for item in papers["inputs"]][-1] == PERIOD
        assert len(papers["inputs"]) == 13


def test_check_cells_show_what_they_showed(demo: Workspace, tmp_path: Path) -> None:
    nbval = ["--nbval-lax", "--nbval-current-env", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "-W", "ignore"]
    files = [str(path) for path in notebooks.sections(notebooks.folder())]
    command = [sys.executable, "-m", "pytest", *nbval, "--rootdir", str(tmp_path), "-c", os.devnull, *files]
    environment = {**os.environ, "FINOPS_WORKSPACE": str(demo.root), "IPYTHONDIR": str(tmp_path), "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    checks = [notebooks.find(notebooks.read(path), "check") for path in notebooks.sections(notebooks.folder())]
    assert all(check and check["outputs"] for check in checks)
