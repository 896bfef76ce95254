from __future__ import annotations

import re

import pytest
from presentation.test_variance_words import CASES
from presentation.variance_samples import DATA, variance

from finops_lib.presentation import charts
from finops_lib.presentation.values import Chart, Text


def texts(svg: str) -> list[str]:
    return [
        text.replace("\u00a0", " ").replace("\u202f", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    ]


@pytest.mark.parametrize("name", ["bridge", "causes"])
@pytest.mark.parametrize("case", CASES)
def test_every_case_gives_a_figure_or_says_why_not(case: str, name: str) -> None:
    value = getattr(charts.variance, name)(CASES[case]())
    assert isinstance(value, Chart | Text)
    assert not re.search(r"\b(nan|None|inf|NaT)\b", value.plain())
    if isinstance(value, Chart):
        assert value.message.endswith(".")
        assert value.alt.startswith(value.message)
        outside = [float(x) for x in re.findall(r'<text[^>]* x="([-\d.]+)"', value.svg)]
        assert all(-0.5 <= x <= value.width + 0.5 for x in outside)


def test_the_bridge_of_effects_closes() -> None:
    chart = charts.variance.bridge(variance())
    assert isinstance(chart, Chart)
    assert texts(chart.svg) == [
        *("1.90", "+0.64", "−0.02", "+0.06", "2.58"),
        *("July 2026", "Volume", "AmazonCloudWatch", "Credits", "Tax", "August 2026"),
    ]
    assert "the two totals do not start at zero" in chart.source


def test_small_effects_are_one_row_with_their_count() -> None:
    fees = [(DATA, "tax", 0.0, 3.0), (DATA, "refund", 0.0, -2.0)]
    chart = charts.variance.bridge(variance(fees=fees))
    assert isinstance(chart, Chart)
    assert "Other effects (2), net" in texts(chart.svg)


def test_the_bridge_of_causes_closes_with_all_else() -> None:
    chart = charts.variance.causes(variance())
    assert isinstance(chart, Chart)
    found = texts(chart.svg)
    assert {"DataProcessing-Bytes", "harbor-production", "+0.60", "All else, net", "+0.08"} <= set(found)
    longer = charts.variance.causes(variance(months=("2026-02", "2026-03")))
    assert isinstance(longer, Chart)


def test_an_open_month_ends_at_its_pace() -> None:
    chart = charts.variance.bridge(variance(days=18))
    assert isinstance(chart, Chart)
    assert "August 2026 at this pace" in texts(chart.svg)
