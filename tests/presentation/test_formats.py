from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest

from finops_lib.presentation import formats


def spaced(text: str) -> str:
    """With plain spaces, to read and compare."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12_431.2, "12.4 k USD"),
        (999.4, "999 USD"),
        (999.6, "1.00 k USD"),  # rounding lifts it into the next unit
        (999_999, "1.00 M USD"),
        (1e9, "1.00 bn USD"),
        (1.2345e12, "1 230 bn USD"),
        (0.5, "0.500 USD"),
        (0.004, "0.004 USD"),
        (1e-7, "about 0 USD"),
        (-1e-7, "about 0 USD"),
        (0, "0 USD"),
        (-0.0, "0 USD"),
        (-12.345, "−12.3 USD"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_sentences_carry_three_significant_digits(value: Any, text: str) -> None:
    assert spaced(formats.money(value, "USD")) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567.891, "1 234 567.89"), (-0.001, "0.00"), (-0.0, "0.00"), (-1234.5, "−1 234.50"), (None, "–")],
)
def test_tie_outs_carry_cents(value: Any, text: str) -> None:
    assert spaced(formats.cents(value)) == text


def test_spaces_inside_numbers_do_not_break() -> None:
    assert formats.cents(12_345.6) == "12\u202f345.60"
    assert formats.money(12_345.6, "USD") == "12.3\u00a0k\u00a0USD"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1200, "+1.20 k USD"), (-1200, "−1.20 k USD"), (0, "0 USD"), (-0.0, "0 USD"), (1e-9, "about 0 USD"), (None, "–")],
)
def test_only_differences_have_a_sign(value: Any, text: str) -> None:
    assert spaced(formats.change(value, "USD")) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.714, "71.4 %"), (1, "100 %"), (3.404, "340 %"), (12.0, "> 999 %"), (-12.0, "< −999 %"), (None, "–")],
)
def test_percentages_have_one_decimal_at_most(share: Any, text: str) -> None:
    assert spaced(formats.percent(share)) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.124, "+12.4 %"), (-0.03, "−3.0 %"), (-0.0001, "0.0 %"), (50, "> 999 %"), (None, "–")]
)
def test_relative_differences(share: Any, text: str) -> None:
    assert spaced(formats.change_percent(share)) == text


def test_a_ratio_to_nothing_is_unknown() -> None:
    assert formats.ratio(1, 0) is None
    assert formats.ratio(1, -5) is None
    assert formats.ratio(None, 5) is None
    assert formats.ratio(1, 4) == 0.25


def test_counts_agree_with_their_noun() -> None:
    assert spaced(formats.count(1, "file")) == "1 file"
    assert spaced(formats.count(12_000, "file")) == "12 000 files"
    assert spaced(formats.count(2, "category", "categories")) == "2 categories"


@pytest.mark.parametrize("value", [dt.date(2026, 10, 3), pd.Timestamp("2026-10-03 00:00"), "2026-10-03T00:00:00"])
def test_days_in_words(value: Any) -> None:
    assert spaced(formats.day(value)) == "3 October 2026"


def test_words_are_listed_as_in_a_sentence() -> None:
    assert formats.listing(["a"]) == "a"
    assert formats.listing(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("most", "unit", "text"),
    [
        (0.004, "USD", "<0.01"),
        (999, "USD", "999.00"),
        (5_000, "USD", "5 000"),
        (2e7, "k USD", "20 000"),
        (3e10, "M USD", "30 000"),
    ],
)
def test_a_table_has_one_scale(most: float, unit: str, text: str) -> None:
    scale = formats.table_scale([most, None, math.nan], "USD")
    assert (spaced(scale.unit), spaced(scale.text(most))) == (unit, text)


@pytest.mark.parametrize(
    ("most", "unit", "text"),
    [
        (0.004, "USD", "0.0040"),
        (99.5, "USD", "99.50"),
        (950, "USD", "950"),
        (9_500, "k USD", "9.50"),
        (95_000, "k USD", "95.0"),
    ],
)
def test_a_chart_has_one_scale(most: float, unit: str, text: str) -> None:
    scale = formats.chart_scale([most, -1e-9], "USD")
    assert (spaced(scale.unit), spaced(scale.text(most))) == (unit, text)


def test_what_is_there_is_never_printed_as_nothing() -> None:
    scale = formats.Scale(1e3, "k USD", 1)
    assert [scale.text(value) for value in (0, 20, -20, 60, None)] == ["0.0", "<0.1", ">−0.1", "0.1", "–"]
    assert [scale.delta(value) for value in (0, 20, 600, -600)] == ["0.0", "<0.1", "+0.6", "−0.6"]
    assert scale.least == 50


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("an elasticity of -0.09, changes one of 0.24", "an elasticity of −0.09, changes one of 0.24"),
        ("80 % of cases", "80\u00a0% of cases"),
        ("2026-10 of x-1 and 3-5", "2026-10 of x-1 and 3-5"),
        ("(-5)", "(−5)"),
    ],
)
def test_sentences_made_elsewhere_get_our_signs(text: str, told: str) -> None:
    assert formats.prose(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12,000.00 on 2026-11-05 rests on that of 2025-11-05.", "12 000.00 on 5 November 2026 rests on that of 5 November 2025."),
        ("without 7,436 of refunds", "without 7 436 of refunds"),
        ("1,234,567 rows, 12,34 and 1,2345", "1 234 567 rows, 12,34 and 1,2345"),
        ("s3://cur/2026-10-01/a.csv, day-2026-10-01, 2026-10-01.csv and 2026-13-45", None),
        ("until 2026-10-01.", "until 1 October 2026."),
        ("Run: finops cross-check --period 2026-10", None),
    ],
)  # fmt: skip
def test_amounts_and_days_of_sentences_made_elsewhere(text: str, told: str | None) -> None:
    assert formats.prose(text).replace(formats.THIN, " ").replace(formats.SPACE, " ") == (told or text)
