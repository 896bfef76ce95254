"""Billing periods: calendar months in UTC, half-open."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from finops_lib.core.errors import UsageError

_FORM = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, order=True)
class Period:
    """One billing month. ``str(Period(2026, 3)) == "2026-03"``."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``YYYY-MM``; anything else raises :class:`UsageError`."""
        match = _FORM.match(text)
        if match is None:
            raise UsageError(f"'{text}' is not a billing period.", hint="Write it as YYYY-MM, for example 2026-03.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> Period:
        """The month that holds a day."""
        return cls(day.year, day.month)

    @property
    def start(self) -> dt.date:
        """First day, inclusive."""
        return dt.date(self.year, self.month, 1)

    @property
    def end(self) -> dt.date:
        """First day of the next month, exclusive."""
        return self.shift(1).start

    @property
    def days(self) -> int:
        """Number of days in the month."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def label(self) -> str:
        """The month in words, as reports print it: ``March 2026``."""
        return f"{calendar.month_name[self.month]} {self.year}"

    def shift(self, months: int) -> Period:
        """The period that many months later (earlier when negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
