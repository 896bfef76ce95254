"""What every command shares: the workspace it works in and how it prints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog


@dataclass(frozen=True)
class Context:
    """The options that stand before the command."""

    directory: Path | None
    json: bool

    def workspace(self) -> Workspace:
        """The workspace named by ``--workspace``, else the nearest one upwards."""
        return Workspace.open(self.directory) if self.directory else Workspace.find(Path.cwd())


def show(value: object) -> None:
    """Print one JSON document to standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows as an aligned table; numbers stand to the right."""
    cells = [[_text(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    right = [all(isinstance(row.get(column), int | float | None) for row in rows) for column in columns]
    for line in [list(columns), *cells]:
        padded = [cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right, strict=True)]
        click.echo("  ".join(padded).rstrip())


def period_or_latest(catalog: Catalog, given: str | None) -> Period:
    """The month asked for, else the last closed one; raises where the warehouse lacks it."""
    period = Period.parse(given) if given is not None else catalog.last_closed()
    if period is None:
        raise InsufficientDataError("The warehouse is empty.", hint="Pull a bill with: finops pull SOURCE")
    catalog.require(period)
    return period


def scope_of(catalog: Catalog, text: str, period: Period | None = None) -> Scope:
    """The scope asked for; raises :class:`UsageError` for an account without charges in that month (or in any)."""
    scope = Scope.parse(text)
    known = [account.id for account in catalog.accounts(period)] if period else list(catalog.account_ids())
    if scope.account is None or scope.account in known:
        return scope
    bill = f"The bill of {period} has" if period else "The bills held have"
    some = ", ".join(known[:5]) + (" …" if len(known) > 5 else "")
    raise UsageError(f"{bill} no account '{text}'.", hint=f"Known: {some or 'none'}.")


def _text(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:z,.2f}".replace(",", "\u2009") if isinstance(value, float) else str(value)
