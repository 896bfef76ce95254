"""The demo's clock: hours since the first instant of its first month, UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from finops_lib.core.periods import Period
from finops_lib.sources.demo.money import Ints
from finops_lib.sources.demo.size import DemoSize

ALWAYS = 10**6  # an hour that no demo reaches: "still running"


@dataclass(frozen=True)
class Month:
    """One billing month of the demo; ``hours`` have data, ``full_hours`` are in the calendar."""

    period: Period
    index: int
    first: int
    hours: int
    full_hours: int

    @property
    def closed(self) -> bool:
        """True once the invoice is final."""
        return self.hours == self.full_hours

    @property
    def last(self) -> int:
        """The hour after the last one with data."""
        return self.first + self.hours

    @property
    def days(self) -> int:
        """Days with data."""
        return self.hours // 24


@dataclass(frozen=True)
class Timeline:
    """Hours and dates of a demo of a given size."""

    size: DemoSize

    @property
    def origin(self) -> dt.datetime:
        """The instant of hour 0."""
        return dt.datetime.combine(self.size.end.shift(1 - self.size.months).start, dt.time())

    @property
    def months(self) -> tuple[Month, ...]:
        """All months, the open one last."""
        first = Period.of(self.origin.date())
        count = self.size.months + (1 if self.size.open_days else 0)
        return tuple(self._month(first.shift(index), index) for index in range(count))

    @property
    def last_hour(self) -> int:
        """The hour after the last one of the story."""
        return self.months[-1].last

    @property
    def told(self) -> tuple[Month, ...]:
        """The months that are told so far: all of them, unless the size says until when."""
        until = self.size.until
        return tuple(month for month in self.months if until is None or month.period <= until)

    @property
    def now(self) -> int:
        """The hour after the last one that is told: when papers are taken."""
        return self.told[-1].last

    def _month(self, period: Period, index: int) -> Month:
        full = period.days * 24
        hours = full if period <= self.size.end else self.size.open_days * 24
        return Month(period, index, self.hour(period.start), hours, full)

    def hour(self, day: dt.date, hour: int = 0) -> int:
        """Hour number of a date; negative before the first month."""
        return (day - self.origin.date()).days * 24 + hour

    def back(self, months: int, day: int = 1, hour: int = 0) -> int:
        """Hour number of a day in the month that many months before the last closed one."""
        return self.hour(self.size.end.shift(-months).start + dt.timedelta(days=day - 1), hour)

    def instant(self, hour: int) -> dt.datetime:
        """Date and time of an hour number."""
        return self.origin + dt.timedelta(hours=hour)

    def iso(self, hour: int) -> str:
        """The instant as the bill and the APIs write it: ``2026-10-01T00:00:00Z``."""
        return self.instant(hour).strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(self, hour: int) -> str:
        """The date of an hour number, ISO."""
        return self.instant(hour).date().isoformat()

    def weekhour(self, hours: Ints) -> Ints:
        """Hour of the week (0 is Monday 00:00) of hour numbers."""
        return np.asarray((hours + self.origin.weekday() * 24) % 168, dtype=np.int64)
