"""DuckDB connections with bounded memory and UTC, and its errors in our words."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from finops_lib.core.errors import ConfigError, ContractError, FinOpsError, SchemaMismatch, SourceError
from finops_lib.warehouse.containers import corrupt, wrong_encoding

MEMORY = "FINOPS_MEMORY_MB"
CORES = os.cpu_count() or 1


@contextmanager
def connect(temporary: Path | None = None, *, share: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills to ``temporary`` instead of growing; closed on leaving.

    ``share`` says with how many others at once it divides the cores and the memory.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{_memory() // share}MB",
        "threads": max(CORES // share, 1),
    }
    config["temp_directory"] = str(temporary or Path(tempfile.gettempdir()) / f"finops-{os.getpid()}")
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        # DuckDB draws on standard output, which is ours; in a Jupyter kernel it refuses the setting and draws nothing.
        with suppress(duckdb.InvalidInputException):
            connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def _memory() -> int:
    given = os.environ.get(MEMORY, "1000")
    if not given.isdecimal() or int(given) < 100:
        raise ConfigError(f"{MEMORY} is '{given}', not a number of megabytes from 100 up.", hint="Set it, or unset it.")
    return int(given)


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn DuckDB's complaints about a file into one sentence that names it."""
    try:
        yield
    except duckdb.Error as error:
        raise translate(error, where) from error


def translate(error: duckdb.Error, where: str) -> FinOpsError:
    """The project's error for a DuckDB error met while reading ``where``; a fault of our own SQL stays what it is."""
    if isinstance(error, duckdb.ParserException | duckdb.BinderException | duckdb.CatalogException):
        raise error
    text = str(error)
    low = text.lower()
    if "no space left" in low or "could not write" in low or "disk quota" in low:
        return SourceError("The disk is full.", hint="Free some space and run the same command again; nothing is lost.")
    if "invalid unicode" in low or "not utf-8" in low or "encoding" in low:
        return wrong_encoding(where)
    if "csv error on line" in low:
        found = re.search(r"Line: *(\d+)", text)
        place = f"at line {found[1]}" if found else "somewhere"
        return SchemaMismatch(
            f"{where} breaks off or is malformed {place}.",
            hint="Fetch it again and pull again.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return SourceError(
            f"{where} needs more memory than {_memory()} MB.", hint=f"Set {MEMORY}, for example to 4000."
        )
    if isinstance(error, duckdb.IOException | duckdb.InvalidInputException | duckdb.SerializationException):
        return corrupt(where)
    return ContractError(f"{where} cannot be read: {text.splitlines()[0]}", hint="Check the file and pull again.")
