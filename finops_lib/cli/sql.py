"""``finops sql``: a free question to the warehouse."""

from __future__ import annotations

import json
import sys

import click

from finops_lib.cli.context import Context, scope_of, show
from finops_lib.warehouse.catalog import Catalog


@click.command(
    epilog='Example: finops sql "SELECT ServiceName, sum(EffectiveCost) FROM cost GROUP BY 1 ORDER BY 2 DESC"'
)
@click.argument("query")
@click.option("--scope", default="organization", show_default=True, help="An account id, or 'organization'.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of a table.")
@click.pass_obj
def sql(context: Context, query: str, scope: str, as_csv: bool) -> None:
    """Ask the warehouse in SQL (DuckDB's). The tables are cost, reconciliation, profile and the marts."""
    from finops_lib.warehouse.duckdb import DuckDBEngine  # noqa: PLC0415 (pandas is slow to import)

    warehouse = context.workspace().warehouse
    chosen = scope_of(Catalog.load(warehouse), scope)
    answer = DuckDBEngine(warehouse).sql(query, chosen)
    if context.json:
        show(json.loads(answer.to_json(orient="records", date_format="iso", double_precision=12)))
    elif as_csv:
        answer.to_csv(sys.stdout, index=False)
    else:
        click.echo(answer.to_string(index=False, na_rep="–", max_rows=200))
