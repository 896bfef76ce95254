"""The overview's sentences and tables: exact words for the usual month, truth in the odd ones."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from presentation.overview_samples import ACCOUNTS, SERVICES, empty, overview
from presentation.test_overview_charts import CASES

from finops_lib.analyses.overview import OverviewResult, Reconciliation
from finops_lib.core.note import Note
from finops_lib.presentation import charts, formats, narrative, tables
from finops_lib.presentation.narrative import overview_facts as facts
from finops_lib.presentation.narrative import overview_messages as messages
from finops_lib.presentation.values import Group, Table, Text

ACCOUNT = {"scope": "210987654321", "scope_name": "harbor-data"}


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            overview(),
            "The organization cost 38.1 k USD in October 2026, 3.62 k USD (10.5 %) more than in September; "
            "Amazon Elastic Compute Cloud in harbor-production explains 66.3 % of the increase.",
        ),
        (
            overview(**ACCOUNT, services=[("Amazon S3", 60.0, 100.0), ("AWS Lambda", 20.0, 10.0)]),
            "harbor-data cost 80.0 USD in October 2026, 30.0 USD (27.3 %) less than in September.",
        ),
        (
            overview(days=18, status="open"),
            "The organization cost 38.1 k USD in the first 18 days of October 2026: 2.01 k USD of usage a day, "
            "against 1.09 k USD a day in September.",
        ),
        (
            overview(previous=False),
            "The organization cost 38.1 k USD in October 2026; there are no data for September to compare with.",
        ),
        (
            overview(period="2026-01", services=[("Amazon S3", 5.0, 5.0)]),
            "The organization cost 5.00 USD in January 2026, the same as in December 2025.",
        ),
        (
            overview(factor=-1),
            "The organization was credited 38.1 k USD net in October 2026: credits and refunds exceed the charges.",
        ),
        (empty(), "Account 333344445555 has no cost in October 2026."),
        (
            overview(services=[("Amazon S3", 5.0, 0.0)]),
            "The organization cost 5.00 USD in October 2026, 5.00 USD more than in September; "
            "Amazon S3 in harbor-production explains 75.0 % of the increase.",
        ),
    ],
)
def test_the_headline(result: OverviewResult, sentence: str) -> None:
    assert plain(narrative.overview.headline(result)) == sentence


def test_the_summary_has_five_sentences() -> None:
    assert plain(narrative.overview.summary(overview())).splitlines() == [
        "AWS billed 41.2 k USD; spread over the time that it pays for, that is an effective cost (amortized) "
        "of 38.1 k USD.",
        "That is 22.8 % above the average of the 12 months before (31.0 k USD).",
        "Amazon Elastic Compute Cloud takes 52.5 % of effective cost, and the three largest services take 86.6 %; "
        "harbor-production spends 54.5 %, the most of 3 accounts.",
        "Amazon Elastic Compute Cloud in harbor-production rose most, by 2.40 k USD, while "
        "Amazon Relational Database Service in harbor-production fell most, by 225 USD.",
        "The bill is final (1 invoice), and its total equals the source files to the cent; not checked: budgets.",
    ]


@pytest.mark.parametrize(
    ("result", "index", "sentence"),
    [
        (overview(months=2), 1, "The data hold one earlier month, too few for a trend."),
        (overview(previous=False), 1, "The data hold no earlier month, so there is no trend yet."),
        (overview(services=SERVICES[:1], **ACCOUNT), 2, "All of it is Amazon Elastic Compute Cloud."),
        (empty(), 2, "No service cost a cent in October 2026."),
        (
            overview(days=18, status="open"),
            3,
            "Changes wait for the month's end: 18 of 31 days are in, and September is a whole month.",
        ),
        (overview(previous=False), 3, "There are no data for September, so no change can be shown."),
        (overview(services=[("Amazon S3", 5.0, 5.0)]), 3, "No service changed against September."),
        (
            dataclasses.replace(overview(not_checked=()), reconciliation=Reconciliation(100.0, 112.3, 12.3)),
            4,
            "The bill is final (1 invoice), and its total differs from the source files by 12.30 USD.",
        ),
        (
            overview(status="unknown", not_checked=()),
            4,
            "The bill does not tell whether it is final, and its total equals the source files to the cent.",
        ),
    ],
)
def test_the_summary_is_true_in_odd_months(result: OverviewResult, index: int, sentence: str) -> None:
    assert plain(narrative.overview.summary(result).sentences[index]) == sentence


def lacking(result: OverviewResult, cost: float, before: float = 0.0) -> OverviewResult:
    """The same where so much usage of EC2 in harbor-data has no list price, and so much had none a month before."""
    row = (ACCOUNTS[1][0], "Amazon Elastic Compute Cloud", "Usage", None, "prod", cost)
    columns = ["SubAccountId", "ServiceName", "ChargeCategory", "x_tag_cost_center", "x_tag_environment", "cost"]
    return dataclasses.replace(result, unpriced=pd.DataFrame([row], columns=columns), unpriced_previous=before)


def test_a_list_cost_that_lacks_some_usage_is_not_known() -> None:
    result = lacking(overview(), 186.47)
    table = tables.overview.totals(result)
    rows = {row[0]: row for row in table.rows}
    assert rows["List"][1] is None
    assert rows["List"][2] is not None  # all usage of the month before has a price
    assert rows["List"][3] is None
    assert rows["Contracted"][1] == pytest.approx(1.1 * 38_120.4)
    assert "–: at least 186.47 USD of usage has no list price, so that the list cost of all is not known." in plain(
        table.source
    )
    both = lacking(overview(), 186.47, before=12.0)
    assert {row[0]: row for row in tables.overview.totals(both).rows}["List"][1:4] == (None, None, None)


def test_only_the_rows_that_lack_a_list_price_lose_their_list_cost() -> None:
    result = lacking(overview(), 186.47)
    told = {
        "service": tables.overview.by_service(result),
        "account": tables.overview.by_account(result),
        "category": tables.overview.by_charge_category(result),
    }
    unknown = {}
    for name, table in told.items():
        assert isinstance(table, Table)
        at = [column.key for column in table.columns].index("ListCost")
        unknown[name] = [row[0] for row in table.rows if not formats.known(row[at])]
        assert table.total is not None
        assert table.total[at] is None
    assert unknown == {
        "service": ["Amazon Elastic Compute Cloud"], "account": [ACCOUNTS[1][0]], "category": ["Usage"],
    }  # fmt: skip
    center, environment = (facts.by_tag(result, key) for key in ("cost_center", "environment"))
    assert center.loc[center["ListCost"].isna(), "x_tag_cost_center"].tolist() == ["without cost_center"]
    assert environment.loc[environment["ListCost"].isna(), "x_tag_environment"].tolist() == ["prod"]


def test_a_list_cost_of_all_usage_stays() -> None:
    for result in (overview(), lacking(overview(), 0.001)):
        assert {row[0]: row for row in tables.overview.totals(result).rows}["List"][1] == pytest.approx(1.3 * 38_120.4)
        assert "no list price" not in tables.overview.totals(result).source


def test_the_costliest_day_says_what_of_it_is_no_usage() -> None:
    result = overview()
    costs = result.daily["EffectiveCost"]
    peak, median = float(costs.max()), float(costs.median())
    assert "no usage" not in plain(messages.daily(result))
    usage = costs.where(costs < peak, median)
    booked = dataclasses.replace(result, daily=result.daily.assign(usage=usage))
    amount = plain(formats.money(peak - median, "USD"))
    assert plain(messages.daily(booked)).endswith(
        f" times the median day; {amount} of it is no usage but tax, fees and the like that are booked on that day."
    )


def test_the_largest_is_of_as_many_as_the_table_has() -> None:
    services = [("Amazon S3", 60.0, 50.0), ("AWS Lambda", 0.5, 0.5), ("AWS Glue", 0.0, 0.0), ("Amazon SQS", 0.0, 1.0)]
    result = overview(services=services)
    assert len(result.by_service) == 4
    assert plain(messages.services(result)).startswith("Amazon S3 is the largest of 4 services: 60.0 USD")
    one = overview(services=[services[0], services[2]])
    assert plain(messages.services(one)).startswith("Amazon S3 is the only one with a cost of 2 services: 60.0 USD")


def test_billed_and_effective_may_be_the_same() -> None:
    result = overview()
    same = dataclasses.replace(result, totals=dataclasses.replace(result.totals, BilledCost=38_120.4))
    first = plain(narrative.overview.summary(same).sentences[0])
    assert first == "AWS billed 38.1 k USD, and the amortized effective cost is the same."
    assert plain(messages.categories(same)) == "Billed and effective cost are equal in October 2026: 38.1 k USD."


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            overview(),
            "Find out by 30 November 2026 whether the 2.40 k USD by which Amazon Elastic Compute Cloud in "
            "harbor-production rose will stay, and decide what to do if it does.",
        ),
        (
            overview(**ACCOUNT, services=[("Amazon S3", 6_000.0, 5_990.0)]),
            "No decision is asked for: the largest rise, net by service, is 10.0 USD (Amazon S3).",
        ),
        (overview(**ACCOUNT, services=[("Amazon S3", 60.0, 99.0)]), "No decision is asked for: no service rose."),
        (overview(previous=False), "No decision is asked for on one month alone."),
        (overview(days=18, status="open"), "No decision is asked for before October 2026 is closed."),
    ],
)
def test_the_one_decision(result: OverviewResult, sentence: str) -> None:
    assert plain(narrative.overview.decision(result)) == sentence


def test_key_figures_carry_the_month_before() -> None:
    assert plain(narrative.overview.kpis(overview())).splitlines() == [
        "Effective cost: 38.1 k USD +10.5 % September 34.5 k USD",
        "Against a year before: +10.5 k USD +38.1 % October 2025 27.6 k USD",
        "Effective cost a day: 1.23 k USD +6.9 % September 1.15 k USD",
        "Billed cost: 41.2 k USD +10.5 % September 37.3 k USD",
        "Tagged, of the cost of usage: 84.2 %  tag cost_center",
    ]
    items = narrative.overview.kpis(overview()).items
    assert [item.better for item in items] == [False, False, False, False, None]


def test_without_the_year_before_the_largest_service_stands_there() -> None:
    assert plain(narrative.overview.kpis(overview(months=12))).splitlines()[1] == (
        "Largest service: 52.5 %  Amazon Elastic Compute Cloud"
    )
    assert "2025" not in plain(messages.trend(overview(months=12)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (1_100.0, "+1.10 k USD for the longer month, +2.52 k USD for all else"),
        (4_000.0, "+4.00 k USD for the longer month, −380 USD for all else"),
    ],
)
def test_the_days_of_the_month_stand_beside_the_change(change: float, words: str) -> None:
    result = overview(calendar=change)
    assert plain(narrative.overview.headline(result)) == (
        f"The organization cost 38.1 k USD in October 2026, 3.62 k USD (10.5 %) more than in September: {words}."
    )
    assert plain(messages.movers(result)) == (
        f"Cost rose by 3.62 k USD since September ({words}); Amazon Elastic Compute Cloud in harbor-production rose "
        "most, by 2.40 k USD."
    )
    february = overview(period="2026-02", calendar=-200.0)
    assert "−200 USD for the shorter month, +3.82 k USD for all else" in plain(narrative.overview.headline(february))


def test_equal_months_and_open_ones_have_no_calendar_part() -> None:
    for result in (overview(), overview(calendar=0.0), overview(calendar=5.0, days=18, status="open")):
        assert "all else" not in plain(narrative.overview.headline(result))


def test_an_open_month_compares_days_only() -> None:
    items = narrative.overview.kpis(overview(days=18, status="open")).items
    assert [item.against.replace("\u00a0", " ") for item in items[:4]] == [
        "month not over",
        "Amazon Elastic Compute Cloud",
        "September 1.09 k USD",
        "month not over",
    ]
    assert items[2].label == "Usage a day"


@pytest.mark.parametrize(
    ("message", "result", "sentence"),
    [
        (messages.trend, overview(), "October 2026 is the costliest of 13 months in the data: 38.1 k USD."),
        (messages.trend, overview(previous=False), "October 2026 is the only month in the data: 38.1 k USD."),
        (
            messages.trend,
            overview(days=18, status="open"),
            "October 2026 stands at 38.1 k USD after 18 of 31 days; September ended at 34.5 k USD.",
        ),
        (
            messages.trend,
            overview(services=[("Amazon S3", 90.0, 100.0)]),
            "October 2026 cost 90.0 USD, 12.5 % above October 2025 (80.0 USD).",
        ),
        (
            messages.trend,
            overview(services=[("Amazon S3", 90.0, 100.0)], months=12),
            "October 2026 cost 90.0 USD, as much as the average of the 11 months before.",
        ),
        (messages.daily, overview(), "The costliest day was 1 October 2026: 3.20 k USD, 2.5 times the median day."),
        (
            messages.daily,
            overview(factor=-1),
            "Credits and refunds outweigh the cost of every day; they returned most on 1 October 2026: 3.20 k USD.",
        ),
        (
            messages.services,
            overview(),
            "Amazon Elastic Compute Cloud is the largest of 7 services: 20.0 k USD (52.5 % of effective cost), "
            "3.20 k USD (19.0 %) more than in September.",
        ),
        (
            messages.services,
            overview(services=SERVICES[:1], previous=False),
            "Amazon Elastic Compute Cloud is the only service: 20.0 k USD.",
        ),
        (
            messages.services,
            overview(factor=-1),
            "Credits and refunds outweigh the cost of every service in October 2026, by 38.1 k USD.",
        ),
        (
            messages.accounts,
            overview(days=18, status="open"),
            "harbor-production is the largest of 3 accounts: 20.8 k USD (54.5 % of effective cost).",
        ),
        (
            messages.movers,
            overview(),
            "Cost rose by 3.62 k USD since September; Amazon Elastic Compute Cloud in harbor-production explains "
            "66.3 % of it (+2.40 k USD).",
        ),
        (
            messages.movers,
            overview(**ACCOUNT, services=[("Amazon S3", 60.0, 100.0), ("AWS Lambda", 50.0, 10.0)]),
            "Rises and falls cancel out since September; Amazon S3 fell most, by 40.0 USD.",
        ),
        (
            messages.movers,
            overview(**ACCOUNT, services=[("Amazon S3", 60.0, 100.0)]),
            "Cost fell by 40.0 USD since September; Amazon S3 explains all of it (−40.0 USD).",
        ),
        (
            messages.movers,
            overview(services=[("Amazon S3", 60.0, 60.0)]),
            "Nothing changed from September to October 2026: every service cost the same.",
        ),
        (
            messages.reconciliation,
            overview(),
            "The totals equal those of the source files to the cent for all 3 accounts: 41 170.03 USD billed.",
        ),
        (messages.inputs, overview(), "The numbers come from 2 files with 43 855 rows, for 2 months."),
        (messages.notes, overview(), "The bill of October 2026 gave no reason for doubt."),
        (
            messages.notes,
            overview(notes=[Note("a.b", "warning", "A."), Note("a.c", "info", "B.")]),
            "2 notes on the data of October 2026, 1 of them a warning.",
        ),
        (messages.changes, overview(), "The 14 largest changes add 3.92 k USD and save 300 USD."),
    ],
)
def test_messages(message: Callable[[OverviewResult], str], result: OverviewResult, sentence: str) -> None:
    assert plain(message(result)) == sentence


def test_a_drift_through_the_month_is_told() -> None:
    result = overview()
    days = result.daily.assign(EffectiveCost=[100.0] * 15 + [80.0] * 16)
    sentence = "A day cost 100 USD in the first week and 80.0 USD in the last (−20.0 %)."
    assert plain(messages.daily(dataclasses.replace(result, daily=days))) == sentence
    even = dataclasses.replace(result, daily=days.assign(EffectiveCost=[100.0, 110.0] + [100.0] * 29))
    assert (
        plain(messages.daily(even))
        == "No day stands out: 100 USD on the median day, at most 110 USD on 2 October 2026."
    )


def test_tags_from_all_to_none() -> None:
    result, column = overview(), "x_tag_cost_center"
    assert plain(messages.tag(result, "cost_center")) == (
        "84.2 % of the cost of usage carries the tag cost_center; 5.72 k USD does not."
    )
    frame = result.by_tag["cost_center"]
    none = dataclasses.replace(result, by_tag={"cost_center": frame.assign(**{column: None})})
    assert plain(messages.tag(none, "cost_center")) == (
        "No usage of October 2026 carries the tag cost_center: 36.2 k USD is without it."
    )
    everything = dataclasses.replace(
        result,
        by_tag={"cost_center": frame.assign(**{column: "x"})},
        untaggable={"cost_center": result.untaggable["cost_center"].head(0)},
    )
    assert plain(messages.tag(everything, "cost_center")) == (
        "All usage of October 2026 carries the tag cost_center: 36.2 k USD."
    )


def test_what_is_no_usage_stands_apart_from_what_lacks_a_tag() -> None:
    result = overview()
    group = tables.overview.by_tag(result)
    assert isinstance(group, Group)
    rows = shown(group.items[0])
    assert [row[0] for row in rows] == [
        *("4100 Ferry booking", "4200 Data", "without cost_center", "no usage: carries no tags", "Total"),
    ]
    assert [row[2] for row in rows] == ["19 060", "11 436", "5 718", "1 906", "38 120"]
    assert plain(messages.no_usage(result, "cost_center")) == (
        "No usage: 1.91 k USD of charges (Tax and Credit) that no resource makes, so that no tag is on them."
    )
    assert "1.91 k USD of charges" in plain(charts.overview.by_tag(result).html())


def test_usage_that_only_changed_a_tag_is_told_below_its_breakdown() -> None:
    moved = Note.info("variance.retagged", "Only the tags changed.", amount=1234.5, tags={"cost_center": 1234.5})
    result = dataclasses.replace(overview(), notes=(moved,))
    words = "Usage that cost 1.23 k USD before has another cost_center now: that is no change of cost."
    group = tables.overview.by_tag(result)
    assert isinstance(group, Group)
    assert isinstance(group.items[0], Table)
    assert words in plain(group.items[0].source)
    assert words in plain(charts.overview.by_tag(result).html())
    other = dataclasses.replace(
        result, notes=(dataclasses.replace(moved, data={"amount": 1234.5, "tags": {"project": 1234.5}}),)
    )
    assert messages.retagged(other, "cost_center") == messages.retagged(overview(), "cost_center") == ""


def test_a_tag_value_in_several_spellings_is_one_sentence() -> None:
    first = ("environment", "production", 3, "“production”, “Prod”, “production ”", 900.0, 120.4)
    assert plain(narrative.overview.spellings(overview(spelled=[first]))) == (
        "The tag environment spells one value in 3 ways (“production”, “Prod”, “production ”): 120 USD stands under "
        "the 2 rarer ones."
    )
    more = ("project", "web", 2, "“web”, “Web”", 90.0, 10.0)
    assert plain(narrative.overview.spellings(overview(spelled=[first, more]))).endswith(
        "the 2 rarer ones; 1 more value in several spellings, 10.0 USD under their rarer ones."
    )
    assert narrative.overview.spellings(overview()) == Group(())


def test_rows_that_differ_from_the_source_are_counted() -> None:
    result = overview()
    lines = result.reconciliation_lines.assign(difference=[0.0, 12.3, 0.0])
    off = dataclasses.replace(result, reconciliation=Reconciliation(1.0, 13.3, 12.3), reconciliation_lines=lines)
    assert plain(messages.reconciliation(off)) == (
        "The totals differ from the source files by 12.30 USD in 1 of 3 accounts."
    )


TABLES = ("totals", "by_charge_category", "by_service", "by_account", "by_tag", "movers", "reconciliation", "inputs")


@pytest.mark.parametrize("name", [*TABLES, "notes", "not_checked"])
@pytest.mark.parametrize("case", CASES)
def test_every_case_gives_a_table_or_says_why_not(case: str, name: str) -> None:
    value = getattr(tables.overview, name)(CASES[case]())
    assert isinstance(value, Table | Text | Group)
    assert not re.search(r"\b(nan|None|inf|NaT)\b", value.plain())


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_of_every_case_reads_well(case: str) -> None:
    result = CASES[case]()
    words = [
        narrative.overview.headline(result),
        narrative.overview.summary(result),
        narrative.overview.decision(result),
    ]
    for sentence in (sentence for text in words for sentence in text.sentences):
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence.startswith(("harbor", "x", "000"))
        assert not re.search(r"nan|None|inf\b|  |\.\.|\( ?\)|(?<!\d)-\d", sentence)
    assert len(narrative.overview.kpis(result).items) <= 8


def shown(table: Any) -> list[list[str]]:
    return [
        [plain(text) for text in table._texts(row)] for row in (*table.rows, *([table.total] if table.total else []))
    ]


def test_totals_to_the_cent() -> None:
    table = tables.overview.totals(overview())
    assert shown(table) == [
        ["Billed", "41 170.03", "37 260.00", "+3 910.03", "+10.5 %"],
        ["Effective", "38 120.40", "34 500.00", "+3 620.40", "+10.5 %"],
        ["List", "49 556.52", "44 850.00", "+4 706.52", "+10.5 %"],
        ["Contracted", "41 932.44", "37 950.00", "+3 982.44", "+10.5 %"],
    ]


def test_list_cost_stands_beside_the_usage_that_it_covers() -> None:
    result = overview()
    covered = dataclasses.replace(result, usage=dataclasses.replace(result.usage, ListCost=result.totals.ListCost))
    table = tables.overview.totals(covered)
    assert [row[:2] for row in shown(table)] == [
        ["Billed", "41 170.03"],
        ["Effective", "38 120.40"],
        ["Effective, usage alone", "36 214.38"],
        ["List, usage alone", "49 556.52"],
        ["Contracted", "41 932.44"],
    ]
    assert "1 906.02 USD of effective cost (tax, fees, credits and the like) has none." in plain(table.source)


def test_unknown_costs_are_a_dash_with_its_reason() -> None:
    table = tables.overview.totals(overview(list_known=False))
    assert shown(table)[2] == ["List", "–", "44 850.00", "–", "–"]
    assert "–: the bill does not tell list and contracted cost." in table.source


def test_services_add_up_to_the_unrounded_total() -> None:
    table = tables.overview.by_service(overview())
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == [
        *("Service", "Billed", "Effective", "List", "Contracted", "PP", "ΔPP", "ΔPP %")
    ]
    assert shown(table)[0] == [
        *("Amazon Elastic Compute Cloud", "21 600", "20 000", "26 000", "22 000", "16 800", "+3 200", "+19.0 %")
    ]
    assert shown(table)[-1] == ["Total", "41 170", "38 120", "49 557", "41 932", "34 500", "+3 620", "+10.5 %"]


def test_an_open_month_has_no_columns_of_change() -> None:
    table = tables.overview.by_service(overview(days=18, status="open"))
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == ["Service", "Billed", "Effective", "List", "Contracted"]


def test_many_rows_are_capped_and_named() -> None:
    services = [(f"Service {i}", 100.0 - i, 90.0) for i in range(75)]
    table = tables.overview.by_service(overview(services=services))
    assert isinstance(table, Table)
    assert (len(table.rows), table.more, table.more_in) == (60, 15, "results/overview_by_service.csv")
    tagged = tables.overview.by_tag(overview())
    assert isinstance(tagged, Group)
    assert [item.more_in for item in tagged.items if isinstance(item, Table)] == [
        "results/overview_by_tag_cost_center.csv",
        "results/overview_by_tag_environment.csv",
    ]


def test_accounts_by_id_and_name_and_only_for_the_organization() -> None:
    table = tables.overview.by_account(overview())
    assert isinstance(table, Table)
    assert [row[:2] for row in shown(table)] == [
        ["012345678901", "harbor-production"],
        ["210987654321", "harbor-data"],
        ["333344445555", "–"],
        ["Total", ""],
    ]
    assert tables.overview.by_account(overview(**ACCOUNT)) == Group(())


def test_absent_names_are_said_in_words() -> None:
    result = overview(services=[(None, 5.0, 1.0), ("", 3.0, 1.0), (float("nan"), 2.0, 2.0)], accounts=ACCOUNTS[:1])
    table = tables.overview.by_service(result)
    assert isinstance(table, Table)
    assert {row[0] for row in table.rows} == {"no service named"}


def test_reconciliation_ties_out_line_by_line() -> None:
    table = tables.overview.reconciliation(overview())
    assert isinstance(table, Table)
    assert shown(table)[0] == ["012345678901", "1 234", "22 456.38", "22 456.38", "0.00"]
    assert shown(table)[-1] == ["Total", "7 404", "41 170.03", "41 170.03", "0.00"]


def test_notes_are_a_table_and_their_absence_an_answer() -> None:
    found = [Note("cost.list_incomplete", "info", "7 usage rows carry no public price.")]
    table = tables.overview.notes(overview(notes=found))
    assert isinstance(table, Table)
    assert shown(table) == [["7 usage rows carry no public price.", "info", "cost.list_incomplete"]]
    assert isinstance(tables.overview.notes(overview()), Text)
    assert isinstance(tables.overview.inputs(dataclasses.replace(overview(), inputs=pd.DataFrame())), Text)


def test_the_method_names_the_basis() -> None:
    assert "Effective cost (amortized) spreads" in plain(narrative.overview.method(overview()))
    net = dataclasses.replace(overview(), cost_basis="net amortized")
    assert "Effective cost (net amortized) spreads" in plain(narrative.overview.method(net))
    assert "after the discounts that the bill nets" in plain(narrative.overview.method(net))


def test_a_last_week_unlike_the_month_is_told_on_the_first_page() -> None:
    days = pd.date_range("2026-10-01", periods=31)
    usage = [160.0] * 24 + [16.0] * 7
    daily = pd.DataFrame({"x_charge_day": days, "EffectiveCost": usage, "usage": usage})
    told = plain(narrative.overview.summary(dataclasses.replace(overview(), daily=daily)))
    assert (
        "In its last 7 days usage cost 16.0 USD a day, 87.4 % below the month's mean of 127 USD (first 7 days: 160 USD), "
        "so its total tells little of the days to come."
    ) in told
    assert messages.last_week(overview()) == ""
