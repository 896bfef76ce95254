"""A small CSV as rows of text that know their line: what people keep in spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from finops_lib.core.errors import InputError

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+\Z")
_NO_VALUE = ("nan", "inf", "-inf", "infinity", "-infinity")
_YEARS = (1970, 2200)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True)
class Row:
    """One line of a file: its cells by column, stripped; empty cells are None."""

    file: str
    line: int
    cells: Mapping[str, str | None]
    semicolons: bool = False

    def fault(self, message: str, hint: str) -> InputError:
        """The error that names file and line."""
        return InputError(f"{self.file}, line {self.line}: {message}", hint=hint)

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells.get(column)
        if value is None:
            raise self.fault(f"{column} is empty.", "Fill it in, or remove the line.")
        return value

    def number(self, column: str) -> float:
        """A cell as a number; thousands separators and units are not guessed at."""
        text = self.text(column)
        if text.lower() not in _NO_VALUE and not _NUMBER.match(text):
            raise self.fault(f"{column} is '{text}', not a number.", "Write plain digits, as 1234.50.")
        if self.semicolons and _GROUPED.match(text):
            digits = text.replace(".", "")
            raise self.fault(
                f"{column} is '{text}', which between semicolons may be {digits} or a decimal.",
                f"Write {digits} without points, or the decimal with another digit: {text}0.",
            )
        value = float(text)
        if not math.isfinite(value):
            raise self.fault(f"{column} is '{text}', not a number.", "Leave unknown values empty.")
        return value

    def day(self, column: str) -> dt.date:
        """A cell as a day; a month (YYYY-MM) is its first day."""
        text = self.text(column)
        hint = "Write YYYY-MM-DD, or YYYY-MM for a month."
        try:
            found = dt.date.fromisoformat(f"{text}-01" if _MONTH.match(text) else text)
        except ValueError:
            raise self.fault(f"{column} is '{text}', not a date.", hint) from None
        if not _YEARS[0] <= found.year <= _YEARS[1]:
            raise self.fault(f"{column} is '{text}', a year of no bill.", hint)
        return found


def rows(data: bytes, name: str, needed: tuple[str, ...]) -> tuple[tuple[str, ...], list[Row]]:
    """The header and the rows of a CSV; raises :class:`InputError` with file, line and what to do."""
    try:
        return _rows(data, name, needed)
    except csv.Error as error:
        raise InputError(f"{name} is no CSV: {error}.", hint="Look for a cell that is very long.") from error


def _rows(data: bytes, name: str, needed: tuple[str, ...]) -> tuple[tuple[str, ...], list[Row]]:
    mark = _delimiter(data)
    reader = csv.reader(io.StringIO(_decoded(data, name), newline=""), delimiter=mark)
    header = tuple(cell.strip() for cell in next(reader, []))
    if missing := [column for column in needed if column not in header]:
        raise InputError(
            f"{name}, line 1: no column {', '.join(missing)} (found: {', '.join(header) or 'nothing'}).",
            hint=f"The first line must name {', '.join(needed)}.",
        )
    named = tuple(column for column in header if column)
    if len(set(named)) < len(named):
        raise InputError(f"{name}, line 1: a column comes twice.", hint="Rename one of them.")
    return named, list(_read(reader, name, header, semicolons=mark == ";"))


def _read(reader: Iterator[list[str]], name: str, header: tuple[str, ...], *, semicolons: bool) -> Iterator[Row]:
    """The rows; a column without a name may only be empty, as spreadsheets leave them behind."""
    for cells in reader:
        line = int(getattr(reader, "line_num", 0))
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"{name}, line {line}: {len(cells)} cells where the first line names {len(header)} columns.",
                hint="Put quotes around cells that hold a comma.",
            )
        told = [(key, cell.strip() or None) for key, cell in zip(header, cells, strict=True)]
        if nameless := [cell for key, cell in told if cell and not key]:
            raise InputError(
                f"{name}, line {line}: '{nameless[0]}' stands in a column without a name.",
                hint="Name the column in the first line, or empty it.",
            )
        yield Row(name, line, {key: cell for key, cell in told if key}, semicolons)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text.", hint="Save it as CSV UTF-8.") from error


def _delimiter(data: bytes) -> str:
    """Spreadsheets of some countries write semicolons; the first line tells."""
    head = data.split(b"\n", 1)[0]
    return ";" if head.count(b";") > head.count(b",") else ","
