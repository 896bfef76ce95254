"""What a worker and its nursery say to each other: JSON, one message after the other over a pipe.

Not pickled: who unpickles runs what the sender likes, and a worker may hold credentials that a notebook may not.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

Output = dict[str, Any]  # as a notebook file holds it


@dataclass(frozen=True)
class Request:
    """One notebook to run: the code of its cells, and the process that it should find itself in."""

    code: tuple[str, ...]
    environment: dict[str, str]
    work: str
    chatter: str


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


@dataclass(frozen=True)
class Gone:
    """The child has ended; without :class:`Done` before it, before its time."""


Message = Begun | Ended | Done | Gone
_KINDS: Final = {kind.__name__: kind for kind in (Request, Begun, Ended, Done, Gone)}


def packed(message: Request | Message) -> bytes:
    """The message as it goes over the pipe."""
    return json.dumps({"kind": type(message).__name__} | asdict(message)).encode()


def unpacked(content: bytes) -> Any:
    """The message that came over the pipe."""
    form = json.loads(content)
    return _KINDS[form.pop("kind")](**form)
