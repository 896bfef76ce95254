"""Small notebooks, jobs and a press without paper, importable by worker processes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from finops_lib.core.files import write_atomic
from finops_lib.core.hashing import short_id
from finops_lib.core.scope import Scope
from finops_lib.reports import notebooks
from finops_lib.reports.execute import Execution
from finops_lib.reports.leaks import Others
from finops_lib.reports.manifest import Inputs
from finops_lib.reports.produce import Job, Press

RUN = f"test-{os.getpid()}"
"""The run of tests that execute: it removes what scratch folders stand of its name, so no two processes share one."""

PARAMETERS = (
    'scope: str = "organization"  # an account id, or organization\nperiod: str | None = None  # a billing month'
)
# What wb.save does, without the weight of pandas.
SAVE = """import json, os, pathlib
folder = pathlib.Path(os.environ["FINOPS_RUN_DIR"], "results")
folder.mkdir()
_ = (folder / "overview.json").write_text(json.dumps({"scope": scope, "period": period, "notes": []}))"""


def cell(name: str, source: str, kind: str = "code", tags: Sequence[str] = ()) -> dict[str, Any]:
    form: dict[str, Any] = {"id": name, "cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}
    return form | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells: dict[str, Any], order: int | None = 10) -> dict[str, Any]:
    metadata = {} if order is None else {"finops": {"order": order}}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def tiny(body: str = SAVE) -> dict[str, Any]:
    """A notebook that runs in half a second: parameters, one working cell and a check."""
    return notebook(
        cell("title", "# Spend overview", "markdown"),
        cell("parameters", PARAMETERS, tags=["parameters"]),
        cell("analysis", body),
        cell("check", "print(scope, period)", tags=["internal", "nbval-check-output"]),
    )


def standard(**changed: dict[str, Any] | None) -> dict[str, Any]:
    """A notebook in the standard form; keyword ``data_quality=None`` leaves a cell out, a cell replaces it."""
    cells = {
        "title": cell("title", "# Spend overview\n\nWhat was spent.", "markdown"),
        "parameters": cell("parameters", PARAMETERS, tags=["parameters"]),
        "open": cell("open", "from finops_lib import Workbench\n\nwb = Workbench.open(scope=scope, period=period)"),
        "evidence": cell("evidence", "costs = wb.cost_monthly()"),
        "analysis": cell("analysis", "result = overview.summarize(costs)"),
        "headline": cell("headline", "narrative.overview.headline(result)", tags=["executive"]),
        "method": cell("method", "See the method page.", "markdown"),
        "data_quality": cell("data-quality", "tables.overview.notes(result)"),
        "save": cell("save", "wb.save(result)", tags=["internal"]),
        "check": cell("check", "result.totals", tags=["internal", "nbval-check-output"]),
    }
    kept = {name: form for name, form in (cells | changed).items() if form is not None}
    return notebook(*kept.values())


def write(path: Path, content: Mapping[str, Any]) -> Path:
    write_atomic(path, json.dumps(content))  # another process of the test may be reading it
    return path


def write_canonical(path: Path, content: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebooks.canonical(content), encoding="utf-8")
    return path


def job(folder: Path, scope: str = "111111111111", *, body: str = SAVE, **changed: Any) -> Job:
    """A job over one tiny notebook in ``folder``; runs go to ``folder/runs``."""
    path = write(folder / "shipped" / "overview.ipynb", tiny(body))
    inputs = Inputs(
        client={"name": "Tern & Tide", "slug": "tern-tide"},
        scope={"id": scope, "slug": Scope.parse(scope).slug, "name": None},
        period="2026-03",
        parameters={"scope": scope, "period": "2026-03"},
        settings={"reports.paper": {"value": "A4", "origin": "default"}},
        snapshots=({"build": "b1", "period": "2026-03", "files": []},),
        notebooks={"overview.ipynb": short_id(body)},
        templates="t",
        code="c",
    )
    options: dict[str, Any] = {"variables": {}, "others": Others(), "timeout": 30, "engine": "kernel"} | changed
    return Job(inputs, folder / "runs", (path,), **options)


def compose(job: Job, folder: Path, executions: Sequence[Execution]) -> None:
    """A document that prints what the notebooks say, without layout."""
    for audience in ("executive", "technical"):
        words = [run.path.read_text(encoding="utf-8") for run in executions]
        (folder / f"{audience}.html").write_text(f"<p>{job.key.scope}</p><pre>{words}</pre>", encoding="utf-8")


def render(folder: Path) -> None:
    for audience in ("executive", "technical"):
        (folder / f"{audience}.pdf").write_bytes(b"%PDF " + (folder / f"{audience}.html").read_bytes())


def broken_render(folder: Path) -> None:
    raise KeyError("a fault in the printer")


def slow_render(folder: Path) -> None:
    """Print slowly, so that a test can interrupt."""
    time.sleep(1.0)
    render(folder)


def deadly_compose(job: Job, folder: Path, executions: Sequence[Execution]) -> None:
    """The system kills the worker of one account."""
    if job.key.scope == "222222222222":
        os.kill(os.getpid(), signal.SIGKILL)
    compose(job, folder, executions)


def no_words(job: Job) -> Iterable[str]:
    return ()


PRESS = Press(compose, render)
SLOW_PRESS = Press(compose, slow_render)
BROKEN_PRESS = Press(compose, broken_render)
DEADLY_PRESS = Press(deadly_compose, render)
