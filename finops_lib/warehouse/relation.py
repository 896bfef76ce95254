"""Landed files as one SQL relation with known columns: absent ones null, text read as the type it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from finops_lib.warehouse.containers import Container
from finops_lib.warehouse.dialects import Dialect, normalize


@dataclass(frozen=True)
class SourceFile:
    """A landed file that is ready to read: ``name`` is what its source calls it, ``path`` where its bytes are."""

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

    @property
    def signature(self) -> tuple[str, tuple[str, ...]]:
        """Files with equal signatures are read by one scan."""
        return self.container.kind, self.container.header


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def scans(files: Sequence[SourceFile]) -> list[tuple[SourceFile, str]]:
    """One (sample file, FROM expression) for each group of files with equal columns, in a stable order."""
    ordered = sorted(files, key=lambda file: (file.signature, file.name, file.sha256))
    groups = [list(group) for _, group in groupby(ordered, key=lambda file: file.signature)]
    return [(group[0], _scan(group)) for group in groups]


def source_sql(
    files: Sequence[SourceFile], needs: Mapping[str, str], aliases: Mapping[str, Sequence[str]] | None = None
) -> str:
    """A SELECT that gives every needed column (name to SQL type) from all files; absent columns are null.

    ``aliases`` gives older spellings to try when a column is absent.
    """
    return "\nUNION ALL\n".join(
        f"SELECT {projection(sample, needs, aliases or {})} FROM {scan}" for sample, scan in scans(files)
    )


def projection(sample: SourceFile, needs: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> str:
    """The select list that reads the needed columns from files like ``sample``."""
    columns = sample.columns
    items = []
    for name, kind in needs.items():
        spellings = [name.lower(), *aliases.get(name, ())]
        found = next((columns[spelling] for spelling in spellings if spelling in columns), None)
        items.append(f"{_read(found, kind)} AS {quoted(name)}")
    return ",\n  ".join(items)


def _read(reference: str | None, kind: str) -> str:
    if reference is None:
        return f"CAST(NULL AS {kind})"
    if kind == "VARCHAR":
        return f"NULLIF(CAST({reference} AS VARCHAR), '')"
    if kind.startswith("MAP"):
        return f"{reference}"
    return f"TRY_CAST({reference} AS {kind})"


def map_text(sample: SourceFile, name: str) -> str | None:
    """SQL that reads a map column as MAP(VARCHAR, VARCHAR), from Parquet's own type or from JSON text."""
    reference = sample.columns.get(name)
    if reference is None:
        return None
    if any(sample.spelled(header) == name for header in sample.container.nested):
        return f"CAST({reference} AS MAP(VARCHAR, VARCHAR))"
    return f"TRY(CAST(TRY_CAST({reference} AS JSON) AS MAP(VARCHAR, VARCHAR)))"


def _scan(files: Sequence[SourceFile]) -> str:
    paths = ", ".join(literal(str(file.path)) for file in files)
    if files[0].container.kind == "parquet":
        return f"read_parquet([{paths}])"
    # Names are ours (c0, c1…): DuckDB folds case and would rename tag columns that differ only in it.
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(files[0].container.header)))
    compression = "gzip" if files[0].container.kind == "csv.gz" else "none"
    return (
        f"read_csv([{paths}], columns={{{columns}}}, auto_detect=false, header=true, delim=',', quote='\"', "
        f"escape='\"', nullstr='', compression='{compression}', max_line_size=4194304)"
    )
