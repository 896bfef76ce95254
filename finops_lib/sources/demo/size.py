"""What a caller chooses about the demo, and what he gets back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period

CORE_ACCOUNTS = 8
_END = Period(2026, 10)


@dataclass(frozen=True)
class DemoSize:
    """Knobs of the demo organization.

    ``accounts`` linked accounts (at least 8), ``months`` closed months that end with ``end``, then ``open_days`` days
    of the month after it; ``rows`` is the number of bill rows to aim at (the eight named accounts set the floor, about
    20,000 rows a month). ``until`` is the last month told so far: the same story, of which the rest is still to come.
    Equal sizes give byte-identical files.
    """

    accounts: int = 8
    months: int = 16
    rows: int = 350_000
    seed: int = 7
    end: Period = _END
    open_days: int = 18
    until: Period | None = None

    def __post_init__(self) -> None:
        if not CORE_ACCOUNTS <= self.accounts <= 9_999:
            raise UsageError(f"The demo organization has 8 to 9999 accounts, not {self.accounts}.")
        if not 1 <= self.months <= 120:
            raise UsageError(f"The demo covers 1 to 120 months, not {self.months}.")
        if not 0 <= self.open_days < self.end.shift(1).days:
            raise UsageError(f"An open month has fewer than {self.end.shift(1).days} days, not {self.open_days}.")
        if self.until is not None and not self.end.shift(1 - self.months) <= self.until <= self.end:
            raise UsageError(f"{self.until} is none of the demo's {self.months} closed months.")
        if self.rows < 1:
            raise UsageError(f"The demo needs at least one row, not {self.rows}.")


DEFAULT_SIZE = DemoSize()


@dataclass(frozen=True)
class DemoFiles:
    """Where the demo lies: ``export`` is the folder to pull, ``truth`` and ``papers`` stand beside it."""

    export: Path
    truth: Path
    papers: Path
    accounts: tuple[str, ...]
    last_closed: Period
    rows: int
