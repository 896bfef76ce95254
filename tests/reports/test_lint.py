from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from reports.samples import cell, notebook, standard, write, write_canonical

from finops_lib.reports.lint import Finding, lint


def rules(path: Path) -> list[tuple[str, str]]:
    return [(finding.cell, finding.rule) for finding in lint(path)]


def test_the_standard_form_has_no_finding(tmp_path: Path) -> None:
    assert lint(write_canonical(tmp_path / "good.ipynb", standard())) == ()


def test_a_notebook_of_free_exploration_needs_no_sequence(tmp_path: Path) -> None:
    content = notebook(
        cell("title", "# Explore", "markdown"),
        cell("parameters", "scope: str = 'organization'  # what", tags=["parameters"]),
        cell("query", "wb.sql('FROM cost_monthly')"),
        order=None,
    )
    assert lint(write_canonical(tmp_path / "free.ipynb", content)) == ()


CODE = [
    ("def f(): pass", "definition"),
    ("class C: pass", "definition"),
    ("f = lambda x: x", "definition"),
    ("for x in y: pass", "loop"),
    ("while x: pass", "loop"),
    ("[x for x in y]", "loop"),
    ("{x: 1 for x in y}", "loop"),
    ("if x: y()", "branch"),
    ("x() if y else z()", "branch"),
    ("with x: pass", "branch"),
    ("try:\n    x()\nexcept E:\n    pass", "branch"),
    ("a + b", "arithmetic"),
    ("total += 1", "arithmetic"),
    ("costs['a'] / 12", "arithmetic"),
    ("import json", "import"),
    ("from finops_lib import x", "import"),
    ("%matplotlib inline", "python"),
    ("!ls", "python"),
    ("\n".join(f"x({n})" for n in range(13)), "short"),
]


@pytest.mark.parametrize(("source", "rule"), CODE)
def test_a_cell_that_computes(tmp_path: Path, source: str, rule: str) -> None:
    path = write_canonical(tmp_path / "bad.ipynb", standard(headline=cell("headline", source)))
    assert rules(path) == [("headline", rule)]


OTHER: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"title": cell("title", "Spend", "markdown")}, ("title", "title")),
    ({"title": cell("title", "# Spend in 2026", "markdown")}, ("title", "number")),
    ({"method": cell("method", "About 5 % is missing.", "markdown")}, ("method", "number")),
    ({"evidence": None}, ("analysis", "sequence")),
    ({"check": None}, ("save", "sequence")),
    ({"headline": cell("3f9a1b2c", "x()")}, ("3f9a1b2c", "id")),
    ({"headline": cell("Headline", "x()")}, ("Headline", "id")),
    ({"headline": cell("open", "x()")}, ("open", "id")),
    ({"headline": cell("headline", "x()", tags=["excutive"])}, ("headline", "tag")),
    ({"headline": cell("headline", "x()", tags=["executive", "internal"])}, ("headline", "tag")),
    ({"parameters": cell("parameters", "scope = 1", tags=["parameters"])}, ("parameters", "parameters")),
    ({"parameters": cell("parameters", "scope: str = 'a'", tags=["parameters"])}, ("parameters", "parameters")),
    ({"parameters": cell("parameters", "scope: str = 'a'  # what")}, ("parameters", "parameters")),
    ({"open": cell("open", "import pandas")}, ("open", "import")),
    ({"open": cell("open", "from . import x")}, ("open", "import")),
]


@pytest.mark.parametrize(("changed", "expected"), OTHER)
def test_other_breaches(tmp_path: Path, changed: dict[str, Any], expected: tuple[str, str]) -> None:
    assert rules(write_canonical(tmp_path / "bad.ipynb", standard(**changed))) == [expected]


@pytest.mark.parametrize("text", ["See `FOCUS 1.2`.", "[FOCUS](https://focus.example/1.2)", "<a name='3'></a>"])
def test_numbers_in_code_and_links_are_no_words(tmp_path: Path, text: str) -> None:
    content = standard(method=cell("method", text, "markdown"))
    assert lint(write_canonical(tmp_path / "good.ipynb", content)) == ()


def test_outputs_left_in_a_notebook(tmp_path: Path) -> None:
    content = standard()
    content["cells"][5]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    assert ("headline", "output") in rules(write(tmp_path / "bad.ipynb", content))


def test_an_older_notebook_format(tmp_path: Path) -> None:
    assert rules(write(tmp_path / "bad.ipynb", standard() | {"nbformat_minor": 4})) == [("", "format")]


def test_another_json_form(tmp_path: Path) -> None:
    finding = lint(write(tmp_path / "bad.ipynb", standard()))
    assert finding == (Finding("", "canonical", "is not in the one JSON form; run: finops notebooks fmt"),)
