from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period


@pytest.mark.parametrize(
    ("text", "start", "end", "days", "label"),
    [
        ("2026-01", dt.date(2026, 1, 1), dt.date(2026, 2, 1), 31, "January 2026"),
        ("2026-12", dt.date(2026, 12, 1), dt.date(2027, 1, 1), 31, "December 2026"),
        ("2028-02", dt.date(2028, 2, 1), dt.date(2028, 3, 1), 29, "February 2028"),
        ("2100-02", dt.date(2100, 2, 1), dt.date(2100, 3, 1), 28, "February 2100"),
    ],
)
def test_a_month(text: str, start: dt.date, end: dt.date, days: int, label: str) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.days, period.label, str(period)) == (start, end, days, label, text)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1", "2026-13", "2026-00", "26-01", "2026-01-01", "2026/01", "2026-01\n", " 2026-01"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a billing period\. Write it as YYYY-MM"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("months", "expected"), [(0, "2026-03"), (1, "2026-04"), (10, "2027-01"), (-3, "2025-12"), (-27, "2023-12")]
)
def test_shift(months: int, expected: str) -> None:
    assert str(Period(2026, 3).shift(months)) == expected


@given(st.integers(1900, 2200), st.integers(1, 12), st.integers(-400, 400))
def test_shifts_undo_each_other_and_keep_order(year: int, month: int, by: int) -> None:
    period = Period(year, month)
    assert period.shift(by).shift(-by) == period
    assert (period.shift(by) > period) is (by > 0)
    assert Period.of(period.start) == Period.of(period.end - dt.timedelta(days=1)) == period
