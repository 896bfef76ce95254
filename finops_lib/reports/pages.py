"""From executed notebooks to the two documents of a run: HTML first, then PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from finops_lib import __version__
from finops_lib.core.counted import counted
from finops_lib.core.periods import Period
from finops_lib.reports.audience import Audience
from finops_lib.reports.cover import Cover
from finops_lib.reports.execute import Execution
from finops_lib.reports.produce import Job, Press
from finops_lib.reports.runs import read_json

DOCUMENTS: dict[Audience, str] = {"executive": "Executive report", "technical": "Technical report"}


def compose(job: Job, folder: Path, executions: Sequence[Execution]) -> None:
    """Write ``executive.html`` and ``technical.html`` into the run's folder."""
    from finops_lib.reports.assemble import assemble  # noqa: PLC0415 - only workers print

    sections = [run.path for run in executions]
    for audience in DOCUMENTS:
        document = assemble(sections, audience, cover(job, folder, audience), record(job))
        (folder / f"{audience}.html").write_text(document, encoding="utf-8")


def render(folder: Path) -> None:
    """Print both documents; the technical one carries the results as attachments."""
    from finops_lib.reports.pdf import render as to_pdf  # noqa: PLC0415 - loads the whole PDF stack

    results = sorted(path for path in (folder / "results").glob("*") if path.suffix in (".csv", ".json"))
    for audience in DOCUMENTS:
        document = (folder / f"{audience}.html").read_text(encoding="utf-8")
        to_pdf(document, folder / f"{audience}.pdf", results if audience == "technical" else ())


def record(job: Job) -> dict[str, dict[str, object]]:
    """What the appendix prints of the manifest: the bills that were read, the settings that held, the code that ran."""
    inputs = job.inputs
    bills = {
        str(item["period"]): f"{item['format']}, {counted(len(item['files']), 'file')}, snapshot {item['snapshot']}"
        for item in inputs.snapshots
    }
    settings = {name: _said(value) for name, value in inputs.values.items()}
    code = {"finops-workbench": __version__, "library": inputs.code, "templates": inputs.templates}
    return {"bills_read": {**bills}, "settings": {**settings}, "code": {**code, **inputs.notebooks}}


def _said(value: object) -> str:
    """A setting as a reader says it: lists by their items, nothing as a dash."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value)) or "–"
    if isinstance(value, dict):
        return " ".join(map(_said, value.values()))
    return "–" if value in ("", None) else str(value)


def cover(job: Job, folder: Path, audience: Audience) -> Cover:
    """What the cover page and the running heads say; facts about the bill come from the first result that has them."""
    facts = _facts(folder)
    period = Period.parse(job.inputs.period)
    settings = job.inputs.settings
    status = str(facts.get("invoice_status", "unknown"))
    return Cover(
        client=job.inputs.client["name"],
        scope=str(job.inputs.scope["id"]),
        scope_name=job.inputs.scope["name"],
        period=str(period),
        period_label=period.label,
        invoice_status=status,
        cost_basis=str(facts.get("cost_basis", "amortized")),
        currency=str(facts.get("currency", "")),
        as_of=str(facts.get("as_of", period.shift(1).start)),
        run_id=job.inputs.run_id,
        document=DOCUMENTS[audience],
        confidentiality=str(settings["reports.confidentiality"]["value"]),
        paper=settings["reports.paper"]["value"],
        draft=status == "open",
    )


def _facts(folder: Path) -> dict[str, Any]:
    """The facts that all results share: currency, as-of day, cost basis, invoice status."""
    facts: dict[str, Any] = {}
    for path in sorted((folder / "results").glob("*.json")):
        facts = (read_json(path) or {}) | facts
    return facts


PRESS = Press(compose, render)
