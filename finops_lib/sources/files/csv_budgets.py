"""Budgets that finance keeps as a CSV: a row a budget and month, or a column a month."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from finops_lib.contracts.commercial import Budgets, validate_budgets
from finops_lib.contracts.given import MOST
from finops_lib.core.errors import InputError, UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.sources.files.csv_table import Row, rows

COLUMNS: Final = tuple(Budgets.to_schema().columns)
_TEXT: Final = ("owner", "approved_by", "exception")
_DAYS: Final = ("approved_on", "exception_until")
_MONTH = re.compile(r"\d{4}-\d{2}\Z")


def read_budgets(data: bytes, name: str = "budgets.csv") -> pd.DataFrame:
    """The budgets of a CSV as :class:`~finops_lib.contracts.commercial.Budgets`.

    Long form: ``budget, scope, period, amount, currency`` and, where kept, ``owner, approved_by, approved_on,
    exception, exception_until``. Wide form: months (``2026-03``) as columns in place of ``period, amount``; empty
    cells are no budget. Raises :class:`InputError` with file, line and what to do.
    """
    header, lines = rows(data, name, ("budget", "scope", "currency"))
    months = [column for column in header if _MONTH.match(column)]
    if not months and (missing := {"period", "amount"} - set(header)):
        raise InputError(
            f"{name}, line 1: no column {', '.join(sorted(missing))}, and no months as columns.",
            hint="Name period and amount, or give each month a column such as 2026-03.",
        )
    records = [record for row in lines for record in (_wide(row, months) if months else [_long(row)])]
    frame = pd.DataFrame(records, columns=[*COLUMNS, "line"])
    _once(frame, name)
    return validate_budgets(frame.drop(columns="line"))


def _long(row: Row) -> dict[str, object]:
    return _record(row, row.text("period"), row.number("amount"))


def _wide(row: Row, months: list[str]) -> list[dict[str, object]]:
    return [_record(row, month, row.number(month)) for month in months if row.cells[month] is not None]


def _record(row: Row, period: str, amount: float) -> dict[str, object]:
    try:
        month = str(Period.parse(period))
        scope = str(Scope.parse(row.text("scope")))
    except UsageError as error:
        raise row.fault(error.message, error.hint) from None
    currency = row.text("currency").upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise row.fault(f"currency is '{currency}'.", "Write its three letters, as USD.")
    if amount > MOST:
        raise row.fault(f"the budget of {month} is too large to be one.", "Look for a digit too many.")
    if amount < 0:
        raise row.fault(f"the budget of {month} is below 0.", "Write a limit of 0 or more.")
    known = {"budget": row.text("budget"), "scope": scope, "period": month, "amount": amount, "currency": currency}
    texts = {column: row.cells.get(column) for column in _TEXT}
    days = {column: row.day(column) if row.cells.get(column) else None for column in _DAYS}
    return {**known, **texts, **days, "line": row.line}


def _once(frame: pd.DataFrame, name: str) -> None:
    """A scope has one budget a month: of two nobody can tell whether they add up or watch the same cost."""
    keys = ["scope", "period", "currency"]
    twice = frame[frame.duplicated(keys)]
    if len(twice):
        row = twice.iloc[0]
        same = frame[(frame[keys] == row[keys]).all(axis=1)]
        places = " and ".join(str(line) for line in dict.fromkeys(same["line"]))
        raise InputError(
            f"{name}, lines {places}: {row['scope']} has {len(same)} budgets for {row['period']}.",
            hint="Keep the line that holds, or write one line with their sum.",
        )
