"""Run one notebook strictly: known parameters of the right type, a time limit, and nothing secret left in the file."""

from __future__ import annotations

import difflib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import NotebookError
from finops_lib.core.files import write_atomic
from finops_lib.reports import engines, notebooks
from finops_lib.reports.failure import Failure, colorless, shown, write
from finops_lib.reports.notebooks import Cell, Notebook, Parameter, Value
from finops_lib.reports.place import place
from finops_lib.reports.redact import Redactor

_log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"(?<=\bat )0x[0-9a-f]{6,16}\b")
_LONGEST = 100_000  # characters of one text in an output


@dataclass(frozen=True)
class Execution:
    """One notebook that ran; ``failure`` is None where it ran to its end."""

    name: str
    path: Path
    seconds: float
    failure: Failure | None


@dataclass(frozen=True)
class How:
    """How notebooks of one run are executed.

    ``run_name`` names the scratch folder; ``variables`` is what a notebook's environment holds beside an allow list;
    ``timeout`` is in seconds for a whole notebook.
    """

    run_name: str
    variables: Mapping[str, str]
    timeout: float
    redactor: Redactor
    engine: engines.EngineName = engines.DEFAULT


def check_parameters(notebook: Notebook, given: Mapping[str, Value], name: str) -> None:
    """Raise :class:`NotebookError` for a parameter that the notebook does not declare, or of another type."""
    declared = {parameter.name: parameter for parameter in notebooks.parameters(notebook)}
    for key, value in given.items():
        if key not in declared:
            near = difflib.get_close_matches(key, declared, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"It declares: {', '.join(declared) or 'none'}."
            raise NotebookError(f"{name} has no parameter '{key}'.", hint=hint)
        if not declared[key].accepts(value):
            raise NotebookError(_wrong_type(declared[key], value, name))


def _wrong_type(parameter: Parameter, value: Value, name: str) -> str:
    return f"{name}: the parameter '{parameter.name}' must be {parameter.type_name}, not {type(value).__name__}."


def execute(
    source: Path,
    target: Path,
    parameters: Mapping[str, Value],
    *,
    how: How,
) -> Execution:
    """Run ``source`` with ``parameters`` in a process of its own and keep the executed notebook as ``target``.

    A notebook that fails is kept too, its failing cell marked, and :class:`Execution` says why. Nothing is written
    before it is redacted. Raises :class:`NotebookError` for wrong parameters.
    """
    check_parameters(notebooks.read(source), parameters, source.name)
    start = time.monotonic()
    notebook, failure = _run(source, parameters, how)
    clean = how.redactor.value(_tidy(notebook))
    if failure is not None:
        failure = Failure(failure.cell, failure.kind, how.redactor.text(failure.message))
        _mark(clean, failure)
    write_atomic(target, notebooks.canonical(clean, keep_outputs=True))
    return Execution(source.stem, target, time.monotonic() - start, failure)


def _run(source: Path, parameters: Mapping[str, Value], how: How) -> tuple[Notebook, Failure | None]:
    import nbformat  # noqa: PLC0415 - heavy, and not needed to find out that there is nothing to do
    from papermill.engines import papermill_engines  # noqa: PLC0415
    from papermill.iorw import load_notebook_node  # noqa: PLC0415
    from papermill.parameterize import parameterize_notebook  # noqa: PLC0415

    node = load_notebook_node(str(source))
    node = parameterize_notebook(node, dict(parameters), kernel_name="python3", language="python")
    nbformat.validate(node)
    failure = None
    engine = engines.registered(how.engine)
    with place(how.run_name, how.variables) as where:
        try:
            papermill_engines.execute_notebook_with_engine(
                engine, node, kernel_name="python3", progress_bar=False, place=where, timeout=how.timeout
            )
        except Exception as error:  # a dead kernel or a cell out of time: the notebook holds what it reached
            failure = _stopped(node, error, how.timeout)
        finally:
            _log_chatter(where.chatter)
    return node, shown(node) or failure or _untold(node)


def _stopped(node: Any, error: Exception, timeout: float) -> Failure:
    """The failure of a cell that gave no error output of its own."""
    begun = [cell for cell in node.cells if cell.metadata.get("papermill", {}).get("start_time")]
    cell = str(begun[-1].get("id", "")) if begun else ""
    kind = type(error).__name__
    if kind == "CellTimeoutError":
        return Failure(cell, "Timeout", f"The notebook ran longer than {timeout:g} seconds.")
    if kind == "DeadKernelError":
        return Failure(cell, "DeadKernel", "The notebook's Python process ended before the cell did.")
    return Failure(cell, kind, str(error))


def _untold(node: Any) -> Failure | None:
    """The failure of a cell that ended badly and shows no error: IPython prints some of its own and no more."""
    for cell in node.cells:
        if cell.metadata.get("papermill", {}).get("exception"):
            words = [output.text for output in cell.get("outputs", ()) if output.output_type == "stream"]
            last = "".join(words[-1:]).strip().splitlines()[-1:]
            return Failure(str(cell.get("id", "")), "CellFailed", colorless(*last) if last else "It gave no reason.")
    return None


def _log_chatter(path: Path) -> None:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    for line in lines[-200:]:
        _log.debug("process: %s", line)


def _tidy(notebook: Notebook) -> Notebook:
    """Without what differs from run to run, and without prints and warnings: those go to the log."""
    cells = [_tidy_cell(cell) for cell in notebook["cells"]]
    metadata = {key: value for key, value in notebook["metadata"].items() if key == "finops"}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _tidy_cell(cell: Cell) -> Cell:
    tags = notebooks.tags(cell)
    name = "injected-parameters" if "injected-parameters" in tags else cell.get("id", "")
    form: Cell = {"id": name, "cell_type": cell["cell_type"], "source": notebooks.source(cell)}
    form["metadata"] = {"tags": sorted(tags)}
    if cell["cell_type"] == "code":
        form["outputs"] = [_tidy_output(output) for output in cell["outputs"] if not _logged(output, name)]
    return form


def _logged(output: Mapping[str, Any], cell: str) -> bool:
    """True for a stream that belongs in the log; what the ``check`` cell prints is its result."""
    if output["output_type"] != "stream" or (cell == "check" and output["name"] == "stdout"):
        return False
    level = logging.WARNING if output["name"] == "stderr" else logging.INFO
    _log.log(level, "cell %s: %s", cell, str(output["text"]).rstrip()[:_LONGEST])
    return True


def _tidy_output(output: Mapping[str, Any]) -> dict[str, Any]:
    form = {key: value for key, value in output.items() if key not in ("metadata", "execution_count")}
    kind = output["output_type"]
    if kind == "error":
        form["evalue"] = _plain(form["evalue"])
        form["traceback"] = [_plain(line) for line in form["traceback"]]
    if kind == "stream":
        form["text"] = _plain(form["text"])
    if "data" in form:
        form["data"] = {kind: _plain(data) if kind == "text/plain" else data for kind, data in form["data"].items()}
    if kind in ("execute_result", "display_data"):
        form["metadata"] = {}
    return form | ({"execution_count": 1} if kind == "execute_result" else {})


def _plain(text: str) -> str:
    text = _ADDRESS.sub("0x…", colorless(text))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "\n[cut]"


def _mark(notebook: Notebook, failure: Failure) -> None:
    """Mark the failing cell and say in the notebook's metadata that it failed."""
    write(notebook, failure)
    cell = notebooks.find(notebook, failure.cell)
    if cell is None:
        return
    cell["metadata"]["tags"] = sorted({*notebooks.tags(cell), "failed"})
    if cell["cell_type"] == "code" and not any(output["output_type"] == "error" for output in cell["outputs"]):
        cell["outputs"].append(
            {"output_type": "error", "ename": failure.kind, "evalue": failure.message, "traceback": []}
        )
