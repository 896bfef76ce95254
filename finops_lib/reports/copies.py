"""The client's own copies of the shipped notebooks: made where they are missing, never overwritten once edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from finops_lib.core.files import write_atomic, write_json
from finops_lib.core.hashing import sha256_file
from finops_lib.reports.notebooks import listed
from finops_lib.reports.runs import read_json

_RECORD = ".shipped.json"  # which shipped version each copy was made from

State = Literal["copied", "updated", "same", "edited", "outdated"]


@dataclass(frozen=True)
class Copy:
    """One notebook: ``copied`` now, ``updated`` (it was unedited), the ``same``, ``edited``, or ``outdated``.

    ``outdated`` is an edited copy of which a newer version is shipped.
    """

    path: Path
    shipped: Path
    state: State


def refresh(shipped: Path, target: Path) -> tuple[Copy, ...]:
    """Bring ``target`` up to the notebooks of ``shipped`` without touching what somebody edited."""
    record = read_json(target / _RECORD) or {}
    copies = tuple(_refresh(path, target / path.name, record.get(path.name)) for path in listed(shipped))
    made = {copy.path.name: sha256_file(copy.shipped) for copy in copies if copy.state in ("copied", "updated", "same")}
    if record | made != record:
        write_json(target / _RECORD, record | made)
    return copies


def _refresh(shipped: Path, copy: Path, made_from: object) -> Copy:
    state = _state(sha256_file(shipped), sha256_file(copy) if copy.exists() else None, made_from)
    if state in ("copied", "updated"):
        write_atomic(copy, shipped.read_bytes())
    return Copy(copy, shipped, state)


def _state(shipped: str, copy: str | None, made_from: object) -> State:
    if copy is None:
        return "copied"
    if copy == shipped:
        return "same"
    if copy == made_from:
        return "updated"
    return "edited" if shipped == made_from else "outdated"
