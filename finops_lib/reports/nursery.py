"""``python -m finops_lib.reports.nursery FD``: imports once what all notebooks use, then forks a child for each.

Only a process with one thread may fork, and a child must inherit no connection: this one imports and runs nothing else.
It hears requests on the pipe ``FD`` and ends, with its child, when the pipe or its standard input closes.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import random
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np

from finops_lib.reports import cells
from finops_lib.reports.messages import Begun, Done, Ended, Request, packed, unpacked

_PACKAGES = ("finops_lib.analyses", "finops_lib.presentation", "finops_lib.warehouse")
_MODULES = ("finops_lib.workbench", "numpy", "pandas", "matplotlib.pyplot", "seaborn", "duckdb")


def main() -> None:
    """Serve requests until nobody is left to ask."""
    pipe: Connection = Connection(int(sys.argv[1]))
    os.set_inheritable(pipe.fileno(), False)
    _prepare()
    shell = cells.new_shell()
    gc.freeze()  # a child's collector leaves these pages shared
    pipe.send_bytes(str(_threads()).encode())
    with suppress(EOFError):
        while _attend(pipe, unpacked(pipe.recv_bytes()), shell):
            pass


def _prepare() -> None:
    for name in _MODULES:
        importlib.import_module(name)
    for package in map(importlib.import_module, _PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def _attend(pipe: Connection, request: Request, shell: cells.Shell) -> bool:
    """Have a child run the notebook; False where it ended before its time, and with it this process."""
    alive, held = os.pipe()  # readable once the child, which alone holds the other end, has gone
    child = os.fork()
    if not child:
        os.close(alive)
        _live(pipe, request, shell)
    os.close(held)
    if 0 in wait([0, alive]):  # standard input closes with the process that asked
        os.killpg(0, signal.SIGKILL)
    os.close(alive)
    _, status = os.waitpid(child, 0)
    return status == 0


def _live(pipe: Connection, request: Request, shell: cells.Shell) -> None:
    """The life of a child: never returns."""
    code = 1
    try:
        _settle(request)
        for place, cell in enumerate(request.code):
            pipe.send_bytes(packed(Begun(place)))
            outputs, well = cells.run(shell, cell)
            pipe.send_bytes(packed(Ended(place, outputs, well)))
            if not well:
                break
        pipe.send_bytes(packed(Done()))
        code = 0
    finally:
        os._exit(code)


def _settle(request: Request) -> None:
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.work)
    chatter = os.open(request.chatter, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream, opened in enumerate((os.open(os.devnull, os.O_RDONLY), chatter, chatter)):
        os.dup2(opened, stream)
    random.seed()
    np.random.seed()


if __name__ == "__main__":
    main()
