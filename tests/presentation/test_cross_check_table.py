"""Our figures beside AWS's own: the table, its sentence, and what is said where nothing was asked."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from finops_lib.analyses.cross_check import CrossCheckResult, compare
from finops_lib.presentation import tables
from finops_lib.presentation.values import Table, Text

COLUMNS = ["check", "key", "metric", "amount"]
OURS = pd.DataFrame(
    [
        ("billed", "total", "BilledCost", 100.0),
        ("effective", "total", "EffectiveCost", 90.0),
        ("drivers", "tax", "EffectiveCost", 7.0),
    ],
    columns=COLUMNS,
)
AWS = pd.DataFrame(
    [
        ("billed", "total", "UnblendedCost", 100.0),
        ("effective", "total", "AmortizedCost", 95.5),
        ("drivers", "tax", "AmortizedCost", 6.0),
    ],
    columns=COLUMNS,
)


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")


def result(ours: pd.DataFrame = OURS, aws: pd.DataFrame = AWS, **more: dict[str, str]) -> CrossCheckResult:
    made = compare(ours, aws, **more)  # type: ignore[arg-type]
    return replace(made, period="2026-10", currency="USD", asked_on="2026-11-27")


def test_those_that_differ_come_first_and_the_largest_gap_is_told() -> None:
    table = tables.cross_check.checks(
        result(not_asked={"forecast": "Not switched on."}, likely={"drivers": "grouped otherwise"})
    )
    assert isinstance(table, Table)
    assert plain(table.message) == (
        "Of 3 figures of October 2026 compared with AWS's own, asked on 27 November 2026, 1 agrees; the largest gap is "
        "in Effective cost, 5.50 USD below AWS's: unexplained. 1 could not be checked."
    )
    assert table.rows == (
        ("Drivers of the change", "tax", 7.0, 6.0, 1.0, "differs", "grouped otherwise"),
        ("Effective cost", "total", 90.0, 95.5, -5.5, "differs", "unexplained"),
        ("Forecast", None, None, None, None, "not checked", "Not switched on."),
        ("Billed cost", "total", 100.0, 100.0, 0.0, "agrees", None),
    )
    assert "nan" not in plain(table.plain()).lower()
    assert "None" not in table.html()


def test_all_agree() -> None:
    table = tables.cross_check.checks(result(OURS.head(1), AWS.head(1)))
    assert plain(table.message) == (
        "Of 1 figure of October 2026 compared with AWS's own, asked on 27 November 2026, 1 agrees."
    )


@pytest.mark.parametrize("asked", ["2026-11-27", None])
def test_nothing_was_compared(asked: str | None) -> None:
    made = result(OURS.head(1), AWS.head(0), not_asked={"billed": "AWS was not asked for 2026-10. Run: x"})
    told = tables.cross_check.checks(replace(made, asked_on=asked))
    sentence = "No figure of October 2026 is checked against AWS's own. AWS was not asked for 2026-10. Run: x"
    assert isinstance(told, Table if asked else Text)
    assert plain(told.message if isinstance(told, Table) else told) == sentence
