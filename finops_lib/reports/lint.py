"""The standard form of a notebook as rules: a notebook calls, it never computes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from finops_lib.core.errors import NotebookError
from finops_lib.reports import notebooks
from finops_lib.reports.notebooks import Cell, Notebook, source, tags

FIRST = ("title", "parameters", "open", "evidence", "analysis")
LAST = ("method", "data-quality", "save", "check")
TAGS = frozenset({"parameters", "executive", "internal", "nbval-check-output"})
LONGEST = 12  # lines of code in one cell

_ID = re.compile(r"[a-z]+(-[a-z0-9]+)*\Z")
_NOT_WORDS = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHES = (ast.If, ast.IfExp, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_ARITHMETIC = (ast.BinOp, ast.AugAssign)


@dataclass(frozen=True)
class Finding:
    """One breach: the cell (empty: the whole file), the rule's name, and what to do."""

    cell: str
    rule: str
    message: str


def lint(path: Path) -> tuple[Finding, ...]:
    """All breaches of the standard form in one file; none means that it is well-formed."""
    notebook = notebooks.read(path)
    found = [finding for rule in _RULES for finding in rule(notebook)]
    if not found and path.read_text(encoding="utf-8") != notebooks.canonical(notebook):
        found.append(Finding("", "canonical", "is not in the one JSON form; run: finops notebooks fmt"))
    return tuple(found)


def _format(notebook: Notebook) -> Iterator[Finding]:
    if (notebook.get("nbformat"), notebook.get("nbformat_minor")) != (4, 5):
        yield Finding("", "format", "is not of notebook format 4.5")


def _ids(notebook: Notebook) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        name = str(cell.get("id", ""))
        if not _ID.match(name):
            yield Finding(name or f"cell {number}", "id", "give it a meaningful id of lower-case words and dashes")
        if name in seen:
            yield Finding(name, "id", "is an id that stands twice")
        seen.add(name)


def _sequence(notebook: Notebook) -> Iterator[Finding]:
    if notebooks.order(notebook) is None:  # free exploration has no fixed sequence
        return
    names = [str(cell.get("id", "")) for cell in notebook["cells"]]
    for expected, found in zip(FIRST, names[: len(FIRST)] + [""] * len(FIRST), strict=False):
        if expected != found:
            yield Finding(found, "sequence", f"the cells must begin with {' · '.join(FIRST)}; expected '{expected}'")
            return
    if tuple(names[-len(LAST) :]) != LAST:
        yield Finding(names[-1], "sequence", f"the cells must end with {' · '.join(LAST)}")


def _title(notebook: Notebook) -> Iterator[Finding]:
    cell = notebooks.find(notebook, "title")
    if cell is None or cell["cell_type"] != "markdown" or not source(cell).startswith("# "):
        yield Finding("title", "title", "the title cell must be Markdown that begins with '# '")


def _tags(notebook: Notebook) -> Iterator[Finding]:
    for cell in notebook["cells"]:
        for tag in sorted(tags(cell) - TAGS):
            yield Finding(cell.get("id", ""), "tag", f"'{tag}' is not one of {', '.join(sorted(TAGS))}")
        if {"executive", "internal"} <= tags(cell):
            yield Finding(cell.get("id", ""), "tag", "a cell is for executives or internal, not both")


def _parameters(notebook: Notebook) -> Iterator[Finding]:
    cell = notebooks.find(notebook, "parameters")
    if cell is None or "parameters" not in tags(cell):
        yield Finding("parameters", "parameters", "the cell 'parameters' with the tag 'parameters' is missing")
        return
    try:
        silent = [parameter.name for parameter in notebooks.parameters(notebook) if not parameter.help]
    except NotebookError as error:
        yield Finding("parameters", "parameters", error.message)
        return
    for name in silent:
        yield Finding("parameters", "parameters", f"say in a comment on its line what '{name}' is")


def _code(notebook: Notebook) -> Iterator[Finding]:
    for cell in _of_type(notebook, "code"):
        name = cell.get("id", "")
        if len(source(cell).splitlines()) > LONGEST:
            yield Finding(name, "short", f"has more than {LONGEST} lines; move the work into finops_lib")
        try:
            tree = ast.parse(source(cell))
        except SyntaxError as error:
            yield Finding(name, "python", f"is not plain Python: {error.msg}")
            continue
        breaches = {breach for node in _nodes(tree) if (breach := _breach(node, name))}
        yield from (Finding(name, rule, message) for rule, message in sorted(breaches))


def _breach(node: ast.AST, cell: str) -> tuple[str, str] | None:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return _import_breach(node, cell)
    kinds: tuple[tuple[tuple[type[ast.AST], ...], str], ...] = (
        (_DEFINITIONS, "definition"),
        (_LOOPS, "loop"),
        (_BRANCHES, "branch"),
        (_ARITHMETIC, "arithmetic"),
    )
    found = next((rule for types, rule in kinds if isinstance(node, types)), None)
    return (found, f"holds a {found}; a notebook calls, it never computes") if found else None


def _import_breach(node: ast.Import | ast.ImportFrom, cell: str) -> tuple[str, str] | None:
    if cell != "open":
        return "import", "imports belong in the cell 'open'"
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    foreign = [module for module in modules if module.partition(".")[0] != "finops_lib"]
    return ("import", f"a notebook imports finops_lib alone, not {foreign[0]}") if foreign else None


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node but the type annotations, where ``|`` is no arithmetic."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        skipped = node.annotation if isinstance(node, ast.AnnAssign) else None
        pending.extend(child for child in ast.iter_child_nodes(node) if child is not skipped)


def _words(notebook: Notebook) -> Iterator[Finding]:
    for cell in _of_type(notebook, "markdown"):
        if re.search(r"\d", _NOT_WORDS.sub("", source(cell))):
            yield Finding(cell.get("id", ""), "number", "has a typed number; let narrative write that sentence")


def _outputs(notebook: Notebook) -> Iterator[Finding]:
    for cell in _of_type(notebook, "code"):
        if cell.get("id") != "check" and (cell.get("outputs") or cell.get("execution_count")):
            yield Finding(cell.get("id", ""), "output", "holds outputs; run: finops notebooks fmt")


def _of_type(notebook: Notebook, kind: str) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell.get("cell_type") == kind]


_RULES: tuple[Callable[[Notebook], Iterator[Finding]], ...] = (
    _format, _ids, _sequence, _title, _tags, _parameters, _code, _words, _outputs,
)  # fmt: skip
