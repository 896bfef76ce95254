from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from finops_lib.core.lock import exclusive


def silent() -> None:
    raise AssertionError("nobody else holds the lock")


def test_a_second_holder_waits_for_the_first(tmp_path: Path) -> None:
    path, events, said = tmp_path / "new/.lock", [], threading.Event()

    def second() -> None:
        with exclusive(path, said.set):
            events.append("second")

    with exclusive(path, silent):
        other = threading.Thread(target=second)
        other.start()
        assert said.wait(10)
        events.append("first")
    other.join(10)
    assert events == ["first", "second"]


def test_a_lock_ends_with_its_block_and_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(ZeroDivisionError), exclusive(path, silent):
        raise ZeroDivisionError
    code = f"import fcntl, os; h = open({str(path)!r}, 'a'); fcntl.flock(h, fcntl.LOCK_EX); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with exclusive(path, silent):
        pass
