"""The overview in tables. Tie-outs carry cents; the rest the unit that their largest amount needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pandas import DataFrame

from finops_lib.presentation import formats, subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import overview_facts as facts
from finops_lib.presentation.narrative import overview_messages as messages
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.tables import notes as note_tables
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.overview import OverviewResult
    from finops_lib.analyses.totals import CostTotals

_COSTS = (
    ("BilledCost", "Billed"),
    ("EffectiveCost", "Effective"),
    ("ListCost", "List"),
    ("ContractedCost", "Contracted"),
)
_CHANGES = (
    Column("previous", "PP", "money"),
    Column("change", "ΔPP", "delta"),
    Column("relative", "ΔPP %", "change_percent"),
)
_ROOM = 1e6  # amounts to the cent above this leave no room for the changes beside the four costs
_NOTATION = "PP: effective cost a month before; ΔPP: its change."


def totals(result: OverviewResult) -> Table:
    """The four costs of the month and of the month before, to the cent; a difference only between whole months."""
    compared = facts.compared(result)
    columns = [Column("name", "Cost"), Column("now", "AC" if compared else subject.month(result), "cents")]
    if result.previous is not None:
        columns.append(Column("before", "PP" if compared else subject.previous_month(result), "cents"))
    if compared:
        columns += [Column("change", "ΔPP", "delta"), Column("relative", "ΔPP %", "change_percent")]
    rows = tuple(row[: len(columns)] for row in _total_rows(result))
    notation = "AC: this month; PP: the month before." if compared else ""
    return Table(
        messages.categories(result),
        subject.title(result, f"four costs in {result.currency}", compared=compared),
        tuple(columns),
        rows,
        Scale(1, result.currency, 2),
        source=subject.source(result, " ".join(filter(None, (notation, _usage_alone(result), _unknown(result))))),
    )


def _total_rows(result: OverviewResult) -> list[tuple[Any, ...]]:
    """The four costs; where only usage has list prices, its effective cost stands beside what it lists at."""
    now, before = facts.known_totals(result), facts.known_previous(result)
    rows = [_total_row(now, before, name, label) for name, label in _COSTS]
    if not _usage_alone(result):
        return rows
    usage = [("EffectiveCost", "Effective, usage alone"), ("ListCost", "List, usage alone")]
    return [*rows[:2], *(_total_row(result.usage, result.usage_previous, *each) for each in usage), rows[3]]


def _usage_alone(result: OverviewResult) -> str:
    """Why list and contracted cost are less than the total: only usage has them."""
    listed, of_usage = facts.known_totals(result).ListCost, result.usage.ListCost
    rest = result.totals.EffectiveCost - result.usage.EffectiveCost
    if listed is None or of_usage is None or abs(listed - of_usage) >= facts.CENT or abs(rest) < facts.CENT:
        return ""
    amount = f"{formats.cents(rest)}{formats.SPACE}{result.currency}"
    return f"Usage alone has list prices: {amount} of effective cost (tax, fees, credits and the like) has none."


def _total_row(totals: CostTotals, previous: CostTotals | None, name: str, label: str) -> tuple[Any, ...]:
    now, before = getattr(totals, name), getattr(previous, name, None)
    change = now - before if formats.known(now) and formats.known(before) else None
    return (label, now, before, change, formats.ratio(change, before))


def by_charge_category(result: OverviewResult) -> Table | Text:
    """What is the bill made of? The four costs to the cent."""
    key = Column("ChargeCategory", "Charge category")
    return _costs(
        result,
        facts.priced(result, result.by_charge_category, "ChargeCategory"),
        (key,),
        messages.moved(result, result.by_charge_category, "charge category"),
        "charge category",
        exact=True,
    )


def by_service(result: OverviewResult) -> Table | Text:
    """The four costs of each service."""
    known = facts.priced(result, result.by_service, "ServiceName")
    frame = known.assign(ServiceName=known["ServiceName"].map(subject.service))
    return _costs(
        result, frame, (Column("ServiceName", "Service"),), messages.moved(result, frame, "service"), "service"
    )


def by_account(result: OverviewResult) -> Table | Text | Group:
    """The four costs of each account, by id and name; nothing for a single account."""
    if not subject.is_organization(result):
        return Group(())
    columns = (Column("SubAccountId", "Account", "code"), Column("SubAccountName", "Name"))
    frame = facts.priced(result, result.by_account, "SubAccountId")
    return _costs(result, frame, columns, messages.moved(result, frame, "account"), "account")


def by_tag(result: OverviewResult) -> Group | Text:
    """The four costs by the values of each tag key that the bill carries."""
    if not result.by_tag:
        return Text((f"No cost of {subject.month(result)} carries a cost allocation tag.",), "empty")
    return Group(tuple(_tag(result, key) for key in result.by_tag))


def _tag(result: OverviewResult, key: str) -> Table | Text:
    columns = (Column(facts.tag_column(key), key),)
    named, note = facts.by_tag(result, key), messages.below_tag(result, key)
    return _costs(result, named, columns, messages.tag(result, key), f"tag {key}", note=note)


def _costs(
    result: OverviewResult,
    frame: DataFrame,
    keys: Sequence[Column],
    message: str,
    by: str,
    *,
    exact: bool = False,
    note: str = "",
) -> Table | Text:
    """Keys, four costs and, where months can be compared, the month before and the change."""
    if frame.empty:
        return Text((message,), "empty")
    amounts = [getattr(facts.known_totals(result), name) for name, _ in _COSTS] + [
        *frame["BilledCost"],
        *frame["EffectiveCost"],
    ]
    scale = Scale(1, result.currency, 2) if exact else formats.table_scale(amounts, result.currency)
    compared = facts.compared(result) and not (exact and max(map(abs, filter(formats.known, amounts))) >= _ROOM)
    columns = (*keys, *(Column(name, label, "money") for name, label in _COSTS), *(_CHANGES if compared else ()))
    rows, more = rows_of(_with_relative(frame), columns)
    return Table(
        message,
        subject.title(result, f"costs in {scale.unit} by {by}", compared=compared),
        columns,
        rows,
        scale,
        total=_total(result, len(keys), compared=compared),
        source=subject.source(result, " ".join(filter(None, (_NOTATION if compared else "", note, _unknown(result))))),
        more=more,
        more_in=f"results/overview_{_csv(by)}.csv",
    )


def _csv(by: str) -> str:
    return f"by_{by.replace('tag ', 'tag_').replace(' ', '_')}"


def _with_relative(frame: DataFrame) -> DataFrame:
    relative = frame["change"] / frame["previous"].where(frame["previous"] > 0)
    return frame.assign(relative=relative)


def _total(result: OverviewResult, keys: int, *, compared: bool) -> tuple[Any, ...]:
    label = ("Total", *("" for _ in range(keys - 1)))
    now = tuple(getattr(facts.known_totals(result), name) for name, _ in _COSTS)
    if not compared or result.previous is None:
        return label + now
    before, change = result.previous.EffectiveCost, facts.effective_change(result)
    return (*label, *now, before, change, formats.ratio(change, before))


def _unknown(result: OverviewResult) -> str:
    """Why some costs are printed as unknown."""
    unknown = [label.lower() for name, label in _COSTS if getattr(result.totals, name) is None]
    told = [f"the bill does not tell {formats.listing(unknown)} cost"] if unknown else []
    if (amount := facts.unpriced(result)) and "list" not in unknown:
        text = f"{formats.cents(amount)}{formats.SPACE}{result.currency}"
        told.append(f"at least {text} of usage has no list price, so that the list cost of all is not known")
    return f"{formats.UNKNOWN}: {'; '.join(told)}." if told else ""


def movers(result: OverviewResult) -> Table | Group:
    """The largest changes, by service and account."""
    if not facts.movers(result):
        return Group(())  # the figure above says why
    scale = formats.table_scale([*result.movers["previous"], *result.movers["current"]], result.currency)
    account = (Column("account", "Account"),) if subject.is_organization(result) else ()
    columns = (
        Column("ServiceName", "Service"),
        *account,
        Column("previous", "PP", "money"),
        Column("current", "AC", "money"),
        Column("change", "ΔPP", "delta"),
        Column("relative", "ΔPP %", "change_percent"),
    )
    accounts = [
        subject.account(*row)
        for row in zip(result.movers["SubAccountId"], result.movers["SubAccountName"], strict=True)
    ]
    frame = result.movers.assign(ServiceName=result.movers["ServiceName"].map(subject.service), account=accounts)
    rows, _ = rows_of(_with_relative(frame), columns)
    title = subject.title(result, f"{subject.measure(result, scale.unit)}, largest changes", compared=True)
    return Table(
        messages.changes(result),
        title,
        columns,
        rows,
        scale,
        source=subject.source(result, "AC: this month; PP: the month before."),
    )


def reconciliation(result: OverviewResult) -> Table | Text:
    """Do our totals equal the source's, account by account?"""
    frame = result.reconciliation_lines
    if frame.empty:
        return Text((messages.reconciliation(result),), "empty")
    columns = (
        Column("SubAccountId", "Account", "code"),
        Column("rows", "Rows", "count"),
        Column("source", "Source", "cents"),
        Column("canonical", "Canonical", "cents"),
        Column("difference", "Difference", "cents"),
    )
    made = result.reconciliation
    rows, more = rows_of(frame, columns)
    return Table(
        messages.reconciliation(result),
        subject.title(result, f"billed cost in {result.currency}"),
        columns,
        rows,
        Scale(1, result.currency, 2),
        total=("Total", int(frame["rows"].sum()), made.source, made.canonical, made.difference),
        source=subject.source(result, "Source: as the files add up; canonical: after our reading of every line."),
        more=more,
        more_in="results/overview_reconciliation_lines.csv",
    )


def inputs(result: OverviewResult) -> Table | Text:
    """Which files were read?"""
    if result.inputs.empty:
        return Text(("No billing file was read.",), "empty")
    columns = (
        Column("period", "Month", "code"),
        Column("snapshot", "Snapshot", "code"),
        Column("format", "Format"),
        Column("files", "Files", "count"),
        Column("rows", "Rows", "count"),
        Column("BilledCost", "Billed", "cents"),
    )
    rows, more = rows_of(result.inputs.sort_values(["period", "snapshot"]), columns)
    title = subject.title(result, f"billing files read, billed cost in {result.currency}")
    return Table(
        messages.inputs(result),
        title,
        columns,
        rows,
        Scale(1, result.currency, 2),
        source="A snapshot is named by the checksum of its files.",
        more=more,
        more_in="results/overview_inputs.csv",
    )


def notes(result: OverviewResult) -> Table | Text:
    """What must be known about the data?"""
    return note_tables.notes(result.notes, messages.notes(result), subject.title(result, "notes on data quality"))


def not_checked(result: OverviewResult) -> Table | Group:
    """What could not be checked? Nothing where everything could."""
    return note_tables.not_checked(result.not_checked, subject.title(result, "what could not be checked"))
