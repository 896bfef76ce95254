"""Several processes at work on a list of tasks: one that dies costs its own task and nothing else."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Tell = Callable[[str], None]
Pipe: TypeAlias = "connection.Connection[Any, Any]"

_SPAWN = multiprocessing.get_context("spawn")
RARELY = (50_000, 20, 20)  # a page is made of many objects and hardly any of them is garbage: looking costs a quarter
_GRACE = 5.0  # seconds that a stopped worker has to end its notebook and leave


@dataclass
class _Worker(Generic[T]):
    process: BaseProcess
    pipe: Pipe
    task: T


@dataclass(frozen=True)
class Ears(Generic[T, R]):
    """Who hears of the work: of a task's stages and its result, and what a task gives whose process died."""

    stage: Callable[[T, str], None]
    done: Callable[[T, R], None]
    lost: Callable[[T, int | None], R]


def run(tasks: Sequence[T], work: Callable[[T, Tell], R], workers: int, ears: Ears[T, R]) -> None:
    """Have ``work`` done for each task, ``workers`` at a time, and report as it goes.

    ``work`` and the tasks must be picklable. On any exception, Ctrl-C among them, all workers are stopped before it
    goes on.
    """
    pending = list(reversed(tasks))
    crew: list[_Worker[T]] = []
    try:
        while pending or crew:
            while pending and len(crew) < workers:
                crew.append(_start(work, pending.pop()))
            for worker in _ready(crew):
                stays = _hear(worker, pending, ears)
                if not stays:
                    crew.remove(worker)
    finally:
        _stop(crew)


def _ready(crew: Sequence[_Worker[T]]) -> list[_Worker[T]]:
    pipes = {worker.pipe: worker for worker in crew}
    return [pipes[pipe] for pipe in connection.wait(list(pipes)) if pipe in pipes]


def _hear(worker: _Worker[T], pending: list[T], ears: Ears[T, R]) -> bool:
    """Take one message from a worker; False where it has left: it died, or there is no task left for it."""
    task = worker.task
    try:
        kind, value = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(_GRACE)
        ears.done(task, ears.lost(task, worker.process.exitcode))
        return False
    if kind == "stage":
        ears.stage(task, value)
        return True
    if pending:
        _give(worker, pending.pop())
    else:
        worker.pipe.close()
    ears.done(task, value)
    return not worker.pipe.closed


def _start(work: Callable[[T, Tell], R], task: T) -> _Worker[T]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(theirs, work), daemon=False)
    with _interrupts_held():
        process.start()
    theirs.close()
    worker = _Worker(process, ours, task)
    _give(worker, task)
    return worker


def _give(worker: _Worker[T], task: T) -> None:
    worker.task = task
    try:
        worker.pipe.send(task)
    except OSError:  # it died before its first task; the end of its pipe says so to _hear
        return


def _stop(crew: Sequence[_Worker[T]]) -> None:
    for worker in crew:
        worker.process.terminate()
    for worker in crew:
        worker.process.join(_GRACE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.pipe.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts: it must not meet a half-started worker, and must not be lost."""
    resource_tracker.ensure_running()  # its own start would let interrupts through again
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _serve(pipe: Pipe, work: Callable[[T, Tell], R]) -> None:
    """The life of a worker process: silent, deaf to Ctrl-C (its parent hears it), gone with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, _leave)
    _silence()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    gc.set_threshold(*RARELY)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        result = work(task, lambda stage: pipe.send(("stage", stage)))
        pipe.send(("done", result))


def _silence() -> None:
    """Keep the terminal for the parent: what libraries print here belongs to nobody."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _leave(_signal: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(143)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
