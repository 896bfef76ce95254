"""What a landed file is made of: Parquet or CSV (plain, gzip, zip), and its header."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from finops_lib.core.errors import SchemaMismatch

Kind = Literal["parquet", "csv", "csv.gz", "zip"]


@dataclass(frozen=True)
class Container:
    """A file's kind and its columns in order; ``nested`` names those that Parquet types as maps.

    ``filled`` names the texts, and the maps by their values, that are known to hold no empty text. ``types`` are those
    of Parquet's columns: what DuckDB reads together it casts to the first file's, and a whole number has no cents.
    """

    kind: Kind
    header: tuple[str, ...]
    nested: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()


def inspect(path: Path, where: str) -> Container:
    """Look at the first bytes and the header; raises :class:`SchemaMismatch` for what cannot be read."""
    kind = _kind(path, where)
    if kind == "parquet":
        return _parquet(path, where)
    try:
        with _open(path, kind) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            header = next(csv.reader(text), [])
    except UnicodeDecodeError as error:
        raise wrong_encoding(where) from error
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile, csv.Error) as error:
        raise corrupt(where) from error
    if not any(name.strip() for name in header):
        raise SchemaMismatch(f"{where} is empty.", hint="Pull it again from where it came.")
    return Container(kind, tuple(header))


def unzip(path: Path, target: Path, where: str) -> None:
    """Write the one member of a zip archive to ``target``; refuses one that the disk cannot hold."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > shutil.disk_usage(target.parent).free:
            raise SchemaMismatch(
                f"{where} unpacks to {size >> 20} MB, more than the disk has.", hint="Free some space."
            )
        with _open(path, "zip") as member, target.open("wb") as out:
            while block := member.read(1 << 20):
                out.write(block)
    except (EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise corrupt(where) from error


def corrupt(where: str) -> SchemaMismatch:
    """The error for a file that breaks off or does not decode."""
    return SchemaMismatch(f"{where} is truncated or corrupt.", hint="Fetch it again and pull again.")


def wrong_encoding(where: str) -> SchemaMismatch:
    """The error for text that is not UTF-8."""
    return SchemaMismatch(f"{where} is not UTF-8 text.", hint="Save it as UTF-8, as AWS delivers it, and pull again.")


def _kind(path: Path, where: str) -> Kind:
    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise SchemaMismatch(f"{where} is empty.", hint="Pull it again from where it came.")
    if magic == b"PAR1":
        return "parquet"
    if magic[:2] == b"\x1f\x8b":
        return "csv.gz"
    return "zip" if magic[:2] == b"PK" else "csv"


@contextmanager
def _open(path: Path, kind: Kind) -> Iterator[IO[bytes]]:
    if kind == "csv.gz":
        with gzip.open(path) as stream:
            yield stream  # type: ignore[misc]  # a GzipFile reads like any binary stream
    elif kind == "zip":
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise zipfile.BadZipFile(f"{len(members)} members")
            with archive.open(members[0]) as stream:
                yield stream
    else:
        with path.open("rb") as stream:
            yield stream


def _parquet(path: Path, where: str) -> Container:
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise corrupt(where) from error
    nested = frozenset(field.name for field in schema if pa.types.is_map(field.type))
    texts = frozenset(field.name for field in schema if _is_text(field.type))
    blank = _maybe_blank(metadata)
    filled = texts - blank | nested - {path.rsplit(".", 2)[0] for path in blank}
    types = tuple(str(field.type) for field in schema)
    return Container("parquet", tuple(schema.names), nested, texts, filled, types)


def _maybe_blank(metadata: pq.FileMetaData) -> set[str]:
    """The columns, down to a map's keys and values, of which the file's own statistics do not rule out empty text."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(metadata.num_columns)]
    return {chunk.path_in_schema for chunk in chunks if not _is_filled(chunk)}


def _is_filled(chunk: pq.ColumnChunkMetaData) -> bool:
    """Empty text is the least of all texts."""
    found = chunk.statistics
    if found is None or not found.has_min_max:
        return found is not None and found.has_null_count and found.null_count == chunk.num_values
    return bool(found.min_raw)


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
