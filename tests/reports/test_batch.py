from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from reports.samples import DEADLY_PRESS, PRESS, job, no_words

from finops_lib.core.hashing import short_id
from finops_lib.reports import batch
from finops_lib.reports.produce import Job, Outcome, Press
from finops_lib.reports.runs import RunStore, read_json

ONE, TWO, THREE = "111111111111", "222222222222", "333333333333"
TESTS = Path(__file__).parents[1]


class Told:
    """Keeps what a batch tells."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.ended: list[tuple[str, str]] = []

    def stage(self, job: Job, text: str) -> None:
        self.stages.append(text)

    def done(self, job: Job, outcome: Outcome) -> None:
        self.ended.append((outcome.scope, outcome.status))


def run(jobs: list[Job], press: Press = PRESS) -> tuple[tuple[Outcome, ...], Told]:
    told = Told()
    return batch.run(jobs, workers=2, press=press, own_words=no_words, listener=told), told


def jobs(folder: Path, *scopes: str) -> list[Job]:
    return [job(folder, scope) for scope in scopes or (ONE, TWO, THREE)]


def content(runs: Path) -> dict[str, bytes]:
    """Every file below runs/ but logs, with the manifests' times left out."""
    found = {}
    for path in sorted(path for path in runs.rglob("*") if path.is_file() and path.name != "log.jsonl"):
        data = path.read_bytes()
        if path.name == "manifest.json":
            data = json.dumps({key: value for key, value in json.loads(data).items() if key != "times"}).encode()
        found[path.relative_to(runs).as_posix()] = data
    return found


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "runs" / ".staging").iterdir()]


def process(folder: Path, *scopes: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "reports.batch_process", str(folder), *(scopes or (ONE, TWO, THREE))]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    outcomes, _ = run(jobs(folder))
    assert [outcome.status for outcome in outcomes] == ["made"] * 3
    return content(folder / "runs")


def test_a_batch_is_made_once_and_then_found(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    work = jobs(tmp_path)
    outcomes, told = run(work)
    assert [(outcome.scope, outcome.status) for outcome in outcomes] == [(ONE, "made"), (TWO, "made"), (THREE, "made")]
    assert sorted(told.ended) == [(ONE, "made"), (TWO, "made"), (THREE, "made")]
    assert told.stages.count("overview") == 3
    assert content(tmp_path / "runs") == undisturbed
    again, told = run(work)
    assert [outcome.status for outcome in again] == ["done"] * 3
    assert told.stages == []
    assert [path.name for path in again[0].documents] == ["executive.pdf", "technical.pdf"]
    assert leftovers(tmp_path) == []


def test_a_failed_report_stops_no_other(tmp_path: Path) -> None:
    work = [job(tmp_path / "a", ONE, body="1 / 0"), replace(job(tmp_path / "b", TWO), runs=tmp_path / "a" / "runs")]
    outcomes, _ = run(work)
    assert [outcome.status for outcome in outcomes] == ["failed", "made"]
    assert "ZeroDivisionError" in outcomes[0].error


def test_a_worker_killed_by_the_system_fails_its_report_only(tmp_path: Path) -> None:
    outcomes, _ = run(jobs(tmp_path), DEADLY_PRESS)
    assert [outcome.status for outcome in outcomes] == ["made", "failed", "made"]
    assert outcomes[1].error == "The process that made it ended unexpectedly (exit code -9); is memory short?"
    assert leftovers(tmp_path) == []
    assert not outcomes[1].kept
    again, _ = run(jobs(tmp_path))
    assert [outcome.status for outcome in again] == ["done", "made", "done"]
    forced, _ = run([replace(each, force=True) for each in jobs(tmp_path)], DEADLY_PRESS)
    assert forced[1].folder == again[1].folder  # an earlier good run stands there, and is not this one's
    assert (forced[1].kept, forced[1].documents) == (False, ())
    assert forced[0].kept


def test_a_complete_run_that_does_not_stand_is_let_stand(tmp_path: Path) -> None:
    first, _ = run(jobs(tmp_path, ONE))
    current = first[0].folder.parent / "current.json"
    current.unlink()  # as after a kill between the rename and the replacement
    again, told = run(jobs(tmp_path, ONE))
    assert (again[0].status, told.stages) == ("done", [])
    assert (read_json(current) or {})["run_id"] == first[0].run_id


@pytest.mark.parametrize("moment", [0.3, 1.1, 2.0])
def test_killed_at_any_moment_a_rerun_equals_an_undisturbed_batch(
    tmp_path: Path, undisturbed: dict[str, bytes], moment: float
) -> None:
    with process(tmp_path) as victim:
        time.sleep(moment)
        victim.kill()
        victim.wait()
    outcomes, _ = run(jobs(tmp_path))
    assert [outcome.error for outcome in outcomes] == ["", "", ""]
    assert content(tmp_path / "runs") == undisturbed
    assert leftovers(tmp_path) == []


def test_the_children_of_a_killed_batch_go_with_it(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    with process(tmp_path, ONE) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == f"{ONE} overview\n"
        time.sleep(0.4)
        family = psutil.Process(victim.pid).children(recursive=True)
        assert family
        victim.kill()
        victim.wait()
    _, alive = psutil.wait_procs(family, timeout=8)
    assert alive == []


def test_interrupted_it_leaves_at_once_and_clean(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    psutil = pytest.importorskip("psutil")
    scratch = short_id([str(tmp_path / "runs"), job(tmp_path, ONE).inputs.run_id])
    with process(tmp_path) as victim:
        assert victim.stdout is not None
        assert victim.stderr is not None
        victim.stdout.readline()
        time.sleep(0.5)
        family = psutil.Process(victim.pid).children(recursive=True)
        begun = time.monotonic()
        victim.send_signal(signal.SIGINT)
        errors = victim.stderr.read()
        victim.wait(timeout=10)
    assert time.monotonic() - begun < 4
    assert errors.count("Traceback") == 1  # the test process's own KeyboardInterrupt; workers are silent
    assert errors.strip().endswith("KeyboardInterrupt")
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert leftovers(tmp_path) == []
    assert not list(Path(tempfile.gettempdir()).glob(f"finops-{scratch}-*"))
    run(jobs(tmp_path))
    assert content(tmp_path / "runs") == undisturbed


def test_two_batches_at_once_share_the_work(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    with process(tmp_path) as first, process(tmp_path) as second:
        told = [(first.communicate(timeout=60)[0]), (second.communicate(timeout=60)[0])]
        assert (first.returncode, second.returncode) == (0, 0)
    lines = [line for text in told for line in text.splitlines()]
    assert sum(line.endswith(" made") for line in lines) == 3
    assert sum(line.endswith(" done") for line in lines) == 3
    assert any("waits for another finops report" in line for line in lines)
    assert content(tmp_path / "runs") == undisturbed
    assert leftovers(tmp_path) == []


def test_the_work_of_nobody_is_swept_before_a_batch(tmp_path: Path) -> None:
    stale = tmp_path / "runs" / ".staging" / "ffffffffffff.12345"
    stale.mkdir(parents=True)
    run(jobs(tmp_path, ONE))
    assert leftovers(tmp_path) == []
    assert RunStore(tmp_path / "runs").is_complete(job(tmp_path, ONE).key)


def test_there_are_as_many_workers_as_cores() -> None:
    assert 1 <= batch.default_workers() <= (os.cpu_count() or 1)
