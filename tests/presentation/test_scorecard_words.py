"""The scorecard's words: hours, procedures, and what was not checked in as few lines as it has reasons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from finops_lib.analyses.opportunities import every, page
from finops_lib.analyses.opportunities.protocol import Opportunity
from finops_lib.contracts.ledger import identity, ledger_of
from finops_lib.contracts.scores import scores_of
from finops_lib.core.estimate import Estimate
from finops_lib.presentation.charts import scatter
from finops_lib.presentation.narrative import scorecard as narrative
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_gaps as gaps
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.tables import scorecard_plan

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
        (50.75, "51 hours"),
        (5.75, "5.75 hours"),
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
    ],
)  # fmt: skip
def test_the_trend_says_no_more_than_is_known(trend: tuple[tuple[str, float | None], ...], words: str) -> None:
    assert plain(messages.trend(scored(trend=trend))) == words


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("vol-0ad168a20df7e8393", "vol-0ad168a20df7e8393"),
        ("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/old-front/4d5ab274bef28c13", "old-front"),
        ("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/classic-one", "classic-one"),
        ("arn:aws:ec2:us-east-1:1:natgateway/nat-1", "nat-1"),
        ("011254002932/us-east-1", "all of us-east-1"),
        ("kelp-backup-2023", "kelp-backup-2023"),
    ],
)
def test_a_resource_has_its_own_name(identifier: str, name: str) -> None:
    assert facts.resource(identifier) == name


def test_a_quarter_is_told_by_its_months() -> None:
    result: Any = SimpleNamespace(period="2026-10")
    assert facts.quarter(result, 1) == "Nov 2026 – Jan 2027"
    assert facts.quarter(result, 2) == "Feb – Apr 2027"


# Potential, accepted, done, verified


def item(resource: str, amount: float) -> Any:
    kind = SimpleNamespace(id="unattached_volumes", title="Delete volumes", effort_hours=0.5)
    finding = SimpleNamespace(account="1", resource=resource, component="all")
    return SimpleNamespace(opportunity=kind, finding=finding, net=SimpleNamespace(expected=amount))


def held(status: str, resource: str, expected: float, **cells: object) -> dict[str, object]:
    record: dict[str, object] = {"id": identity("unattached_volumes", "1", resource, "all"), "status": status}
    record |= {"opportunity": "unattached_volumes", "account": "1", "resource": resource, "component": "all"}
    return record | {"low": expected, "expected": expected, "high": expected, "currency": "USD", **cells}


def kept(*items: Any, ledger: tuple[dict[str, object], ...] = ()) -> Any:
    """A result of which the items, all of them quick wins, and the ledger are known."""
    stops = [SimpleNamespace(item=one, quick_win=True, quarter=1) for one in items]
    total = sum(one.net.expected for one in items)
    return SimpleNamespace(
        items=items,
        net=Estimate(total, total, total, 0.8),
        later=(),
        score=90.0,
        ledger=ledger_of(ledger),
        roadmap=SimpleNamespace(stops=stops),
        currency="USD",
        period="2026-10",
        spend=1_000.0,
        scope="organization",
        scope_name=None,
        as_of="2026-10-31",
        invoice_status="final",
    )


LEDGER = (
    held("proposed", "vol-1", 10.0),
    held("accepted", "vol-2", 20.0, accepted_on="2026-10-01", owner="Team Shop"),
    held("done", "vol-3", 30.0, accepted_on="2026-07-01", done_on="2026-07-02", realized=0.0, owner="Team Shop"),
    held("verified", "vol-4", 40.0, realized=41.0, done_on="2026-07-02", verified_on="2026-09-30", owner="Ops"),
    held("excluded", "vol-5", 5.0, excluded_on="2026-07-01", excluded_because="Kept", excluded_by="Legal"),
)


def test_the_ledger_tells_potential_accepted_done_and_verified_apart() -> None:
    result = kept(*(item(f"vol-{number}", 10.0 * number) for number in (1, 2, 3, 6)), ledger=LEDGER)
    assert plain(messages.ledger(result)) == (
        "120 USD a month was found to save in October 2026; the ledger holds 10.0 USD proposed, 20.0 USD accepted, "
        "30.0 USD done and 41.0 USD verified by the bill."
    )
    rows = {row[0]: row[2:] for row in scorecard_plan.ledger(result).rows}  # type: ignore[union-attr]
    assert rows == {
        "New": (1, None, None, 60.0),
        "Proposed": (1, 10.0, None, 10.0),
        "Accepted": (1, 20.0, None, 20.0),
        "Done": (1, 30.0, 0.0, 30.0),
        "Verified": (1, 40.0, 41.0, 0.0),
        "Excluded": (1, 5.0, None, 0.0),
    }
    assert sum(row[-1] for row in rows.values()) == result.net.expected


def test_what_was_taken_on_is_told_with_owner_and_day() -> None:
    table: Any = scorecard_plan.followed(kept(ledger=LEDGER))
    assert [tuple(map(plain, row[:1] + row[2:5])) for row in table.rows] == [
        ("Accepted", "vol-2", "Team Shop", "1 October 2026"),
        ("Done, not seen", "vol-3", "Team Shop", "2 July 2026"),
        ("Verified", "vol-4", "Ops", "30 September 2026"),
        ("Excluded", "vol-5", "Legal", "1 July 2026"),
    ]
    assert plain(table.message) == (
        "3 items of 90.0 USD a month were taken on; the bill has verified 1: 41.0 USD a month, of 40.0 USD expected of it."
    )


def test_nobody_is_asked_to_approve_what_was_taken_on() -> None:
    some = kept(item("vol-1", 10.0), item("vol-3", 30.0), ledger=LEDGER)
    assert plain(narrative.decision(some)).startswith(
        "Approve by 30 November 2026 the quick win that nobody has taken on worth 10.0 USD a month"
    )
    none = kept(item("vol-3", 30.0), ledger=LEDGER)
    assert "taken on already" in plain(narrative.decision(none))


# Nothing to take now

CREDITS, PLAN = "Credits pay for it until they end", "sp-1 pays for it until its end"


def waits(*reasons: str, score: float | None = 88.9, reach: float = 0.75) -> Any:
    """A result of which nothing is saved now, and 100 a month for each of the reasons is saved later."""
    later = tuple(SimpleNamespace(waiting=100.0, reason=reason) for reason in reasons)
    found = {
        "later": later, "waiting": 100.0 * len(later), "gross": 100.0 * len(later), "overlap": 100.0 * len(later),
        "score": score, "grade": score and "C", "reach": reach, "hub": None, "notes": (), "hourly_rate": 100.0,
        "examined": pd.DataFrame({"examined": [1, 2, 0]}), "unchecked": pd.DataFrame({"opportunity": []}),
        "areas": pd.DataFrame({"area": ["compute", "overall"], "saving": 0.0, "score": 88.9, "goal": np.nan, "cost": 9.0,
                               "before": np.nan, "reach": reach}),
    }  # fmt: skip
    return SimpleNamespace(**(vars(kept()) | found))


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ((), ""),
        ((CREDITS,), "1 saving of 100 USD a month waits until the credits that pay for it end"),
        ((CREDITS, CREDITS), "2 savings of 200 USD a month wait until the credits that pay for them end"),
        ((PLAN,), "1 saving of 100 USD a month waits until the commitments that pay for it end"),
        ((PLAN, CREDITS), "2 savings of 200 USD a month wait until the credits or commitments that pay for them end"),
        ((f"{PLAN}; {CREDITS}",), "1 saving of 100 USD a month waits until the credits or commitments that pay for it end"),
    ],
)  # fmt: skip
def test_what_waits_is_told_with_its_number_its_amount_and_what_it_waits_for(
    reasons: tuple[str, ...], words: str
) -> None:
    assert plain(facts.waiting(waits(*reasons))) == words


def test_nobody_says_that_nothing_was_found_where_savings_wait() -> None:
    result, words = waits(CREDITS, CREDITS), "2 savings of 200 USD a month wait until the credits that pay for them end"
    assert plain(messages.items(result, 10)) == f"{words}."
    assert plain(messages.areas(result)) == f"{words}."
    assert plain(messages.roadmap(result)) == f"Nothing is planned: {words}."
    assert plain(messages.ledger(waits(CREDITS))) == "The ledger of savings is empty: nothing was proposed yet."
    assert plain(narrative.decision(result)) == f"No decision is asked for: {words}."
    assert plain(narrative.headline(result)) == f"The organization has no saving to take in October 2026: {words}."
    little = plain(narrative.headline(waits(CREDITS, CREDITS, score=None, reach=0.15)))
    assert little == (
        f"What the organization could save is not known: only 15.0 % of the usage cost could be examined; of what was found "
        f"there, {words}."
    )
    assert [tuple(map(plain, (one.label, one.value, one.against))) for one in narrative.kpis(result).items][1:] == [  # type: ignore[union-attr]
        ("Waiting, a month", "200 USD", "2 items; until the credits that pay for them end")
    ]
    assert "more a month" not in plain(narrative.summary(result))


def test_the_ledger_counts_what_waits_as_found() -> None:
    result = waits(CREDITS)
    result.ledger = ledger_of(LEDGER[:1])
    assert plain(messages.ledger(result)) == (
        "Of what was found in October 2026, 1 saving of 100 USD a month waits until the credits that pay for it end; "
        "the ledger holds 10.0 USD proposed."
    )


def test_where_too_little_was_examined_no_decision_is_no_praise() -> None:
    assert plain(narrative.decision(waits())) == (
        "No decision is asked for: no saving is worth a thousandth of the month's cost."
    )
    assert plain(narrative.decision(waits(score=None, reach=0.15))) == (
        "No decision is asked for: what could be saved is not known, as only 15.0 % of the usage cost could be examined."
    )
    blind = waits(score=None, reach=0.0)
    blind.examined = pd.DataFrame({"examined": [0, 0]})
    assert plain(narrative.decision(blind)) == (
        "No decision is asked for: what could be saved is not known, as nothing could be examined."
    )


# The figure of value and work


def test_dots_that_touch_share_a_label_and_no_label_hides_another() -> None:
    labels = scatter.labels([(100.0, 50.0), (102.0, 51.0), (114.0, 50.0), (300.0, 90.0)], left=40.0)
    assert [words for *_, words, _ in labels] == ["1, 2", "3", "4"]
    assert len({(x, y) for x, y, *_ in labels}) == 3
    assert labels[0][3] == "right"  # to the right stands the third dot


@pytest.mark.parametrize(("step", "digits"), [(50.0, 0), (0.5, 1), (0.25, 2), (1.0, 0)])
def test_an_axis_has_the_digits_that_its_steps_need(step: float, digits: int) -> None:
    assert scatter.decimals(step) == digits
