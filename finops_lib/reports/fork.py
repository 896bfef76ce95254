"""The fast engine: notebooks run in children forked from a process that has imported everything once."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from typing import Any, ClassVar

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.engines import Engine, papermill_engines

from finops_lib.reports.messages import Begun, Done, Ended, Gone, Message, Request, packed, unpacked
from finops_lib.reports.place import Place, clean_environment

_log = logging.getLogger(__name__)

ENGINE = "finops-fork"
_COMMAND = (
    sys.executable,
    "-P",
    "-m",  # a file in the folder one stands in must not pass for a module
    "finops_lib.reports.nursery",
)
_STARTS_WITHIN = 120.0  # seconds; it imports everything


class CannotFork(Exception):
    """Why notebooks cannot be forked here."""


class Nursery:
    """A process that forks a child for each notebook: one notebook at a time, no state between them."""

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*_COMMAND, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for its parent
        )
        theirs.close()
        try:
            self._require_one_thread()
        except BaseException:
            self.end()
            raise

    def _require_one_thread(self) -> None:
        try:
            threads = int(self._pipe.recv_bytes()) if self._pipe.poll(_STARTS_WITHIN) else 0
        except (EOFError, OSError):
            threads = 0
        if not threads:
            raise CannotFork("The process that should fork notebooks did not start.")
        if threads > 1:
            raise CannotFork(f"The process that should fork notebooks has {threads} threads instead of one.")

    def run(self, request: Request, deadline: float) -> Iterator[Message]:
        """What becomes of each cell. Raises where the child ends before its time or ``deadline`` (monotonic) passes.

        After either there is no telling what the pipe holds: use a new nursery.
        """
        told: list[Message] = []
        try:
            self._pipe.send_bytes(packed(request))
            while not told or not isinstance(told[-1], Gone):
                if not self._pipe.poll(max(0.0, deadline - time.monotonic())):
                    raise CellTimeoutError("The notebook ran out of time.")
                told = [*told[-1:], unpacked(self._pipe.recv_bytes())]
                yield told[-1]
        except CellTimeoutError:  # an OSError too
            raise
        except (EOFError, OSError) as error:
            raise DeadKernelError("The child ended before the notebook did.") from error
        if not isinstance(told[0], Done):
            raise DeadKernelError("The child ended before the notebook did.")

    def is_ready(self) -> bool:
        """True where it waits for a request; one that has ended, or has more to say, is of no use any more."""
        return not self._pipe.poll()

    def end(self) -> None:
        """End the process and the child that it may have."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._pipe.close()


class ForkEngine(Engine):  # type: ignore[misc]
    """Cells run in the IPython shell of a forked child; a notebook finds what it would find in a kernel of its own."""

    _nursery: ClassVar[Nursery | None] = None  # that of this process; the first notebook starts it

    _refused: ClassVar[str] = ""  # why it did not start; it is not tried again

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, place: Place, timeout: float, **_: Any) -> None:
        """Run all cells within ``timeout`` seconds in all; in a kernel where this process cannot fork them."""
        try:
            nursery = cls._ready()
        except CannotFork as why:
            from finops_lib.reports.kernel import KernelEngine  # noqa: PLC0415 - loads what is else not needed

            _log.warning("%s A Jupyter kernel runs the notebook instead.", why)
            cls._refused = str(why)
            KernelEngine.execute_managed_notebook(nb_man, kernel_name, place=place, timeout=timeout)
            return
        cells = [cell for cell in nb_man.nb.cells if cell.cell_type == "code"]
        code = tuple(cell.source for cell in cells)
        request = Request(code, place.environment(), str(place.work), str(place.chatter))
        deadline = time.monotonic() + timeout
        try:
            for message in nursery.run(request, deadline):
                _note(nb_man, cells, message)
        except BaseException:
            cls._end()
            raise

    @classmethod
    def _ready(cls) -> Nursery:
        if cls._refused:
            raise CannotFork(cls._refused)
        if cls._nursery is not None and not cls._nursery.is_ready():
            cls._end()
        if cls._nursery is None:
            cls._nursery = Nursery()
            atexit.register(cls._end)
        return cls._nursery

    @classmethod
    def _end(cls) -> None:
        nursery, cls._nursery = cls._nursery, None
        if nursery is not None:
            nursery.end()
            atexit.unregister(cls._end)


def _note(nb_man: Any, cells: list[Any], message: Message) -> None:
    """Write down in the notebook how far it is."""
    if isinstance(message, Begun):
        nb_man.cell_start(cells[message.place])
    elif isinstance(message, Ended):
        cell = cells[message.place]
        cell.outputs = [from_dict(output) for output in message.outputs]
        if not message.well:
            nb_man.cell_exception(cell)
        nb_man.cell_complete(cell)


papermill_engines.register(ENGINE, ForkEngine)
