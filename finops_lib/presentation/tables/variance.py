"""A variance in tables: effects and categories to the cent, then drivers, actions, expectations and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pandas import DataFrame

from finops_lib.analyses import movements
from finops_lib.analyses.movements import OddDays
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.presentation import formats, subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.table import CAP
from finops_lib.presentation.tables import notes as note_tables
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport

_CHANGE = Column("amount", "ΔPP", "delta")
_NOTATION = "PP: the month before; ΔPP: the change since."


def effects(result: VarianceReport) -> Table | Text:
    """Every effect to the cent, with the change that they sum to; those of nothing are left out."""
    rows = [
        (words.effect(str(code)), facts.printed(cents))
        for code, cents in zip(result.change.effects["effect"], result.change.effects["cents"], strict=True)
        if cents
    ]
    if not rows:
        return Text((messages.residual(result),), "empty")
    total = ("Change", facts.printed(result.change.effects["cents"].sum()))
    return _table(
        result,
        messages.sums(result),
        "change of effective cost by effect",
        (Column("effect", "Effect"), _CHANGE),
        rows,
        total=total,
    )


def categories(result: VarianceReport) -> Table:
    """What each category adds, what it means, and what should be done; the unclassified line always."""
    rows = [
        (words.category(str(code)), words.meaning(str(code)), _advice(result, str(code)), facts.printed(cents))
        for code, cents in zip(result.change.categories["category"], result.change.categories["cents"], strict=True)
    ]
    columns = (
        Column("category", "Category"),
        Column("meaning", "What it holds"),
        Column("advice", "Recommended"),
        _CHANGE,
    )
    total = ("Change", "", "", facts.printed(result.change.categories["cents"].sum()))
    what = "change of effective cost by category"
    return _table(result, messages.categories(result), what, columns, rows, total=total)


_PART = 0.01  # of all movement: less is not worth an action


def _advice(result: VarianceReport, category: str) -> str:
    """The recommendations about most of a category, with what they are about."""
    if category == "anomalous" and (days := _about_days(result)):
        return days
    rows, least = result.change.recommendations, max(facts.CENT, _PART * facts.moved(result))
    mine = rows[(rows["category"] == category) & (rows["amount"].abs() >= least)].head(2)
    parts = [
        f"{facts.recommendation(result, str(code), float(amount))} ({formats.change(amount, result.currency)})"
        for code, amount in zip(mine["recommendation"], mine["amount"], strict=True)
    ]
    if parts:
        return "; ".join(parts)
    if abs(facts.category_amount(result, category)) < facts.CENT:
        return "nothing to do"
    return "nothing to act on"


def _about_days(result: VarianceReport) -> str:
    """The recommendations about the odd days of most dollars: which days, where, how much."""
    found, least = facts.odd_days(result), max(facts.CENT, _PART * facts.moved(result))
    parts = []
    for one in [one for one in found if abs(one.amount) >= least][:2]:
        where = f"{subject.service(one.service)}{facts.in_account(result, one.account)}"
        parts.append(f"{_about(one)} ({where}, {formats.change(one.amount, result.currency)} by these days)")
    return "; ".join(parts)


def _about(one: OddDays) -> str:
    return words.on_odd_days(
        facts.span(one.first, one.last), rise=one.amount > 0, earlier=one.earlier, dearer=one.dearer
    )


def drivers(result: VarianceReport) -> Table | Text:
    """The ten largest parts: where, what, whose doing."""
    frame = facts.drivers(result)
    if frame.empty:
        return Text((messages.drivers(result),), "empty")
    columns = (Column("what", "What moved"), *_account_column(result), *_REASONS, _CHANGE)
    rows = [
        (what, *_account_cell(result, row), *_reasons(row), row["amount"])
        for what, row in zip(_whats(frame.head(10)), _first(frame, 10), strict=True)
    ]
    return _table(result, messages.drivers(result), _DRIVERS, columns, rows, note=_SHARED)


def all_drivers(result: VarianceReport) -> Table | Group:
    """The same one by one, with the region and the rule that took each."""
    frame = facts.drivers(result)
    if frame.empty:
        return Group(())  # the shorter table says why
    place = (Column("what", "What moved"), *_account_column(result), Column("region", "Region", "code"))
    columns = (*place, *_REASONS, Column("rule", "Rule"), _CHANGE)
    rows = [
        (
            what,
            *_account_cell(result, row),
            subject.named(row["RegionId"], formats.UNKNOWN),
            *_reasons(row),
            str(row["rule"]).replace("_", " "),
            row["amount"],
        )
        for what, row in zip(_whats(frame.head(CAP)), _first(frame, CAP), strict=True)
    ]
    more = max(0, len(frame) - CAP)
    up, down = (float(frame.loc[frame["amount"] * sign > 0, "amount"].sum()) for sign in (1, -1))
    message = (
        f"The parts told by their place add {formats.change(up, result.currency)} and "
        f"{formats.change(down, result.currency)}, largest first."
    )
    return _table(result, message, _DRIVERS, columns, rows, note=_SHARED, more=more, more_in="drivers")


_ROOM = formats.SPACE * 16  # to write a date
_REASONS = (Column("effect", "Effect"), Column("category", "Category"))
_DRIVERS = "largest parts of the change of effective cost"
_SHARED = "Left out: what the days in the month, support and tax add."


def _first(frame: DataFrame, most: int) -> list[Any]:
    return list(frame.head(most).to_dict("records"))


def _reasons(row: Any) -> tuple[str, str]:
    return words.effect(str(row["effect"])), words.short(str(row["category"]))


_ALIKE = ("SubAccountId", "ServiceName", "x_UsageType", "effect", "category")


def _whats(frame: DataFrame, alike: Sequence[str] = _ALIKE, more: Sequence[str] = ()) -> list[str]:
    """What each row is about; of rows that would read alike, also the tag, region or operation that differs."""
    tags = [column for column in frame.columns if column.startswith(TAG_PREFIX)]
    others = [*tags, *(name for name in ("RegionId", "x_Operation", "PricingUnit") if name in frame.columns)]
    found = movements.apart(frame, alike, [*others, *more])
    return [_what(row, columns) for row, columns in zip(frame.to_dict("records"), found, strict=True)]


def _what(row: Any, telling: Sequence[str]) -> str:
    """The service and what of it, with the two things that say most of what tells it from its like."""
    details = [_detail(column, subject.named(row[column], "")) for column in telling[:_TOLD]]
    return f"{facts.thing(row)} ({', '.join(details)})" if details else facts.thing(row)


_TOLD = 2


def _detail(column: str, value: str) -> str:
    if column == "effect":
        return words.effect(value).lower()
    name = column.removeprefix(TAG_PREFIX) if column.startswith(TAG_PREFIX) else _NAMES[column]
    return f"{name} {value}" if value else f"no {name}"


_NAMES = {"RegionId": "region", "x_Operation": "operation", "PricingUnit": "unit"}


def _account_column(result: VarianceReport) -> tuple[Column, ...]:
    return (Column("account", "Account"),) if subject.is_organization(result) else ()


def _account_cell(result: VarianceReport, row: Any) -> tuple[str, ...]:
    return (facts.account(result, row["SubAccountId"]),) if subject.is_organization(result) else ()


def actions(result: VarianceReport) -> Table | Text:
    """The register of corrective actions: what, about how much, who, by when."""
    frame = result.change.actions
    if frame.empty:
        return Text((messages.actions(result),), "empty")
    columns = (
        Column("do", "Corrective action"),
        Column("where", "About"),
        *_account_column(result),
        Column("owner", "Owner", "code"),
        Column("due", "Due"),
        Column("done", "Done"),
        _CHANGE,
    )
    rows = [
        (
            _action(result, row),
            what,
            *_account_cell(result, row),
            _owner(row["owner"]),
            subject.named(row["due"], _ROOM),
            subject.named(row["done"], _ROOM),
            row["amount"],
        )
        for what, row in zip(_whats(frame, _ALIKE[:3], ("effect",)), frame.to_dict("records"), strict=True)
    ]
    note = "Owner: the owner tag of what rose; due and done are to be filled in."
    return _table(result, messages.actions(result), "corrective actions on the largest rises", columns, rows, note=note)


def _action(result: VarianceReport, row: Any) -> str:
    """What is to be done; about odd days, on which."""
    found = facts.days_behind(result, row) if row["recommendation"] == "investigate_anomaly" else None
    if found:
        return _about(found)
    return facts.recommendation(result, str(row["recommendation"]), float(row["amount"]))


def _owner(value: Any) -> str:
    """An owner as a table has room for it: of a mail address, the name."""
    return subject.named(value, "to be named").partition("@")[0]


def comparisons(result: VarianceReport) -> Table | Text:
    """Cost against the month before, its forecast and its budget."""
    total = result.change.total
    lines: list[tuple[str, float | None, float | None, float | None]] = [
        (subject.previous_month(result), total.before, total.after, total.change)
    ]
    lines += [(one.against.capitalize(), one.expected, one.actual, one.gap) for one in result.comparisons]
    rows = [(*line[:3], _gap(line[3]), formats.ratio(_gap(line[3]), line[1])) for line in lines]
    columns = (
        Column("against", "Compared with"),
        Column("expected", "That was", "money"),
        Column("actual", "AC", "money"),
        Column("gap", "Δ", "delta"),
        Column("relative", "Δ %", "change_percent"),
    )
    unknown = any(one.gap is None for one in result.comparisons)
    note = f"AC: this month. {f'{formats.UNKNOWN}: not compared, for the reason below.' if unknown else ''}".strip()
    return _table(
        result, messages.comparisons(result), "effective cost against what it is held against", columns, rows, note=note
    )


def _gap(value: float | None) -> float | None:
    """What is under half a cent is no difference."""
    return 0.0 if value is not None and abs(value) < facts.CENT else value


def notes(result: VarianceReport) -> Table | Text:
    """What must be known about the figures?"""
    return note_tables.notes(result.notes, messages.notes(result), subject.title(result, "notes on the change"))


def not_checked(result: VarianceReport) -> Table | Group:
    """What could not be checked? Nothing where everything could."""
    return note_tables.not_checked(result.not_checked, subject.title(result, "what could not be checked"))


def _table(
    result: VarianceReport,
    message: str,
    what: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    *,
    total: tuple[Any, ...] | None = None,
    note: str = _NOTATION,
    more: int = 0,
    more_in: str = "",
) -> Table:
    scale = Scale(1, result.currency, 2)
    return Table(
        message,
        subject.title(result, f"{what} in {scale.unit}", compared=True),
        tuple(columns),
        tuple(rows),
        scale,
        total=total,
        source=subject.source(result, note),
        more=more,
        more_in=f"results/variance_{more_in}.csv",
    )
