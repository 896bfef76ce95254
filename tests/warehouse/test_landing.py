"""Landing is append-only and happens once; a full disk and a second pull cost nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from support import bills, workspaces
from support.bills import row
from support.command import children_seconds, finops, finops_process
from support.workspaces import Workspace

from finops_lib.core.errors import FinOpsError, SourceError
from finops_lib.sources.demo import DemoSize, write_demo
from finops_lib.sources.files.store import LocalStore
from finops_lib.warehouse import build as builds
from finops_lib.warehouse import ingest, landing
from finops_lib.warehouse.connection import connect, readable

FULL = "No space left on device"


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder: its size and when it was written; the lock and the list of sightings aside."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "seen.json")
    }


def bill(folder: Path, cost: float = 7.0) -> Path:
    return bills.legacy_csv(folder / "bill.csv.gz", [row("Usage", cost)])


@pytest.mark.parametrize("change", ["nothing", "touched", "renamed", "copied"])
def test_the_same_bytes_again_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    path = bill(tmp_path)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    before = tree(workspace.warehouse)
    if change == "touched":
        os.utime(path, (1, 1))
    elif change == "renamed":
        path = path.rename(tmp_path / "other.csv.gz")
    elif change == "copied":
        path = Path(shutil.copy(path, tmp_path / "copy.csv.gz"))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("nothing is new")

    monkeypatch.setattr(ingest, "build", never)
    _, report = workspaces.pulled(tmp_path / "w", path)
    assert [item.state for item in report.outcomes] == ["unchanged"]
    assert report.problems == ()
    assert tree(workspace.warehouse) == before


def test_a_second_pull_takes_less_than_two_seconds(tmp_path: Path) -> None:
    demo = write_demo(tmp_path / "demo", DemoSize(months=3, rows=1))
    workspace, _ = workspaces.pulled(tmp_path / "w", demo.export)
    before = tree(workspace.warehouse)
    begun = children_seconds()
    done = finops_process("-w", str(workspace.root), "pull", str(demo.export))
    seconds = children_seconds() - begun
    assert (done.returncode, done.stdout.count("unchanged"), done.stderr) == (0, 4, "")
    assert tree(workspace.warehouse) == before
    assert seconds < 2


def test_a_landed_file_keeps_its_bytes_and_is_never_written_again(tmp_path: Path) -> None:
    path = bill(tmp_path)
    content = path.read_bytes()
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    before = tree(workspace.warehouse / "landed")
    workspaces.pulled(tmp_path / "w", bill(tmp_path, 8.0))
    after = tree(workspace.warehouse / "landed")
    assert {name: after[name] for name in before} == before
    (kept,) = [name for name in before if len(name) == 64]
    assert (workspace.warehouse / "landed" / kept).read_bytes() == content


def test_a_landed_file_that_was_lost_is_fetched_again(tmp_path: Path) -> None:
    path = bill(tmp_path)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    (kept,) = [item for item in (workspace.warehouse / "landed").iterdir() if len(item.name) == 64]
    kept.unlink()
    workspaces.pulled(tmp_path / "w", path)
    assert kept.read_bytes() == path.read_bytes()


def test_a_damaged_list_of_sightings_is_made_anew(tmp_path: Path) -> None:
    path = bill(tmp_path)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    (workspace.warehouse / "landed/seen.json").write_text('{"half')
    _, report = workspaces.pulled(tmp_path / "w", path)
    assert [item.state for item in report.outcomes] == ["unchanged"]


def test_what_a_killed_pull_left_is_swept_away(tmp_path: Path) -> None:
    path = bill(tmp_path)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    left = [
        workspace.warehouse / name
        for name in ("landed/.incoming.99", "landed/.work.abc/bill.csv", "builds/.staging/abc.99/cost.sql")
    ]
    for item in left:
        item.parent.mkdir(parents=True, exist_ok=True)
        item.write_text("half")
    workspaces.pulled(tmp_path / "w", path)
    assert [str(item) for item in left if item.exists()] == []


def fail_with_full_disk(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Let the disk be full at one place of a pull."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, FULL)

    def full_for_duckdb(*_: object, **__: object) -> None:
        with duckdb.connect() as connection:
            connection.execute("COPY (SELECT * FROM range(100000)) TO '/dev/full' (FORMAT parquet)")

    if place == "fetching":
        monkeypatch.setattr(LocalStore, "fetch", full)
    elif place == "noting what was fetched":
        monkeypatch.setattr(landing, "write_json", full)
    elif place == "unpacking":
        monkeypatch.setattr(landing, "read_text_csv", lambda *_: "SELECT * FROM range(100000)")
        monkeypatch.setattr(landing, "literal", lambda _: "'/dev/full'")
    elif place == "a mart":
        monkeypatch.setattr(builds, "_store", full_for_duckdb)
    else:
        monkeypatch.setattr(builds, "write_json", full)


PLACES = ["fetching", "noting what was fetched", "unpacking", "a mart", "the record of the build"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("place", PLACES)
def test_a_full_disk_is_one_sentence_and_the_standing_month_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    workspace, _ = workspaces.pulled(tmp_path / "w", bill(tmp_path))
    before = {name: state for name, state in tree(workspace.warehouse).items() if not name.startswith("landed")}
    with monkeypatch.context() as patch:
        fail_with_full_disk(patch, place)
        code = finops("-w", str(workspace.root), "pull", str(bill(tmp_path, 9.0)))
    told = capsys.readouterr()
    assert code == 6
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith(("finops: The disk is full.", f"finops: Cannot store the data: {FULL}."))
    assert "Traceback" not in told.err
    now = {name: state for name, state in tree(workspace.warehouse).items() if not name.startswith("landed")}
    assert now == before
    assert workspaces.totals(workspace)[0] == 7.0
    assert leftovers(workspace) == []
    _, report = workspaces.pulled(tmp_path / "w", tmp_path / "bill.csv.gz")
    assert [item.state for item in report.outcomes] == ["replaced"]
    assert workspaces.totals(workspace)[0] == 9.0


def test_a_workspace_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert finops("init", str(tmp_path / "w"), "--name", "Acme") == 0
    (tmp_path / "w/warehouse").write_text("a file stands where the folder should")
    capsys.readouterr()
    assert finops("-w", str(tmp_path / "w"), "pull", str(bill(tmp_path))) == 6
    assert capsys.readouterr().err.startswith("finops: Cannot store the data: ")


def leftovers(workspace: Workspace) -> list[str]:
    """Half-written things."""
    landed, staging = workspace.warehouse / "landed", workspace.warehouse / "builds/.staging"
    return [path.name for path in (*landed.glob(".*"), *staging.glob("*"))]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_duckdb_on_a_full_disk_is_understood(form: str) -> None:
    with (
        pytest.raises(SourceError, match=r"The disk is full\. Free some space"),
        connect() as connection,
        readable("x"),
    ):
        connection.execute(f"COPY (SELECT * FROM range(100000)) TO '/dev/full' (FORMAT {form})")


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), "needs more memory than", 6),
        (duckdb.IOException("IO Error: Could not write all bytes: No space left on device"), "The disk is full", 6),
        (duckdb.InvalidInputException("Invalid Input Error: No magic bytes"), "a.parquet is truncated or corrupt", 5),
        (
            duckdb.InvalidInputException("Invalid Input Error: Invalid unicode (byte sequence mismatch)"),
            "a.parquet is not UTF-8",
            5,
        ),
        (duckdb.ConversionException("Conversion Error: out of range"), "a.parquet cannot be read: Conversion Error", 5),
    ],
)
def test_complaints_of_duckdb_in_our_words(error: duckdb.Error, kind: str, code: int) -> None:
    with pytest.raises(FinOpsError, match=kind) as caught, readable("a.parquet"):
        raise error
    assert caught.value.exit_code == code


def test_a_fault_of_our_own_sql_is_not_blamed_on_the_file() -> None:
    with pytest.raises(duckdb.ParserException), connect() as connection, readable("a.parquet"):
        connection.execute("SELEC 1")
