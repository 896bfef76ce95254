"""HTML to PDF: tagged, with bookmarks and vendored fonts, without the network, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint import CSS, HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from finops_lib.core.errors import RenderError
from finops_lib.core.files import write_atomic
from finops_lib.reports import templates

_log = logging.getLogger(__name__)
_CREATED = re.compile(r'<meta name="dcterms.created" content="(\d{4}-\d{2}-\d{2})')
_THIN = 0.14  # share of a page's height
_TYPE = 0.6  # share of a line's height that its letters cover
_TRIED = 1  # topics that may be moved to a new page for it: each lays everything out again
_TOPIC = re.compile(r"[\w-]+-\d+")  # as assemble names the headings of sections and topics
_SLACK = 1.0  # pixels that a box may stand out without anybody seeing it


def render(html: str, out: Path, attachments: Sequence[Path] = ()) -> None:
    """Print ``html`` to ``out`` (replaced in one step), with files attached.

    Equal input gives equal bytes: dates come from the document, never from the clock. Raises :class:`RenderError` where
    an image cannot be loaded, an address is outside the document, or something is wider than its page.
    """
    base = (templates.folder() / "finops_base").resolve()
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    with _heard(out.name) as complaints:
        try:
            source = HTML(string=html, base_url=f"{base.as_uri()}/", url_fetcher=_Fetcher(base))
            document = _laid_out(source)
        except FatalURLFetchingError as error:
            raise RenderError(f"{out.name} refers to something outside of it: {error}") from error
        _require_fit(document, out.name)
        document.metadata.attachments = [_attachment(path, _date(html)) for path in attachments]
        content = document.write_pdf(finisher=_scope_headers, pdf_identifier=identifier, pdf_variant="pdf/ua-1")
    if complaints:
        raise RenderError(f"{out.name} could not be printed whole: {complaints[0]}")
    write_atomic(out, content)


def _laid_out(source: HTML) -> Any:
    """Lay the pages out; a topic before a page with next to nothing on it is moved there, where that helps."""
    best = document = source.render(pdf_variant="pdf/ua-1")
    moved: list[str] = []
    while len(moved) < _TRIED and (topic := _topic_before_thin_page(document, moved)):
        moved.append(topic)
        rules = CSS(string=", ".join(f"#{name}" for name in moved) + " { break-before: page }")
        document = source.render(stylesheets=[rules], pdf_variant="pdf/ua-1")
        if len(_thin_pages(document)) < len(_thin_pages(best)):
            best = document
    return best


def _topic_before_thin_page(document: Any, moved: Sequence[str]) -> str | None:
    """The last topic on the page before the first thin page that has one which was not moved yet."""
    for page in _thin_pages(document):
        anchors = document.pages[page - 1].anchors
        topics = [name for name in anchors if _TOPIC.fullmatch(name) and name not in moved]
        if topics:
            return str(max(topics, key=lambda name: anchors[name][1]))
    return None


def _thin_pages(document: Any) -> list[int]:
    """The pages after the cover that are nearly empty."""
    return [place for place, page in enumerate(document.pages) if place and _inked(page._page_box) < _THIN]


def _inked(page: Any) -> float:
    """The share of a page's height that lines of text and pictures cover, whatever stands side by side."""
    root = next(child for child in page.children if child.element_tag == "html")
    lines: dict[int, float] = {}
    for box in root.descendants():
        if not getattr(box, "children", ()) and box.height != "auto":
            picture = box.element_tag == "img"
            lines[round(box.position_y)] = max(
                lines.get(round(box.position_y), 0.0), box.height if picture else box.height * _TYPE
            )
    return sum(lines.values()) / float(page.height)


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Reads what is in the document (``data:``) and below one folder; every other address is refused, loudly."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)
        self._folder = folder

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The resource; raises :class:`FatalURLFetchingError` for an address that is not allowed."""
        parts = urlsplit(url)
        inside = parts.scheme == "file" and Path(url2pathname(parts.path)).resolve().is_relative_to(self._folder)
        if parts.scheme != "data" and not inside:
            raise FatalURLFetchingError(f"{url[:120]} is not allowed.")
        return super().fetch(url, headers)


class _Listener(logging.Handler):
    """Passes the layout engine's words on: errors are kept, the rest goes to our log."""

    def __init__(self, name: str, errors: list[str]) -> None:
        super().__init__()
        self._name, self._errors = name, errors

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()[:300]
        if record.levelno >= logging.ERROR:
            self._errors.append(words)
        else:
            _log.log(record.levelno, "%s: %s", self._name, words)


@contextmanager
def _heard(name: str) -> Iterator[list[str]]:
    """Listen to the layout engine; gives the errors, of which there should be none."""
    errors: list[str] = []
    engine, listener = logging.getLogger("weasyprint"), _Listener(name, errors)
    kept = engine.propagate
    engine.addHandler(listener)
    engine.propagate = False
    try:
        yield errors
    finally:
        engine.removeHandler(listener)
        engine.propagate = kept


def _require_fit(document: Any, name: str) -> None:
    """Raise :class:`RenderError` where a table or a picture is wider than the column of its page."""
    for number, page in enumerate(document.pages, 1):
        box = page._page_box
        right = box.content_box_x() + box.width + _SLACK
        for inner in box.descendants():
            tag = getattr(inner, "element_tag", None)
            if tag in ("table", "img", "td", "th") and inner.position_x + inner.border_width() > right:
                raise RenderError(
                    f"{name}: something on page {number} is wider than the page: {_words_of(inner)}.",
                    hint="Shorten the table or the figure.",
                )


def _words_of(box: Any) -> str:
    text = box.element.get("alt") or " ".join("".join(box.element.itertext()).split())
    return f"“{text[:60]}”"


def _scope_headers(_: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row: the engine names its cells table-row-column."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH" and "ID" in item:
            row = item["ID"].string.split("-")[1]
            item["A"]["Scope"] = "/Column" if row == "0" else "/Row"


def _date(html: str) -> dt.datetime:
    """The document's own date, as its metadata state it."""
    found = _CREATED.search(html)
    day = dt.date.fromisoformat(found[1]) if found else dt.date(1980, 1, 1)
    return dt.datetime.combine(day, dt.time())


def _attachment(path: Path, date: dt.datetime) -> Attachment:
    return Attachment(
        file_obj=io.BytesIO(path.read_bytes()),
        base_url="",
        name=path.name,
        description=f"Data of the report: {path.name}",
        created=date,
        modified=date,
        relationship="Data",
    )
