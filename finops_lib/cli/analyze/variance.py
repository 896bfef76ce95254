"""``finops analyze variance``: why did spend change?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from finops_lib.cli.analyze._bench import opened, period_option, scope_option, tell_notes
from finops_lib.cli.context import Context, show, table
from finops_lib.core.note import Note

if TYPE_CHECKING:
    from finops_lib.workbench import Workbench


@click.command("variance", epilog="Example: finops analyze variance --scope organization --period 2026-10 --json")
@scope_option
@period_option
@click.option(
    "--against",
    type=click.Choice(["previous", "forecast", "budget"]),
    default="previous",
    show_default=True,
    help="What the month is compared with: the month before, its forecast made then, or its budget.",
)
@click.pass_obj
def command(context: Context, scope: str, period: str | None, against: str) -> None:
    """Why spend changed, to the cent: effects, categories and the keys that drove it."""
    from finops_lib.analyses.variance import EVIDENCE, explain  # noqa: PLC0415 (pandas is slow to import)

    bench = opened(context, scope, period)
    expected = _expected(bench, against)
    result = explain(
        *bench.frames(*EVIDENCE),
        scope=bench.scope,
        period=bench.period,
        against=against,  # type: ignore[arg-type]
        expected=expected,
        kpi=bench.kpi_relation(),
        doubts=_doubts(bench),
    )
    document = result.to_dict()
    if context.json:
        show(document)
        return
    total = document["total"]
    click.echo(f"{document['scope']}, {bench.period.label} against {against}, {result.currency}")
    table([total], ["before", "after", "change"])
    click.echo()
    table(document["effects"], ["effect", "amount"])
    click.echo()
    table(document["categories"], ["category", "amount"])
    click.echo(f"Residual: {document['residual']}")
    tell_notes(result.notes)


def _doubts(bench: Workbench) -> list[Note]:
    """Why a metric that is given tells nothing of growth."""
    from finops_lib.analyses.business import not_told  # noqa: PLC0415 (pandas is slow to import)

    why = bench.why_no_relation()
    return [not_told(bench.metric(), why)] if why else []


def _expected(bench: Workbench, against: str) -> Any:
    if against == "budget":
        return bench.budgets()
    if against == "forecast":
        from finops_lib.analyses.month_ahead import expect  # noqa: PLC0415 (only this comparison needs it)

        return expect(bench.daily_history(), period=bench.period, events=bench.events())
    return None
