"""``finops demo``: a fictional organization's bill, through the same door as a client's."""

from __future__ import annotations

from pathlib import Path

import click

from finops_lib.cli.context import Context
from finops_lib.cli.init import create
from finops_lib.cli.pull import take, tell
from finops_lib.cli.report import report
from finops_lib.cli.steps import steps
from finops_lib.core.errors import UnsafeActionError
from finops_lib.core.periods import Period
from finops_lib.settings.load import FILE, Workspace
from finops_lib.sources.demo import DemoSize, write_demo
from finops_lib.sources.demo.organization import COMPANY
from finops_lib.warehouse.catalog import Catalog

TAG_KEYS = ("CostCenter", "Project", "Environment", "Owner")


@click.command(epilog="Example: finops demo --dir demo")
@click.option("--dir", "directory", type=click.Path(path_type=Path), required=True, help="Where the workspace is made.")
@click.option("--accounts", default=8, show_default=True, help="Linked accounts.")
@click.option("--months", default=16, show_default=True, help="Closed months.")
@click.option("--rows", default=350_000, show_default=True, help="Bill rows to aim at.")
@click.option("--seed", default=7, show_default=True, help="Equal seeds give equal bills.")
@click.option("--until", metavar="YYYY-MM", help="Tell the story until this month; without it, later, the rest of it.")
@click.option("--report/--no-report", "reported", default=True, help="Make the PDFs of the last closed month too.")
@click.pass_context
def demo(
    context: click.Context,
    directory: Path,
    accounts: int,
    months: int,
    rows: int,
    seed: int,
    until: str | None,
    reported: bool,
) -> int:
    """Make a workspace with the demo organization: its bill, papers and planted truth, pulled and reported.

    Running it again goes on where it stopped.
    """
    if not (directory / FILE).exists():
        papers = {"budgets": "source/papers/budgets.csv", "kpis": "source/papers/kpis.csv", "driver": "orders"}
        create(directory, COMPANY, TAG_KEYS, **papers)
    told = _month(until)
    _require_untold(directory, told)
    source = directory / "source"
    with steps() as progress:
        size = DemoSize(accounts=accounts, months=months, rows=rows, seed=seed, until=told)
        files = write_demo(source, size, progress.step)
    context.obj = Context(directory, context.obj.json)
    click.echo(f"{COMPANY} (fictional): {files.rows} bill rows in {files.export}", err=True)
    workspace = Workspace.open(directory)
    code = tell(take(workspace, (str(files.export), str(files.papers)), replace=False))
    if code or not reported:
        return code
    code = int(
        context.invoke(
            report, period=str(files.last_closed), names=(), jobs=None, force=False, timeout=None, folder=None
        )
        or 0
    )
    click.echo(f"Next: finops lab --workspace {workspace.root}", err=True)
    return code


def _month(text: str | None) -> Period | None:
    return None if text is None else Period.parse(text)


def _require_untold(directory: Path, until: Period | None) -> None:
    """A story that went on cannot be told back: its bills and papers would contradict each other."""
    held = Catalog.load(Workspace.open(directory).warehouse).periods()
    if until is not None and held and held[-1] > until:
        raise UnsafeActionError(
            f"{directory} holds {held[-1]}, which comes after {until}.", hint="Choose another folder with --dir."
        )
