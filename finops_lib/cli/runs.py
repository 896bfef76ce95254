"""``finops runs``: what was made, and where it stands."""

from __future__ import annotations

import os
import sys

import click

from finops_lib.cli.context import Context, show, table
from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.reports.runs import RunStore, Standing, standing
from finops_lib.settings.load import Workspace


@click.group(invoke_without_command=True, epilog="Example: finops runs list --period 2026-10")
@click.pass_context
def runs(context: click.Context) -> None:
    """The reports that stand, with their papers."""
    if context.invoked_subcommand is None:
        context.invoke(list_runs)


@runs.command("list", epilog="Example: finops runs list --period 2026-10")
@click.option("--period", metavar="YYYY-MM", help="Only this billing month.")
@click.pass_obj
def list_runs(context: Context, period: str | None = None) -> None:
    """List the reports that stand, the newest month first."""
    workspace = context.workspace()
    found = _standing(workspace, period)
    if context.json:
        show([_form(run, workspace) for run in found])
    elif not found:
        click.echo("There is no report yet. Make them with: finops report")
    else:
        columns = ("period", "scope", "name", "run_id", "notes", "made")
        table([_form(run, workspace) for run in found], columns)


@runs.command("show", epilog="Example: finops runs show organization --period 2026-10")
@click.argument("scope")
@click.option("--period", metavar="YYYY-MM", help="The billing month (default: the newest with a report).")
@click.pass_obj
def show_run(context: Context, scope: str, period: str | None) -> None:
    """Print the manifest of the report that stands for SCOPE: its inputs, settings, notes and files."""
    workspace = context.workspace()
    show(_one(_standing(workspace, period), scope).manifest)


@runs.command("open", epilog="Example: finops runs open organization --document executive")
@click.argument("scope")
@click.option("--period", metavar="YYYY-MM", help="The billing month (default: the newest with a report).")
@click.option("--document", type=click.Choice(["executive", "technical"]), default="executive", show_default=True)
@click.pass_obj
def open_run(context: Context, scope: str, period: str | None, document: str) -> None:
    """Print the path of the PDF that stands for SCOPE and, where there is a screen, open it."""
    workspace = context.workspace()
    run = _one(_standing(workspace, period), scope)
    path = RunStore(workspace.runs).folder(run.key) / f"{document}.pdf"
    click.echo(str(path))
    if _has_screen():
        click.launch(str(path))


def _has_screen() -> bool:
    """False on a server: what opens files there would only complain."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def _standing(workspace: Workspace, period: str | None) -> tuple[Standing, ...]:
    month = str(Period.parse(period)) if period else None
    return standing(workspace.runs, workspace.settings.client.slug, month)


def _one(found: tuple[Standing, ...], scope: str) -> Standing:
    slug = Scope.parse(scope).slug
    for run in found:
        if run.key.scope == slug:
            return run
    raise UsageError(f"There is no report for '{scope}'.", hint="See what there is with: finops runs list")


def _form(run: Standing, workspace: Workspace) -> dict[str, object]:
    folder = RunStore(workspace.runs).folder(run.key)
    return {
        "period": run.key.period,
        "scope": run.manifest["scope"]["id"],
        "name": run.manifest["scope"]["name"],
        "run_id": run.key.run_id,
        "notes": len(run.manifest["notes"]),
        "made": run.manifest["times"]["started"],
        "folder": folder.relative_to(workspace.root).as_posix(),
    }
