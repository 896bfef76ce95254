"""``finops reconcile``: do our totals equal the source's?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from finops_lib.cli.context import Context, period_or_latest, show, table
from finops_lib.contracts.focus import TOLERANCE
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse.catalog import Build, Catalog
from finops_lib.warehouse.engine import Engine

_ORDER = ("BillingPeriodStart", "SubAccountId", "BillingCurrency")


@click.command(epilog="Example: finops reconcile --period 2026-10")
@click.option("--period", help="The billing month, YYYY-MM (default: every month held).")
@click.pass_obj
def reconcile(context: Context, period: str | None) -> int:
    """Hold canonical billed cost against the source, per account and month, and check the amortization identity.

    Ends with exit code 5 where anything is off by more than 0.01, or a cost cannot be read.
    """
    from finops_lib.warehouse.duckdb import DuckDBEngine  # noqa: PLC0415 (pandas is slow to import)

    workspace = context.workspace()
    catalog = Catalog.load(workspace.warehouse)
    periods = [period_or_latest(catalog, period)] if period is not None else catalog.periods()
    engine = DuckDBEngine(workspace.warehouse)
    frame = engine.read("reconciliation", ORGANIZATION, periods)
    frame = frame.sort_values(list(_ORDER)) if len(frame) else frame  # an engine gives rows in any order
    lines = [
        {
            "period": f"{row['BillingPeriodStart']:%Y-%m}",
            "account": row["SubAccountId"],
            "currency": row["BillingCurrency"],
            "rows": int(row["source_rows"]),
            "source": float(row["source"]),
            "canonical": float(row["canonical"]),
            "difference": float(row["difference"]),
        }
        for row in frame.to_dict("records")
    ]
    identities = [_identity(build) for build in catalog.of(periods)]
    off = [line for line in lines if abs(float(str(line["difference"]))) > float(TOLERANCE)]
    broken = [item for item in identities if item["broken"]]
    unread = [line for month in periods for line in _unread(engine, month)]
    if context.json:
        show({"lines": lines, "identities": identities, "unread": unread, "reconciled": not (off or broken or unread)})
    elif lines:
        table(lines, list(lines[0]))
        click.echo()
        table(identities, ["period", "payer", "residual", "checked", "broken"])
        for item in broken:
            for failing in item["failing"]:  # type: ignore[attr-defined]
                click.echo(
                    f"{item['period']}: {failing['commitment']} ({failing['types']}) is off by {failing['residual']}"
                )
        for line in unread:
            click.echo(f"{line}: the total is not known.")
        click.echo(_verdict(len(off) + len(broken) + len(unread), identities))
    else:
        click.echo("The warehouse is empty. Next: finops pull SOURCE")
    return 5 if off or broken or unread else 0


def _unread(engine: Engine, month: Period) -> list[str]:
    """The charges of a month whose cost cannot be read."""
    from finops_lib.analyses.unread_costs import unread_costs  # noqa: PLC0415 (pandas is slow to import)

    profile, snapshots = (engine.read(name, ORGANIZATION, [month]) for name in ("profile", "snapshots"))
    if profile.empty or snapshots.empty:
        return []
    return [f"{month}: {line}" for line in unread_costs(profile, snapshots, str(month))]


def _verdict(failing: int, identities: Sequence[Mapping[str, object]]) -> str:
    if failing:
        return f"{failing} lines do not reconcile."
    loose = [str(item["period"]) for item in identities if abs(float(str(item["residual"]))) > float(TOLERANCE)]
    if loose:
        months = ", ".join(loose)
        return f"Billed cost reconciles. The amortization identity is open in {months}, and need not close yet."
    return "Everything reconciles."


def _identity(build: Build) -> dict[str, object]:
    record = build.record
    return {
        "period": record["period"],
        "payer": record["payer"],
        "residual": float(record["identity"]["residual"]),
        "checked": record["identity"]["checked"],
        "broken": record["identity"]["broken"],
        "failing": record["identity"]["failing"],
    }
