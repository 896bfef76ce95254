from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from finops_lib.core import locks


def test_a_second_holder_waits_and_is_told_once(tmp_path: Path) -> None:
    path, order = tmp_path / "x.lock", []

    def second() -> None:
        with locks.held(path, waiting=lambda: order.append("waits")):
            order.append("second")

    with locks.held(path):
        thread = threading.Thread(target=second)
        thread.start()
        while "waits" not in order:
            time.sleep(0.01)
        order.append("first")
    thread.join()
    assert order == ["waits", "first", "second"]
    assert not path.exists()


def test_many_holders_never_meet(tmp_path: Path) -> None:
    path, inside, met = tmp_path / "x.lock", [0], []

    def enter() -> None:
        for _ in range(30):
            with locks.held(path):
                inside[0] += 1
                met.append(inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == [1] * 240


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    code = (
        "import sys, time; from pathlib import Path; from finops_lib.core import locks\n"
        f"with locks.held(Path({str(path)!r})):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with locks.held_if_free(path) as free:
            assert not free
        process.kill()
        process.wait()
    with locks.held_if_free(path) as free:
        assert free
    assert not path.exists()


def test_a_lock_ends_with_its_block_and_makes_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    with pytest.raises(ZeroDivisionError), locks.held(path):
        raise ZeroDivisionError
    with locks.held(path, waiting=pytest.fail):
        assert path.exists()
