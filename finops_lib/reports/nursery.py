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
from finops_lib.reports.messages import Begun, Done, Ended, Gone, Request, packed, unpacked
from finops_lib.reports.pool import RARELY

_PACKAGES = ("finops_lib.analyses", "finops_lib.presentation", "finops_lib.warehouse")
_MODULES = ("finops_lib.workbench", "numpy", "pandas", "matplotlib.pyplot", "seaborn", "duckdb")
_LATER = ("pandera.backends.pandas.builtin_checks", "pyarrow.pandas_compat", "PIL.features")  # loaded at first use


def main() -> None:
    """Serve requests until nobody is left to ask."""
    pipe: Connection = Connection(int(sys.argv[1]))
    os.set_inheritable(pipe.fileno(), False)
    _prepare()
    shell = cells.new_shell()
    gc.freeze()  # a child's collector leaves these pages shared
    gc.set_threshold(*RARELY)
    pipe.send_bytes(str(_threads()).encode())
    with suppress(EOFError):
        while _attend(pipe, unpacked(pipe.recv_bytes()), shell):
            pass


def _prepare() -> None:
    for name in (*_MODULES, *_LATER):
        importlib.import_module(name)
    for package in map(importlib.import_module, _PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def _attend(pipe: Connection, request: Request, shell: cells.Shell) -> bool:
    """Have a child run the notebook and tell when it has gone; False where it ended badly, and with it this process."""
    child = os.fork()
    if not child:
        _live(pipe, request, shell)
    gone = os.pidfd_open(child)  # what the notebook left running does not keep it open
    if 0 in wait([0, gone]):  # standard input closes with the process that asked
        os.killpg(0, signal.SIGKILL)
    os.close(gone)
    _, status = os.waitpid(child, 0)
    if status == 0:
        pipe.send_bytes(packed(Gone()))
    return status == 0


def _live(pipe: Connection, request: Request, shell: cells.Shell) -> None:
    """The life of a child: never returns."""
    code, me = 1, os.getpid()
    try:
        _settle(request)
        for place, cell in enumerate(request.code):
            pipe.send_bytes(packed(Begun(place)))
            outputs, well = cells.run(shell, cell)
            if os.getpid() != me:  # a copy that the cell has made of this process: it has no part in the notebook
                os._exit(0)
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
