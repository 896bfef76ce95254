"""Landed files as one SQL relation with known columns: absent ones null, text read as the type it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from finops_lib.warehouse.containers import Container
from finops_lib.warehouse.dialects import Dialect, normalize


@dataclass(frozen=True)
class SourceFile:
    """A landed file that is ready to read: ``name`` is what its source calls it, ``path`` a Parquet file.

    Where it landed as CSV, the Parquet file holds its text, and the columns are ``c0``, ``c1``… in the header's order.
    """

    name: str
    path: Path
    sha256: str
    container: Container
    dialect: Dialect

    @property
    def columns(self) -> dict[str, str]:
        """Column name in the dialect's spelling (lower case) to the SQL that reads it, text not yet converted."""
        by_name: dict[str, str] = {}
        for place, name in enumerate(self.container.header):
            reference = quoted(name) if self.container.kind == "parquet" else f"c{place}"
            by_name.setdefault(self.spelled(name), reference)
        return by_name

    def spelled(self, name: str) -> str:
        """A header in the spelling of the schema dictionary: legacy names as Athena writes them, all lower case."""
        return normalize(name) if not self.dialect.is_focus and "/" in name else name.strip().lower()

    def is_text(self, name: str) -> bool:
        """Whether a column arrives as text, so that a number in it may fail to read."""
        if self.container.kind != "parquet":
            return True
        return any(self.spelled(header) == name for header in self.container.texts)

    def is_filled(self, name: str) -> bool:
        """Whether a column is known to hold no empty text, so that null alone says that a value is absent."""
        return all(header in self.container.filled for header in self.container.header if self.spelled(header) == name)

    @property
    def signature(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Files with equal signatures are read by one scan."""
        return self.container.kind, self.container.header, self.container.types


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def escaped(path: Path) -> str:
    """A path as it stands inside an SQL literal."""
    return literal(str(path))[1:-1]


def scans(files: Sequence[SourceFile]) -> list[tuple[SourceFile, str]]:
    """One (sample file, FROM expression) for each group of files with equal columns, in a stable order."""
    ordered = sorted(files, key=lambda file: (file.signature, file.name, file.sha256))
    groups = [list(group) for _, group in groupby(ordered, key=lambda file: file.signature)]
    return [(_sample(group), _scan(group)) for group in groups]


def projection(sample: SourceFile, needs: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> str:
    """The select list that reads every needed column (name to SQL type) from files like ``sample``.

    An absent column is null; ``aliases`` gives older spellings to try when a column is absent.
    """
    columns = sample.columns
    items = []
    for name, kind in needs.items():
        spellings = [name.lower(), *aliases.get(name, ())]
        found = next((spelling for spelling in spellings if spelling in columns), name)
        read = text(sample, found) if kind == "VARCHAR" else _typed(columns.get(found), kind)
        items.append(f"{read} AS {quoted(name)}")
    return ",\n  ".join(items)


def text(sample: SourceFile, name: str) -> str:
    """SQL that reads a column as text, empty text as null: a check that costs, left out where it would find nothing."""
    reference = sample.columns.get(name)
    if reference is None:
        return "CAST(NULL AS VARCHAR)"
    return reference if sample.is_filled(name) else f"NULLIF(CAST({reference} AS VARCHAR), '')"


def _typed(reference: str | None, kind: str) -> str:
    return f"CAST(NULL AS {kind})" if reference is None else f"TRY_CAST({reference} AS {kind})"


def map_text(sample: SourceFile, name: str) -> str | None:
    """SQL that reads a map column as MAP(VARCHAR, VARCHAR), from Parquet's own type or from JSON text."""
    reference = sample.columns.get(name)
    if reference is None:
        return None
    if any(sample.spelled(header) == name for header in sample.container.nested):
        return f"CAST({reference} AS MAP(VARCHAR, VARCHAR))"
    return f"TRY(CAST(TRY_CAST({reference} AS JSON) AS MAP(VARCHAR, VARCHAR)))"


def read_text_csv(path: Path, kind: str, columns: int) -> str:
    """The SQL that reads a CSV file as text columns c0, c1…, strictly.

    Names are ours: DuckDB folds case and would rename tag columns that differ only in it.
    """
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(columns))
    compression = "gzip" if kind == "csv.gz" else "none"
    return (
        f"SELECT * FROM read_csv({literal(str(path))}, columns={{{types}}}, auto_detect=false, header=true, delim=',', "
        f"quote='\"', escape='\"', nullstr='', compression='{compression}', max_line_size=4194304)"
    )


def _sample(files: Sequence[SourceFile]) -> SourceFile:
    """The first of files with equal columns, knowing no more of them than all do."""
    filled = frozenset.intersection(*(file.container.filled for file in files))
    return replace(files[0], container=replace(files[0].container, filled=filled))


def _scan(files: Sequence[SourceFile]) -> str:
    return f"read_parquet([{', '.join(literal(str(file.path)) for file in files)}])"
