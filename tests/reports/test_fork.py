from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reports.samples import RUN, tiny, write

from finops_lib.reports import fork
from finops_lib.reports.execute import How, execute
from finops_lib.reports.redact import Redactor

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux")

ASKS = """
import sys, time
from pathlib import Path
from finops_lib.reports.fork import Nursery
from finops_lib.reports.messages import Request
folder = Path(sys.argv[1])
code = "import os, pathlib, time\\npathlib.Path('pid').write_text(f'{os.getpid()} {os.getppid()}')\\ntime.sleep(60)"
request = Request((code,), {"PATH": ""}, str(folder), str(folder / "chatter"))
for message in Nursery().run(request, time.monotonic() + 60):
    pass
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_notebook_and_nursery_end_with_the_process_that_asked(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ASKS, str(tmp_path)]) as asks:
        told = tmp_path / "pid"
        while not (told.is_file() and told.read_text()):
            assert asks.poll() is None
            time.sleep(0.05)
        processes = [int(number) for number in told.read_text().split()]
        assert all(map(is_alive, processes))
        os.kill(asks.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(map(is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, processes))


@pytest.mark.parametrize(
    ("says", "message"), [("c.send_bytes(b'2')", "has 2 threads instead of one"), ("pass", "did not start")]
)
def test_a_nursery_that_must_not_fork_is_refused(monkeypatch: pytest.MonkeyPatch, says: str, message: str) -> None:
    code = f"import sys\nfrom multiprocessing.connection import Connection\nc = Connection(int(sys.argv[1]))\n{says}"
    monkeypatch.setattr(fork, "_COMMAND", (sys.executable, "-c", code))
    with pytest.raises(fork.CannotFork, match=message):
        fork.Nursery()


def test_where_nothing_can_be_forked_a_kernel_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fork, "_COMMAND", (sys.executable, "-c", "pass"))
    monkeypatch.setattr(fork.ForkEngine, "_nursery", None)
    monkeypatch.setattr(fork.ForkEngine, "_refused", "")
    source = write(tmp_path / "overview.ipynb", tiny("1 + 1"))
    done = execute(source, tmp_path / "out.ipynb", {}, how=How(RUN, {}, 30, Redactor(), "fork"))
    assert done.failure is None
    assert "did not start. A Jupyter kernel runs the notebook instead." in caplog.text


def test_the_folder_one_stands_in_and_the_home_have_no_part_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seaborn.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    nursery = fork.Nursery()
    nursery.end()
    assert not (tmp_path / "home" / ".ipython").exists()
