"""What was not checked, by name: the same words in every section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finops_lib.core.note import Note
from finops_lib.presentation import formats

_NAMES: Final = {
    "not_checked.variance_budget": "the month against a budget",
    "not_checked.variance_forecast": "the month against a forecast",
}


def names(notes: Sequence[Note]) -> str:
    """``the invoice document and a year's trend``: each thing once."""
    return formats.listing(dict.fromkeys(map(_name, notes)))


def message(notes: Sequence[Note]) -> str:
    """The sentence above the table of reasons."""
    return f"Not checked: {names(notes)}."


def what(note: Note) -> str:
    """The same thing at the head of a row."""
    name = _name(note)
    return name[:1].upper() + name[1:]


def why(note: Note) -> str:
    """The reason: what a note says after its first colon, else all of it."""
    _, colon, reason = note.message.partition(": ")
    told = reason if colon else note.message
    return told[:1].upper() + told[1:]


def _name(note: Note) -> str:
    """What a note is about: what it says before its reason, else its code in words."""
    if note.code in _NAMES:
        return _NAMES[note.code]
    head, colon, _ = note.message.partition(": ")
    if not colon:
        return note.code.rpartition(".")[2].replace("_", " ")
    first = head.partition(" ")[0]
    return head if len(first) > 1 and first.isupper() else head[:1].lower() + head[1:]
