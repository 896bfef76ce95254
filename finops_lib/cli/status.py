"""``finops status``: what the warehouse holds."""

from __future__ import annotations

import click

from finops_lib.cli import evidence
from finops_lib.cli.context import Context, show, table
from finops_lib.sources.aws.evidence.kept import Kept
from finops_lib.warehouse.catalog import Catalog


@click.command(epilog="Example: finops status")
@click.pass_obj
def status(context: Context) -> None:
    """List the months that the warehouse holds, with their source, totals and invoice status, and what AWS told."""
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
        kept = Kept(workspace.evidence).answers().every
        told = {"months": rows, "evidence": evidence.summary(kept)}
        show({"workspace": str(workspace.root), "client": workspace.settings.client.name, **told})
        return
    if rows:
        table(rows, list(rows[0]))
    else:
        click.echo("The warehouse is empty. Next: finops pull SOURCE")
    click.echo(f"Evidence: {evidence.held(workspace, evidence.today())}.")
