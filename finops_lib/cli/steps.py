"""One progress display on standard error: a live bar on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Display:
    """What long commands tell: bytes fetched, then steps done."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)

    def start_bytes(self, what: str, total: int) -> None:
        """Begin to count the bytes of a source."""
        self._bar.reset(self._task, description=what, total=max(total >> 20, 1), completed=0)
        self._left = 0

    def add_bytes(self, count: int) -> None:
        """That many bytes came."""
        self._left += count
        self._bar.update(self._task, advance=self._left >> 20)
        self._left &= (1 << 20) - 1

    def step(self, what: str, done: int, total: int) -> None:
        """That many of the steps of the present work are done."""
        self._bar.update(self._task, description=what, completed=done, total=total)


@contextmanager
def steps() -> Iterator[Display]:
    """Show progress while the block runs; a source may be called anything, so that no text is taken for markup."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        yield Display(bar)
