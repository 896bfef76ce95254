"""The ledger of savings as a CSV that a person can edit and a repository can compare: sorted, one form a value."""

from __future__ import annotations

import csv
import difflib
import io
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd

from finops_lib.contracts.given import MOST
from finops_lib.contracts.ledger import (
    AMOUNTS,
    COLUMNS,
    DAYS,
    IN_ORDER,
    NEEDED,
    STATUSES,
    empty,
    identity,
    ledger_of,
    records_of,
    validate_ledger,
)
from finops_lib.core import locks
from finops_lib.core.errors import ContractError, SourceError
from finops_lib.core.files import write_atomic
from finops_lib.sources.files.csv_table import Row, rows

REQUIRED: Final = ("id", "status", "opportunity", "account", "resource", "component", "expected", "currency")
"""The columns that a file must have; the others are empty where it lacks them."""

_ACCOUNT_DIGITS: Final = 12


def load(path: Path) -> pd.DataFrame:
    """The ledger in a file; no rows where there is no file yet."""
    try:
        return read_ledger(path.read_bytes(), path.name)
    except FileNotFoundError:
        return empty()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def edit(
    path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], *, waiting: Callable[[], None] = lambda: None
) -> pd.DataFrame:
    """Read a ledger, change it and write it in one step, while nobody else does.

    Raises :class:`ContractError` for a change that would lose a row; the file then stands as it was.
    """
    with locks.held(path.with_name(f".{path.name}.lock"), waiting=waiting):
        before = load(path)
        after = change(before)
        if lost := set(before["id"]) - set(after["id"]):
            raise ContractError(f"The change would lose {len(lost)} rows of {path.name}.", hint="Nothing was written.")
        content = ledger_bytes(after)
        if not path.is_file() or path.read_bytes() != content:
            write_atomic(path, content)
    return after


def ledger_bytes(ledger: pd.DataFrame) -> bytes:
    """A ledger as CSV: by id, money in cents, days as YYYY-MM-DD, lines end in a line feed."""
    columns = [*COLUMNS, *(column for column in ledger if column not in COLUMNS)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for record in records_of(ledger.sort_values("id", kind="stable")):
        writer.writerow([_cell(column, record[column]) for column in columns])
    return out.getvalue().encode()


def read_ledger(data: bytes, name: str = "ledger.csv") -> pd.DataFrame:
    """The ledger of a CSV (contracts/ledger.py); raises :class:`InputError` with file, line and what to do.

    An empty id is made from the item; columns that are not ours stay.
    """
    _, lines = rows(data, name, REQUIRED)
    records = [(row, _record(row)) for row in lines]
    _once(records)
    return validate_ledger(ledger_of(record for _, record in records))


def _record(row: Row) -> dict[str, Any]:
    record: dict[str, Any] = dict(row.cells)
    record |= {"opportunity": row.text("opportunity"), "resource": row.text("resource"), "status": _status(row)}
    record["component"] = row.cells.get("component") or "all"
    record |= {column: row.day(column) if row.cells.get(column) else None for column in DAYS}
    record |= {column: _amount(row, column) for column in AMOUNTS}
    record["currency"] = row.text("currency").upper()
    if not re.fullmatch(r"[A-Z]{3}", record["currency"]):
        raise row.fault(f"currency is '{record['currency']}'.", "Write its three letters, as USD.")
    record["id"], record["account"] = _identity(row, record["component"])
    _bounds(row, record)
    _sound(row, record)
    return record


def _status(row: Row) -> str:
    status = row.text("status").lower()
    if status not in STATUSES:
        near = difflib.get_close_matches(status, STATUSES, n=1)
        meant = f"Did you mean '{near[0]}'? " if near else ""
        raise row.fault(f"status is '{row.text('status')}'.", f"{meant}Known: {', '.join(STATUSES)}.")
    return status


def _amount(row: Row, column: str) -> float | None:
    if row.cells.get(column) is None and column != "expected":
        return None
    amount = row.number(column)
    if abs(amount) > MOST:
        raise row.fault(f"{column} is too large to be a saving.", "Look for a digit too many.")
    return amount


def _identity(row: Row, component: str) -> tuple[str, str]:
    """The id and the account: one that a spreadsheet took the leading zeros off gets them back."""
    account, opportunity, resource = row.text("account"), row.text("opportunity"), row.text("resource")
    given = row.cells.get("id")
    for candidate in (account, account.zfill(_ACCOUNT_DIGITS)):
        made = identity(opportunity, candidate, resource, component)
        if given in (None, made):
            return made, candidate
    raise row.fault(
        f"{given} is not the id of this opportunity, account, resource and component.",
        "Put these cells back as they were, or empty the id to make the line an item of its own.",
    )


def _bounds(row: Row, record: dict[str, Any]) -> None:
    for column in ("low", "high"):
        record[column] = record["expected"] if record[column] is None else record[column]
    if not record["low"] <= record["expected"] <= record["high"]:
        raise row.fault("low, expected and high are not in order.", "Write low ≤ expected ≤ high.")


def _sound(row: Row, record: dict[str, Any]) -> None:
    """A status has the columns that it needs, and one step's day lies not before that of the step before it."""
    for column in NEEDED[record["status"]]:
        if record.get(column) is None:
            raise row.fault(f"status is {record['status']}, and {column} is empty.", "Fill it in, or mend the status.")
    known = [column for column in IN_ORDER if record[column] is not None]
    for earlier, later in itertools.pairwise(known):
        if record[later] < record[earlier]:
            raise row.fault(f"{later} lies before {earlier}.", "Mend one of the two days.")


def _once(records: list[tuple[Row, dict[str, Any]]]) -> None:
    seen: dict[str, int] = {}
    for row, record in records:
        if record["id"] in seen:
            raise row.fault(f"{record['id']} stands in line {seen[record['id']]} already.", "Keep the line that holds.")
        seen[record["id"]] = row.line


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    return f"{value:z.2f}" if column in AMOUNTS else str(value)
