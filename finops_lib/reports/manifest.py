"""The papers of a run: what went in, what came out, and the id that equal inputs give."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from finops_lib import __version__
from finops_lib.core.hashing import sha256_file, short_id
from finops_lib.reports import templates
from finops_lib.reports.execute import Execution

SCHEMA = "finops.run/1"
_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = frozenset({".py", ".sql", ".csv", ".toml", ".md"})
_WORDS = frozenset({".html", ".j2", ".jinja", ".css"})
# What is packed into a wheel beside the code has checksums of its own; commands and sources write no report.
_NOT_REPORTS = frozenset({"_notebooks", "_report_templates", "cli", "sources"})
_ABOUT = frozenset({"manifest.json", "log.jsonl"})  # they tell times
_SPEED_ONLY = frozenset({"reports.jobs", "reports.timeout"})  # change how fast, never what


@dataclass(frozen=True)
class Inputs:
    """All that decides what a run contains; JSON-able, without times and places.

    ``settings`` maps dotted names to ``{"value", "origin"}``; ``snapshots`` lists the bills that are read, each with
    the id of its ``build``; ``papers`` the client's own files (budgets, KPIs) and AWS's answers by their checksums.
    """

    client: Mapping[str, str]
    scope: Mapping[str, str | None]
    period: str
    parameters: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]
    snapshots: Sequence[Mapping[str, Any]]
    notebooks: Mapping[str, str]
    templates: str
    code: str
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """12 hex digits: the same inputs, the same id."""
        builds = sorted(item["build"] for item in self.snapshots)
        return short_id([SCHEMA, __version__, asdict(self) | {"settings": self.values, "snapshots": builds}])

    @property
    def values(self) -> dict[str, Any]:
        """The settings that decide the content, by name."""
        return {name: item["value"] for name, item in self.settings.items() if name not in _SPEED_ONLY}


def describe(
    inputs: Inputs,
    executions: Sequence[Execution],
    folder: Path,
    *,
    times: Mapping[str, Any],
    notes: Sequence[Mapping[str, Any]],
    error: Mapping[str, str] | None,
) -> dict[str, Any]:
    """The manifest of a run whose files stand in ``folder``; only ``times`` differs between equal runs."""
    return {
        "schema": SCHEMA,
        "run_id": inputs.run_id,
        "status": "failed" if error else "done",
        **({"error": dict(error)} if error else {}),
        "client": dict(inputs.client),
        "scope": dict(inputs.scope),
        "period": inputs.period,
        "parameters": dict(inputs.parameters),
        "inputs": [dict(item) for item in inputs.snapshots],
        "papers": dict(inputs.papers),
        "code": {
            "version": __version__,
            "library": inputs.code,
            "templates": inputs.templates,
            "notebooks": dict(inputs.notebooks),
        },
        "settings": {name: dict(item) for name, item in inputs.settings.items()},
        "notebooks": [_notebook(run) for run in executions],
        "notes": [dict(note) for note in notes],
        "artifacts": artifacts(folder),
        "times": dict(times),
    }


def _notebook(run: Execution) -> dict[str, Any]:
    if run.failure is None:
        return {"name": run.name, "status": "done"}
    status = "no answer" if run.failure.is_answer else "failed"
    return {"name": run.name, "status": status, "error": asdict(run.failure)}


def artifacts(folder: Path) -> list[dict[str, Any]]:
    """Every file of a run with its checksum, size, media type and who it is for; the log and manifest tell times."""
    named = ((path.relative_to(folder).as_posix(), path) for path in _files(folder))
    return [_artifact(path, name) for name, path in named if name not in _ABOUT]


def _artifact(path: Path, name: str) -> dict[str, Any]:
    return {
        "path": name,
        "media_type": media_type(name),
        "audience": audience(name),
        "bytes": path.stat().st_size,
        "sha256": sha256_file(path),
    }


def media_type(name: str) -> str:
    """The media type of an artifact by its ending."""
    own = {".ipynb": "application/x-ipynb+json", ".parquet": "application/vnd.apache.parquet"}
    return own.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def audience(name: str) -> str:
    """Who a file is for: the two documents name their reader, results go with the technical one."""
    if name.startswith("executive."):
        return "executive"
    return "technical" if name.startswith(("technical.", "results/")) else "internal"


def tree_checksum(folder: Path) -> str:
    """One checksum over the names and bytes of a folder's files."""
    return short_id([(path.relative_to(folder).as_posix(), sha256_file(path)) for path in _files(folder)])


@cache
def code_checksum() -> str:
    """One checksum over the code and tables that reports are made with, so that an edit makes a new run."""
    return short_id([(path.relative_to(_PACKAGE).as_posix(), sha256_file(path)) for path in _code()])


def texts_of_reports() -> tuple[Path, ...]:
    """The files whose words reports are written with: the library's code and its templates."""
    return (*_code(), *(path for path in _files(templates.folder()) if path.suffix in _WORDS))


def _code() -> list[Path]:
    return [
        path
        for path in _files(_PACKAGE)
        if path.suffix in _CODE and path.relative_to(_PACKAGE).parts[0] not in _NOT_REPORTS
    ]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
