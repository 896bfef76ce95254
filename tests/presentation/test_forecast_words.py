"""The outlook's sentences and tables: exact words for the usual months, truth in the odd ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from presentation.forecast_samples import BACKTEST, DATA, bare, budgets, end, outlook, trajectory, unit_economics

from finops_lib.analyses.outlook_result import ProspectResult
from finops_lib.analyses.trajectory import Threshold
from finops_lib.core.note import Note
from finops_lib.presentation import charts, narrative, tables
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.values import Chart, Group, Kpis, Table, Text

TODAY = dt.date(2026, 10, 18)
QUIET = trajectory(TODAY, [])
FULL = end("2026-10-01", "2026-10-31", 20_000.0, 36_000.0, 1_000.0)


def plain(shown: object) -> str:
    return str(shown).replace("\u00a0", " ").replace("\u202f", " ")


def with_track(**change: Any) -> ProspectResult:
    made = outlook()
    assert made.forecast is not None
    return replace(made, forecast=replace(made.forecast, backtest=(BACKTEST[1] | change,)))


def year_over() -> ProspectResult:
    """A closed month that ends its quarter and its fiscal year."""
    made = outlook(over=True)
    assert made.forecast is not None
    quarter = end("2026-08-01", "2026-10-31", 100_000.0, 100_000.0)
    year = end("2025-11-01", "2026-10-31", 400_000.0, 400_000.0)
    return replace(made, held_from="2025-11-01", forecast=replace(made.forecast, quarter_end=quarter, year_end=year))


CASES: dict[str, Callable[[], ProspectResult]] = {
    "open": outlook,
    "closed": lambda: outlook(over=True),
    "account": lambda: outlook(account=DATA),
    "year over": year_over,
    "nothing": bare,
    "nothing of an account": lambda: replace(bare(), scope=DATA, scope_name="harbor-data"),
    "no trajectory": lambda: outlook(trajectory=None),
    "quiet": lambda: outlook(trajectory=QUIET, budgets=None, unit_economics=None),
    "no link": lambda: outlook(unit_economics=unit_economics(-0.1, 0.1, 0.3)),
    "no track": lambda: replace(outlook(), forecast=replace(outlook().forecast, backtest=(), events=())),  # type: ignore[type-var]
    "next to nothing": lambda: outlook(cells=outlook().cells.assign(ahead=0.0)),
}
VIEWS = (
    narrative.forecast.headline, narrative.forecast.kpis, narrative.forecast.summary,
    narrative.forecast_decision.decision, narrative.forecast.track_record, narrative.forecast.elasticity,
    narrative.forecast.method, charts.forecast.fan, charts.forecast.unit_cost, tables.forecast.ends,
    tables.forecast.backtest, tables.forecast.breaches, tables.forecast.notes, tables.forecast.not_checked,
    tables.forecast_parts.top, tables.forecast_parts.cells, tables.forecast_parts.calendar,
    tables.forecast_parts.events, tables.forecast_commercial.budgets, tables.forecast_commercial.register,
    tables.forecast_commercial.growth,
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_told_in_whole_sentences(case: str) -> None:
    result = CASES[case]()
    for view in VIEWS:
        value = view(result)
        assert not re.search(r"\b(nan|None|inf|NaT)\b", value.plain()), view
        for item in value.items if isinstance(value, Group) else (value,):
            if isinstance(item, Chart | Table):
                assert item.message.endswith("."), view
            if isinstance(item, Text):
                assert item.sentences, view
                assert all(sentence.endswith(".") for sentence in item.sentences), view
            if isinstance(item, Chart):
                outside = [float(x) for x in re.findall(r'<text[^>]* x="([-\d.]+)"', item.svg)]
                assert all(-0.5 <= x <= item.width + 0.5 for x in outside), view


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            outlook(),
            "The organization is expected to end October 2026 at 36.0 k USD (in 80 % of cases 35.0 k USD to "
            "37.0 k USD), 6.00 k USD (20.0 %) more than September 2026.",
        ),
        (
            outlook(over=True),
            "The organization is expected to cost 36.0 k USD in November 2026 (in 80 % of cases 35.0 k USD to "
            "37.0 k USD), 2.00 k USD (5.9 %) more than October 2026.",
        ),
        (
            outlook(account=DATA, previous=36_000.0),
            "harbor-data is expected to end October 2026 at 36.0 k USD (in 80 % of cases 35.0 k USD to 37.0 k USD), "
            "as September 2026 cost.",
        ),
        (
            bare(),
            "No forecast can be made for Organization as of 31 October 2026. There are no charges up to 2026-10-31.",
        ),
    ],
)
def test_the_headline(result: ProspectResult, sentence: str) -> None:
    assert plain(narrative.forecast.headline(result)) == sentence


def test_the_summary_says_what_the_figures_do_not() -> None:
    assert plain(narrative.forecast.summary(outlook())) == ""
    over = outlook(over=True)
    actual = "October 2026 is over: its 34.0 k USD is an actual, not a forecast."
    assert plain(narrative.forecast.summary(over)) == actual
    assert over.forecast is not None
    for last, words in (
        (20.0, "A typical day of the last seven cost 20.0 USD, of the 24 days before in the month 160 USD."),
        (150.0, ""),
    ):
        path = pd.DataFrame({"actual": [160.0] * 24 + [last] * 7})
        result = replace(over, forecast=replace(over.forecast, path=path))
        assert plain(narrative.forecast.summary(result)).splitlines() == [actual, *([words] if words else [])]


def test_a_year_of_which_no_more_is_held_than_the_quarter_is_told_once() -> None:
    result = outlook(held_from="2026-10-01")
    name = "Quarter, all that is held of the year"
    assert [line.partition(":")[0] for line in plain(narrative.forecast.kpis(result)).splitlines()][:2] == [
        "October 2026, expected",
        f"{name}, expected",
    ]
    table = tables.forecast.ends(result)
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["October 2026", name]


def test_a_year_that_is_over_is_an_actual() -> None:
    result = year_over()
    assert plain(messages.ends(result)) == "The fiscal year ended on 31 October 2026 at 400 k USD."
    kpis = plain(narrative.forecast.kpis(result)).splitlines()
    assert kpis[:3] == [
        "November 2026, expected: 36.0 k USD  80 %: 35.0 k USD to 37.0 k USD",
        "Fiscal quarter, actual: 100 k USD  to 31 October 2026",
        "Fiscal year, actual: 400 k USD  to 31 October 2026",
    ]


def test_what_is_not_held_of_a_year_is_said() -> None:
    result = outlook(held_from="2026-07-01")
    assert plain(messages.ends(result)).startswith(
        "277 k USD of the year from 1 July 2026 on is spent (78.7 % of what is expected);"
    )
    assert "Year from 1 July 2026 on, expected: 352 k USD" in plain(narrative.forecast.kpis(result))


def test_the_key_figures() -> None:
    assert plain(narrative.forecast.kpis(outlook())).splitlines() == [
        "October 2026, expected: 36.0 k USD  80 %: 35.0 k USD to 37.0 k USD",
        "Quarter, expected: 95.0 k USD  80 %: 91.0 k USD to 99.0 k USD",
        "Year, expected: 352 k USD  80 %: 347 k USD to 357 k USD",
        "Past error, 30 days ahead: 4.2 %  run-rate 5.1 %",
        "Budget to be exceeded: over 99 %  all, limit 33.0 k USD",
        "Cost of 1 000 active users: 20.0 USD  usual 19.0 USD to 21.5 USD",
    ]


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            outlook(over=True),
            "Decide before 28 November 2026, when AWS Support (Business) in harbor-data comes with 4.00 k USD, with "
            "finance@harbor.example: raise the budget “all” for November 2026, or cut 3.00 k USD from what is expected "
            "(36.0 k USD against 33.0 k USD).",
        ),
        (
            outlook(budgets=budgets("2026-10", TODAY, 20_000.0, FULL, 24_000.0)),
            "Decide by 31 October 2026 with finance@harbor.example: raise the budget “all” for October 2026, or cut "
            "12.0 k USD from what is expected (36.0 k USD against 24.0 k USD).",
        ),
        (
            outlook(
                budgets=budgets("2026-10", TODAY, 20_000.0, FULL, exception="launch", exception_until="2026-12-31")
            ),
            "Decide by 31 October 2026 whether harbor-data keeps the 1.60 k USD by which it has been above its forecast "
            "since 9 October 2026.",
        ),
        (
            outlook(budgets=budgets("2026-10", TODAY, 20_000.0, FULL, 90_000.0), trajectory=QUIET),
            "No decision is asked for: no budget of October 2026 is expected to end above its limit without an exception "
            "and nothing of October 2026 is above its band and its forecast by more than 100 USD and 10 %.",
        ),
        (bare(), "No decision is asked for: neither budgets nor a trajectory of October 2026 could be checked."),
    ],
)
def test_the_decision(result: ProspectResult, sentence: str) -> None:
    assert plain(narrative.forecast_decision.decision(result)) == sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "(run-rate 5.1 %, the last week again 9.4 %): both were worse."),
        ({"wape": 0.06}, "missed regular cost by 6.0 % (run-rate 5.1 %, the last week again 9.4 %): only the last week again was worse."),
        ({"wape": 0.2}, "missed regular cost by 20.0 % (run-rate 5.1 %, the last week again 9.4 %): neither was worse."),
        ({"wape": 0.051, "seasonal_naive_wape": 0.051}, "neither was worse."),
        ({"wape": 0.0507, "run_rate_wape": 0.0514}, "(run-rate 5.1 %, the last week again 9.4 %): only the last week again was worse."),
    ],
)  # fmt: skip
def test_the_track_record_does_not_flatter(change: dict[str, float], words: str) -> None:
    assert plain(messages.track(with_track(**change))).endswith(words)


@pytest.mark.parametrize(
    ("change", "bias", "held"),
    [
        ({}, "Over 30 days they were 1.3 % too low on average.", "held 79.5 % of these outcomes, about what it promises."),
        (
            {"bias": 0.03, "hit_rate_80": 0.5},
            "Over 30 days they were 3.0 % too high on average, which is most of their error.",
            "held 50.0 % of these outcomes, fewer than it promises: take it as too narrow.",
        ),
        (
            {"bias": 0.001, "hit_rate_80": 1.0},
            "Over 30 days they were neither too high nor too low on average (0.1 %).",
            "held 100 % of these outcomes, more than it promises: it has been wider than needed.",
        ),
    ],
)  # fmt: skip
def test_bias_and_interval_are_judged(change: dict[str, float], bias: str, held: str) -> None:
    told = plain(narrative.forecast.track_record(with_track(**change))).splitlines()
    assert told == [bias, f"The 80 % interval {held}"]


def test_one_breach_is_told_with_the_thresholds_of_the_result() -> None:
    watched = trajectory(TODAY)
    one = replace(watched, breaches=watched.breaches[:1], threshold=Threshold(250.0, 12.5))
    assert plain(messages.trajectory(outlook(trajectory=one))) == (
        "1 of 3 parts watched is outside its band and off its forecast by more than 250 USD and 12.5 %; harbor-data: "
        "1.60 k USD (25.0 %) above what was forecast before October 2026 began."
    )


def test_a_charge_that_came_but_once_is_no_fact() -> None:
    made = outlook(over=True)
    assert made.forecast is not None
    data = {"account": DATA, "service": "AWS Support (Business)", "kind": "fee"}
    note = Note.warning("forecast.single_charge", "Once.", **data, day="2026-11-28", charged="2025-11-28")
    result = replace(made, forecast=replace(made.forecast, notes=(note,)))
    assert plain(narrative.forecast_decision.decision(result)).startswith(
        "Decide before 28 November 2026, when AWS Support (Business) in harbor-data is expected to come with 4.00 k USD "
        "(as on 28 November 2025, once), with finance@harbor.example: "
    )
    assert plain(messages.calendar(result)).endswith("on 28 November 2026 (as on 28 November 2025, once).")
    assert "such days; charged but once before: AWS Support (Business) in harbor-data on 28 November 2025. Refunds" in (
        plain(tables.forecast_parts.calendar(result))
    )
    other = replace(note, data={**note.data, "day": "2026-12-28"})
    unlike = replace(made, forecast=replace(made.forecast, notes=(other,)))
    assert "once" not in plain(narrative.forecast_decision.decision(unlike))
    assert "on such days. Refunds are never expected." in plain(tables.forecast_parts.calendar(unlike))


def test_the_trajectory_names_what_left_its_band() -> None:
    assert plain(messages.trajectory(outlook())) == (
        "2 of 3 parts watched are outside their bands and off their forecasts by more than 100 USD and 10 %; most of all "
        "harbor-data: 1.60 k USD (25.0 %) above what was forecast before October 2026 began."
    )
    assert plain(tables.forecast.breaches(outlook(trajectory=QUIET))) == (
        "Of 3 parts watched, none is outside its band and off its forecast by more than 100 USD and 10 %."
    )
    assert plain(tables.forecast.breaches(bare())) == (
        "October 2026 cannot be held against a forecast made before it. No cost before October 2026 is held."
    )


def test_the_budgets_of_both_months() -> None:
    shown = tables.forecast_commercial.budgets(outlook(over=True))
    assert isinstance(shown, Group)
    closed, ahead = shown.items
    assert plain(closed).startswith(
        "1 of 2 budgets of October 2026 ended above the limit, the most “all” by 1.00 k USD (limit 33.0 k USD)."
    )
    assert plain(ahead).startswith(
        "1 of 2 budgets of November 2026 is expected to end above, the most “all” by 3.00 k USD (limit 33.0 k USD); the "
        "probability is over 99 %."
    )
    lines = [re.split(r"  +", line) for line in plain(ahead).splitlines()]
    assert lines[2] == ["Budget", "BU", "FC", "ΔBU", "Of BU", "Exceeds", "Status", "Owner"]
    assert lines[3][:6] == ["all", "33 000", "36 000", "+3 000", "109 %", "over 99 %"]
    # 17 000 is two and a half times the 400 that put 16 500 at 90 %: 1 - Phi(1.2816 * 2) = 0.5 %.
    assert lines[4][:6] == ["data", "17 000", "16 000", "−1 000", "94.1 %", "under 1 %"]


def test_the_budgets_that_hold_and_those_that_are_not_there() -> None:
    within = outlook(budgets=budgets("2026-10", TODAY, 20_000.0, FULL, 90_000.0))
    assert plain(messages.budgets(within, within.budgets)) == (
        "2 budgets of October 2026 are expected to stay within their limits; “data” comes nearest, at 94.1 % of it."
    )
    assert plain(tables.forecast_commercial.budgets(bare())) == (
        "Budgets are not checked. No file names any for this scope."
    )


def test_a_scope_without_any_budget_hears_where_none_was_found() -> None:
    assert plain(tables.forecast_commercial.budgets(replace(outlook(), budgets=None))) == (
        "No budget of October 2026 is known for Organization, from a file or from AWS Budgets."
    )


def test_the_end_of_a_running_month_and_its_budget_lead_the_report() -> None:
    strip = narrative.forecast.kpis(outlook())
    assert isinstance(strip, Kpis)
    leading = [item.label for item in strip.items if item.leads]
    assert leading == ["October 2026, expected", "Budget to be exceeded"]


def test_no_percent_sign_can_part_from_its_number() -> None:
    result = outlook()
    values = [
        narrative.forecast.headline(result),
        narrative.forecast.summary(result),
        narrative.forecast.track_record(result),
        narrative.forecast.elasticity(result),
        tables.forecast.ends(result),
        tables.forecast.backtest(result),
        tables.forecast.breaches(result),
        charts.forecast.fan(result),
        charts.forecast.unit_cost(result),
    ]
    for value in values:
        assert not re.search(r"\d %", re.sub(r"<img[^>]*>", "", value.html()))


def test_the_band_of_the_unit_cost_says_how_many_weeks_it_holds() -> None:
    chart = charts.forecast.unit_cost(outlook())
    assert isinstance(chart, Chart)
    rows = unit_economics().unit_costs
    inside = int(rows["unit_cost"].between(rows["low"], rows["high"]).sum())
    assert f"by the scatter so far; {inside} of {len(rows)} weeks lie in it." in plain(chart.source)
    assert "95" not in chart.source


def test_the_register() -> None:
    assert plain(tables.forecast_commercial.register(outlook())) == (
        "The budgets file names an owner for 2 of 2 budgets of October 2026, and neither approval nor exception of any."
    )
    kept = budgets("2026-10", TODAY, 20_000.0, FULL, approved_by="cfo@harbor.example", approved_on=dt.date(2026, 1, 5))
    table = tables.forecast_commercial.register(outlook(budgets=kept))
    assert isinstance(table, Table)
    assert plain(table.message) == "2 of 2 budgets of October 2026 name who approved them; 0 carry an exception."
    assert plain(table.rows[0][3]) == "5 Jan 2026"


def test_unit_cost_and_growth() -> None:
    result = outlook()
    assert plain(messages.unit_cost(result)) == (
        "Usage cost 20.0 USD for 1 000 active users in the week from 15 October 2026, inside the usual 19.0 USD to "
        "21.5 USD."
    )
    assert plain(narrative.forecast.elasticity(result)).splitlines() == [
        "Cost follows active users with an elasticity of 0.60 (95 % interval 0.40 to 0.80), over 12 weeks.",
        "40.0 % of the cost of usage does not move with active users (95 % interval 20.0 % to 60.0 %).",
    ]
    assert plain(messages.growth(result)) == (
        "Usage cost a day changed by +50.0 USD from the month before to October 2026: +12.0 USD goes with active users, +38.0 USD "
        "does not, which stands out."
    )
    unlinked = CASES["no link"]()
    assert "how much of it is growth cannot be told" in plain(tables.forecast_commercial.growth(unlinked))
    assert "do not show that cost follows active users" in plain(narrative.forecast.elasticity(unlinked))
    assert plain(charts.forecast.unit_cost(bare())) == "Unit cost is not computed. There are no business metrics."


def test_the_ends_table_tells_actual_from_forecast() -> None:
    lines = [re.split(r"  +", line) for line in plain(tables.forecast.ends(outlook(over=True))).splitlines()]
    assert lines[2] == ["Ends", "On", "AC/FC", "To date", "Low 95 %", "Low 80 %", "Expected", "High 80 %", "High 95 %"]
    assert lines[3][:5] == ["October 2026", "31 Oct 2026", "AC", "34 000", "34 000"]
    assert lines[4] == ["November 2026", "30 Nov 2026", "FC", "0", "34 000", "35 000", "36 000", "37 000", "38 000"]
    assert lines[6] == ["Year", "31 Dec 2026", "FC", "277 000", "342 000", "347 000", "352 000", "357 000", "362 000"]


def test_parts_add_up_to_the_total() -> None:
    top = tables.forecast_parts.top(outlook())
    assert isinstance(top, Table)
    assert (
        plain(top.message)
        == "harbor-production is expected to cost 20.0 k USD in October 2026, 55.6 % of all 2 accounts."
    )
    assert top.total == ("Total", 20_000.0, 36_000.0, 95_000.0, 352_000.0)
    assert [sum(row[i] for row in top.rows) for i in range(1, 5)] == list(top.total[1:])
    of_account = tables.forecast_parts.top(outlook(account=DATA))
    assert isinstance(of_account, Table)
    assert of_account.columns[0].label == "Service"
    assert isinstance(tables.forecast_parts.cells(outlook(account=DATA)), Group)  # the other table has them all


def test_the_calendar_keeps_to_the_month_that_leads() -> None:
    table = tables.forecast_parts.calendar(outlook(over=True))
    assert isinstance(table, Table)
    assert [[plain(cell) for cell in row] for row in table.rows] == [
        ["AWS Support (Business)", "harbor-data", "fee", "28 Nov 2026", "4000.0"],
        ["Savings Plans", "harbor-data", "commitment", "2 days from 20 Nov 2026", "20.0"],
    ]
    assert table.total is not None
    assert table.total[-1] == 4_020.0


def test_known_changes_carry_their_source() -> None:
    table = plain(tables.forecast_parts.events(outlook()))
    assert table.startswith(
        "1 known change in the forecast, first Move to Graviton on 1 December 2026: −40.0 USD a day."
    )
    assert "team plan" in table


def test_the_fan_labels_actual_expected_bounds_and_budget() -> None:
    chart = charts.forecast.fan(outlook())
    assert isinstance(chart, Chart)
    assert (
        plain(chart.message)
        == "20.0 k USD is spent in 18 days; 16.0 k USD more is expected, so that October 2026 ends at 36.0 k USD."
    )
    words = {plain(text).strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", chart.svg)}
    assert {"AC 20.0", "FC 36.0", "35.0 (80 %)", "37.0 (80 %)", "34.0 (95 %)", "38.0 (95 %)", "BU 33.0"} <= words
    closed = charts.forecast.fan(outlook(over=True))
    assert isinstance(closed, Chart)
    assert "BU 33.0" not in plain(closed.svg)  # a month's budget says nothing of a quarter
    assert charts.forecast.fan(outlook()) == chart


def test_notes_are_counted() -> None:
    assert plain(tables.forecast.notes(outlook())).startswith("1 note on what the forecast was made of.")
    warned = replace(outlook(), unit_economics=replace(unit_economics(), notes=(Note.warning("a.b", "Odd."),)))
    assert plain(tables.forecast.notes(warned)).startswith(
        "2 notes on what the forecast was made of, 1 of them a warning."
    )
    assert plain(tables.forecast.not_checked(bare())).startswith(
        "Not checked: forecast, trajectory, unit_economics and budgets."
    )
    assert tables.forecast.not_checked(outlook()) == Group(())


OVER = dt.date(2026, 10, 31)
SPENT = end("2026-10-01", "2026-10-31", 34_000.0, 34_000.0)
ENDED = {"budgets_ahead": None, "trajectory": QUIET}


def test_a_budget_that_the_month_exceeded_asks_for_an_exception() -> None:
    result = outlook(over=True, budgets=budgets("2026-10", OVER, 34_000.0, SPENT, 28_000.0), **ENDED)
    assert plain(narrative.forecast_decision.decision(result)) == (
        "Decide by 30 November 2026 with finance@harbor.example: record an exception for the 6.00 k USD (21.4 %) by "
        "which October 2026 ended above the budget “all” of 28.0 k USD, or say what makes up for it."
    )


def test_a_budget_that_is_excused_asks_for_no_decision_and_the_sentence_says_so() -> None:
    excused = budgets("2026-10", OVER, 34_000.0, SPENT, 28_000.0, exception="launch", exception_until="2026-12-31")
    result = outlook(over=True, budgets=excused, **ENDED)
    assert plain(narrative.forecast_decision.decision(result)).startswith(
        "No decision is asked for: what ended above a budget of October 2026 has an exception or is under a hundredth"
    )
