"""``finops analyze overview``: what was spent, on what and by whom."""

from __future__ import annotations

import click

from finops_lib.cli.analyze._bench import opened, period_option, scope_option, tell_notes
from finops_lib.cli.context import Context, show, table


@click.command("overview", epilog="Example: finops analyze overview --scope organization --period 2026-10 --json")
@scope_option
@period_option
@click.pass_obj
def command(context: Context, scope: str, period: str | None) -> None:
    """What was spent, on what and by whom; whether the figures reconcile."""
    from finops_lib.analyses import overview_calendar  # noqa: PLC0415 (pandas is slow to import)
    from finops_lib.analyses.overview import EVIDENCE, summarize  # noqa: PLC0415

    bench = opened(context, scope, period)
    evidence, days = bench.frames(*EVIDENCE), bench.frames(*overview_calendar.EVIDENCE)
    compared = overview_calendar.compare(*days, scope=bench.scope, period=bench.period)
    result = summarize(*evidence, scope=bench.scope, period=bench.period, **compared._asdict())
    document = result.to_dict()
    if context.json:
        show(document)
        return
    click.echo(f"{document['scope']}, {bench.period.label}, {result.currency}; invoice {result.invoice_status}")
    table([{"cost": name, "amount": amount} for name, amount in document["totals"].items()], ["cost", "amount"])
    click.echo()
    table(document["by_service"][:15], ["ServiceName", "BilledCost", "EffectiveCost", "previous", "change"])
    tell_notes((*result.notes, *result.not_checked))
