"""What a worker and its nursery say to each other; one message after the other over a pipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Output = dict[str, Any]  # as a notebook file holds it


@dataclass(frozen=True)
class Request:
    """One notebook to run: the code of its cells, and the process that it should find itself in."""

    code: tuple[str, ...]
    environment: dict[str, str]
    work: Path
    chatter: Path


@dataclass(frozen=True)
class Begun:
    """The cell of this place among the code cells runs now."""

    place: int


@dataclass(frozen=True)
class Ended:
    """A cell has run; a notebook stops at the first that did not end well."""

    place: int
    outputs: list[Output]
    well: bool


@dataclass(frozen=True)
class Done:
    """The notebook has run to its end, or to the cell that failed."""


Message = Begun | Ended | Done
