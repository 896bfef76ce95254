"""A local file or folder as a store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from finops_lib.core.errors import SourceError
from finops_lib.sources.protocol import Progress, StoredObject

_BLOCK = 4 << 20


class LocalStore:
    """Every file below a folder, or one file; hidden files are passed over."""

    def __init__(self, root: Path) -> None:
        self._root = root
        if not root.exists():
            raise SourceError(f"{root} does not exist.", hint="Give a file, a folder or s3://bucket/prefix.")

    @property
    def origin(self) -> str:
        """The path as it was given."""
        return str(self._root)

    def list(self) -> Sequence[StoredObject]:
        """Every file by its path."""
        paths = [self._root] if self._root.is_file() else sorted(self._root.rglob("*"))
        return [self._object(path) for path in paths if path.is_file() and not self._is_hidden(path)]

    def read(self, key: str) -> bytes:
        """A small file's bytes."""
        with _open(Path(key)) as stream:
            return stream.read()

    def head(self, key: str, size: int) -> bytes:
        """The first bytes of a file."""
        with _open(Path(key)) as stream:
            return stream.read(size)

    def fetch(self, item: StoredObject, target: Path, progress: Progress) -> None:
        """Copy the bytes. A disk that is full raises OSError, for the landing to explain."""
        with _open(Path(item.key)) as source, target.open("wb") as out:
            while block := source.read(_BLOCK):
                out.write(block)
                progress(len(block))

    def _object(self, path: Path) -> StoredObject:
        state = path.stat()
        return StoredObject(str(path), state.st_size, f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}")

    def _is_hidden(self, path: Path) -> bool:
        below = path.relative_to(self._root).parts
        return any(part.startswith(".") for part in below)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
