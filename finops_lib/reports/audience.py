"""Which cells a reader gets: the executive report what is tagged for it, the technical one all but ``internal``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from finops_lib.reports import failure, notebooks
from finops_lib.reports.failure import Failure
from finops_lib.reports.notebooks import Cell

Audience = Literal["executive", "technical"]
_HEADING = re.compile(r"(#{1,6}) [^\n]*\Z")
_SHOWN = ("display_data", "execute_result")


@dataclass(frozen=True)
class Part:
    """One notebook's contribution to a document: the cells its audience sees, or the failure that left none."""

    name: str
    title: str
    cells: tuple[Cell, ...]
    failure: Failure | None = None


def part(path: Path, audience: Audience) -> Part:
    """Read an executed notebook for an audience; a failed one gives no cells, for half a section misleads."""
    notebook = notebooks.read(path)
    title = notebooks.title(notebook) or path.stem
    stopped = failure.read(notebook)
    seen = [] if stopped else [cell for cell in map(_bare, notebook["cells"]) if _for(cell, audience)]
    return Part(path.stem, title, tuple(_with_content(seen)), stopped)


def _bare(cell: Cell) -> Cell:
    """A cell without its code and without what it printed: only values are shown."""
    if cell["cell_type"] != "code":
        return {**cell, "source": notebooks.source(cell)}
    shown = [output for output in cell.get("outputs", ()) if output["output_type"] in _SHOWN and not _is_empty(output)]
    return {**cell, "source": "", "outputs": shown}


def _is_empty(output: dict[str, Any]) -> bool:
    """True for a value that shows itself as nothing, such as the accounts of a single account."""
    html = output.get("data", {}).get("text/html")
    return html is not None and not "".join(html).strip()


def _for(cell: Cell, audience: Audience) -> bool:
    tags = notebooks.tags(cell)
    if "internal" in tags or (cell["cell_type"] == "code" and not cell["outputs"]):
        return False
    return audience == "technical" or "executive" in tags


def _with_content(cells: Sequence[Cell]) -> list[Cell]:
    """Without the headings that nothing follows."""
    kept: list[Cell] = []
    for cell in reversed(cells):
        level = _level(cell)
        following = _level(kept[-1]) if kept else 1
        if level is None or level == 1 or following is None or following > level:
            kept.append(cell)
    return kept[::-1]


def _level(cell: Cell) -> int | None:
    """The level of a cell that is a heading and nothing else."""
    found = _HEADING.match(cell["source"].strip()) if cell["cell_type"] == "markdown" else None
    return len(found[1]) if found else None
