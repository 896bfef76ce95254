"""The run store: where executed notebooks and PDFs stand, and how they get there without ever being half there.

``runs/<client>/<period>/<scope>/<run_id>/`` is complete or absent: it is built in ``runs/.staging/``, its manifest is
written last, and one rename brings it in. ``current.json`` beside it names the run that stands.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core import locks
from finops_lib.core.files import write_json

MANIFEST = "manifest.json"
CURRENT = "current.json"
FAILED = ".failed"
_ASIDE = ".aside"


@dataclass(frozen=True, order=True)
class RunKey:
    """Which run: folder names of the client and the scope, the period as ``YYYY-MM``, and the id of its inputs."""

    client: str
    period: str
    scope: str
    run_id: str

    @property
    def where(self) -> Path:
        """The scope's folder below runs/."""
        return Path(self.client, self.period, self.scope)


@dataclass(frozen=True)
class RunStore:
    """All runs below one folder."""

    root: Path

    def folder(self, key: RunKey) -> Path:
        """Where a complete run stands."""
        return self.root / key.where / key.run_id

    def failed_folder(self, key: RunKey) -> Path:
        """Where a failed run is kept for a look at its log."""
        return self.root / key.where / f"{key.run_id}{FAILED}"

    def is_complete(self, key: RunKey) -> bool:
        """True where the run stands with every artifact that its manifest names, at its size."""
        folder = self.folder(key)
        manifest = read_json(folder / MANIFEST)
        if manifest is None:
            return False
        return all(_size(folder / item["path"]) == item["bytes"] for item in manifest.get("artifacts", ()))

    def is_current(self, key: RunKey) -> bool:
        """True where ``current.json`` names this run."""
        return (read_json(self.root / key.where / CURRENT) or {}).get("run_id") == key.run_id

    @contextmanager
    def stage(self, key: RunKey, *, waiting: Callable[[], None] = lambda: None) -> Iterator[Path]:
        """An empty folder to build a run in; it is gone afterwards unless published.

        Only one process at a time builds a run: another one that wants the same waits here, and should then look
        whether the run is complete. What a killed process left is removed first.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)  # a client's bill is for its owner's eyes only
        with locks.held(self._lock(key.run_id), waiting=waiting):
            self._clean(key.run_id)
            _put_back(self.folder(key))
            staging = self._staging / f"{key.run_id}.{os.getpid()}"
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def publish(self, key: RunKey, staging: Path) -> Path:
        """Bring a finished folder in (its manifest is there), and let it stand; earlier failures are forgotten."""
        _flush(staging)
        final = self.folder(key)
        _replace(staging, final)
        for failure in final.parent.glob(f"*{FAILED}"):
            shutil.rmtree(failure, ignore_errors=True)
        self.stand(key)
        return final

    def fail(self, key: RunKey, staging: Path) -> Path:
        """Keep a failed run apart; the run that stood still stands."""
        final = self.failed_folder(key)
        _replace(staging, final)
        return final

    def stand(self, key: RunKey) -> None:
        """Let ``current.json`` name a complete run."""
        manifest = read_json(self.folder(key) / MANIFEST) or {}
        documents = [item["path"] for item in manifest.get("artifacts", ()) if item["path"].endswith(".pdf")]
        current = {"run_id": key.run_id, "documents": [f"{key.run_id}/{path}" for path in documents]}
        write_json(self.root / key.where / CURRENT, current)

    def sweep(self) -> None:
        """Remove what killed processes left in staging; the work of living ones is locked and stays."""
        names = {path.name.partition(".")[0] for path in self._staging.glob("*") if path.is_dir()}
        for name in sorted(names):
            with locks.held_if_free(self._lock(name)) as free:
                if free:
                    self._clean(name)

    @property
    def _staging(self) -> Path:
        return self.root / ".staging"

    def _lock(self, run_id: str) -> Path:
        return self._staging / f"{run_id}.lock"

    def _clean(self, run_id: str) -> None:
        for left in self._staging.glob(f"{run_id}.*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)


@dataclass(frozen=True)
class Standing:
    """One run that stands: its key and its manifest."""

    key: RunKey
    manifest: dict[str, Any]


def standing(root: Path, client: str, period: str | None = None) -> tuple[Standing, ...]:
    """The runs that stand for a client, the newest period first, the organization before its accounts."""
    found = []
    for path in sorted((root / client).glob(f"{period or '*'}/*/{CURRENT}")):
        run_id = str((read_json(path) or {}).get("run_id", ""))
        manifest = read_json(path.parent / run_id / MANIFEST)
        if manifest is not None:
            key = RunKey(client, path.parent.parent.name, path.parent.name, run_id)
            found.append(Standing(key, manifest))
    by_scope = sorted(found, key=lambda run: (run.manifest["scope"]["id"] != "organization", run.key.scope))
    return tuple(sorted(by_scope, key=lambda run: run.key.period, reverse=True))


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object, or None where the file is absent or no JSON object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _replace(staging: Path, final: Path) -> None:
    """Rename ``staging`` to ``final``; an older folder there is set aside until the new one is in."""
    final.parent.mkdir(parents=True, exist_ok=True)
    aside = final.with_name(final.name + _ASIDE)
    shutil.rmtree(aside, ignore_errors=True)
    if final.exists():
        final.rename(aside)
    staging.rename(final)
    shutil.rmtree(aside, ignore_errors=True)


def _put_back(final: Path) -> None:
    """Undo a replacement that was killed between its two renames, or end one that was killed after them."""
    aside = final.with_name(final.name + _ASIDE)
    if aside.exists() and not final.exists():
        aside.rename(final)
    shutil.rmtree(aside, ignore_errors=True)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _flush(folder: Path) -> None:
    """Have the disk keep every file before the folder gets its name: a power cut leaves all of it or nothing."""
    for path in (*(path for path in folder.rglob("*") if path.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
