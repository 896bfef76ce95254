"""Root causes in tables: each cause with its verdict, and the resources behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import variance_causes as names
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.root_causes import RootCause
    from finops_lib.analyses.variance_report import VarianceReport

_AMOUNTS = (Column("before", "PP", "cents"), Column("after", "AC", "cents"), Column("change", "ΔPP", "delta"))


def causes(result: VarianceReport) -> Table | Text:
    """What carries the change, and whether it stays."""
    found = result.causes.causes
    if not found:
        return Text((messages.no_causes(result),), "empty")
    columns = (
        Column("cause", "Cause"),
        Column("category", "Category", "code"),
        Column("lasting", "Temporary or structural"),
        *_AMOUNTS,
    )
    rows = tuple(
        (
            names.name(result, root),
            words.short(root.category),
            _verdict(root),
            root.cause.before,
            root.cause.after,
            root.cause.change,
        )
        for root in found
    )
    note = "PP: the month before; AC: this month without the calendar's part."
    title = subject.title(result, f"effective cost of the root causes in {result.currency}", compared=True)
    scale = Scale(1, result.currency, 2)
    return Table(messages.lasting(result), title, columns, rows, scale, source=subject.source(result, note))


def _verdict(root: RootCause) -> str:
    """The verdict with the day that it is about."""
    if root.persistence is None:
        return words.state(root.lasting)
    began = formats.day(root.persistence.changed_on)
    return (
        f"{words.state(root.lasting)}, undoes what began on {began}"
        if root.undone
        else (
            f"{words.state(root.lasting)}, since {began}" if root.lasting != "temporary" else f"temporary, from {began}"
        )
    )


def resources(result: VarianceReport) -> Group | Text:
    """The resources behind each cause, most change first."""
    found = [root for root in result.causes.causes if root.resources is not None]
    if not found:
        return Text(("No root cause has resources: the bill names none for these charges.",), "empty")
    return Group(tuple(_resources(result, root) for root in found))


def _resources(result: VarianceReport, root: RootCause) -> Table:
    behind = root.resources
    assert behind is not None
    shown = behind.resources[behind.resources["change"].abs() >= facts.CENT]
    columns = (Column("ResourceId", "Resource"), Column("state", "State", "code"), *_AMOUNTS)
    rows = tuple(
        (subject.named(row["ResourceId"], "no resource id"), row["state"], row["before"], row["after"], row["change"])
        for row in shown.to_dict("records")
    )
    name = names.name(result, root)
    title = subject.title(result, f"cost of resources of {name} in {result.currency}", compared=True)
    others, rest = behind.total - len(shown), behind.change - float(shown["change"].sum())
    left = f"{formats.count(others, 'more resource')} together: {formats.cents(rest)}." if others else ""
    note = f"As billed, the longer or shorter month included. {left}".strip()
    return Table(
        _message(result, name, rows),
        title,
        columns,
        rows,
        Scale(1, result.currency, 2),
        source=subject.source(result, note),
    )


def _message(result: VarianceReport, name: str, rows: tuple[tuple[object, ...], ...]) -> str:
    first, state, change = str(rows[0][0]).rpartition(":")[2], rows[0][1], rows[0][4]
    verb = {"new": "is new", "gone": "is gone"}.get(str(state), str(state))
    return f"Behind {name}: {first} {verb} ({formats.change(change, result.currency)})."
