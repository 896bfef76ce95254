"""Notebooks as files: where they are, how they read, what they ask for, and the one form in which they are kept."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import NotebookError

Notebook = dict[str, Any]
Cell = dict[str, Any]
Value = str | int | float | bool | None

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's ``parameters`` cell: its documented signature."""

    name: str
    kind: str
    optional: bool
    default: Value
    help: str

    def accepts(self, value: object) -> bool:
        """True where ``value`` is of the declared type; a bool is no number, an int may stand for a float."""
        if value is None:
            return self.optional
        if isinstance(value, bool):
            return self.kind == "bool"
        return isinstance(value, TYPES[self.kind]) or (self.kind == "float" and isinstance(value, int))

    @property
    def type_name(self) -> str:
        """The type as written: ``str | None``."""
        return f"{self.kind} | None" if self.optional else self.kind


def folder() -> Path:
    """The shipped notebooks, in a source checkout or in an installed package."""
    installed = _PACKAGE / "_notebooks"
    return installed if installed.is_dir() else _PACKAGE.parent / "notebooks"


def read(path: Path) -> Notebook:
    """A notebook as plain JSON, texts as one string each; raises :class:`NotebookError` where the file is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotebookError(f"There is no notebook {path}.") from None
    except (OSError, ValueError) as error:
        raise NotebookError(f"{path} is not a notebook: {error}.") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"{path} is not a notebook: it has no list of cells.")
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            _join(output, [key for key in ("text",) if key in output])
            _join(output.get("data", {}), [kind for kind in output.get("data", {}) if not kind.endswith("json")])
    return notebook


def _join(values: dict[str, Any], keys: Iterable[str]) -> None:
    """Files keep texts as lists of lines; a reader wants one string."""
    for key in keys:
        if isinstance(values[key], list):
            values[key] = "".join(values[key])


def source(cell: Cell) -> str:
    """A cell's text; notebook files keep it as one string or as lines."""
    text = cell.get("source", "")
    return "".join(text) if isinstance(text, list) else str(text)


def tags(cell: Cell) -> frozenset[str]:
    """The tags of a cell."""
    return frozenset(cell.get("metadata", {}).get("tags", ()))


def find(notebook: Notebook, cell_id: str) -> Cell | None:
    """The cell of that id."""
    return next((cell for cell in notebook["cells"] if cell.get("id") == cell_id), None)


def title(notebook: Notebook) -> str:
    """The words of the title cell's heading."""
    cell = find(notebook, "title")
    first = source(cell).partition("\n")[0] if cell else ""
    return first.lstrip("# ").strip()


def order(notebook: Notebook) -> int | None:
    """The notebook's place in the reports; None where it is not part of them (free exploration)."""
    place = notebook.get("metadata", {}).get("finops", {}).get("order")
    return place if isinstance(place, int) else None


def listed(where: Path) -> tuple[Path, ...]:
    """All notebooks of a folder by name."""
    return tuple(sorted(path for path in where.glob("*.ipynb") if not path.name.startswith(".")))


def sections(where: Path) -> tuple[Path, ...]:
    """The notebooks that make the reports, in the order of their sections."""
    places = ((order(read(path)), path) for path in listed(where))
    return tuple(path for _, path in sorted((place, path) for place, path in places if place is not None))


def canonical(notebook: Notebook, *, keep_outputs: bool = False) -> str:
    """The one JSON form: sorted keys, lines, no run times; outputs only of the ``check`` cell unless told to keep."""
    cells = [_canonical_cell(cell, keep_outputs or cell.get("id") == "check") for cell in notebook["cells"]]
    kept = {key: value for key, value in notebook.get("metadata", {}).items() if key == "finops"}
    form = {"cells": cells, "metadata": {**_METADATA, **kept}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(form, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _canonical_cell(cell: Cell, keep_outputs: bool) -> Cell:
    form: Cell = {key: cell[key] for key in ("id", "cell_type") if key in cell}
    form["source"] = "\n".join(line.rstrip() for line in source(cell).strip("\n").split("\n")).splitlines(keepends=True)
    form["metadata"] = {"tags": sorted(tags(cell))} if tags(cell) else {}
    if cell.get("cell_type") == "code":
        form["outputs"] = [_canonical_output(output) for output in cell.get("outputs", ())] if keep_outputs else []
        # nbval compares only what claims to have run.
        form["execution_count"] = 1 if cell.get("id") == "check" and form["outputs"] else None
    return form


def _canonical_output(output: dict[str, Any]) -> dict[str, Any]:
    form = {key: _lines(value) if key == "text" else value for key, value in output.items()}
    if "execution_count" in form:
        form["execution_count"] = 1
    if "data" in form:
        form["data"] = {kind: _lines(data) for kind, data in form["data"].items()}
    return form


def _lines(value: Any) -> Any:
    return value.splitlines(keepends=True) if isinstance(value, str) else value


def parameters(notebook: Notebook) -> tuple[Parameter, ...]:
    """The parameters that a notebook declares; raises :class:`NotebookError` where one lacks type or default."""
    cell = next((cell for cell in notebook["cells"] if "parameters" in tags(cell)), None)
    if cell is None:
        return ()
    text = source(cell)
    try:
        statements = ast.parse(text).body
    except SyntaxError as error:
        raise NotebookError(f"The parameters cell is not Python: {error.msg} in line {error.lineno}.") from error
    comments = _comments(text)
    return tuple(_parameter(statement, comments.get(statement.lineno, "")) for statement in statements)


def _parameter(statement: ast.stmt, comment: str) -> Parameter:
    if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value):
        raise NotebookError(f"Line {statement.lineno} of the parameters cell is not of the form 'name: type = value'.")
    names = _type_names(statement.annotation)
    kind = next((name for name in names if name in TYPES), "")
    if not kind or set(names) - {kind, "None"}:
        raise NotebookError(f"The parameter '{statement.target.id}' has a type other than {', '.join(TYPES)} or None.")
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise NotebookError(f"The parameter '{statement.target.id}' has a default that is not a plain value.") from None
    found = Parameter(statement.target.id, kind, "None" in names, default, comment)
    if not found.accepts(default):
        raise NotebookError(f"The default of the parameter '{found.name}' is not of its type {found.type_name}.")
    return found


def _type_names(annotation: ast.expr) -> tuple[str, ...]:
    return tuple(part.strip() for part in ast.unparse(annotation).split("|"))


def _comments(text: str) -> dict[int, str]:
    tokens: Iterable[tokenize.TokenInfo] = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
