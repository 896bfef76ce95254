"""Many reports: what of a plan is done already, and the rest made side by side."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from finops_lib.reports import index, pool
from finops_lib.reports.produce import Job, Outcome, Press, Tell, outcome, produce
from finops_lib.reports.runs import RunStore


class Listener(Protocol):
    """Who hears how the batch goes."""

    def stage(self, job: Job, text: str) -> None:
        """A job entered a stage."""
        ...

    def done(self, job: Job, outcome: Outcome) -> None:
        """A job has an outcome."""
        ...


def run(
    jobs: Sequence[Job],
    *,
    workers: int,
    press: Press,
    own_words: Callable[[Job], Iterable[str]],
    listener: Listener,
) -> tuple[Outcome, ...]:
    """Make what is not made; outcomes in the order of ``jobs``. A report that fails stops no other.

    On Ctrl-C the workers are stopped and their half-made reports removed before it goes on.
    """
    found: dict[str, Outcome] = {}

    def done(job: Job, outcome: Outcome) -> None:
        found[job.inputs.run_id] = outcome
        listener.done(job, outcome)

    for job in jobs:
        if is_done(job):
            done(job, outcome(job, "done", RunStore(job.runs).folder(job.key), start=time.monotonic()))
    todo = [job for job in jobs if job.inputs.run_id not in found]
    try:
        if todo:
            RunStore(todo[0].runs).sweep()
            work = partial(_work, press=press, own_words=own_words)
            pool.run(todo, work, min(workers, len(todo)), pool.Ears(listener.stage, done, _lost))
    finally:
        for job in jobs[:1]:
            RunStore(job.runs).sweep()
            index.write(job.runs, job.key.client, job.key.period)
    return tuple(found[job.inputs.run_id] for job in jobs)


def is_done(job: Job) -> bool:
    """True where there is nothing to do; a complete run that does not stand yet is let stand."""
    store = RunStore(job.runs)
    if job.force or not store.is_complete(job.key):
        return False
    if not store.is_current(job.key):
        store.stand(job.key)
    return True


def default_workers() -> int:
    """As many as this process may use cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _work(job: Job, tell: Tell, *, press: Press, own_words: Callable[[Job], Iterable[str]]) -> Outcome:
    return produce(job, tell, press=press, own_words=own_words)


def _lost(job: Job, exit_code: int | None) -> Outcome:
    why = f"The process that made it ended unexpectedly (exit code {exit_code}); is memory short?"
    return outcome(job, "failed", RunStore(job.runs).folder(job.key), start=time.monotonic(), error=why)
