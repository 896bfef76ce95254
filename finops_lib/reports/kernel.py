"""The ordinary engine: a kernel for each notebook, of this very interpreter, with private sockets."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from finops_lib.reports.place import Place

ENGINE = "finops-kernel"
_ARGV = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
_LONGEST_SOCKET = 90  # a Unix socket's path holds 107 bytes; jupyter_client adds a suffix


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
    """Runs anywhere, and is the reference for the faster engine: whole processes, the protocol of JupyterLab."""

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
            coalesce_streams=True,
            log=logging.getLogger("papermill"),
        )
        with place.chatter.open("ab") as chatter:
            options = {"env": place.environment(), "cwd": str(place.work)}
            client.execute(cleanup_kc=True, stdout=chatter, stderr=chatter, **options)


papermill_engines.register(ENGINE, KernelEngine)
