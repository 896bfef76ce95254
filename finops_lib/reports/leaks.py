"""No report of one account may tell of another: masks for what an account's rows say, a search of what was made.

The ids and names of the organization's other accounts are the *others*. An id is always foreign, whatever letters
stand beside it (``cur_222233334444_logs``). A name is foreign where it stands as a word of four letters or more and is
neither a word of this account's own rows (its tags, its resources) nor of the report's own text (an account may be
called "Data").
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import RenderError
from finops_lib.core.scope import Scope
from finops_lib.settings.model import Settings

MASK = "[other account]"
SHORTEST_NAME = 4
_TEXT = frozenset({".html", ".json", ".csv", ".ipynb", ".txt", ".svg", ".jsonl"})
_DIGITS = re.compile(r"\d{9,}")
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_EMBEDDED = re.compile(r"data:image/svg\+xml;(?:charset=[\w-]+;)?base64,([A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class Others:
    """The ids and names of all accounts but the report's own."""

    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def from_scope(cls, scope: Scope, billed: Iterable[tuple[str, str | None]], settings: Settings) -> Others:
        """The others of a scope: all accounts ``billed`` (id and name) and those that the settings name.

        The organization has no others.
        """
        named = ((account.id, account.name) for account in settings.accounts)
        return cls.of((*billed, *named), scope.account) if scope.account is not None else cls()

    @classmethod
    def of(cls, accounts: Iterable[tuple[str, str | None]], own: str) -> Others:
        """Everyone in ``accounts`` (id and name) but ``own``; a name that ``own`` shares is not foreign.

        An id that is no long number (bills may spell anything) could be an ordinary word: it counts as a name.
        """
        named = [(key, name or "") for key, name in accounts]
        others = {text for key, name in named if key != own for text in (key, name)}
        shared = {own, *(name for key, name in named if key == own)}
        ids = frozenset(key for key, _ in named if key != own and _DIGITS.fullmatch(key))
        return cls(ids, frozenset(text for text in others - shared - ids if len(text) >= SHORTEST_NAME))

    def mask(self, text: str) -> str:
        """``text`` without the ids of others."""
        return _DIGITS.sub(lambda number: MASK if number[0] in self.ids else number[0], text)

    def told(self, text: str) -> tuple[str, ...]:
        """The ids of others that stand in ``text``."""
        return tuple(sorted(self.ids.intersection(_DIGITS.findall(text))))


@dataclass(frozen=True)
class Leak:
    """One thing that must not be there: the artifact, and whether it is an id or a name."""

    artifact: str
    kind: str
    value: str


def search(folder: Path, others: Others) -> tuple[Leak, ...]:
    """Every id or name of others in the text files below ``folder``."""
    leaks = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in _TEXT):
        name = path.relative_to(folder).as_posix()
        for text in texts(path):
            leaks += [Leak(name, "id", value) for value in others.told(text)]
            leaks += [Leak(name, "name", value) for value in found(text, others.names)]
    return tuple(dict.fromkeys(leaks))


def check(folder: Path, others: Others, own_words: Callable[[], Iterable[str]]) -> None:
    """Raise :class:`RenderError` where ``folder`` tells of others.

    ``own_words`` gives the texts in which a name is no leak; it is asked only where a name was found.
    """
    leaks = search(folder, others)
    if any(leak.kind == "name" for leak in leaks):
        own = "\n".join(own_words())
        leaks = tuple(leak for leak in leaks if leak.kind == "id" or not found(own, [leak.value]))
    if leaks:
        where = ", ".join(sorted({leak.artifact for leak in leaks}))
        kinds = " and ".join(sorted({leak.kind for leak in leaks}))
        raise RenderError(
            f"The report holds another account's {kinds} ({where}); it was not published.",
            hint="This is a fault of the notebook or of the library; the run's log is kept.",
        )


def texts(path: Path) -> Iterator[str]:
    """What a reader may see in a file: as written, and as HTML or JSON means it."""
    raw = path.read_text(encoding="utf-8", errors="replace")
    yield raw
    if path.suffix in (".json", ".ipynb"):
        yield from (form for text in _strings(_parsed(raw)) for form in _readings(text))
    else:
        yield from _readings(raw)


def _readings(text: str) -> Iterator[str]:
    """A text without its markup, and the pictures inside it."""
    if "<" in text or "&" in text:
        yield _SPACE.sub(" ", html.unescape(_TAG.sub(" ", text)))
        yield html.unescape(_TAG.sub("", text))
        yield html.unescape(text)  # attributes: alt texts, titles, links
    else:
        yield _SPACE.sub(" ", text)
    for picture in _EMBEDDED.findall(text):
        yield from _readings(base64.b64decode(picture).decode("utf-8", errors="replace"))


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)  # a notebook's lines
        for item in value:
            yield from _strings(item)


def found(text: str, values: Iterable[str]) -> tuple[str, ...]:
    """The values that stand in ``text`` as whole words; quick for many values, most of which are absent."""
    words = set(_WORD.findall(text))
    possible = sorted(value for value in values if words.issuperset(_WORD.findall(value)))
    return tuple(value for value in possible if _word(value).search(text))


def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
