from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.presentation import widths
from finops_lib.presentation.widths import PAGE, Strip, shares

GAP = 2.0 * 72 / 25.4


def test_a_text_is_as_wide_as_its_letters() -> None:
    assert widths.width("00") == pytest.approx(2 * 0.6 * 8 * 1.01)
    assert widths.width("a", bold=True) == pytest.approx(0.559 * 8 * 1.01)
    assert widths.width("日") == pytest.approx(8 * 1.01)  # not in the font: as wide as high


def test_what_fits_on_a_line_shares_the_page_by_length() -> None:
    first, second = shares((Strip(("A", "00000")), Strip(("B", "0000000000"), whole=True, number=True))) or ()
    assert first + second == pytest.approx(1)
    assert first == pytest.approx((PAGE - 2 * GAP) / 3 / PAGE + GAP / PAGE, abs=1e-3)


def test_numbers_and_codes_stay_whole_and_prose_gives_way() -> None:
    prose = Strip(("Note", "word " * 80))
    number = Strip(("Cost", "1234567890"), whole=True, number=True)
    code = Strip(("Code", "variance.expected_at_previous_prices"), whole=True)
    told, cost, named = shares((prose, number, code)) or ()
    assert cost * PAGE >= widths.width("1234567890") + GAP - 0.01
    assert named * PAGE >= widths.width(code.texts[1]) + 2 * GAP - 0.01
    assert told > 0.3
    assert told + cost + named == pytest.approx(1)


def test_two_long_columns_stand_as_their_rows_need() -> None:
    one, other = Strip(("A", "word " * 60, "word " * 60)), Strip(("B", "word " * 60, "word " * 60))
    left, right = shares((one, other)) or ()
    assert left == pytest.approx(right, abs=0.05)


def test_a_long_word_is_broken_before_the_table_is_wider_than_the_page() -> None:
    arn = Strip(("Resource", "x" * 200))
    assert shares((arn, Strip(("What", "a few words"))))
    assert shares((Strip(("Resource", "x" * 200), whole=True),)) is None


@given(st.lists(st.lists(st.text("ab 0-", max_size=60), min_size=3, max_size=3), min_size=1, max_size=6))
def test_shares_fill_the_page_and_hold_every_short_word(columns: list[list[str]]) -> None:
    strips = [Strip(tuple(texts), total=True) for texts in columns]
    found = shares(strips)
    assert found is not None
    assert sum(found) == pytest.approx(1)
    for share, strip in zip(found, strips, strict=True):
        assert share * PAGE >= max(widths.width(word[:14]) for text in strip.texts for word in text.split(" ")) - 1e-6
