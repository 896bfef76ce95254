"""``finops analyze forecast``: where will it end?"""

from __future__ import annotations

import datetime as dt

import click

from finops_lib.cli.analyze._bench import opened, scope_option, tell_notes
from finops_lib.cli.context import Context, show, table
from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period
from finops_lib.warehouse.catalog import Catalog


@click.command("forecast", epilog="Example: finops analyze forecast --scope organization --as-of 2026-10-12 --json")
@scope_option
@click.option("--as-of", "as_of", metavar="YYYY-MM-DD", help="The last day that is known (default: the last one held).")
@click.pass_obj
def command(context: Context, scope: str, as_of: str | None) -> None:
    """Where the month, the quarter and the year will end, with intervals and their track record."""
    from finops_lib.analyses.forecasting import forecast  # noqa: PLC0415 (pandas is slow to import)

    day = _day(as_of) if as_of is not None else None
    month = Period.of(day) if day else _last(context)
    bench = opened(context, scope, str(month) if month else None)
    if day and day > bench.as_of():
        raise UsageError(f"The bill of {month} is held up to {bench.as_of()}.", hint="Give that day, or pull it again.")
    result = forecast(
        bench.daily_history(),
        scope=bench.scope,
        as_of=day or bench.as_of(),
        fiscal_year_start=bench.settings.client.fiscal_year_start,
        events=bench.events(),
    )
    document = result.to_dict()
    if context.json:
        show(document)
        return
    click.echo(f"{document['scope']} as of {document['as_of']}, effective cost in {document['currency']}")
    names = [name for name in ("month_end", "next_month", "quarter_end", "year_end") if document[name]]
    ends = [{"end": name.replace("_", " "), **document[name]} for name in names]
    table(ends, ["end", "last_day", "actual_to_date", "low80", "expected", "high80", "low95", "high95"])
    click.echo()
    if document["backtest"]:
        table(document["backtest"], list(document["backtest"][0]))
    tell_notes(result.notes)


def _last(context: Context) -> Period | None:
    return max(Catalog.load(context.workspace().warehouse).periods(), default=None)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day.", hint="Write it as YYYY-MM-DD, for example 2026-10-12.") from None
