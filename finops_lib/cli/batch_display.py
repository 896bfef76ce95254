"""How a batch of reports shows itself on standard error: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

import click

from finops_lib.reports.produce import Job, Outcome

if TYPE_CHECKING:
    from rich.progress import TaskID


def label(job: Job) -> str:
    """A scope as people know it."""
    return " ".join(part for part in (str(job.inputs.scope["id"]), job.inputs.scope["name"] or "") if part)


class Lines(AbstractContextManager["Lines"]):
    """One line a report that ends."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._ended = 0

    def stage(self, job: Job, text: str) -> None:
        """Tell that a report waits for another process."""
        if text.startswith("waits"):
            click.echo(f"{label(job)}: {text}", err=True)

    def done(self, job: Job, outcome: Outcome) -> None:
        """Say how it ended; what was there before is told in the final table only."""
        self._ended += 1
        if outcome.status != "done":
            end = f"{outcome.status} in {outcome.seconds:.1f} s"
            click.echo(f"[{self._ended}/{self._total}] {label(job)}: {end}", err=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the block; every line is out."""


class Bars(AbstractContextManager["Bars"]):
    """A bar over all reports with rate and time left, and one line for each that is under way."""

    def __init__(self, total: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - not needed where nobody looks
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

        self._rich = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),  # an account may be called "team [/ops]"
            BarColumn(bar_width=24),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._began = time.monotonic()
        self._made = 0
        self._all = self._rich.add_task("Reports", total=total, note=f"0/{total}")
        self._rows: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        """Begin to draw."""
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the display."""
        self._rich.stop()

    def stage(self, job: Job, text: str) -> None:
        """Show what a report is at."""
        name = job.inputs.run_id
        if name not in self._rows:
            self._rows[name] = self._rich.add_task(f"  {label(job)}", total=None, note=text)
        self._rich.update(self._rows[name], note=text)

    def done(self, job: Job, outcome: Outcome) -> None:
        """Move on; a failure stays on the screen."""
        row = self._rows.pop(job.inputs.run_id, None)
        if row is not None:
            self._rich.remove_task(row)
        if outcome.status == "failed":
            self._rich.console.print(f"{label(job)}: failed", style="red", markup=False, highlight=False)
        self._made += outcome.status != "done"
        self._rich.update(self._all, advance=1, note=self._pace())

    def _pace(self) -> str:
        task = self._rich.tasks[0]
        ended, total = int(task.completed) + 1, int(task.total or 0)
        minutes = (time.monotonic() - self._began) / 60
        if not self._made or minutes <= 0:
            return f"{ended}/{total}"
        rate = self._made / minutes
        left = (total - ended) / rate
        return f"{ended}/{total} · {rate:.1f} a minute · {_duration(left * 60)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def batch(total: int) -> Lines | Bars:
    """The live display where standard error is a terminal."""
    return Bars(total) if sys.stderr.isatty() else Lines(total)
