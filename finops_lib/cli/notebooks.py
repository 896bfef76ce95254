"""``finops notebooks``: list them, read their parameters, keep their form."""

from __future__ import annotations

from pathlib import Path

import click

from finops_lib.cli.context import Context, show, table
from finops_lib.core.files import write_atomic
from finops_lib.reports import notebooks as files

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))


@click.group(epilog="Example: finops notebooks lint")
def notebooks() -> None:
    """The notebooks that make the reports."""


@notebooks.command("list", epilog="Example: finops notebooks list")
@_PATHS
@click.pass_obj
def list_notebooks(context: Context, paths: tuple[Path, ...]) -> None:
    """List notebooks with their place in the reports and their parameters."""
    rows = [_row(path) for path in _files(paths)]
    if context.json:
        show(rows)
    else:
        shown = [row | {"section": row["section"] or "exploration"} for row in rows]
        table(shown, ("notebook", "title", "section", "parameters"))


@notebooks.command("params", epilog="Example: finops notebooks params overview")
@click.argument("name")
@click.pass_obj
def params(context: Context, name: str) -> None:
    """Print the parameters of a notebook: a shipped one by name, or a file."""
    path = Path(name) if name.endswith(".ipynb") else files.folder() / f"{name}.ipynb"
    rows: list[dict[str, object]] = [
        {"name": item.name, "type": item.type_name, "default": item.default, "help": item.help}
        for item in files.parameters(files.read(path))
    ]
    if context.json:
        show(rows)
    else:
        table([row | {"default": repr(row["default"])} for row in rows], ("name", "type", "default", "help"))


@notebooks.command("lint", epilog="Example: finops notebooks lint notebooks/")
@_PATHS
@click.pass_obj
def lint(context: Context, paths: tuple[Path, ...]) -> int:
    """Check notebooks against the standard form; exit 3 where one breaks it."""
    from finops_lib.reports.lint import lint as breaches  # noqa: PLC0415 - shares its name with this command

    found = [(path, finding) for path in _files(paths) for finding in breaches(path)]
    if context.json:
        show([{"notebook": path.name, **vars(finding)} for path, finding in found])
    else:
        for path, finding in found:
            cell = f" cell '{finding.cell}'" if finding.cell else ""
            click.echo(f"{path}:{cell} {finding.message} [{finding.rule}]")
        click.echo(f"{len(found)} findings.", err=True)
    return 3 if found else 0


@notebooks.command("fmt", epilog="Example: finops notebooks fmt notebooks/")
@click.option("--check", is_flag=True, help="Change nothing; exit 3 where a file would change.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def fmt(paths: tuple[Path, ...], check: bool) -> int:
    """Bring notebooks into their one JSON form: no outputs, no run times, sorted keys."""
    changed = 0
    for path in _files(paths):
        text = files.canonical(files.read(path))
        if text == path.read_text(encoding="utf-8"):
            continue
        changed += 1
        click.echo(f"{path}: {'would change' if check else 'formatted'}")
        if not check:
            write_atomic(path, text)
    return 3 if check and changed else 0


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths or (files.folder(),):
        found += files.listed(path) if path.is_dir() else [path]
    return found


def _row(path: Path) -> dict[str, object]:
    notebook = files.read(path)
    return {
        "notebook": path.stem,
        "title": files.title(notebook),
        "section": files.order(notebook),
        "parameters": ", ".join(item.name for item in files.parameters(notebook)),
    }
