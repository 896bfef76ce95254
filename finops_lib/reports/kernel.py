"""A kernel for one run's notebooks: this very interpreter, private sockets, an environment without anyone's secrets."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "finops-kernel"
_ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
_LONGEST_SOCKET = 90  # a Unix socket's path holds 107 bytes; jupyter_client adds a suffix
_CLEAN = "import os; os.chdir({work!r}); get_ipython().run_line_magic('reset', '-f')"
_KEPT = re.compile(
    r"(HOME|USERPROFILE|LANG|LANGUAGE|LC_\w+|PATH|PYTHONHOME|PYTHONPATH|VIRTUAL_ENV|SYSTEMROOT|TEMP|TMP|TMPDIR"
    r"|(DY)?LD_(FALLBACK_)?LIBRARY_PATH|FONTCONFIG_(FILE|PATH)|MPLCONFIGDIR|XDG_CACHE_HOME)\Z"
)
_FIXED = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "TZ": "UTC", "PYTHONWARNINGS": "default"}


class _Manager(AsyncKernelManager):
    """Starts ``sys.executable`` whatever kernelspecs are installed, over Unix sockets where they exist."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kernel_spec = KernelSpec(argv=list(_ARGV), display_name="Python 3", language="python")


def _manager(scratch: Path) -> _Manager:
    connection = str(scratch / "k.json")
    private = os.name == "posix" and len(connection) < _LONGEST_SOCKET
    return _Manager(connection_file=connection, **({"transport": "ipc"} if private else {}))


@dataclass
class Place:
    """Where a run's notebooks run: a scratch folder (working directory, sockets) and the variables that they may see.

    The kernel of ``manager`` starts with the first notebook.
    """

    scratch: Path
    variables: Mapping[str, str]
    manager: _Manager

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.scratch / "work"

    def end_kernel(self) -> None:
        """End the kernel, if one runs; the next notebook gets a new one."""
        if self.manager.has_kernel:
            run_sync(self.manager.shutdown_kernel)(now=True)
            self.manager = _manager(self.scratch)  # a manager whose kernel ended cannot start another

    def environment(self, outer: Mapping[str, str]) -> dict[str, str]:
        """The kernel's environment: an allow list of ``outer``; billing credentials are not on it."""
        kept = {name: value for name, value in outer.items() if _KEPT.match(name)}
        own = {"IPYTHONDIR": str(self.scratch / "ipython"), "JUPYTER_RUNTIME_DIR": str(self.scratch)}
        return kept | _FIXED | own | dict(self.variables)


@contextmanager
def place(name: str, variables: Mapping[str, str]) -> Iterator[Place]:
    """A private scratch folder below the system's temporary one; those left behind by a killed run go first."""
    parent = Path(tempfile.gettempdir())
    for stale in parent.glob(f"finops-{name}-*"):
        shutil.rmtree(stale, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"finops-{name}-", dir=parent))
    found = Place(scratch, variables, _manager(scratch))
    try:
        found.work.mkdir()
        yield found
    finally:
        found.end_kernel()
        shutil.rmtree(scratch, ignore_errors=True)


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Runs a notebook in a place's kernel; where another ran in it before, its names go first."""

    def __init__(self, nb_man: Any, place: Place, **options: Any) -> None:
        super().__init__(nb_man, km=place.manager, **options)
        self._clean = _CLEAN.format(work=str(place.work)) if place.manager.has_kernel else ""

    def papermill_execute_cells(self) -> None:
        """Run the cells in order, up to one that fails."""
        if self._clean:
            self.wait_for_reply(self.kc.execute(self._clean, silent=True))
        super().papermill_execute_cells()


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """The ordinary path, and the reference for any faster engine: one kernel process a run.

    Starting a kernel and importing the library takes longer than most notebooks do, so those of one scope share one.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, place: Place, timeout: float, **_: Any) -> None:
        """Run all cells within ``timeout`` seconds in all; the kernel's own chatter goes to the log."""
        deadline = time.monotonic() + timeout
        client = _Client(
            nb_man,
            place,
            kernel_name=kernel_name,
            startup_timeout=max(10, int(timeout)),
            timeout_func=lambda _cell: max(1, int(deadline - time.monotonic())),
            shutdown_kernel="immediate",
            record_timing=False,
            log=logging.getLogger("papermill"),
        )
        with (place.scratch / "kernel.log").open("ab") as chatter:
            options = {"env": place.environment(os.environ), "cwd": str(place.work)}
            try:
                client.execute(cleanup_kc=False, stdout=chatter, stderr=chatter, **options)
            except BaseException:  # it may hang or be gone
                place.end_kernel()
                raise
            finally:
                if client.kc is not None:
                    client.kc.stop_channels()


papermill_engines.register(ENGINE, KernelEngine)
