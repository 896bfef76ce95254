"""Key combinations of Parquet's map columns, read from the keys alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from finops_lib.warehouse.map_keys import key_sets

Cell = list[tuple[str, str]] | None


def _file(path: Path, columns: dict[str, list[Cell]], row_group: int = 1000) -> Path:
    kind = pa.map_(pa.string(), pa.string())
    table = pa.table({name: pa.array(cells, type=kind) for name, cells in columns.items()})
    pq.write_table(table, path, row_group_size=row_group)
    return path


def _keys(path: Path, *columns: str) -> set[tuple[frozenset[str], ...]]:
    found = key_sets(path, columns)
    assert found is not None
    return {tuple(frozenset(keys) for keys in row) for row in found}


def test_rows_with_the_same_keys_are_one_combination(tmp_path: Path) -> None:
    tags: list[Cell] = [[("a", "1"), ("b", "2")], [("b", "3"), ("a", "4")], [], None, [("b", "")]]
    older: list[Cell] = [[("x", "1")], [("x", "2")], None, [], [("x", "1"), ("y", "1")]]
    found = _keys(_file(tmp_path / "bill", {"tags": tags, "older": older}), "tags", "older")
    assert found == {
        (frozenset("ab"), frozenset("x")),
        (frozenset(), frozenset()),
        (frozenset("b"), frozenset("xy")),
    }


def test_each_row_group_may_have_keys_of_its_own(tmp_path: Path) -> None:
    tags: list[Cell] = [[("a", "1")], [("b", "1")], [("c", "1")], [("a", "2"), ("c", "1")]]
    found = _keys(_file(tmp_path / "bill", {"tags": tags}, row_group=1), "tags")
    assert found == {(frozenset(keys),) for keys in ("a", "b", "c", "ac")}


def test_more_keys_than_a_machine_word_has_bits(tmp_path: Path) -> None:
    tags: list[Cell] = [[(f"key{place}", "") for place in range(first, 200)] for first in (0, 63, 64, 65, 199)]
    assert {len(row[0]) for row in _keys(_file(tmp_path / "bill", {"tags": tags}), "tags")} == {200, 137, 136, 135, 1}


def test_a_thousand_keys_are_left_to_a_slower_way(tmp_path: Path) -> None:
    tags: list[Cell] = [[(f"key{place}", "")] for place in range(1_001)]
    assert key_sets(_file(tmp_path / "bill", {"tags": tags}, row_group=2_000), ["tags"]) is None


def test_columns_without_any_key(tmp_path: Path) -> None:
    assert _keys(_file(tmp_path / "bill", {"tags": [None, [], None]}), "tags") == {(frozenset(),)}
    assert _keys(_file(tmp_path / "none", {"tags": []}), "tags") == set()


def test_a_column_is_not_taken_for_another_that_its_name_begins(tmp_path: Path) -> None:
    columns: dict[str, list[Cell]] = {"tags_old": [[("z", "1")]], "tags": [[("a", "1")]]}
    assert _keys(_file(tmp_path / "bill", columns), "tags") == {(frozenset("a"),)}


def test_a_damaged_file_is_left_to_who_names_it(tmp_path: Path) -> None:
    path = _file(tmp_path / "bill", {"tags": [[("a", "1")]] * 50})
    path.write_bytes(path.read_bytes()[:4] + b"\0" * 40 + path.read_bytes()[44:])
    assert key_sets(path, ["tags"]) is None


def test_keys_that_only_the_slower_way_reads_are_left_to_it(tmp_path: Path) -> None:
    kind = pa.map_(pa.int32(), pa.string())
    pq.write_table(pa.table({"tags": pa.array([[(1, "a")]], type=kind)}), tmp_path / "numbers")
    assert key_sets(tmp_path / "numbers", ["tags"]) is None
    texts = pa.table({"tags": pa.array([[("a", "1")]], type=pa.map_(pa.string(), pa.string()))})
    encoding = {"tags.key_value.key": "DELTA_BYTE_ARRAY"}
    pq.write_table(texts, tmp_path / "delta", use_dictionary=False, column_encoding=encoding)
    assert key_sets(tmp_path / "delta", ["tags"]) is None
