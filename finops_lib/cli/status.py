"""``finops status``: what the warehouse holds."""

from __future__ import annotations

import click

from finops_lib.cli.context import Context, show, table
from finops_lib.warehouse.catalog import Catalog


@click.command(epilog="Example: finops status")
@click.pass_obj
def status(context: Context) -> None:
    """List the months that the warehouse holds, with their source, totals and invoice status."""
    workspace = context.workspace()
    catalog = Catalog.load(workspace.warehouse)
    rows = [
        {
            "period": build.record["period"],
            "payer": build.record["payer"],
            "format": build.record["format"],
            "rows": build.record["rows"],
            "accounts": len(build.record["accounts"]),
            "BilledCost": float(build.record["billed"]),
            "currency": "+".join(build.record["currencies"]),
            "invoice": build.record["invoice_status"],
            "through": build.record["last_day"],
            "snapshot": build.record["snapshot"],
        }
        for build in catalog.builds
    ]
    if context.json:
        show({"workspace": str(workspace.root), "client": workspace.settings.client.name, "months": rows})
    elif rows:
        table(rows, list(rows[0]))
    else:
        click.echo("The warehouse is empty. Next: finops pull SOURCE")
