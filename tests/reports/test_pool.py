from __future__ import annotations

import os
import signal
import time

import pytest

from finops_lib.reports import pool
from finops_lib.reports.pool import Tell


def work(task: str, tell: Tell) -> tuple[str, int]:
    """What a worker does in these tests, by the task's first word."""
    verb, _, rest = task.partition(" ")
    if verb == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "exit":
        os._exit(7)
    if verb == "raise":
        raise KeyError(rest)
    if verb == "sleep":
        tell("sleeps")
        time.sleep(float(rest))
    tell("ends")
    return task.upper(), os.getpid()


class Ears:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, str]] = []
        self.results: dict[str, object] = {}

    def run(self, tasks: list[str], workers: int) -> None:
        lost = pool.Ears(self.stage, self.done, lambda _task, code: ("lost", code))
        pool.run(tasks, work, workers, lost)

    def stage(self, task: str, text: str) -> None:
        self.stages.append((task, text))

    def done(self, task: str, result: tuple[str, int]) -> None:
        self.results[task] = result


def test_every_task_is_done_by_few_workers() -> None:
    ears = Ears()
    ears.run(["a", "b", "c", "d", "e"], workers=2)
    assert {task: result[0] for task, result in ears.results.items()} == {  # type: ignore[index]
        "a": "A", "b": "B", "c": "C", "d": "D", "e": "E",
    }  # fmt: skip
    assert 1 <= len({result[1] for result in ears.results.values()}) <= 2  # type: ignore[index]
    assert sorted(ears.stages) == [(task, "ends") for task in "abcde"]


def test_a_worker_that_dies_costs_its_own_task_only() -> None:
    ears = Ears()
    ears.run(["die", "a", "exit", "b", "raise x", "c"], workers=1)
    assert {task: result[0] for task, result in ears.results.items()} == {  # type: ignore[index]
        "die": "lost", "a": "A", "exit": "lost", "b": "B", "raise x": "lost", "c": "C",
    }  # fmt: skip
    assert [ears.results[task][1] for task in ("die", "exit", "raise x")] == [-9, 7, 1]  # type: ignore[index]


def test_an_interruption_stops_all_workers() -> None:
    ears, begun = Ears(), time.monotonic()
    pids: list[int] = []

    def interrupt(_task: str, _text: str) -> None:
        pids.extend(child for child in _children() if child not in pids)
        raise KeyboardInterrupt

    ears.stage = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        ears.run(["sleep 60", "sleep 60"], workers=2)
    assert time.monotonic() - begun < 10
    assert pids
    assert not set(pids) & set(_children())


def _children() -> list[int]:
    import multiprocessing

    return [process.pid for process in multiprocessing.active_children() if process.pid]
