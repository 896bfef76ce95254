"""Tables as values: raw numbers and a description; text is made when the table is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from pandas import DataFrame

from finops_lib.presentation import formats, widths
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.shown import Shown, Title

Kind = Literal["text", "code", "money", "cents", "delta", "percent", "change_percent", "count"]
LONG = 12  # rows: a table up to this long stays on one page
CAP = 60  # rows: a PDF engine takes its time over longer tables, and nobody reads them on paper
_LONG_WORD = 14  # characters
_TALL = 160  # characters: a cell of so much text makes a row of several lines


@dataclass(frozen=True)
class Column:
    """A column: its key in the frame, its printed label, and the kind of its values.

    ``code`` is text that is never broken into lines; ``money`` and ``delta`` are printed in the table's scale,
    ``cents`` with two decimals; ``percent`` and ``change_percent`` are ratios.
    """

    key: str
    label: str
    kind: Kind = "text"

    def text(self, value: Any, scale: Scale) -> str:
        """A cell's text; unknown is ``–``."""
        if self.kind in ("text", "code"):
            return formats.UNKNOWN if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
        return {
            "money": scale.text,
            "delta": scale.delta,
            "cents": formats.cents,
            "percent": formats.percent,
            "change_percent": formats.change_percent,
            "count": formats.count,
        }[self.kind](value)


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """A table with its message, title and source note; ``rows`` hold raw values in the order of ``columns``.

    ``total`` is one more row, of sums made before any rounding; ``more`` rows are left out and stand in ``more_in``.
    """

    message: str
    title: Title
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    scale: Scale
    total: tuple[Any, ...] | None = None
    source: str = ""
    more: int = 0
    more_in: str = ""

    def html(self) -> str:
        """A table with caption, header cells, body and total row, and the note below."""
        caption = f'<p class="fo-message">{escape(self.message)}</p>{self.title.html()}'
        head = "".join(_cell("th", column, formats.prose(column.label), ' scope="col"') for column in self.columns)
        body = "".join(self._row(row) for row in self.rows)
        total = self._row(self.total, ' class="fo-total"') if self.total else ""
        note = f'<p class="fo-source">{escape(self._note())}</p>' if self._note() else ""
        columns = self._widths()
        sized = " fo-sized" if columns else ""
        return (
            f'<div class="fo-block{self._shape()}"><table class="fo-table{sized}"><caption>{caption}</caption>{columns}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}{total}</tbody></table>{note}</div>"
        )

    def plain(self) -> str:
        """Message, title and aligned columns."""
        lines = [[column.label for column in self.columns], *map(self._texts, self.rows)]
        lines += [self._texts(self.total)] if self.total else []
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        aligned = [
            "  ".join(
                text.ljust(width) if column.kind in ("text", "code") else text.rjust(width)
                for text, width, column in zip(line, widths, self.columns, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.message, self.title.plain(), *aligned, *([self._note()] if self._note() else [])])

    def _texts(self, row: tuple[Any, ...]) -> list[str]:
        return [column.text(value, self.scale) for column, value in zip(self.columns, row, strict=True)]

    def _row(self, row: tuple[Any, ...], attributes: str = "") -> str:
        first, *rest = zip(self.columns, row, self._texts(row), strict=True)
        cells = [_cell("th", first[0], first[2], ' scope="row"')]
        cells += [_cell("td", column, text, "", _tone(column, value)) for column, value, text in rest]
        return f"<tr{attributes}>{''.join(cells)}</tr>"

    def _shape(self) -> str:
        """Long tables may go on over pages; of tall rows fewer are kept together."""
        tall = any(len(text) > _TALL for row in self.rows for text in self._texts(row))
        return (" fo-long" if len(self.rows) > LONG or tall else "") + (" fo-tall" if tall else "")

    def _widths(self) -> str:
        """The columns' widths for paper; a table that does not fit is left to the PDF engine, which complains."""
        rows = [*map(self._texts, self.rows), *([self._texts(self.total)] if self.total else [])]
        texts = zip(*([formats.prose(column.label) for column in self.columns], *rows), strict=True)
        strips = [
            widths.Strip(cells, column.kind != "text", column.kind not in ("text", "code"), self.total is not None)
            for column, cells in zip(self.columns, texts, strict=True)
        ]
        shares = widths.shares(strips)
        return "" if shares is None else f"<colgroup>{''.join(map(_col, shares))}</colgroup>"

    def _note(self) -> str:
        more = f"{formats.count(self.more, 'more row')} in {self.more_in}." if self.more else ""
        return " ".join(filter(None, (more, formats.prose(self.source))))


def _col(share: float) -> str:
    return f'<col style="--share: {share:.2%}">'


def _cell(tag: str, column: Column, text: str, attributes: str, tone: str = "") -> str:
    kind = {"text": _breaks(text), "code": "fo-code-text"}.get(column.kind, "fo-number")
    classes = " ".join(filter(None, (kind, tone)))
    style = f' class="{classes}"' if classes else ""
    return f"<{tag}{attributes}{style}>{escape(text)}</{tag}>"


def _breaks(text: str) -> str:
    """Only a word too long for a narrow column may break anywhere: that a word may, costs much time in layout."""
    return "fo-breaks" if any(len(word) > _LONG_WORD for word in text.split()) else ""


def _tone(column: Column, value: Any) -> str:
    """A lower cost is better; the sign says the same to those who see no color."""
    if column.kind not in ("delta", "change_percent") or not formats.known(value) or math.isclose(value, 0):
        return ""
    return "fo-worse" if value > 0 else "fo-better"


def rows_of(frame: DataFrame, columns: Sequence[Column], cap: int = CAP) -> tuple[tuple[tuple[Any, ...], ...], int]:
    """The first ``cap`` rows of a frame as raw values in the order of ``columns``, and how many were left out."""
    values = frame.loc[:, [column.key for column in columns]].head(cap)
    return tuple(values.itertuples(index=False, name=None)), max(0, len(frame) - cap)
