from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from presentation.overview_samples import overview
from reports.overview_document import code, heading, notebook

from finops_lib.reports.audience import part
from finops_lib.reports.failure import Failure

HTML = {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/html": "<p>x</p>"}}


def write(folder: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    path = folder / "demo.ipynb"
    form = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(form), encoding="utf-8")
    return path


def ids(path: Path, audience: Any) -> list[str]:
    return [cell["id"] for cell in part(path, audience).cells]


def test_executive_is_opt_in_and_internal_in_neither(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        heading("title", "# Demo", "executive"),
        code("plain", "a", outputs=[HTML]),
        code("chosen", "b", "executive", outputs=[HTML]),
        code("both", "c", "executive", "internal", outputs=[HTML]),
    )
    assert ids(path, "executive") == ["title", "chosen"]
    assert ids(path, "technical") == ["title", "plain", "chosen"]


def test_code_and_what_it_printed_are_dropped(tmp_path: Path) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "secret"}
    path = write(tmp_path, code("a", "x = 1", outputs=[HTML, stream]), code("b", "y = 2", outputs=[stream]))
    cells = part(path, "technical").cells
    assert [(cell["id"], cell["source"], len(cell["outputs"])) for cell in cells] == [("a", "", 1)]


def test_values_that_show_nothing_leave_no_heading_behind(tmp_path: Path) -> None:
    nothing = {**HTML, "data": {"text/html": ["\n"], "text/plain": ""}}
    path = write(
        tmp_path,
        heading("title", "# Demo"),
        heading("empty", "## Nothing follows"),
        code("silent", "a", outputs=[nothing]),
        heading("full", "## Something follows"),
        heading("sub", "### And more"),
        code("value", "b", outputs=[HTML]),
        heading("last", "## The end"),
    )
    assert ids(path, "technical") == ["title", "full", "sub", "value"]


def test_a_text_below_its_heading_is_content(tmp_path: Path) -> None:
    path = write(tmp_path, heading("title", "# Demo"), heading("text", "## Method\n\nWords."))
    assert ids(path, "technical") == ["title", "text"]


def test_a_failed_notebook_gives_its_failure_and_no_cells(tmp_path: Path) -> None:
    noted = {"error": {"cell": "analysis", "kind": "InsufficientDataError", "message": "No charges."}}
    path = write(tmp_path, heading("title", "# Demo"), code("a", "x", outputs=[HTML]), finops=noted)
    found = part(path, "technical")
    assert (found.title, found.cells) == ("Demo", ())
    assert found.failure == Failure("analysis", "InsufficientDataError", "No charges.")


def test_an_error_in_a_cell_is_a_failure_too(tmp_path: Path) -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": []}
    found = part(write(tmp_path, code("a", "x", outputs=[error])), "executive")
    assert found.failure == Failure("a", "KeyError", "'x'")
    assert found.title == "demo"  # no title cell: the file's name


def test_the_sample_notebook_has_every_section(tmp_path: Path) -> None:
    path = notebook(tmp_path, overview())
    assert "save" not in ids(path, "technical")
    assert "by-service" in ids(path, "executive")
    assert "services" not in ids(path, "executive")
