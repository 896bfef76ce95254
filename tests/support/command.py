"""The ``finops`` command, in this process and in one of its own."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from finops_lib.cli import main

PROGRAM = [sys.executable, "-c", "from finops_lib.cli.main import main; main()"]


def finops(*arguments: str) -> int:
    """Run the command here; returns its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["finops", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def finops_process(*arguments: str, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=120)


def children_seconds() -> float:
    """Processor seconds of the processes that ended: those of the clock depend on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
