"""The scorecard's words: hours, procedures, and what was not checked in as few lines as it has reasons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from finops_lib.analyses.opportunities import every, page
from finops_lib.analyses.opportunities.protocol import Opportunity
from finops_lib.contracts.scores import scores_of
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_gaps as gaps
from finops_lib.presentation.narrative import scorecard_messages as messages

_LIST = "pricing:GetProducts, or a month in which the organization pays for it"


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def told(*rows: tuple[str, str, str, int, float | None]) -> list[gaps.Missing]:
    result: Any = SimpleNamespace(
        unchecked=pd.DataFrame(rows, columns=["title", "reason", "needs", "resources", "cost"])
    )
    return gaps.together(result)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (51.0, "51 hours"),
        (3.5, "3.5 hours"),
        (0.25, "0.25 hours"),
        (1.0, "1 hour"),
        (0.0, "0 hours"),
        (1200.0, "1 200 hours"),
    ],
)
def test_hours_have_no_digits_that_nobody_estimated(value: float, words: str) -> None:
    assert plain(facts.hours(value)) == words


def test_missing_prices_are_one_line_a_kind_whatever_the_type_and_region() -> None:
    found = told(
        ("AMD", "us-east-1: not known: the price of BoxUsage of m5a.large.", _LIST, 7, 800.0),
        ("AMD", "eu-west-1: not known: the price of BoxUsage of t3a.large.", _LIST, 1, 20.5),
        ("Graviton", "eu-west-1: not known: the price of BoxUsage of t4g.large.", _LIST, 1, 20.5),
    )
    assert found == [gaps.Missing("AMD", *gaps.PRICE, 8, 820.5), gaps.Missing("Graviton", *gaps.PRICE, 1, 20.5)]


def test_one_reason_of_several_regions_is_told_once_and_a_refusal_keeps_its_words() -> None:
    found = told(
        ("Spot", "us-east-1: not known: the price of Spot m5.large.", "a month on Spot", 2, 10.0),
        ("Spot", "eu-west-1: not known: the price of Spot c5.large.", "a month on Spot", 1, None),
        ("Volumes", "us-east-1: AccessDenied: not allowed.", "ec2:DescribeVolumes", 3, 5.0),
        ("Trusted Advisor", "AWS was not asked.", "support:Describe", 0, None),
    )
    assert [(one.title, one.reason, one.resources, one.cost) for one in found] == [
        ("Spot", "The months held do not show what these types cost on Spot.", 3, 10.0),
        ("Volumes", "AccessDenied: not allowed.", 3, 5.0),
        ("Trusted Advisor", "AWS was not asked.", 0, None),
    ]


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.id)
def test_every_page_tells_its_way_without_marks(kind: Opportunity) -> None:
    said = facts.sections(page(kind))
    assert set(said) >= {"Procedure", "Risk", "Rollback", "Success metric"}
    assert all(said.values())
    assert "`" not in "".join(said.values())


def test_one_kind_and_many_have_their_grammar() -> None:
    assert plain(messages.procedures(1)) == "1 kind of saving has its procedure here."
    assert plain(messages.procedures(7)) == "7 kinds of saving have their procedure here."


def scored(
    *rows: tuple[str, float, float | None, float | None], trend: tuple[tuple[str, float | None], ...] = ()
) -> Any:
    """A result of which only areas (area, saving, score, goal) and the overall trend are known."""
    areas = pd.DataFrame(rows, columns=["area", "saving", "score", "goal"]).assign(cost=100.0)
    months = [(period, "overall", score, 1.0) for period, score in trend]
    return SimpleNamespace(
        areas=areas.astype({"score": float, "goal": float}),
        trend=scores_of(months),
        examined=pd.DataFrame({"examined": [1, 0]}),
        currency="USD",
        period="2026-10",
        score=trend[-1][1] if trend else None,
    )


def test_areas_short_of_their_goal_and_without_a_score_are_named() -> None:
    result = scored(
        ("compute", 60.0, 90.0, 95.0),
        ("network", 10.0, 99.0, 95.0),
        ("storage", 0.0, None, 95.0),
        ("overall", 70.0, 95.0, None),
    )
    assert plain(messages.areas(result)) == (
        "Most is to be saved in compute: 60.0 USD a month. Below their goal: compute. Too little was examined for a score "
        "of storage."
    )


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        ((("2026-10", 89.6),), "The scores begin with October 2026: no report of an earlier month told one."),
        ((("2026-08", 85.0), ("2026-09", None), ("2026-10", 89.6)), "The score rose from 85 in August 2026 to 90."),
        ((("2026-09", 95.0), ("2026-10", 89.6)), "The score fell from 95 in September 2026 to 90."),
        ((("2026-09", 89.7), ("2026-10", 89.6)), "The score is 90, as in September 2026."),
        ((("2026-09", 95.0), ("2026-10", None)), "The score was 95 when last known; October 2026 has none."),
        ((("2026-10", None),), "No score is known up to October 2026."),
    ],
)  # fmt: skip
def test_the_trend_says_no_more_than_is_known(trend: tuple[tuple[str, float | None], ...], words: str) -> None:
    assert plain(messages.trend(scored(trend=trend))) == words
