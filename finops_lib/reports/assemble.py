"""One document out of many notebooks: cover, contents, sections, and in the technical report an appendix."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path
from typing import Any

import jinja2

from finops_lib.core.errors import RenderError
from finops_lib.reports import audience as audiences
from finops_lib.reports import html, notebooks, opening, templates
from finops_lib.reports.audience import Audience, Part
from finops_lib.reports.cover import Cover

_HEADING = re.compile(r"<h([1-3])(?:\s[^>]*)?>(.*?)</h\1>", re.DOTALL)
_SCREEN = re.compile(r'<style class="fo-screen">.*?</style>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MOST_ENTRIES = 15  # more do not fit below the cover's facts: then only the sections are listed


@dataclass(frozen=True)
class Entry:
    """A heading in the contents."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Section:
    """A notebook's HTML with its headings; ``absent`` where the notebook failed."""

    html: str
    entries: tuple[Entry, ...]
    absent: bool


@dataclass(frozen=True)
class Facts:
    """Names and values, printed as a table of the appendix."""

    heading: str
    anchor: str
    caption: str
    rows: tuple[tuple[str, str], ...]


def assemble(
    executed: Sequence[Path], audience: Audience, cover: Cover, record: Mapping[str, object] | None = None
) -> str:
    """The document as HTML, its sections in the order of ``executed``.

    ``record`` is what the manifest knows before the documents exist; the technical report prints it. Raises
    :class:`RenderError` without notebooks, :class:`NotebookError` for a file that is none.
    """
    if not executed:
        raise RenderError("There is no executed notebook to make a document of.")
    parts = [audiences.part(path, audience) for path in executed]
    sections = _opened([_section(part, audience) for part in parts], cover.currency)
    appendix = _appendix(executed, record or {}) if audience == "technical" else ()
    page = _environment().get_template(f"finops_{audience}/document.html.j2")
    contents = _contents([entry for section in sections for entry in section.entries], appendix)
    return page.render(cover=cover, contents=contents, sections=sections, appendix=appendix)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates.folder()), autoescape=True, undefined=jinja2.StrictUndefined
    )


def _section(part: Part, audience: Audience) -> Section:
    body = _absent(part, audience) if part.failure else _SCREEN.sub("", html.section(part, audience))
    entries: list[Entry] = []

    def anchored(found: re.Match[str]) -> str:
        entry = Entry(int(found[1]), f"{part.name}-{len(entries) + 1}", unescape(_TAG.sub("", found[2])).strip())
        entries.append(entry)
        return f'<h{entry.level} id="{entry.anchor}">{found[2]}</h{entry.level}>'

    body = _HEADING.sub(anchored, body)
    return Section(body, tuple(entries), part.failure is not None)


def _opened(sections: Sequence[Section], currency: str) -> list[Section]:
    """The sections, the first of them with the one decision and the figures that others lead with."""
    pages = [
        opening.Page(section.entries[0].text if section.entries else "", _anchor(section), section.html)
        for section in sections
    ]
    return [
        replace(section, html=body) for section, body in zip(sections, opening.opened(pages, currency), strict=True)
    ]


def _anchor(section: Section) -> str:
    return section.entries[0].anchor if section.entries else ""


def _absent(part: Part, audience: Audience) -> str:
    """The visible gap that a notebook leaves: what its data lack, or where it failed and why."""
    assert part.failure is not None
    if part.failure.is_answer:
        why = part.failure.message
        return f'<h1>{escape(part.title)}</h1><p class="fo-missing"><b>No answer from these data.</b> {escape(why)}</p>'
    why = "Its data or its calculation failed; the technical report names the cell and the reason."
    if audience == "technical":
        stopped = part.failure
        why = f"The notebook {part.name} stopped in the cell “{stopped.cell}” ({stopped.kind}): {stopped.message}"
    return f'<h1>{escape(part.title)}</h1><p class="fo-missing"><b>Not produced.</b> {escape(why)}</p>'


def _contents(entries: Sequence[Entry], appendix: Sequence[Facts]) -> list[Entry]:
    """Sections and their topics; only sections where all would not fit."""
    last = [Entry(1, "appendix", "Appendix")] if appendix else []
    wanted = [entry for entry in entries if entry.level <= 2]
    if len(wanted) + len(last) > _MOST_ENTRIES:
        wanted = [entry for entry in wanted if entry.level == 1]
    return [*wanted, *last]


def _appendix(executed: Sequence[Path], record: Mapping[str, object]) -> tuple[Facts, ...]:
    """The parameters of every notebook, then the record of the run."""
    used = [_parameters(path) for path in executed]
    known = [
        Facts(_words(key), f"appendix-{key}", f"As the run's manifest keeps it: {key}", _rows(value))
        for key, value in record.items()
    ]
    return tuple(facts for facts in (*used, *known) if facts.rows)


def _parameters(path: Path) -> Facts:
    """What the notebook was run with: its defaults, and what was injected over them."""
    values: dict[str, str] = {}
    for cell in notebooks.read(path)["cells"]:
        if notebooks.tags(cell) & {"parameters", "injected-parameters"}:
            values |= _assigned(notebooks.source(cell))
    return Facts(
        "Parameters", f"appendix-{path.stem}", f"Parameters of the notebook {path.stem}", tuple(values.items())
    )


def _assigned(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and value is not None:
            found[targets[0].id] = _text(ast.literal_eval(value))
    return found


def _rows(value: object, prefix: str = "") -> tuple[tuple[str, str], ...]:
    """A JSON-able value as names and values: nested names are joined by points."""
    if isinstance(value, Mapping) and value.keys() == {"value", "origin"}:
        return ((prefix, f"{_text(value['value'])} ({value['origin']})"),)
    if isinstance(value, Mapping):
        items: Sequence[tuple[Any, object]] = list(value.items())
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping | list) for item in value):
        items = list(enumerate(value, 1))
    else:
        return ((prefix or "value", _text(value)),)
    return tuple(row for key, item in items for row in _rows(item, f"{prefix}.{key}".strip(".")))


def _text(value: object) -> str:
    if value is None or value in ("", [], ()):
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
