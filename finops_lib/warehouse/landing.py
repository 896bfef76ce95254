"""Append-only landing: every file that was ever pulled, under the checksum of its bytes, with what it holds."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import SourceError
from finops_lib.core.files import write_json
from finops_lib.core.hashing import sha256_file
from finops_lib.warehouse import profile
from finops_lib.warehouse.connection import connect
from finops_lib.warehouse.containers import inspect, unzip
from finops_lib.warehouse.dialects import Dialect, recognize
from finops_lib.warehouse.profile import ProfileLine, Unreadable
from finops_lib.warehouse.relation import SourceFile

Fetch = Callable[[Path], None]


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
        except OSError as error:
            raise disk_error(error) from error
        finally:
            incoming.unlink(missing_ok=True)
        self._seen[stamp] = checksum
        write_json(self._folder / "seen.json", self._seen)
        return checksum

    def describe(self, checksum: str, name: str, share: int = 1) -> Landed:
        """The landed file's record; looks into the file the first time only, with ``share`` others beside it."""
        path = self._folder / f"{checksum}.json"
        if stored := _read_json(path):
            return _from_dict(stored)
        file = self.open(checksum, name)
        with tempfile.TemporaryDirectory(dir=self._folder) as spill, connect(Path(spill), share=share) as connection:
            lines = profile.profile(connection, file)
            damaged = any(line.unreadable for line in lines)
            unreadable = profile.unreadable_columns(connection, file) if damaged else ()
        landed = Landed(checksum, file.dialect, lines, unreadable)
        write_json(path, landed.to_dict())
        return landed

    def open(self, checksum: str, name: str) -> SourceFile:
        """A landed file ready to read; a zip archive is unpacked beside it first."""
        path = self._path(checksum)
        container = inspect(path, name)
        dialect = recognize(container.header, name)
        if container.kind == "zip":
            unpacked = path.with_suffix(".csv")
            if not unpacked.is_file():
                partial = path.with_suffix(f".{os.getpid()}.part")
                unzip(path, partial, name)
                partial.rename(unpacked)
            path, container = unpacked, inspect(unpacked, name)
        return SourceFile(name, path, checksum, container, dialect)

    def sweep(self) -> None:
        """Remove what a killed pull left half-written."""
        for pattern in (".incoming.*", "*.part"):
            for leftover in self._folder.glob(pattern):
                leftover.unlink(missing_ok=True)

    def _path(self, checksum: str) -> Path:
        return self._folder / checksum


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
    except FileNotFoundError:
        return {}
