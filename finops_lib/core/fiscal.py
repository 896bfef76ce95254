"""Fiscal quarters and years: calendar months, counted from the month that the client's year begins with."""

from __future__ import annotations

import datetime as dt

from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period


def quarter(day: dt.date, fiscal_year_start: int = 1) -> tuple[Period, Period]:
    """The first and the last month of the fiscal quarter that holds a day."""
    return _span(day, fiscal_year_start, 3)


def year(day: dt.date, fiscal_year_start: int = 1) -> tuple[Period, Period]:
    """The first and the last month of the fiscal year that holds a day."""
    return _span(day, fiscal_year_start, 12)


def _span(day: dt.date, fiscal_year_start: int, months: int) -> tuple[Period, Period]:
    if not 1 <= fiscal_year_start <= 12:
        raise UsageError(f"A fiscal year cannot begin in month {fiscal_year_start}.", hint="Give a month, 1 to 12.")
    first = Period.of(day).shift(-((day.month - fiscal_year_start) % months))
    return first, first.shift(months - 1)
