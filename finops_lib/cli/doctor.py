"""``finops doctor``: is everything here that the work needs?"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from finops_lib.cli import evidence
from finops_lib.cli.context import Context, show
from finops_lib.core.counted import counted
from finops_lib.core.errors import FinOpsError
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog


@dataclass(frozen=True)
class Check:
    """One thing looked at; ``hint`` says what to do where it is not well."""

    name: str
    well: bool
    found: str
    hint: str = ""


@click.command(epilog="Example: finops doctor")
@click.pass_obj
def doctor(context: Context) -> int:
    """Check Python, the system libraries, the workspace and the free space, and say what to mend."""
    checks = [*_machine(), *_workspace(context)]
    if context.json:
        show([vars(check) for check in checks])
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.well else 'MEND'}  {check.name}: {check.found}")
            if check.hint and not check.well:
                click.echo(f"      {check.hint}")
    return 0 if all(check.well for check in checks) else 4


def _machine() -> Iterator[Check]:
    yield Check("Python", sys.version_info >= (3, 11), sys.version.split()[0], "Install Python 3.11 or newer.")
    for package in ("papermill", "nbconvert", "jupyterlab", "matplotlib"):
        there = importlib.util.find_spec(package) is not None
        yield Check(
            package, there, "installed" if there else "missing", "Run make .venv, or pip install finops-workbench."
        )
    # A child process: a failing import of a library with C parts is best kept away from this one.
    tried = subprocess.run(
        [sys.executable, "-W", "error:HarfBuzz", "-c", "import weasyprint"], capture_output=True, text=True, check=False
    )
    hint = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (brew install pango harfbuzz on macOS)"
    prints = tried.returncode == 0
    yield Check("WeasyPrint", prints, "prints" if prints else "lacks Pango or HarfBuzz-Subset", hint)


def _workspace(context: Context) -> Iterator[Check]:
    try:
        workspace = context.workspace()
        periods = Catalog.load(workspace.warehouse).periods()
    except FinOpsError as error:
        yield Check("Workspace", False, error.message, error.hint)
        return
    yield Check("Workspace", True, f"{workspace.settings.client.name} in {workspace.root}")
    held = f"{counted(len(periods), 'month')}, {periods[0]} to {periods[-1]}" if periods else "empty"
    yield Check("Warehouse", bool(periods), held, "Pull a bill with: finops pull SOURCE")
    yield Check("Evidence", True, evidence.held(workspace, evidence.today()))
    yield from _papers(workspace)
    free = shutil.disk_usage(workspace.root).free
    yield Check("Free space", free > 2 << 30, f"{free / (1 << 30):.1f} GiB", "Keep at least 2 GiB free for building.")


def _papers(workspace: Workspace) -> Iterator[Check]:
    """The client's own files, read as a report reads them: each of its own, so that one fault hides no other."""
    files = {"budgets": workspace.settings.budgets.file, "kpis": workspace.settings.kpis.file}
    for name, file in files.items():
        if not file:
            continue
        label = f"{name}.file"
        try:
            yield Check(label, True, f"{_read(workspace, name, workspace.root / file)} in {file}")
        except FinOpsError as error:
            yield Check(label, False, error.message, error.hint)
        except OSError as error:
            yield Check(label, False, f"{file} cannot be read: {error.strerror}.", f"Mend the path of {label}.")


def _read(workspace: Workspace, name: str, path: Path) -> str:
    """How much a paper holds; raises as its reader does."""
    from finops_lib.analyses import business  # noqa: PLC0415 (pandas is slow to import)
    from finops_lib.sources.files import csv_budgets, csv_kpis  # noqa: PLC0415

    if name == "budgets":
        lines = csv_budgets.read_budgets(path.read_bytes(), path.name)
        return f"{counted(lines['scope'].nunique(), 'scope')} with {counted(len(lines), 'monthly budget')}"
    lines = csv_kpis.read_kpis(path.read_bytes(), path.name)
    driver = business.name_of(lines, workspace.settings.kpis.driver)
    return f"{counted(lines['metric'].nunique(), 'metric')}, cost is held against {driver},"
