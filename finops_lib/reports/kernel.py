"""A kernel for one notebook: this very interpreter, private sockets, and an environment without anyone's secrets."""

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
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "finops-kernel"
_ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
_LONGEST_SOCKET = 90  # a Unix socket's path holds 107 bytes; jupyter_client adds a suffix
_KEPT = re.compile(
    r"(HOME|USERPROFILE|LANG|LANGUAGE|LC_\w+|PATH|PYTHONHOME|PYTHONPATH|VIRTUAL_ENV|SYSTEMROOT|TEMP|TMP|TMPDIR"
    r"|(DY)?LD_(FALLBACK_)?LIBRARY_PATH|FONTCONFIG_(FILE|PATH)|MPLCONFIGDIR|XDG_CACHE_HOME)\Z"
)
_FIXED = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "TZ": "UTC", "PYTHONWARNINGS": "default"}


@dataclass(frozen=True)
class Place:
    """Where a notebook runs: its scratch folder (working directory, sockets) and the variables that it may see."""

    scratch: Path
    variables: Mapping[str, str]

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
    try:
        (scratch / "work").mkdir()
        yield Place(scratch, variables)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Manager(AsyncKernelManager):
    """Starts ``sys.executable`` whatever kernelspecs are installed, over Unix sockets where they exist."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kernel_spec = KernelSpec(argv=list(_ARGV), display_name="Python 3", language="python")


def _manager(scratch: Path) -> _Manager:
    connection = str(scratch / "k.json")
    private = os.name == "posix" and len(connection) < _LONGEST_SOCKET
    return _Manager(connection_file=connection, **({"transport": "ipc"} if private else {}))


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """The ordinary path, and the reference for any faster engine: one kernel process a notebook."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, place: Place, timeout: float, **_: Any) -> None:
        """Run all cells within ``timeout`` seconds in all; the kernel's own chatter goes to the log."""
        deadline = time.monotonic() + timeout
        client = PapermillNotebookClient(
            nb_man,
            km=_manager(place.scratch),
            kernel_name=kernel_name,
            startup_timeout=max(10, int(timeout)),
            timeout_func=lambda _cell: max(1, int(deadline - time.monotonic())),
            shutdown_kernel="immediate",
            record_timing=False,
            log=logging.getLogger("papermill"),
        )
        with (place.scratch / "kernel.log").open("wb") as chatter:
            client.execute(
                cleanup_kc=True,
                env=place.environment(os.environ),
                cwd=str(place.scratch / "work"),
                stdout=chatter,
                stderr=chatter,
            )


papermill_engines.register(ENGINE, KernelEngine)
