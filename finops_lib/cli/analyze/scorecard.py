"""``finops analyze scorecard``: what to do first, and what is it worth?"""

from __future__ import annotations

import click

from finops_lib.cli.analyze._bench import opened, period_option, scope_option, tell_notes
from finops_lib.cli.context import Context, show, table


@click.command("scorecard", epilog="Example: finops analyze scorecard --scope organization --period 2026-10 --json")
@scope_option
@period_option
@click.pass_obj
def command(context: Context, scope: str, period: str | None) -> None:
    """What can be saved, without counting anything twice, and what could not be checked."""
    from finops_lib.analyses.scorecard import EVIDENCE, assess  # noqa: PLC0415 (pandas is slow to import)

    bench = opened(context, scope, period)
    frames, practice = (*bench.frames(*EVIDENCE), bench.ledger()), bench.settings.scorecard
    result = assess(bench.evidence(), *frames, scope=bench.scope, practice=practice, earlier=bench.scores())
    document = result.to_dict()
    if context.json:
        show(document)
        return
    click.echo(f"{document['scope']}, {bench.period.label}, a month in {result.currency}")
    names = ("score", "grade", "reach", "spend", "gross", "overlap")
    head = {name: document[name] for name in names} | document["net"]
    table([head], list(head))
    click.echo()
    table(document["areas"], ["area", "cost", "examined_cost", "saving", "score", "goal", "before"])
    click.echo()
    rows = [{**item, **item["saving"]} for item in document["items"][:20]]
    if rows:
        table(rows, ["opportunity", "account", "resource", "current_cost", "low", "expected", "high"])
    tell_notes((*result.notes, *result.not_checked))
