"""Doubts in tables: with their codes for who works on them, and in plain words what was not checked and why."""

from __future__ import annotations

from collections.abc import Sequence

from finops_lib.core.note import Note
from finops_lib.presentation import formats
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.narrative import unchecked
from finops_lib.presentation.shown import Title
from finops_lib.presentation.values import Column, Group, Table, Text


def notes(found: Sequence[Note], message: str, title: Title) -> Table | Text:
    """What must be known about figures; the message alone where there is no doubt."""
    if not found:
        return Text((message,), "empty")
    columns = (Column("message", "Note"), Column("severity", "Severity", "code"), Column("code", "Code", "code"))
    rows = tuple((formats.prose(note.message), note.severity, note.code) for note in found)
    return Table(message, title, columns, rows, Scale(1, "", 2))


def not_checked(found: Sequence[Note], title: Title) -> Table | Group:
    """What could not be checked, and why; nothing where everything could."""
    if not found:
        return Group(())
    if len(found) == 1:
        return Group(
            (Text((unchecked.message(found), formats.prose(unchecked.why(found[0])).rstrip(".") + "."), "empty"),)
        )
    columns = (Column("what", "Not checked"), Column("why", "Why"))
    rows = tuple((unchecked.what(note), formats.prose(unchecked.why(note))) for note in found)
    return Table(unchecked.message(found), title, columns, rows, Scale(1, "", 2))
