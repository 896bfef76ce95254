from __future__ import annotations

import subprocess
import sys
from typing import Any

from reports.overview_document import code, heading

from finops_lib.reports.audience import Audience, Part
from finops_lib.reports.html import section


def made(audience: Audience, *cells: dict[str, Any]) -> str:
    return section(Part("demo", "Demo", cells), audience)


def output(kind: str, **data: str) -> dict[str, Any]:
    form: dict[str, Any] = {
        "output_type": kind,
        "metadata": {},
        "data": {k.replace("_", "/"): v for k, v in data.items()},
    }
    return form | ({"execution_count": 1} if kind == "execute_result" else {})


def test_a_last_value_is_shown_like_a_displayed_one() -> None:
    for kind in ("execute_result", "display_data"):
        assert "<i>value</i>" in made("executive", code("a", "", outputs=[output(kind, text_html="<i>value</i>")]))


def test_code_and_prompts_are_not() -> None:
    html = made("technical", code("a", "secret = 1", outputs=[output("execute_result", text_html="<i>v</i>")]))
    assert "secret" not in html
    assert "In [" not in html
    assert "Out[" not in html


def test_headings_have_no_anchor_links() -> None:
    html = made("executive", heading("a", "## Where it goes"))
    assert "¶" not in html
    assert "<a " not in html
    assert "Where it goes</h2>" in html


def test_plain_text_is_escaped() -> None:
    assert "<pre>&lt;b&gt;</pre>" in made(
        "technical", code("a", "", outputs=[output("display_data", text_plain="<b>")])
    )


def test_html_wins_over_text() -> None:
    both = output("display_data", text_html="<i>rich</i>", text_plain="poor")
    html = made("technical", code("a", "", outputs=[both]))
    assert "rich" in html
    assert "poor" not in html


def test_only_the_technical_reader_gets_the_cell() -> None:
    cell = code("by-service", "", outputs=[output("display_data", text_html="<i>x</i>")])
    assert "Notebook cell: demo · by-service" in made("technical", cell)
    assert "Notebook cell" not in made("executive", cell)


def test_what_no_page_needs_is_not_loaded() -> None:
    code = "import sys, finops_lib.reports.html; print(sys.modules['rfc3987_syntax'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"
