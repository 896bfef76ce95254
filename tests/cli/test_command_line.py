"""The command as a whole: help, where options may stand, exit codes, and no traceback for a user's error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from support import bills, workspaces
from support.bills import row
from support.command import PROGRAM, finops, finops_process
from support.workspaces import Workspace

from finops_lib import __version__
from finops_lib.cli import status
from finops_lib.cli.main import COMMANDS, cli, main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and group with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = {" ".join(path): command for path, command in commands(cli)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("command-line")
    return workspaces.pulled(folder / "w", bills.legacy_parquet(folder / "bill.parquet", [row("Usage", 5.0)]))[0]


def test_the_commands_are_those_promised() -> None:
    assert list(COMMANDS) == [
        "demo", "init", "pull", "status", "doctor", "reconcile", "cross-check", "sql", "analyze", "ledger", "report", "runs",
        "notebooks", "lab", "config",
    ]  # fmt: skip
    assert "config show" in ALL
    assert "analyze overview" in ALL


@pytest.mark.parametrize("name", ALL)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops(*name.split(), "--help") == 0
    shown = capsys.readouterr().out
    assert f"Usage: finops {name}" in shown
    assert f"Example: finops {name}" in shown


@pytest.mark.parametrize("name", [name for name, command in ALL.items() if not isinstance(command, click.Group)])
def test_every_option_is_explained(name: str) -> None:
    options = [item for item in ALL[name].params if isinstance(item, click.Option)]
    assert [item.name for item in options if not item.help and not isinstance(item.type, click.Choice)] == []


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("--version") == 0
    assert capsys.readouterr().out == f"finops, version {__version__}\n"


ORDERS = [
    ("--workspace", "W", "--json", "status"),
    ("status", "--workspace", "W", "--json"),
    ("-w", "W", "status", "--json"),
    ("--json", "status", "--workspace=W"),
    ("status", "--json", "-w", "W", "-v"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_common_options_stand_before_or_after_the_command(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], order: tuple[str, ...]
) -> None:
    assert finops(*(item.replace("W", str(workspace.root)) for item in order)) == 0
    assert json.loads(capsys.readouterr().out)["workspace"] == str(workspace.root)


def test_the_nearest_workspace_upwards_is_meant(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.warehouse)
    assert finops("--json", "status") == 0
    assert json.loads(capsys.readouterr().out)["workspace"] == str(workspace.root)


def test_after_two_dashes_nothing_is_an_option(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("-w", str(workspace.root), "sql", "--csv", "--", "--json\nSELECT 1 AS one") == 0
    assert capsys.readouterr().out == "one\n1\n"


WRONG: dict[str, tuple[tuple[str, ...], int, str]] = {
    "an unknown command": (("frobnicate",), 2, "No such command 'frobnicate'"),
    "an unknown option": (("status", "--frob"), 2, "No such option"),
    "an option without its value": (("status", "--workspace"), 2, "--workspace"),
    "no name": (("init", "x"), 2, "Missing option '--name'"),
    "an impossible month": (("analyze", "overview", "--period", "2026-13"), 2, "'2026-13' is not a billing period."),
    "an unknown account": (("analyze", "overview", "--scope", "1"), 2, "The bill of 2026-01 has no account '1'."),
    "an empty scope": (("analyze", "overview", "--scope", ""), 2, "The scope is empty."),
    "a wrong query": (("sql", "SELECT nothing FROM nowhere"), 2, "The query fails"),
    "an empty query": (("sql", ""), 2, "The query"),
    "a workspace that exists": (("init", "W", "--name", "A"), 2, "exists already"),
    "a demo that is too small": (("demo", "--dir", "NEW", "--accounts", "2"), 2, "has 8 to 9999 accounts, not 2"),
    "no workspace": (
        ("status", "-w", "NEW"),
        4,
        "is not a workspace: it has no finops.toml. Make one with: finops init",
    ),
    "a month not held": (
        ("analyze", "overview", "--period", "2025-01"),
        5,
        "no bill for 2025-01. It holds 2026-01 to 2026-01.",
    ),
    "a file that is no bill": (("pull", "TEXT"), 5, "no billing export that is known here"),
    "an absent source": (("pull", "NEW"), 6, "does not exist. Give a file, a folder or s3://bucket/prefix."),
    "a folder without bills": (("pull", "EMPTY"), 6, "holds no billing file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_call_is_one_sentence_and_its_exit_code(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    arguments, code, sentence = WRONG[case]
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.csv").write_text("a,b\n1,2\n")
    places = {"W": workspace.root, "NEW": tmp_path / "new", "TEXT": tmp_path / "text.csv", "EMPTY": tmp_path / "empty"}
    given = [str(places.get(item, item)) for item in arguments]
    own = [] if "-w" in given or "--workspace" in given else ["-w", str(workspace.root)]
    assert finops(*own, *given) == code
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.out == ""
    assert "Traceback" not in told.err
    if case != "a wrong query":  # DuckDB points at the place with a line of its own
        assert len([line for line in told.err.splitlines() if not line.startswith(("Usage:", "Try "))]) <= 2


def test_nothing_to_pull_and_an_empty_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("init", str(tmp_path / "w"), "--name", "Acme") == 0
    assert "Made the workspace" in capsys.readouterr().out
    at = ("-w", str(tmp_path / "w"))
    assert finops(*at, "pull") == 2
    assert "Nothing to pull." in capsys.readouterr().err
    assert finops(*at, "analyze", "overview") == 5
    assert "The warehouse is empty. Pull a bill with: finops pull SOURCE" in capsys.readouterr().err
    assert finops(*at, "report") == 5
    capsys.readouterr()
    for command in ("status", "reconcile"):
        assert finops(*at, command) == 0
        assert "The warehouse is empty." in capsys.readouterr().out


def test_partly_done_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = bills.legacy_parquet(tmp_path / "good.parquet", [row("Usage", 5.0)])
    assert finops("init", str(tmp_path / "w"), "--name", "Acme") == 0
    capsys.readouterr()
    assert finops("pull", str(good), str(tmp_path / "absent"), "-w", str(tmp_path / "w"), "--json") == 3
    told = capsys.readouterr()
    form = json.loads(told.out)
    assert [(month["period"], month["state"], month["BilledCost"]) for month in form["months"]] == [
        ("2026-01", "new", 5.0)
    ]
    assert form["problems"] == [
        {"message": f"{tmp_path / 'absent'} does not exist.", "hint": "Give a file, a folder or s3://bucket/prefix."}
    ]
    assert told.err == f"finops: {tmp_path / 'absent'} does not exist. Give a file, a folder or s3://bucket/prefix.\n"


def test_interrupted_is_130(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "table", interrupt)
    assert finops("-w", str(workspace.root), "status") == 130
    told = capsys.readouterr().err.strip()
    assert told == "finops: stopped. What was finished is kept; run the same command again to go on."


def test_a_bug_is_not_hidden(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "table", lambda *_: 1 // 0)
    monkeypatch.setattr(sys, "argv", ["finops", "-w", str(workspace.root), "status"])
    with pytest.raises(ZeroDivisionError):
        main()


def test_a_process_of_its_own_prints_no_traceback(workspace: Workspace, tmp_path: Path) -> None:
    done = finops_process("status", cwd=str(tmp_path))
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("finops: No workspace at ")
    assert done.stderr.count("\n") == 1
    (tmp_path / "bill.parquet").write_bytes(b"PAR1 and nothing more")
    done = finops_process("-w", str(workspace.root), "pull", str(tmp_path / "bill.parquet"))
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "finops: bill.parquet is truncated or corrupt. Fetch it again and pull again.\n"


def test_a_reader_that_leaves_early_is_no_error(workspace: Workspace) -> None:
    query = "SELECT repeat('x', 99) AS x FROM range(20000)"
    command = [*PROGRAM, "-w", str(workspace.root), "sql", "--csv", query]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "x\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_an_environment_variable_that_makes_no_sense(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINOPS_MEMORY_MB", "plenty")
    done = finops_process("-w", str(workspace.root), "sql", "SELECT 1")
    assert (done.returncode, done.stdout) == (4, "")
    assert "FINOPS_MEMORY_MB" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_version_import_nothing_heavy() -> None:
    code = "import sys, finops_lib.cli.main; print(sorted({'pandas','duckdb','boto3','pydantic','papermill'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
