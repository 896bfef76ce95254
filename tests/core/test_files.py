from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from finops_lib.core.files import write_atomic, write_json


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a/b/c.txt", "Größe")
    write_atomic(tmp_path / "a/b/c.txt", b"\x00")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"\x00"
    assert names(tmp_path / "a/b") == ["c.txt"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "c.txt"
    write_atomic(path, "old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["c.txt"]


def test_json_keeps_order_and_letters_and_refuses_what_json_has_not(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    write_json(path, {"b": "ß", "a": [1, None]})
    assert path.read_text(encoding="utf-8") == '{\n  "b": "ß",\n  "a": [\n    1,\n    null\n  ]\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"a": float("nan")})
    assert list(json.loads(path.read_text(encoding="utf-8"))) == ["b", "a"]
