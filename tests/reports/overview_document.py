"""An executed overview notebook, made from a sample result: what papermill leaves behind, without running anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from finops_lib.analyses.overview import OverviewResult
from finops_lib.presentation import charts, narrative, tables
from finops_lib.presentation.values import Shown
from finops_lib.reports.cover import Cover

EXECUTIVE = ("executive",)


def heading(name: str, words: str, *tags: str) -> dict[str, Any]:
    return {"id": name, "cell_type": "markdown", "source": words, "metadata": {"tags": list(tags)}}


def shown(name: str, value: Shown, *tags: str) -> dict[str, Any]:
    output = {
        "output_type": "execute_result",
        "execution_count": None,
        "metadata": {},
        "data": value._repr_mimebundle_(),
    }
    return code(name, f"charts.overview.{name}(result)", *tags, outputs=[output])


def code(name: str, source: str, *tags: str, outputs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": list(tags)},
        "execution_count": None,
        "outputs": outputs or [],
    }


def cells(result: OverviewResult) -> list[dict[str, Any]]:
    """The cells of notebooks/overview.ipynb, executed."""
    return [
        heading("title", "# Spend overview", *EXECUTIVE),
        code("parameters", 'workspace: str = "."\nscope: str = "organization"', "parameters", "internal"),
        code("injected-parameters", f'scope = "{result.scope}"\nperiod = "{result.period}"', "injected-parameters"),
        code("analysis", "result = overview.summarize(costs)"),
        heading("summary-heading", "## Summary", *EXECUTIVE),
        shown("headline", narrative.overview.headline(result), *EXECUTIVE),
        shown("summary", narrative.overview.summary(result), *EXECUTIVE),
        shown("key-figures", narrative.overview.kpis(result), *EXECUTIVE),
        shown("decision", narrative.overview.decision(result), *EXECUTIVE),
        heading("trend-heading", "## How cost developed", *EXECUTIVE),
        shown("trend", charts.overview.trend(result), *EXECUTIVE),
        shown("daily", charts.overview.daily(result)),
        heading("change-heading", "## Why it changed", *EXECUTIVE),
        shown("bridge", charts.overview.movers(result), *EXECUTIVE),
        shown("movers", tables.overview.movers(result)),
        heading("where-heading", "## Where it goes", *EXECUTIVE),
        shown("by-service", charts.overview.by_service(result), *EXECUTIVE),
        shown("by-account", charts.overview.by_account(result), *EXECUTIVE),
        shown("by-tag", charts.overview.by_tag(result), *EXECUTIVE),
        heading("costs-heading", "## The four costs", *EXECUTIVE),
        shown("totals", tables.overview.totals(result), *EXECUTIVE),
        shown("charge-categories", tables.overview.by_charge_category(result)),
        shown("services", tables.overview.by_service(result)),
        shown("accounts", tables.overview.by_account(result)),
        shown("tags", tables.overview.by_tag(result)),
        heading("reconciliation-heading", "## Reconciliation"),
        shown("reconciliation", tables.overview.reconciliation(result)),
        heading("method-heading", "## Method and data", *EXECUTIVE),
        shown("method", narrative.overview.method(result), *EXECUTIVE),
        shown("inputs", tables.overview.inputs(result), *EXECUTIVE),
        shown("data-quality", tables.overview.notes(result)),
        shown("not-checked", tables.overview.not_checked(result), *EXECUTIVE),
        code("save", "wb.save(result)", "internal"),
        code("check", "print(1)", "internal", outputs=[{"output_type": "stream", "name": "stdout", "text": "1\n"}]),
    ]


def notebook(folder: Path, result: OverviewResult, *, error: dict[str, str] | None = None) -> Path:
    """Write the executed notebook and give its path."""
    path = folder / "overview.ipynb"
    metadata = {"finops": {"order": 10, **({"error": error} if error else {})}}
    form = {"cells": cells(result), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(form), encoding="utf-8")
    return path


def cover(result: OverviewResult, document: str = "Executive report", **change: Any) -> Cover:
    facts: dict[str, Any] = {
        "client": "Harbor Lines",
        "scope": result.scope,
        "scope_name": result.scope_name,
        "period": result.period,
        "period_label": "October 2026",
        "invoice_status": result.invoice_status,
        "cost_basis": result.cost_basis,
        "currency": result.currency,
        "as_of": result.as_of,
        "run_id": "3f9ac1d2e4b5",
        "document": document,
        "confidentiality": "Confidential",
        "draft": result.invoice_status == "open",
    }
    return Cover(**(facts | change))
