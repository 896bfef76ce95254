from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reports.samples import SAVE, standard, tiny, write, write_canonical
from support.bills import MEMBER, PAYER
from support.command import children_seconds

from finops_lib.cli import lab
from finops_lib.cli.main import cli
from finops_lib.core.errors import InsufficientDataError, NotebookError, UsageError
from finops_lib.reports import notebooks
from finops_lib.settings.load import Workspace

OTHER = "777788889999"


def finops(workspace: Workspace, *arguments: str) -> object:
    """The command's exit code, as ``main`` sees it."""
    return cli.main(["--workspace", str(workspace.root), *arguments], standalone_mode=False)


def answer(capsys: pytest.CaptureFixture[str]) -> object:
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder with one quick notebook."""
    write(tmp_path / "overview.ipynb", tiny())
    return tmp_path


@pytest.fixture
def made(small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace with reports of the last month, made once."""
    folder = tmp_path_factory.getbasetemp() / "quick"
    if not folder.exists():
        write(folder / "overview.ipynb", tiny())
        assert finops(small, "report", "--notebooks", str(folder)) == 0
    return small


def test_reports_are_made_for_every_scope_of_the_last_month(
    small: Workspace, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("report", "--notebooks", str(shipped), "--period", "2026-01")
    assert finops(small, "--json", *arguments) == 0
    told = answer(capsys)
    assert isinstance(told, dict)
    assert (told["schema"], told["period"]) == ("finops.report/1", "2026-01")
    assert [(item["scope"], item["name"], item["status"]) for item in told["reports"]] == [
        ("organization", None, "made"),
        (PAYER, None, "made"),
        (MEMBER, "harbor", "made"),
        (OTHER, None, "made"),
    ]
    for item in told["reports"]:
        assert [Path(path).name for path in item["documents"]] == ["executive.pdf", "technical.pdf"]
        assert all((small.root / path).read_bytes().startswith(b"%PDF") for path in item["documents"])
    assert (small.root / told["index"]).is_file()
    assert finops(small, *arguments) == 0
    again = capsys.readouterr()
    assert again.err == ""
    assert again.out.count("up to date") == 4
    assert "executive.pdf,technical.pdf" in again.out


def test_a_failed_report_is_told_and_the_rest_made(
    small: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "overview.ipynb", tiny(f"{SAVE}\n'abcdefg'[int(scope[-1])]"))
    code = finops(small, "report", "--notebooks", str(tmp_path), "--scope", MEMBER, "--scope", OTHER)
    told = capsys.readouterr()
    assert code == 3
    assert (
        f"finops: {OTHER}: overview: the cell 'analysis' failed: IndexError: string index out of range (kept: "
        in told.err
    )
    assert "Traceback" not in told.err
    assert [line.split()[:3] for line in told.out.splitlines()[1:3]] == [
        [MEMBER, "harbor", "made"],
        [OTHER, "–", "FAILED"],
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("--scope", "000000000000"), UsageError, "The bill of 2026-02 has no account '000000000000'."),
        (("--period", "2026-13"), UsageError, "'2026-13' is not a billing period."),
        (("--period", "2025-01"), InsufficientDataError, "The warehouse has no bill for 2025-01."),
    ],
)
def test_a_wrong_call_is_one_sentence(
    small: Workspace, arguments: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message.replace(".", r"\.")):
        finops(small, "report", *arguments)


def test_a_metric_that_the_file_lacks_is_told_before_any_notebook_runs(small: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(small.root, root, ignore=shutil.ignore_patterns("runs"))
    (root / "kpis.csv").write_text("date,orders\n2026-01-05,10\n2026-01-06,11\n", encoding="utf-8")
    settings = root / "finops.toml"
    named = settings.read_text().replace("[kpis]", '[kpis]\nfile = "kpis.csv"\ndriver = "order"')
    settings.write_text(named, encoding="utf-8")
    with pytest.raises(UsageError, match="metric 'order' is not in its file"):
        finops(Workspace.open(root), "report", "--jobs", "1")
    assert not list((root / "runs").rglob("*.ipynb"))


def test_a_folder_without_notebooks(small: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="holds no notebook"):
        finops(small, "report", "--notebooks", str(tmp_path))


def test_a_second_run_takes_less_than_two_seconds(made: Workspace, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "quick"
    command = [sys.executable, "-c", "from finops_lib.cli.main import main; main()", "-w", str(made.root)]
    before = children_seconds()
    done = subprocess.run([*command, "report", "--notebooks", str(folder)], capture_output=True, text=True, check=False)
    seconds = children_seconds() - before
    assert (done.returncode, done.stdout.count("up to date"), done.stderr) == (0, 4, "")
    assert seconds < 2


def test_what_needs_no_work_imports_nothing_heavy() -> None:
    code = "import sys, finops_lib.cli.report; print(sorted({'pandas','duckdb','nbformat','papermill'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_interrupted_it_says_one_line_and_leaves_with_130(small: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "overview.ipynb", tiny("import time\ntime.sleep(60)"))
    command = [sys.executable, "-c", "from finops_lib.cli.main import main; main()", "-w", str(small.root)]
    command += ["report", "--notebooks", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        staging = small.runs / ".staging"
        while not any(path.is_dir() for path in staging.glob("*.*")):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        out, err = process.communicate(timeout=15)
    assert process.returncode == 130
    assert out == ""
    assert err.strip() == "finops: stopped. What was finished is kept; run the same command again to go on."
    assert list(staging.iterdir()) == []


def test_runs_are_listed_and_shown(made: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    finops(made, "runs", "list", "--period", "2026-02")
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["2026-02", "organization"], ["2026-02", PAYER], ["2026-02", MEMBER], ["2026-02", OTHER],
    ]  # fmt: skip
    finops(made, "--json", "runs")
    listed = answer(capsys)
    assert isinstance(listed, list)
    assert listed[0]["scope"] == "organization"
    finops(made, "runs", "show", MEMBER, "--period", "2026-02")
    shown = answer(capsys)
    assert isinstance(shown, dict)
    assert shown["scope"] == {"id": MEMBER, "slug": MEMBER, "name": "harbor"}
    with pytest.raises(UsageError, match="There is no report for 'nobody'"):
        finops(made, "runs", "show", "nobody")


def test_a_run_is_opened(made: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("click.launch", opened.append)
    monkeypatch.setenv("DISPLAY", ":0")  # as where there is a screen
    finops(made, "runs", "open", MEMBER, "--period", "2026-02", "--document", "technical")
    assert opened == [capsys.readouterr().out.strip()]
    assert Path(opened[0]).name == "technical.pdf"
    assert Path(opened[0]).is_file()


def test_no_runs_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "finops.toml").write_text('[client]\nname = "Empty"\n')
    finops(Workspace.open(tmp_path), "runs")
    assert capsys.readouterr().out == "There is no report yet. Make them with: finops report\n"


def test_notebooks_are_listed_with_their_parameters(small: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    finops(small, "--json", "notebooks", "list")
    rows = answer(capsys)
    assert isinstance(rows, list)
    assert [(row["notebook"], row["section"]) for row in rows] == [
        ("exploration", None),
        ("forecast", 30),
        ("overview", 10),
        ("scorecard", 40),
        ("variance", 20),
    ]
    finops(small, "--json", "notebooks", "params", "overview")
    parameters = answer(capsys)
    assert isinstance(parameters, list)
    assert [(item["name"], item["type"], item["default"]) for item in parameters] == [
        ("scope", "str", "organization"),
        ("period", "str | None", None),
    ]
    finops(small, "notebooks", "list")
    assert "exploration" in capsys.readouterr().out


def test_lint_tells_what_is_wrong_and_fmt_mends_form(
    small: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "good.ipynb", standard())
    assert finops(small, "notebooks", "lint", str(tmp_path)) == 3
    assert "is not in the one JSON form" in capsys.readouterr().out
    assert finops(small, "notebooks", "fmt", "--check", str(path)) == 3
    assert finops(small, "notebooks", "fmt", str(path)) == 0
    assert finops(small, "notebooks", "fmt", "--check", str(path)) == 0
    assert finops(small, "notebooks", "lint", str(path)) == 0
    capsys.readouterr()
    write_canonical(path, standard(evidence=None))
    assert finops(small, "--json", "notebooks", "lint", str(path)) == 3
    findings = answer(capsys)
    assert isinstance(findings, list)
    assert (findings[0]["notebook"], findings[0]["rule"]) == ("good.ipynb", "sequence")


def test_lab_starts_on_copies_with_a_kernel_that_finds_the_library(
    small: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(lab.os, "execve", lambda *call: started.append(call))
    monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/settings")
    finops(small, "lab", "--no-browser", "--port", "8899")
    ((program, command, environment),) = started
    assert program == sys.executable
    root = ["--allow-root"] if os.geteuid() == 0 else []
    encrypted = "--KernelManager.transport_encryption=auto"
    assert command[1:5] == ["-m", "jupyterlab", f"--ServerApp.root_dir={small.notebooks}", encrypted]
    assert command[5:] == [*root, "--no-browser", "--ServerApp.port=8899"]
    assert environment["FINOPS_WORKSPACE"] == str(small.root)
    own, elsewhere = environment["JUPYTER_PATH"].split(os.pathsep)
    kernel = json.loads((Path(own) / "kernels" / "python3" / "kernel.json").read_text())
    assert elsewhere == "/elsewhere"
    assert kernel["argv"][0] == sys.executable
    assert kernel["env"] == {"FINOPS_WORKSPACE": str(small.root)}
    assert environment["JUPYTER_CONFIG_PATH"] == f"{own}{os.pathsep}/settings"
    defaults = json.loads((Path(own) / "labconfig" / "default_setting_overrides.json").read_text())
    assert defaults["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    copy = small.notebooks / "overview.ipynb"
    assert copy.read_bytes() == (notebooks.folder() / "overview.ipynb").read_bytes()
    assert "Copied overview.ipynb" in capsys.readouterr().err
    copy.write_text(copy.read_text() + " ")
    finops(small, "lab")
    assert copy.read_text().endswith(" ")
