"""What the analyses' commands share: their options, the workbench that they open, the notes that they end with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from finops_lib.cli.context import Context, period_or_latest, scope_of
from finops_lib.core.note import Note
from finops_lib.presentation import formats
from finops_lib.warehouse.catalog import Catalog

if TYPE_CHECKING:
    from finops_lib.workbench import Workbench

Command = Callable[..., Any]


def scope_option(command: Command) -> Command:
    """``--scope``, as every analysis takes it."""
    words = "An account id, or 'organization'."
    return click.option("--scope", default="organization", show_default=True, help=words)(command)


def period_option(command: Command) -> Command:
    """``--period``, as every analysis takes it."""
    return click.option("--period", help="The billing month, YYYY-MM (default: the last closed one).")(command)


def opened(context: Context, scope: str, period: str | None) -> Workbench:
    """The workbench of a scope and month; raises :class:`UsageError` where the bill has no such account."""
    from finops_lib.workbench import Workbench  # noqa: PLC0415 (pandas is slow to import)

    workspace = context.workspace()
    catalog = Catalog.load(workspace.warehouse)
    month = period_or_latest(catalog, period)
    return Workbench.open(workspace.root, str(scope_of(catalog, scope, month)), str(month))


def tell_notes(notes: Iterable[Note]) -> None:
    """Print notes for people."""
    for note in notes:
        click.echo(f"{note.severity}: {formats.prose(note.message)}")
