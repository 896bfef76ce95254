from __future__ import annotations

import base64
import dataclasses
import math

import pandas as pd
import pytest

from finops_lib.presentation.formats import Scale
from finops_lib.presentation.table import CAP, rows_of
from finops_lib.presentation.values import Chart, Column, Group, Kpi, Kpis, Table, Text, Title

TITLE = Title("Organization", "cost in USD", "October 2026")
CHART = Chart("EC2 cost 12 USD & more.", TITLE, "<svg/>", 'EC2 cost "12" USD.', "Source: the bill.", 470)
COLUMNS = (Column("name", "Name"), Column("cost", "Cost", "money"), Column("change", "ΔPP", "delta"))


def table(**change: object) -> Table:
    rows = (("EC2 <x>", 1234.5, 10.0), ("S3", math.nan, -3.0))
    return dataclasses.replace(
        Table("Two services.", TITLE, COLUMNS, rows, Scale(1, "USD", 2), total=("Total", 1234.5, 7.0)), **change
    )


def test_values_are_frozen() -> None:
    for value in (CHART, TITLE, table(), Text(("a",)), Kpi("a", "b", "c", "d")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.title = "x"  # type: ignore[misc, union-attr]


def test_a_chart_is_a_figure_with_message_title_picture_and_source() -> None:
    html = CHART.html()
    assert html.startswith(
        '<figure class="fo-figure"><figcaption><p class="fo-message">EC2 cost 12 USD &amp; more.</p>'
    )
    assert "<b>Organization</b> · cost in USD · October 2026" in html
    assert 'alt="EC2 cost &quot;12&quot; USD."' in html
    assert base64.b64encode(b"<svg/>").decode() in html
    assert '<p class="fo-source">Source: the bill.</p></figure>' in html


def test_the_mimebundle_serves_browsers_and_terminals() -> None:
    bundle = CHART._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "EC2 cost 12 USD & more.\nOrganization · cost in USD · October 2026" == str(CHART)
    assert bundle["text/html"] == CHART._repr_html_()


def test_the_style_for_screens_is_silent_on_paper_and_needs_no_network() -> None:
    style, _, rest = CHART._repr_html_().partition("</style>")
    assert style.startswith('<style class="fo-screen">@media screen{')
    assert rest == CHART.html()
    assert "http" not in style
    assert "url(" not in style


def test_a_table_has_caption_scopes_and_a_total_row() -> None:
    html = table().html()
    assert '<caption><p class="fo-message">Two services.</p>' in html
    assert '<th scope="col">Name</th><th scope="col" class="fo-number">Cost</th>' in html
    assert '<th scope="row">EC2 &lt;x&gt;</th><td class="fo-number">1\u202f234.50</td>' in html
    assert '<td class="fo-number">–</td>' in html
    assert '<tr class="fo-total"><th scope="row">Total</th>' in html
    assert html.index("fo-total") > html.index("S3")  # the last row of the body, no footer repeated on every page
    assert "<tfoot" not in html


def test_a_rise_is_worse_and_a_fall_better_by_sign_and_color() -> None:
    html = table().html()
    assert '<td class="fo-number fo-worse">+10.00</td>' in html
    assert '<td class="fo-number fo-better">−3.00</td>' in html


def test_rows_left_out_are_named() -> None:
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(70)], "cost": 1.0, "change": 0.0})
    rows, more = rows_of(frame, COLUMNS)
    assert (len(rows), more) == (CAP, 10)
    html = table(rows=rows, more=more, more_in="results/x.csv", source="Source: a.").html()
    assert '<p class="fo-source">10\u00a0more rows in results/x.csv. Source: a.</p>' in html
    assert '<div class="fo-block fo-long">' in html
    assert "1\u00a0more row in" in table(more=1, more_in="x.csv").html()


def test_a_table_in_a_terminal_is_aligned() -> None:
    assert table().plain().splitlines() == [
        "Two services.",
        "Organization · cost in USD · October 2026",
        "Name         Cost     ΔPP",
        "EC2 <x>  1\u202f234.50  +10.00",
        "S3              –   −3.00",
        "Total    1\u202f234.50   +7.00",
    ]


def test_key_figures_say_their_direction() -> None:
    strip = Kpis((Kpi("Cost", "12 USD", "−3 %", "September 13 USD", True), Kpi("Gap", "0", "", "target 0")))
    html = strip.html()
    assert html.startswith('<ul class="fo-kpis"><li><p class="fo-kpi-label">Cost</p>')
    assert '<b class="fo-kpi-change fo-better">−3 %</b> September 13 USD' in html
    assert '<p class="fo-kpi-against">target 0</p>' in html
    assert strip.plain() == "Cost: 12 USD −3 % September 13 USD\nGap: 0  target 0"


def test_texts_and_groups() -> None:
    assert Text(("A & b.", "C."), "body").html() == '<p class="fo-body">A &amp; b. C.</p>'
    pair = Group((Text(("A.",)), Text(("B.",))))
    assert pair.html() == '<p class="fo-body">A.</p><p class="fo-body">B.</p>'
    assert pair.plain() == "A.\n\nB."
    assert Group(())._repr_html_() == ""
