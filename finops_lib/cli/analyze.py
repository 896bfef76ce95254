"""``finops analyze``: one analysis at the command line."""

from __future__ import annotations

import click

from finops_lib.cli.context import Context, period_or_latest, scope_of, show, table
from finops_lib.warehouse.catalog import Catalog


@click.group(epilog="Example: finops analyze overview --json")
def analyze() -> None:
    """Run one analysis for a scope and month, and print its result."""


@analyze.command(epilog="Example: finops analyze overview --scope organization --period 2026-10 --json")
@click.option("--scope", default="organization", show_default=True, help="An account id, or 'organization'.")
@click.option("--period", help="The billing month, YYYY-MM (default: the last closed one).")
@click.pass_obj
def overview(context: Context, scope: str, period: str | None) -> None:
    """What was spent, on what and by whom; whether the figures reconcile."""
    workspace = context.workspace()
    catalog = Catalog.load(workspace.warehouse)
    month = period_or_latest(catalog, period)
    chosen = scope_of(catalog, scope, month)
    from finops_lib.analyses.overview import EVIDENCE, summarize  # noqa: PLC0415 (pandas is slow to import)
    from finops_lib.workbench import Workbench  # noqa: PLC0415

    bench = Workbench.open(workspace.root, str(chosen), str(month))
    result = summarize(*bench.frames(*EVIDENCE), scope=chosen, period=month)
    if context.json:
        show(result.to_dict())
        return
    document = result.to_dict()
    click.echo(f"{document['scope']}, {month.label}, {result.currency}; invoice {result.invoice_status}")
    table([{"cost": name, "amount": amount} for name, amount in document["totals"].items()], ["cost", "amount"])
    click.echo()
    table(document["by_service"][:15], ["ServiceName", "BilledCost", "EffectiveCost", "previous", "change"])
    for note in (*result.notes, *result.not_checked):
        click.echo(f"{note.severity}: {note.message}")
