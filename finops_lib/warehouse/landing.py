"""Append-only landing: every file that was ever pulled, under the checksum of its bytes, with what it holds."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import SourceError
from finops_lib.core.files import write_json
from finops_lib.core.hashing import sha256_file
from finops_lib.warehouse import profile
from finops_lib.warehouse.connection import connect, readable
from finops_lib.warehouse.containers import Container, inspect, unzip
from finops_lib.warehouse.dialects import Dialect, recognize
from finops_lib.warehouse.profile import ProfileLine, Unreadable
from finops_lib.warehouse.relation import SourceFile, literal, read_text_csv

Fetch = Callable[[Path], None]
_WORK = ".work."


@dataclass(frozen=True)
class Landed:
    """A landed file's record: enough to tell which months it holds without opening it."""

    sha256: str
    dialect: Dialect
    lines: tuple[ProfileLine, ...]
    unreadable: tuple[Unreadable, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "sha256": self.sha256,
            "counted_by": profile.fingerprint(),
            "format": str(self.dialect),
            "lines": [line.to_dict() for line in self.lines],
            "unreadable": [vars(item) for item in self.unreadable],
        }


class Landing:
    """``<sha256>`` holds a file's bytes, ``<sha256>.json`` what they are, ``seen.json`` where they came from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, str] = _read_json(folder / "seen.json")

    def known(self, stamp: str) -> str | None:
        """The checksum of a source object that was landed before and has not changed since (same stamp)."""
        checksum = self._seen.get(stamp)
        return checksum if checksum and self._path(checksum).is_file() else None

    def land(self, stamp: str, fetch: Fetch) -> str:
        """Fetch a source object's bytes and keep them; returns their checksum. Landing twice keeps one copy."""
        if checksum := self.known(stamp):
            return checksum
        self._folder.mkdir(parents=True, exist_ok=True)
        incoming = self._folder / f".incoming.{os.getpid()}"
        try:
            fetch(incoming)
            checksum = sha256_file(incoming)
            if not self._path(checksum).is_file():
                incoming.rename(self._path(checksum))
        finally:
            incoming.unlink(missing_ok=True)
        self._seen[stamp] = checksum
        write_json(self._folder / "seen.json", self._seen)
        return checksum

    def describe(self, checksum: str, name: str, share: int = 1) -> Landed:
        """The landed file's record; looks into the file the first time only, with ``share`` others beside it."""
        path = self._folder / f"{checksum}.json"
        stored = _read_json(path)
        if stored.get("counted_by") == profile.fingerprint():
            return _from_dict(stored)
        file = self.open(checksum, name, share)
        with self._work() as work, connect(work / "spill", share=share) as connection:
            lines = profile.profile(connection, file)
            damaged = any(line.unreadable for line in lines)
            unreadable = profile.unreadable_columns(connection, file) if damaged else ()
        landed = Landed(checksum, file.dialect, lines, unreadable)
        write_json(path, landed.to_dict())
        return landed

    def open(self, checksum: str, name: str, share: int = 1) -> SourceFile:
        """A landed file ready to read; CSV is put into Parquet beside it first, text as it is."""
        path = self._path(checksum)
        container = inspect(path, name)
        dialect = recognize(container.header, name)
        if container.kind != "parquet":
            path = self._as_parquet(path, container, name, share)
        return SourceFile(name, path, checksum, container, dialect)

    def _as_parquet(self, path: Path, container: Container, name: str, share: int) -> Path:
        target = path.with_suffix(".parquet")
        if target.is_file():
            return target
        with self._work() as work:
            plain, made = work / "bill.csv", work / "bill.parquet"
            if container.kind == "zip":
                unzip(path, plain, name)
            source = plain if container.kind == "zip" else path
            select = read_text_csv(source, container.kind, len(container.header))
            with connect(work / "spill", share=share) as connection, readable(name):
                connection.execute(f"COPY ({select}) TO {literal(str(made))} (FORMAT parquet, COMPRESSION zstd)")
            made.rename(target)
        return target

    def sweep(self) -> None:
        """Remove what a killed pull left half-written."""
        for leftover in self._folder.glob(".incoming.*"):
            leftover.unlink(missing_ok=True)
        for leftover in self._folder.glob(f"{_WORK}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextmanager
    def _work(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_WORK) as folder:
            yield Path(folder)

    def _path(self, checksum: str) -> Path:
        return self._folder / checksum


@contextmanager
def storing() -> Iterator[None]:
    """Turn the operating system's refusals to store something into one sentence."""
    try:
        yield
    except OSError as error:
        raise disk_error(error) from error


def disk_error(error: OSError) -> SourceError:
    """An operating system's refusal in our words."""
    what = error.strerror or str(error)
    return SourceError(
        f"Cannot store the data: {what}.", hint="Mend that and run the same command again; nothing is lost."
    )


def _from_dict(form: Mapping[str, Any]) -> Landed:
    return Landed(
        form["sha256"],
        Dialect(form["format"]),
        tuple(ProfileLine.from_dict(line) for line in form["lines"]),
        tuple(Unreadable(**item) for item in form["unreadable"]),
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):  # absent or damaged: both can be made anew
        return {}
