"""``finops ledger``: what was proposed, who took it on, what was done, and what the bill says came of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from finops_lib.cli.analyze._bench import opened, period_option, tell_notes
from finops_lib.cli.context import Context, show, table
from finops_lib.core.errors import InputError, UsageError

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("id", "status", "opportunity", "account", "resource", "component", "owner", "expected", "realized")
_EXAMPLE = "Example: finops ledger"
Command = Callable[..., Any]


def _on_option(words: str) -> Callable[[Command], Command]:
    return click.option("--on", metavar="YYYY-MM-DD", help=f"The day on which {words} (default: today).")


_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.group(epilog=f"{_EXAMPLE} list --status accepted")
def ledger() -> None:
    """Keep account of savings: proposed, accepted, done, and verified by the bill.

    The ledger is a CSV in the workspace (setting scorecard.ledger) that you may edit too.
    """


@ledger.command("add", epilog=f"{_EXAMPLE} add scorecard.json --on 2026-11-03")
@click.argument("file", type=click.File("rb"))
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this item; may be given again (default: all).")
@_on_option("they are proposed")
@click.pass_obj
def add(context: Context, file: Any, ids: tuple[str, ...], on: str | None) -> None:
    """Propose the items of a scorecard: FILE is what finops analyze scorecard --json printed ('-': standard input).

    Items that the ledger has are left as they are; those only proposed so far get the new amounts.
    """
    from finops_lib.analyses.ledger import proposals_of, propose_records  # noqa: PLC0415 (pandas is slow to import)

    proposed, day = proposals_of(_document(file.read(), file.name), ids), _day(on)
    after = _edited(context, lambda before: propose_records(before, proposed, on=day))
    _tell(context, after[after["id"].isin({record["id"] for record in proposed})])


@ledger.command("list", epilog=f"{_EXAMPLE} list --status accepted")
@click.option("--status", metavar="STATUS", help="Only items of this status, as accepted (default: all).")
@click.pass_obj
def list_items(context: Context, status: str | None) -> None:
    """List the items, the largest first, with owners and amounts a month; with --json also what each status sums to."""
    from finops_lib.analyses.ledger import summary  # noqa: PLC0415 (pandas is slow to import)
    from finops_lib.contracts.ledger import STATUSES  # noqa: PLC0415
    from finops_lib.sources.files import csv_ledger  # noqa: PLC0415

    if status is not None and status not in STATUSES:
        raise UsageError(f"There is no status '{status}'.", hint=f"Known: {', '.join(STATUSES)}.")
    held = csv_ledger.load(context.workspace().ledger)
    asked = held if status is None else held[held["status"] == status]
    chosen = asked.sort_values("expected", ascending=False, kind="stable")  # the file's own order is by id
    if context.json:
        show({"items": _rows(chosen), "summary": summary(held)})
    elif len(chosen):
        table(_rows(chosen), _COLUMNS)
    else:
        click.echo("The ledger has no such item." if len(held) else "The ledger is empty. Next: finops ledger add FILE")


@ledger.command("accept", epilog=f"{_EXAMPLE} accept s1a2b3c4d5 --owner 'Team Shop' --on 2026-11-05")
@_ids
@click.option("--owner", required=True, help="Who will do it.")
@_on_option("they are accepted")
@click.pass_obj
def accept(context: Context, ids: tuple[str, ...], owner: str, on: str | None) -> None:
    """Accept items: someone will do them, and their amounts stand from now on."""
    from finops_lib.analyses import ledger as steps  # noqa: PLC0415 (pandas is slow to import)

    day, name = _day(on), _words(owner, "--owner")
    _tell_ids(context, ids, _edited(context, lambda before: steps.accept(before, ids, owner=name, on=day)))


@ledger.command("done", epilog=f"{_EXAMPLE} done s1a2b3c4d5 --on 2026-11-20")
@_ids
@_on_option("they were done")
@click.pass_obj
def done(context: Context, ids: tuple[str, ...], on: str | None) -> None:
    """Say that accepted items were done: the bill of the next 60 days must show it."""
    from finops_lib.analyses import ledger as steps  # noqa: PLC0415 (pandas is slow to import)

    day = _day(on)
    _tell_ids(context, ids, _edited(context, lambda before: steps.done(before, ids, on=day)))


@ledger.command("exclude", epilog=f"{_EXAMPLE} exclude s1a2b3c4d5 --reason 'Needed for audits' --owner Legal")
@_ids
@click.option("--reason", required=True, help="Why they will not be done.")
@click.option("--owner", required=True, help="Who decided it.")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day of the exclusion (default: for good).")
@_on_option("it was decided")
@click.pass_obj
def exclude(context: Context, ids: tuple[str, ...], reason: str, owner: str, until: str | None, on: str | None) -> None:
    """Exclude items, with a reason: they come up again once the exclusion has ended."""
    from finops_lib.analyses import ledger as steps  # noqa: PLC0415 (pandas is slow to import)

    day, end = _day(on), _date(until) if until is not None else None
    cells = {"reason": _words(reason, "--reason"), "owner": _words(owner, "--owner")}
    _tell_ids(context, ids, _edited(context, lambda before: steps.exclude(before, ids, on=day, until=end, **cells)))


@ledger.command("verify", epilog=f"{_EXAMPLE} verify --period 2026-10")
@period_option
@click.pass_obj
def verify(context: Context, period: str | None) -> None:
    """Hold what was done against the bill: what is verified, not seen, reverted or lapsed moves on in the ledger."""
    from finops_lib.analyses import realized  # noqa: PLC0415 (pandas is slow to import)

    bench = opened(context, "organization", period)
    bill, as_of = bench.read("resource_monthly", bench.months_held), bench.as_of()
    found: list[realized.RealizedResult] = []

    def change(before: pd.DataFrame) -> pd.DataFrame:
        found.append(realized.verify(before, bill, scope=bench.scope, period=bench.period, as_of=as_of))
        return found[0].ledger

    _edited(context, change)
    document = found[0].to_dict()
    if context.json:
        show(document)
        return
    click.echo(f"{document['scope']}, by the bill up to {document['as_of']}")
    if document["items"]:
        table(document["items"], ["id", "status", "state", "days", "baseline", "expected", "realized", "reason"])
    else:
        click.echo("No item was done yet.")
    tell_notes(found[0].notes)


def _edited(context: Context, change: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    from finops_lib.sources.files import csv_ledger  # noqa: PLC0415 (pandas is slow to import)

    waiting = "Another command changes the ledger; waiting for it to end."
    return csv_ledger.edit(context.workspace().ledger, change, waiting=lambda: click.echo(waiting, err=True))


def _tell_ids(context: Context, ids: tuple[str, ...], after: pd.DataFrame) -> None:
    _tell(context, after[after["id"].isin(ids)])


def _tell(context: Context, rows: pd.DataFrame) -> None:
    if context.json:
        show({"items": _rows(rows)})
    elif len(rows):
        table(_rows(rows), _COLUMNS)
    else:
        click.echo("Nothing to propose.")


def _rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    from finops_lib.analyses.plain import records  # noqa: PLC0415 (pandas is slow to import)

    return records(rows)


def _document(data: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(
            f"{name} is no JSON: {error}.", hint="Give what finops analyze scorecard --json printed."
        ) from None
    return document if isinstance(document, dict) else {}


def _words(text: str, option: str) -> str:
    if not text.strip():
        raise UsageError(f"{option} is empty.", hint="Say it in a few words.")
    return " ".join(text.split())


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day.", hint="Write it as YYYY-MM-DD, for example 2026-10-12.") from None


def _day(text: str | None) -> dt.date:
    """The day given, else today in UTC; none to come."""
    today = dt.datetime.now(dt.UTC).date()
    day = _date(text) if text is not None else today
    if day > today:
        raise UsageError(f"{day} is still to come.", hint="Give a day that has been.")
    return day
