from __future__ import annotations

import json

import pytest

from finops_lib.core.note import Note

NOTES = [
    Note.info("cost.split_rows", "2 rows.", rows=2),
    Note.warning("tags.key_collision", "Größe.", spellings=["Größe", "größe"]),
    Note("cost.broken", "error", "Stop."),
]


@pytest.mark.parametrize("note", NOTES)
def test_json_round_trip(note: Note) -> None:
    assert Note.from_dict(json.loads(json.dumps(note.to_dict()))) == note


def test_json_form_has_data_only_where_there_is_some() -> None:
    assert NOTES[0].to_dict() == {
        "code": "cost.split_rows",
        "severity": "info",
        "message": "2 rows.",
        "data": {"rows": 2},
    }
    assert NOTES[2].to_dict() == {"code": "cost.broken", "severity": "error", "message": "Stop."}
