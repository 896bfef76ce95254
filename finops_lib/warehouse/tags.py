"""Cost allocation tags become columns once, here: which keys, under which spellings, from which source column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import duckdb

from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.warehouse.connection import readable
from finops_lib.warehouse.dialects import normalize
from finops_lib.warehouse.map_keys import key_sets
from finops_lib.warehouse.relation import SourceFile, literal, map_text, quoted, scans

Policy = Literal["auto"] | tuple[str, ...]

MAX_AUTO_KEYS: Final = 15
MAX_AUTO_VALUES: Final = 1_000
_MAPS: Final = ("tags", "resource_tags")
_FLAT: Final = re.compile(r"resourceTags/user:(?P<csv>.+)|resource_tags_user_(?P<athena>.+)\Z")


@dataclass(frozen=True)
class Spelling:
    """One way a tag arrives: in a column of its own, or under a key of a map column."""

    column: str
    key: str | None
    name: str


@dataclass(frozen=True)
class TagPlan:
    """Tag key (``cost_center``) to its spellings, best first; and what was left out."""

    spellings: Mapping[str, tuple[Spelling, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that become columns, in order."""
        return tuple(self.spellings)

    @property
    def collisions(self) -> dict[str, list[str]]:
        """Keys that the bill spells in several ways within one source column."""
        return {
            key: sorted({item.name for item in items})
            for key, items in self.spellings.items()
            if any(len({i.name for i in items if i.column == column and i.key}) > 1 for column in _MAPS)
            or len({i.name for i in items if i.key is None}) > 1
        }


def plan(connection: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], policy: Policy) -> TagPlan:
    """Find the tags that the files carry and choose those that become columns.

    A key of the older map ``resource_tags`` counts only where some row lacks it in ``tags``: reading a map costs more
    than reading all other columns.
    """
    found: dict[str, dict[Spelling, tuple[int, int]]] = defaultdict(dict)
    for sample, scan in scans(files):
        with readable(sample.name):
            alike = [file for file in files if file.signature == sample.signature]
            for spelling, counts in _spellings(connection, alike, scan, counted=policy == "auto"):
                seen = found[fold(spelling.name)].get(spelling, (0, 0))
                found[fold(spelling.name)][spelling] = (seen[0] + counts[0], max(seen[1], counts[1]))
    return _automatic(found) if policy == "auto" else _named(found, policy)


def select_items(sample: SourceFile, tags: TagPlan) -> dict[str, str]:
    """``x_tag_<key>`` to the SQL that reads it from files like ``sample``; a key they lack is null."""
    return {TAG_PREFIX + key: _coalesced(sample, spellings) for key, spellings in tags.spellings.items()}


def fold(name: str) -> str:
    """What two spellings of one key share: letters and digits without case."""
    return re.sub(r"[\W_]+", "", name).casefold()


def _coalesced(sample: SourceFile, spellings: Iterable[Spelling]) -> str:
    present = [
        item for item in spellings if item.column in (sample.container.header if item.key is None else sample.columns)
    ]
    reads = [_value(sample, item) for item in present]
    return f"coalesce({', '.join(reads)})" if reads else "CAST(NULL AS VARCHAR)"


def _value(sample: SourceFile, spelling: Spelling) -> str:
    column, key = spelling.column, spelling.key
    if key is None:
        read, filled = _reference(sample, column), column in sample.container.filled
    else:
        read, filled = f"{map_text(sample, column)}[{literal(key)}]", sample.is_filled(column)
    return read if filled else f"NULLIF({read}, '')"


def _reference(sample: SourceFile, header: str) -> str:
    if sample.container.kind != "parquet":
        return f"c{sample.container.header.index(header)}"
    return quoted(header) if header in sample.container.texts else f"CAST({quoted(header)} AS VARCHAR)"


def _spellings(
    connection: duckdb.DuckDBPyConnection, alike: Sequence[SourceFile], scan: str, *, counted: bool
) -> list[tuple[Spelling, tuple[int, int]]]:
    sample = alike[0]
    flat = [(header, name) for header in sample.container.header if (name := _flat_name(header))]
    found = [(Spelling(header, None, name), (0, 0)) for header, name in flat]
    if flat and counted:
        items = ", ".join(
            f"count(NULLIF({ref}, '')), approx_count_distinct({ref})"
            for ref in (_reference(sample, h) for h, _ in flat)
        )
        counts = connection.execute(f"SELECT {items} FROM {scan}").fetchall()[0]
        found = [(item[0], (counts[2 * i], counts[2 * i + 1])) for i, item in enumerate(found)]
    maps = {column: source for column in _MAPS if (source := map_text(sample, column))}
    names = _map_names(maps, _key_sets(connection, alike, scan, maps), focus=sample.dialect.is_focus)
    for column, source in maps.items():
        if names[column]:
            found += _map_spellings(connection, source, column, scan, names[column], counted=counted)
    return found


def _key_sets(
    connection: duckdb.DuckDBPyConnection, alike: Sequence[SourceFile], scan: str, maps: Mapping[str, str]
) -> Iterable[Sequence[Sequence[str] | None]]:
    """The combinations of keys that rows carry, a list a map: they are few, however many rows and values there are."""
    if not maps:
        return []
    nested = {alike[0].spelled(header): header for header in alike[0].container.nested}
    if nested.keys() >= maps.keys():
        headers = [nested[column] for column in maps]
        found = [key_sets(file.path, headers) for file in alike]
        if None not in found:
            return {keys for sets in found for keys in sets or ()}
    lists = ", ".join(f"map_keys({source}) AS {column}" for column, source in maps.items())
    return connection.execute(f"SELECT DISTINCT {', '.join(maps)} FROM (SELECT {lists} FROM {scan})").fetchall()


def _map_names(
    maps: Iterable[str], rows: Iterable[Sequence[Sequence[str] | None]], *, focus: bool
) -> dict[str, dict[str, str]]:
    """Key to tag name, by map column: the user's own tags, each in the first map that has it where a later one has."""
    names: dict[str, dict[str, str]] = {column: {} for column in maps}
    for row in rows:
        before: set[str] = set()
        for column, keys in zip(names, row, strict=True):
            mine = {key: name for key in keys or () if (name := _map_name(key, column, focus=focus))}
            names[column] |= {key: name for key, name in mine.items() if fold(name) not in before}
            before |= {fold(name) for name in mine.values()}
    return names


def _map_spellings(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    column: str,
    scan: str,
    names: Mapping[str, str],
    *,
    counted: bool,
) -> list[tuple[Spelling, tuple[int, int]]]:
    counts: dict[str, tuple[int, int]] = {}
    if counted:
        query = (
            f"SELECT e.key, count(NULLIF(e.value, '')), approx_count_distinct(e.value) "
            f"FROM (SELECT unnest(map_entries({source})) AS e FROM {scan}) GROUP BY 1"
        )
        counts = {key: (rows, values) for key, rows, values in connection.execute(query).fetchall()}
    return [(Spelling(column, key, name), counts.get(key, (0, 0))) for key, name in sorted(names.items())]


def _flat_name(header: str) -> str | None:
    match = _FLAT.fullmatch(header.strip())
    return (match["csv"] or match["athena"]) if match else None


def _map_name(key: str, column: str, *, focus: bool) -> str | None:
    """A user-defined tag's own name inside a map's key; None for AWS's tags and for other things the map holds."""
    if focus:
        return None if key.startswith("aws:") else key.removeprefix("user:")
    if column == "tags":
        name = key.removeprefix("resourceTags/")
        return None if name == key or name.startswith("aws:") else name.removeprefix("user:")
    return key[5:] if key.startswith(("user_", "user:")) else None


def _automatic(found: Mapping[str, Mapping[Spelling, tuple[int, int]]]) -> TagPlan:
    """The keys that most rows carry; a key with a value a resource (an id, a name) would make no cube."""
    weight = {
        key: (max(c[0] for c in items.values()), max(c[1] for c in items.values())) for key, items in found.items()
    }
    usable = [key for key, (rows, values) in weight.items() if key and rows and values <= MAX_AUTO_VALUES]
    chosen = sorted(sorted(usable, key=lambda key: (-weight[key][0], key))[:MAX_AUTO_KEYS])
    columns = {_column_name(found[key]): _ranked(found[key], _column_name(found[key])) for key in chosen}
    left_out = sorted(_column_name(found[key]) for key in found if key and weight[key][0] and key not in chosen)
    return TagPlan(columns, tuple(left_out))


def _named(found: Mapping[str, Mapping[Spelling, tuple[int, int]]], policy: Sequence[str]) -> TagPlan:
    return TagPlan({normalize(key): _ranked(found.get(fold(key), {}), normalize(key)) for key in policy})


def _column_name(spellings: Iterable[Spelling]) -> str:
    """Of ``cost_center`` and ``costcenter`` the one that shows its words."""
    return max((normalize(spelling.name) for spelling in spellings), key=lambda name: (len(name), name))


def _ranked(spellings: Iterable[Spelling], column_name: str) -> tuple[Spelling, ...]:
    order = {"tags": 0, "resource_tags": 1}
    return tuple(
        sorted(
            spellings,
            key=lambda item: (order.get(item.column, 2), normalize(item.name) != column_name, item.column, item.name),
        )
    )
