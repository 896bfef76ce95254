from __future__ import annotations

from pathlib import Path

from finops_lib.core.hashing import sha256_file, short_id


def test_a_file_is_named_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    assert sha256_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_an_id_depends_on_the_value_alone() -> None:
    assert short_id({"a": 1, "b": [2]}) == short_id({"b": [2], "a": 1}) == short_id({"a": 1, "b": (2,)})
    assert len(short_id(None)) == 12
    assert len({short_id(value) for value in (None, "", 0, [], {}, "0", [0], ["0"])}) == 8
