"""A variance's sentences and tables: exact words for a usual month, truth in the odd ones."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from presentation.variance_samples import DATA, FEES, LINES, PRODUCTION, variance

from finops_lib.analyses.classified import CATEGORIES
from finops_lib.analyses.corrective import _BY_CATEGORY, _BY_EFFECT, _GROWTH, _INFRASTRUCTURE
from finops_lib.analyses.effects import EFFECTS
from finops_lib.analyses.variance_report import VarianceReport
from finops_lib.presentation import narrative, tables
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Group, Table, Text

CASES: dict[str, Callable[[], VarianceReport]] = {
    "usual": variance,
    "account": lambda: variance(scope=PRODUCTION),
    "open": lambda: variance(days=18),
    "no budget": lambda: variance(budget=None),
    "nothing moved": lambda: variance(lines=[(DATA, "Amazon S3", "Bytes", 100.0, 100.0)], fees=(), spike=()),
    "fees only": lambda: variance(lines=(), fees=[*FEES, (DATA, "fee", 0.0, 300.0)], spike=()),
    "all ended": lambda: variance(lines=[(DATA, "Amazon S3", "Bytes", 100.0, 0.0), *LINES[1:2]], spike=()),
    "credited": lambda: variance(fees=[(DATA, "credit", -10.0, -9000.0)]),
    "next to nothing": lambda: variance(lines=[(*line[:3], line[3] / 1e6, line[4] / 1e6) for line in LINES], fees=()),
    "millions": lambda: variance(lines=[(*line[:3], line[3] * 1e5, line[4] * 1e5) for line in LINES]),
}


@pytest.fixture(scope="module")
def usual() -> VarianceReport:
    return variance()


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def shown(table: Any) -> list[list[str]]:
    return [
        [plain(text) for text in table._texts(row)] for row in (*table.rows, *([table.total] if table.total else []))
    ]


def test_the_headline_tells_cost_change_and_whose_doing(usual: VarianceReport) -> None:
    assert plain(narrative.variance.headline(usual)) == (
        "The organization cost 2.58 k USD in August 2026, 680 USD (35.8 %) more than in July; "
        "+40.0 USD (5.9 %) is not the business's doing; the rest is +600 USD anomalous costs and +40.0 USD "
        "business-driven growth."
    )
    assert plain(narrative.variance.headline(CASES["nothing moved"]())) == (
        "The organization cost 100 USD in August 2026, the same as in July."
    )
    assert plain(narrative.variance.headline(variance(scope=PRODUCTION, fees=()))) == (
        "harbor-production cost 1.39 k USD in August 2026, 590 USD (73.8 %) more than in July; "
        "none of it, net, comes from the calendar, prices, fees or tax; it is +600 USD anomalous costs and "
        "−10.0 USD business-driven growth."
    )


def test_the_headline_calls_no_sum_of_other_categories_the_business_s_doing(usual: VarianceReport) -> None:
    rows = usual.change.categories
    amounts = dict.fromkeys(rows["category"], 0.0) | {
        "business_growth": 29.14, "anomalous": 108.0, "optimization": -15.0, "not_business": 557.86
    }  # fmt: skip
    found = rows.assign(cents=(100 * rows["category"].map(amounts)).round().astype(int))
    result = dataclasses.replace(usual, change=dataclasses.replace(usual.change, categories=found))
    assert plain(narrative.variance.headline(result)).endswith(
        "+558 USD (82.0 %) is not the business's doing; the largest of the rest are +108 USD anomalous costs and "
        "+29.1 USD business-driven growth."
    )
    alone = found.assign(cents=found["cents"].where(found["category"] == "not_business", 0))
    result = dataclasses.replace(usual, change=dataclasses.replace(usual.change, categories=alone))
    assert plain(narrative.variance.headline(result)).endswith("+558 USD (82.0 %) is not the business's doing.")


def test_a_sentence_and_the_table_below_it_tell_the_same_cents(usual: VarianceReport) -> None:
    """Lines are rounded so that they add up: 8.1749 may be printed as 8.18, and is told as such."""
    rows = usual.change.categories
    outside = rows["category"] == "not_business"
    near = rows.assign(amount=rows["amount"].mask(outside, 8.1749), cents=rows["cents"].mask(outside, 818))
    result = dataclasses.replace(usual, change=dataclasses.replace(usual.change, categories=near))
    assert "+8.18 USD" in plain(narrative.variance.headline(result))


def test_an_open_month_says_so() -> None:
    sentence = plain(narrative.variance.headline(variance(days=18)))
    assert sentence.startswith("The organization comes to 2.54 k USD in August 2026 at the pace of 18 of 31 days, ")
    assert "Usage of 18 of 31 days is brought to the whole month." in plain(
        narrative.variance.method(variance(days=18))
    )


def test_the_summary_tells_what_stays_and_what_was_expected(usual: VarianceReport) -> None:
    assert plain(narrative.variance.summary(usual)) == ("Of the causes, +600 USD is temporary and over.")


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            messages.effects,
            "Cost rose by 680 USD (35.8 %) from July to August 2026: +640 USD by more use and +60.0 USD by more tax.",
        ),
        (messages.sums, "3 effects moved cost: +700 USD and −20.0 USD."),
        (messages.categories, "+600 USD (88.2 % of the change) is anomalous; nothing stays unclassified."),
        (messages.causes, "1 place carries 81.1 % of all that moved apart from the calendar's part."),
        (messages.lasting, "One place stands out; temporary or structural: temporary."),
        (
            messages.drivers,
            "Of 4 parts, AmazonCloudWatch: DataProcessing-Bytes in harbor-production moved most: +600 USD by more use.",
        ),
        (messages.actions, "2 corrective actions are about 650 USD of rises, all with an owner by tag."),
        (messages.comparisons, "August 2026 is 780 USD above its forecast and 580 USD above its budget."),
        (messages.residual, "The effects add up to the change of +680.00 USD; residual 0.00 USD."),
        (messages.notes, "2 notes on the change to August 2026."),
    ],
)
def test_messages(usual: VarianceReport, message: Callable[[VarianceReport], str], sentence: str) -> None:
    assert plain(message(usual)) == sentence


def test_a_cause_in_a_sentence(usual: VarianceReport) -> None:
    assert plain(narrative.variance.causes(usual)) == (
        "AmazonCloudWatch (DataProcessing-Bytes) in harbor-production rose by 600 USD, 84.5 % of all rises: more use; "
        "temporary: up to 200 USD a day from 12 August 2026, and over since."
    )


def test_a_cause_stands_beside_all_that_its_service_changed_by() -> None:
    """A day more is worth the 10 of a usual day: the burst stands on its days."""
    lines = [
        (PRODUCTION, "AmazonCloudWatch", "DataProcessing-Bytes", 300.0, 910.0),
        (DATA, "Amazon S3", "B", 30.0, 31.0),
    ]
    told = plain(narrative.variance.causes(variance(lines=lines, fees=(), months=("2026-09", "2026-10"))))
    assert "in harbor-production rose by 600 USD" in told
    assert told.endswith(
        "In all, AmazonCloudWatch in harbor-production changed by +610 USD: +600 USD by this cause and +10.0 USD by the "
        "longer month."
    )


def test_parts_that_look_alike_are_told_apart(usual: VarianceReport) -> None:
    first = usual.change.drivers.head(1)
    twice = pd.concat([first.assign(RegionId=name) for name in ("us-east-1", "eu-west-1")], ignore_index=True)
    alike = dataclasses.replace(usual, change=dataclasses.replace(usual.change, drivers=twice))
    assert [row[0] for row in shown(tables.variance.drivers(alike))] == [
        "AmazonCloudWatch: DataProcessing-Bytes (region us-east-1)",
        "AmazonCloudWatch: DataProcessing-Bytes (region eu-west-1)",
    ]


@pytest.mark.parametrize(
    ("spike", "words_of_it"),
    [
        (range(12, 32), "structural: since 12 August 2026 it costs 30.0 USD a day more"),
        (range(26, 32), "too early to say whether it stays: it began on 26 August 2026"),
        ((), "it moved gradually, no day stands out"),
    ],
)
def test_whether_a_cause_stays(spike: range, words_of_it: str) -> None:
    assert plain(narrative.variance.causes(variance(spike=spike))).endswith(f"{words_of_it}.")


def test_a_charge_that_is_no_usage_as_a_cause() -> None:
    result = variance(fees=[(DATA, "tax", 100.0, 2000.0)])
    assert "Tax in harbor-data rose by 1.90 k USD" in plain(narrative.variance.causes(result))
    assert "it is charged by the month" in plain(narrative.variance.causes(result))


def test_expectations_in_sentences(usual: VarianceReport) -> None:
    assert plain(narrative.variance.comparisons(usual)).splitlines()[::2] == [
        "August 2026 cost 2.58 k USD, 780 USD (43.3 %) above the forecast of 1.80 k USD made before it began; "
        "AmazonCloudWatch in harbor-production is off most, by +600 USD.",
        "August 2026 cost 2.58 k USD, 580 USD (29.0 %) above the budget of 2.00 k USD.",
    ]
    assert plain(narrative.variance.comparisons(variance(budget=None))).splitlines()[-1] == (
        "The month was not set against a budget: no budget of August 2026 for organization is known, from a file or from AWS "
        "Budgets."
    )


def test_expectations_in_a_table(usual: VarianceReport) -> None:
    assert shown(tables.variance.comparisons(usual)) == [
        ["July", "1 900.00", "2 580.00", "+680.00", "+35.8 %"],
        ["Forecast", "1 800.00", "2 580.00", "+780.00", "+43.3 %"],
        ["Budget", "2 000.00", "2 580.00", "+580.00", "+29.0 %"],
    ]
    blank = tables.variance.comparisons(variance(budget=None))
    assert isinstance(blank, Table)
    assert shown(blank)[-1] == ["Budget", "–", "–", "–", "–"]
    assert "not compared, for the reason below" in blank.source


def test_effects_add_up_in_cents(usual: VarianceReport) -> None:
    assert shown(tables.variance.effects(usual)) == [
        ["Volume", "+640.00"],
        ["Credits", "−20.00"],
        ["Tax", "+60.00"],
        ["Change", "+680.00"],
    ]


def test_every_category_is_a_line_and_the_unclassified_always(usual: VarianceReport) -> None:
    rows = shown(tables.variance.categories(usual))
    assert [row[0] for row in rows] == [*words.CATEGORIES.values(), "Change"]
    assert rows[3][3] == "+600.00"
    assert rows[5] == ["Unclassified", "What no rule explains", "nothing to do", "0.00"]


def test_drivers_leave_out_what_no_place_explains(usual: VarianceReport) -> None:
    rows = shown(tables.variance.drivers(usual))
    assert rows[0] == ["AmazonCloudWatch: DataProcessing-Bytes", "harbor-production", "Volume", "Anomalous", "+600.00"]
    assert not {"Tax", "Support", "Days in the month"} & {row[2] for row in rows}
    assert ["Credits", "harbor-data", "Credits", "Not business", "−20.00"] in rows
    assert len(shown(tables.variance.all_drivers(usual))) == len(rows)
    account = tables.variance.drivers(variance(scope=PRODUCTION))
    assert isinstance(account, Table)
    assert [column.label for column in account.columns] == ["What moved", "Effect", "Category", "ΔPP"]


def test_many_drivers_are_ten_in_short_and_sixty_in_full() -> None:
    many = variance(
        lines=[(DATA, f"Service {n}", "Bytes", 100.0, 101.0 + n) for n in range(64)], fees=(), spike=(), history=40
    )
    short, full = tables.variance.drivers(many), tables.variance.all_drivers(many)
    assert isinstance(short, Table)
    assert isinstance(full, Table)
    assert (len(short.rows), len(full.rows), full.more) == (10, 60, len(many.change.drivers) - 60)
    assert full.more_in == "results/variance_drivers.csv"


def test_actions_have_an_owner_and_room_for_dates(usual: VarianceReport) -> None:
    table = tables.variance.actions(usual)
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == [
        *("Corrective action", "About", "Account", "Owner", "Due", "Done", "ΔPP")
    ]
    assert [row[3] for row in shown(table)] == ["production", "data"]


def test_a_fall_asks_for_something_else_than_a_rise() -> None:
    assert words.recommendation("investigate_anomaly", 5.0) == "Find what happened on these days, and set an alert"
    assert words.recommendation("investigate_anomaly", -5.0) == "Confirm that it is over"


def test_a_budget_that_is_exceeded_or_unknown_holds_nothing() -> None:
    lines = [(DATA, "Amazon S3", "Bytes", 100.0, 150.0)]
    exceeded, held, unknown = (
        variance(lines=lines, fees=(), spike=(), budget=budget) for budget in (120.0, 200.0, None)
    )
    assert facts.recommendation(exceeded, "confirm_budget", 50.0) == "Raise the budget or undo it"
    assert facts.recommendation(held, "confirm_budget", 50.0) == "Confirm that the budget holds it"
    assert facts.recommendation(unknown, "confirm_budget", 50.0) == "Confirm that it was planned"
    assert facts.recommendation(exceeded, "check_unit_cost", 50.0) == "Check the cost per unit of business"


def test_the_effects_that_are_counted_are_those_that_are_shown(usual: VarianceReport) -> None:
    rows = usual.change.effects
    small = rows["effect"] == "marketplace"
    assert small.sum() == 1
    found = rows.assign(amount=rows["amount"].mask(small, 0.006), cents=rows["cents"].mask(small, 0))
    result = dataclasses.replace(usual, change=dataclasses.replace(usual.change, effects=found))
    assert plain(messages.sums(result)) == "3 effects moved cost: +700 USD and −20.0 USD."
    assert len(shown(tables.variance.effects(result))) == 3 + 1  # and the change
    assert len(facts.reasons(result)) == 3


def test_every_code_of_the_analyses_has_words() -> None:
    assert set(EFFECTS) == set(words.EFFECTS)
    assert set(CATEGORIES) == set(words.CATEGORIES) == set(words.MEANINGS)
    codes = {*_BY_EFFECT.values(), *_BY_CATEGORY.values(), *_GROWTH.values(), *_INFRASTRUCTURE.values()}
    assert codes <= set(words.RECOMMENDATIONS)
    assert words.effect("brand_new") == "Brand new"
    assert words.reason("brand_new", 1.0) == "brand new"


def test_the_resources_behind_a_cause(usual: VarianceReport) -> None:
    group = tables.variance_causes.resources(usual)
    assert isinstance(group, Group)
    assert shown(group.items[0]) == [["arn:aws:DataProcessing-Bytes/main", "rose", "300.00", "900.00", "+600.00"]]
    assert shown(tables.variance_causes.causes(usual))[0][1:] == [
        *("Anomalous", "temporary, from 12 August 2026", "300.00", "900.00", "+600.00")
    ]
    assert isinstance(tables.variance_causes.resources(CASES["nothing moved"]()), Text)


NAMES = ("effects", "categories", "drivers", "all_drivers", "actions", "comparisons", "notes", "not_checked")


@pytest.mark.parametrize("case", CASES)
def test_every_case_reads_well(case: str) -> None:
    result = CASES[case]()
    values = [getattr(tables.variance, name)(result) for name in NAMES]
    values += [tables.variance_causes.causes(result), tables.variance_causes.resources(result)]
    said = [
        getattr(narrative.variance, name)(result)
        for name in ("headline", "summary", "causes", "comparisons", "residual", "method")
    ]
    for value in (*values, *said):
        assert isinstance(value, Table | Text | Group)
        assert not re.search(r"\b(nan|None|inf|NaT)\b|\( ?\)|\.\.", value.plain())
    for sentence in "\n".join(value.plain() for value in said).splitlines():
        assert not sentence or sentence.endswith(".")
        assert not re.search(r"  |(?<!\d)-\d", sentence)


def test_a_residual_is_not_hidden(usual: VarianceReport) -> None:
    total = dataclasses.replace(usual.change.total, after=usual.change.total.after + 1)
    off = dataclasses.replace(usual, change=dataclasses.replace(usual.change, total=total))
    assert plain(messages.residual(off)) == "The effects miss the change of +681.00 USD by 1.00 USD."


def test_the_strip_holds_the_month_against_what_was_expected(usual: VarianceReport) -> None:
    strip = narrative.variance.kpis(usual)
    assert plain(strip).splitlines() == [
        "Against forecast: +780 USD +43.3 % forecast 1.80 k USD",
        "Against budget: +580 USD +29.0 % budget 2.00 k USD",
    ]
    assert [item.leads for item in strip.items] == [True, True]
    running = narrative.variance.kpis(variance(days=18))
    assert "Against forecast, at this pace" in plain(running)
    assert not any(item.leads for item in running.items)  # a month's forecast speaks for one that is not over
    assert "budget" not in plain(narrative.variance.kpis(variance(budget=None)))


def test_odd_days_are_named_with_their_amount(usual: VarianceReport) -> None:
    rows = shown(tables.variance.categories(usual))
    advice = next(row[2] for row in rows if row[0] == "Anomalous costs")
    assert advice == (
        "Find what happened on 12 to 14 August 2026, and set an alert (AmazonCloudWatch in harbor-production, "
        "+600 USD by these days)"
    )
    actions = shown(tables.variance.actions(usual))
    assert actions[0][0] == "Find what happened on 12 to 14 August 2026, and set an alert"
    assert sum(one.amount for one in facts.odd_days(usual)) == pytest.approx(
        facts.category_amount(usual, "anomalous"), abs=1e-6
    )


@pytest.mark.parametrize(
    ("rise", "earlier", "dearer", "sentence"),
    [
        (True, False, True, "Find what happened on D, and set an alert"),
        (False, True, True, "Confirm that what raised cost on D is over"),
        (True, True, False, "Confirm that what lowered cost on D is over"),
        (False, False, False, "Find what lowered cost on D"),
    ],
)
def test_what_to_do_about_odd_days(*, rise: bool, earlier: bool, dearer: bool, sentence: str) -> None:
    assert words.on_odd_days("D", rise=rise, earlier=earlier, dearer=dearer) == sentence


@pytest.mark.parametrize(
    ("result", "sentence", "amount"),
    [
        (
            lambda: variance(spike=range(12, 32)),
            "Decide by 30 September 2026 with production: accept the 600 USD by which AmazonCloudWatch "
            "(DataProcessing-Bytes) in harbor-production rose, or take it back (structural: since 12 August 2026 it "
            "costs 30.0 USD a day more).",
            600.0,
        ),
        (
            lambda: variance(spike=()),
            "Find out by 30 September 2026 with production whether the 600 USD by which AmazonCloudWatch "
            "(DataProcessing-Bytes) in harbor-production rose will stay, and decide if it may (it moved gradually, no "
            "day stands out).",
            600.0,
        ),
        (
            variance,
            "No decision is asked for: by root cause, the largest rise, 600 USD in AmazonCloudWatch (DataProcessing-Bytes) in "
            "harbor-production, is over.",
            None,
        ),
        (lambda: variance(days=18), "No decision is asked for: only 18 of 31 days of August 2026 are in.", None),
        (
            CASES["nothing moved"],
            "No decision is asked for: no root cause of August 2026 is a rise.",
            None,
        ),
    ],
)
def test_the_decision_about_a_rise_that_stays(
    result: Callable[[], VarianceReport], sentence: str, amount: float | None
) -> None:
    text = narrative.variance_decision.decision(result())
    assert plain(text) == sentence
    assert text.amount == (None if amount is None else pytest.approx(amount))


def test_a_metric_that_cost_does_not_follow_is_named() -> None:
    told = dataclasses.replace(variance(), metric="active_users")
    assert "It cannot be told how cost follows active users: volume" in plain(narrative.variance.growth(told))
    assert "No business metric is given: volume" in plain(narrative.variance.growth(variance()))
