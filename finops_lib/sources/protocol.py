"""What a place with files must do, be it a folder or a bucket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Progress = Callable[[int], None]


@dataclass(frozen=True)
class StoredObject:
    """A file at its source. ``key`` is its path there; equal stamps mean unchanged bytes."""

    key: str
    size: int
    stamp: str

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rsplit("/", 1)[-1]


class Store(Protocol):
    """A place with files. Its methods raise :class:`finops_lib.core.errors.SourceError` kinds."""

    @property
    def origin(self) -> str:
        """How a person names the place."""
        ...

    def list(self) -> Sequence[StoredObject]:
        """Every file below the given place, by key."""
        ...

    def read(self, key: str) -> bytes:
        """A small file's bytes."""
        ...

    def head(self, key: str, size: int) -> bytes:
        """The first bytes of a file, however large it is."""
        ...

    def fetch(self, item: StoredObject, target: Path, progress: Progress) -> None:
        """Copy a file's bytes to ``target``, telling how many came as they come."""
        ...


@dataclass(frozen=True)
class Export:
    """The files to read together: those of one manifest (``declared`` is its month), or loose ones."""

    origin: str
    files: tuple[StoredObject, ...]
    declared: str | None = None
    loose: bool = False
