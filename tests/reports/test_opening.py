"""The first page: one decision, chosen by amount, and the figures that lead."""

from __future__ import annotations

from finops_lib.presentation.values import Kpi, Kpis, Text
from finops_lib.reports.opening import Page, opened

FIRST = Kpis((Kpi("Cost", "9 USD", "", ""),)).html() + Text(("Own.",), "decision", 999.0).html()


def page(name: str, *values: Text | Kpis) -> Page:
    return Page(name, f"{name}-1", "<h1>x</h1>" + "".join(value.html() for value in values))


def asked(words: str, amount: float | None) -> Text:
    return Text((words,), "decision", amount)


def test_the_largest_amount_is_the_one_decision() -> None:
    first = Page("Overview", "overview-1", FIRST)
    front, why, ahead = opened(
        [first, page("Why & how", asked("Take back A & B.", 540.0)), page("Ahead", asked("Raise it.", 13_010.4))], "USD"
    )
    assert '<p class="fo-decision" data-amount="13010.400000"><b>Decision to take.</b> Raise it.</p>' in front
    assert (
        "Chosen by amount (13.0\u00a0k\u00a0USD); the recommendation about less stands under “Why &amp; how”." in front
    )
    assert "Own." not in front
    assert "fo-decision" not in why + ahead
    assert '<p class="fo-recommendation"><b>Recommended.</b> Take back A &amp; B.</p>' in why
    assert 'The decision to take, under “<a href="#overview-1">Overview</a>”, comes from this section.' in ahead
    assert front.count("fo-decision") == 1


def test_of_equals_the_first_and_one_alone_needs_no_rule() -> None:
    first = Page("Overview", "overview-1", FIRST)
    front, _, _ = opened([first, page("B", asked("One.", 5.0)), page("C", asked("Two.", 5.0))], "USD")
    assert "<b>Decision to take.</b> One." in front
    front, quiet, _ = opened(
        [first, page("B", asked("No decision is asked for: calm.", None)), page("C", asked("Two.", 5.0))], "USD"
    )
    assert "Chosen by amount" not in front
    assert "calm" not in quiet + front


def test_where_nothing_is_asked_the_reasons_are_one_sentence() -> None:
    pages = [
        Page("Overview", "overview-1", FIRST),
        page("B", asked("No decision is asked for: no rise stays.", None)),
        page("C", asked("No decision is asked for: every budget holds.", None)),
    ]
    front, *later = opened(pages, "USD")
    assert '<p class="fo-decision">No decision is asked for: no rise stays; every budget holds.</p>' in front
    assert "No decision" not in "".join(later)


def test_a_report_of_one_section_keeps_its_own() -> None:
    assert opened([Page("Overview", "overview-1", FIRST)], "USD") == [FIRST]
    assert opened([Page("Overview", "overview-1", FIRST), page("B")], "USD")[0] == FIRST
    assert opened([], "USD") == []


def test_figures_that_lead_are_on_the_first_page_too() -> None:
    strip = Kpis((Kpi("Budget", "+1 USD", "", "", leads=True), Kpi("Error", "7 %", "", "")))
    front, later = opened([Page("Overview", "overview-1", FIRST), page("B", strip)], "USD")
    assert [front.count(f">{label}<") for label in ("Cost", "Budget", "Error")] == [1, 1, 0]
    assert front.index(">Cost<") < front.index(">Budget<")
    assert ">Budget<" in later
    rewritten = page("B", strip).html.replace("<li data-leads>", '<li data-leads="">')  # as an exporter may write it
    assert ">Budget<" in opened([Page("Overview", "overview-1", FIRST), Page("B", "B-1", rewritten)], "USD")[0]
