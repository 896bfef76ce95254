"""Why an executed notebook stopped: noted in its metadata by the run, read from there by the pages."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from finops_lib.reports.notebooks import Notebook

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Failure:
    """Where a notebook stopped, and why: the cell's id, the kind of error and its message."""

    cell: str
    kind: str
    message: str

    @property
    def is_answer(self) -> bool:
        """True where the data cannot answer the notebook's question: the report says so, and is whole without it."""
        return self.kind == "InsufficientDataError"


def write(notebook: Notebook, failure: Failure) -> None:
    """Note the failure in the notebook's metadata."""
    notebook["metadata"]["finops"] = notebook["metadata"].get("finops", {}) | {"error": asdict(failure)}


def read(notebook: Notebook) -> Failure | None:
    """The failure that the run noted; else the first error that a cell shows."""
    noted = notebook.get("metadata", {}).get("finops", {}).get("error")
    if noted:
        return Failure(str(noted["cell"]), str(noted["kind"]), str(noted["message"]))
    return shown(notebook)


def shown(notebook: Notebook) -> Failure | None:
    """The first error among the outputs."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                return Failure(str(cell.get("id", "")), str(output["ename"]), colorless(str(output["evalue"])))
    return None


def colorless(text: str) -> str:
    """``text`` without a terminal's colors."""
    return _ANSI.sub("", text)
