from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest
from presentation.overview_samples import ACCOUNTS, SERVICES, empty, overview

from finops_lib.analyses.overview import OverviewResult
from finops_lib.presentation import charts
from finops_lib.presentation.charts.bridge import Bridge, Step
from finops_lib.presentation.charts.compare import Line, condense
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.values import Chart, Group, Text

FIGURES = ("trend", "daily", "movers", "by_service", "by_account", "by_tag")
LONG = "AWS Marketplace: a very long seller name with a very long product name (annual)"
CASES: dict[str, Callable[[], OverviewResult]] = {
    "usual": overview,
    "account": lambda: overview(scope="210987654321", scope_name="harbor-data"),
    "open": lambda: overview(days=18, status="open"),
    "first day": lambda: overview(days=1, status="open"),
    "empty": empty,
    "one service": lambda: overview(services=SERVICES[:1], accounts=ACCOUNTS[:1]),
    "credits": lambda: overview(factor=-1),
    "credit row": lambda: overview(services=[*SERVICES, ("Credits", -9_000.0, -4_000.0), (None, 120.0, 0.0)]),
    "many": lambda: overview(
        services=[(f"{LONG} {i}", 1000.0 * 1.2**i, 900.0 * 1.2**i) for i in range(30)],
        accounts=[(f"{i:012d}", f"x{'y' * i}") for i in range(60)],
    ),
    "billions": lambda: overview(factor=1e5),
    "next to nothing": lambda: overview(factor=1e-7),
    "single month": lambda: overview(previous=False),
    "no tags": lambda: overview(tags=False),
    "list unknown": lambda: overview(list_known=False),
}


def texts(svg: str) -> list[str]:
    return [
        text.replace("\u00a0", " ").replace("\u202f", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    ]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("case", CASES)
def test_every_case_gives_a_figure_or_says_why_not(case: str, name: str) -> None:
    value = getattr(charts.overview, name)(CASES[case]())
    assert isinstance(value, Chart | Text | Group)
    assert not re.search(r"\b(nan|None|inf|NaT)\b", value.plain())
    if isinstance(value, Chart):
        assert value.message.endswith(".")
        assert value.alt.startswith(value.message)
        assert value.source.startswith("Source: AWS billing data to ")
        assert f'width="{value.width:g}pt"' in value.svg
        assert not {"nan", "None"} & set(texts(value.svg))
        outside = [float(x) for x in re.findall(r'<text[^>]* x="([-\d.]+)"', value.svg)]
        assert all(-0.5 <= x <= value.width + 0.5 for x in outside)


def test_the_trend_names_every_month_and_both_costs() -> None:
    chart = charts.overview.trend(overview())
    assert isinstance(chart, Chart)
    assert [text for text in texts(chart.svg) if text.isalpha() and len(text) == 3] == [
        *("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct")
    ]
    assert {"38.1", "27.6", "billed 41.2", "effective", "2025", "2026"} <= set(texts(chart.svg))


def test_a_month_without_data_keeps_its_place() -> None:
    result = overview(months=4)
    gap = dataclasses.replace(result, trend=result.trend.drop(index=1))
    chart = charts.overview.trend(gap)
    assert isinstance(chart, Chart)
    assert {"Jul", "Aug", "Sep", "Oct", "–"} <= set(texts(chart.svg))


def test_an_open_month_is_marked_and_not_compared() -> None:
    result = overview(days=18, status="open")
    trend, services = charts.overview.trend(result), charts.overview.by_service(result)
    assert isinstance(trend, Chart)
    assert isinstance(services, Chart)
    assert "18 days" in texts(trend.svg)
    assert not any(text.startswith(("PP", "ΔPP")) for text in texts(services.svg))
    assert isinstance(charts.overview.movers(result), Text)


def test_services_show_actual_previous_and_both_differences() -> None:
    chart = charts.overview.by_service(overview())
    assert isinstance(chart, Chart)
    found = texts(chart.svg)
    assert {"AC Oct", "PP Sep", "ΔPP (bars ×2)", "ΔPP %"} <= set(found)
    assert {"20.0", "+3.2", "+19.0 %", "−0.3", "−3.6 %", "Total", "38.1", "+3.6", "+10.5 %"} <= set(found)


def test_accounts_are_for_the_organization_alone() -> None:
    account = overview(scope="210987654321", scope_name="harbor-data")
    assert charts.overview.by_account(account) == Group(())
    chart = charts.overview.by_account(overview())
    assert isinstance(chart, Chart)
    assert {"harbor-production", "harbor-data", "333344445555"} <= set(texts(chart.svg))


def test_cost_without_a_tag_is_always_a_row() -> None:
    chart = charts.overview.by_tag(overview())
    assert isinstance(chart, Chart)
    assert "without cost_center" in texts(chart.svg)  # cost_center covers more than environment


def lines(*amounts: float) -> list[Line]:
    return [Line(f"n{i}", amount, amount / 2) for i, amount in enumerate(amounts)]


def test_small_rows_are_one_row_with_their_count_and_sum() -> None:
    scale = Scale(1, "USD", 0)
    shown = condense(lines(*range(100, 80, -1)), scale)
    assert [line.label for line in shown][-1] == "Other (10)"
    assert len(shown) == 11
    assert sum(line.actual for line in shown) == sum(range(100, 80, -1))
    assert sum(line.previous or 0 for line in shown) == sum(range(100, 80, -1)) / 2
    assert [line.label for line in condense(lines(50, 40, 0.1, 0.2), scale)] == ["n0", "n1", "Other (2)"]
    assert len(condense(lines(*range(11, 0, -1)), scale)) == 11


def test_a_row_to_keep_stands_at_its_place() -> None:
    shown = condense(lines(*range(100, 80, -1)), Scale(1, "USD", 0), keep=("n15",))
    assert [line.label for line in shown][-2:] == ["n15", "Other (10)"]


def test_a_credit_as_large_as_a_cost_is_shown() -> None:
    shown = condense(lines(*range(100, 80, -1), -500), Scale(1, "USD", 0))
    assert "n20" in [line.label for line in shown]


@pytest.mark.parametrize(
    ("before", "changes", "base"),
    [(100.0, (5.0, -3.0), 97.75), (100.0, (-90.0,), 0.0), (-5.0, (3.0,), 0.0), (100.0, (0.0,), 0.0)],
)
def test_an_axis_is_cut_only_where_the_steps_would_vanish(
    before: float, changes: tuple[float, ...], base: float
) -> None:
    steps = tuple(Step("x", change) for change in changes)
    bridge = Bridge(Step("a", before), steps, Step("b", before + sum(changes)))
    assert bridge.base == pytest.approx(base)
    assert bridge.levels[-1] == pytest.approx(bridge.after.change)


def test_steps_too_small_to_tell_are_one_step_and_the_sum_is_kept() -> None:
    # 38.1 − 34.5 = 3.62: of 4.22 moved, a step under 5 % (0.21) is among the others.
    words = texts(charts.overview.movers(overview()).svg)  # type: ignore[union-attr]
    steps = [word for word in words if re.fullmatch(r"[+−]\d+\.\d\d", word)]
    assert steps == ["+2.40", "+0.80", "−0.23", "+0.23", "+0.42"]
    assert sum(float(step.replace("−", "-")) for step in steps) == pytest.approx(38.12 - 34.50, abs=0.011)


def test_differences_have_a_digit_more_where_one_says_little() -> None:
    many = [("Amazon S3", 20_000.0, 19_950.0), ("AWS Lambda", 9_000.0, 9_060.0)]
    words = set(texts(charts.overview.by_service(overview(services=many)).svg))  # type: ignore[union-attr]
    assert {"20.0", "+0.05", "−0.06", "−0.01"} <= words


def test_a_bridge_closes_and_tells_of_a_cut_axis() -> None:
    chart: Any = charts.overview.movers(overview())
    assert {"September 2026", "34.50", "+2.40", "+0.80", "All other changes, net", "October 2026", "38.12"} <= set(
        texts(chart.svg)
    )
    assert chart.source.endswith("The axis is cut (//): the two totals do not start at zero.")
