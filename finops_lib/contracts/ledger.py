"""The ledger of savings: what was proposed, who accepted it, what was done, and what the bill says came of it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts.model import Frame, conformed
from finops_lib.core.errors import ContractError
from finops_lib.core.hashing import short_id

Status = Literal["proposed", "accepted", "done", "verified", "reverted", "lapsed", "excluded"]
STATUSES: Final[tuple[Status, ...]] = (
    "proposed",
    "accepted",
    "done",
    "verified",
    "reverted",
    "lapsed",
    "excluded",
)
"""An item's way: the first four one after the other; what was done may be reverted, what was accepted may lapse."""


class Ledger(Frame):
    """A row an item, by id. ``low``, ``expected`` and ``high`` are a month's saving, fixed once it is accepted.

    ``realized`` is a month's saving as measured, null until it was; ``doubt`` says why it may not be one.
    """

    id: Series[str]
    status: Series[str] = pa.Field(isin=STATUSES)
    opportunity: Series[str]
    step: Series[str] = pa.Field(nullable=True)
    account: Series[str]
    region: Series[str] = pa.Field(nullable=True)
    resource: Series[str]
    component: Series[str]
    owner: Series[str] = pa.Field(nullable=True)
    low: Series[float]
    expected: Series[float]
    high: Series[float]
    currency: Series[str] = pa.Field(str_matches=r"^[A-Z]{3}$")
    realized: Series[float] = pa.Field(nullable=True)
    proposed_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    accepted_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    done_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    verified_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    reverted_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    lapsed_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    excluded_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    excluded_until: Series[pd.Timestamp] = pa.Field(nullable=True)
    excluded_by: Series[str] = pa.Field(nullable=True)
    excluded_because: Series[str] = pa.Field(nullable=True)
    doubt: Series[str] = pa.Field(nullable=True)
    note: Series[str] = pa.Field(nullable=True)


COLUMNS: Final = tuple(Ledger.to_schema().columns)
AMOUNTS: Final = ("low", "expected", "high", "realized")
DAYS: Final = tuple(name for name in COLUMNS if name.endswith(("_on", "_until")))

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "proposed": (),
    "accepted": ("accepted_on",),
    "done": ("accepted_on", "done_on"),
    "verified": ("done_on", "verified_on", "realized"),
    "reverted": ("done_on", "reverted_on"),
    "lapsed": ("accepted_on", "lapsed_on"),
    "excluded": ("excluded_because",),
}
"""The columns that a status cannot stand without."""

IN_ORDER: Final = ("proposed_on", "accepted_on", "done_on", "verified_on", "reverted_on")


def identity(opportunity: str, account: str, resource: str, component: str) -> str:
    """An item's id: the same whenever the same thing is found. The letter keeps spreadsheets from reading a number."""
    return f"s{short_id([opportunity, account, resource, component])[:9]}"


def empty() -> pd.DataFrame:
    """A ledger without items."""
    return ledger_of(())


def ledger_of(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Records as a ledger, by id; columns that are not ours stay, after ours.

    Raises :class:`ContractError` for an id that comes twice.
    """
    rows = sorted((dict(record) for record in records), key=lambda row: str(row["id"]))
    ids = [row["id"] for row in rows]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_, following in itertools.pairwise(ids) if id_ == following)
        raise ContractError(f"The ledger holds {twice} twice.", hint="Keep one of the rows.")
    more = dict.fromkeys(key for row in rows for key in row if key not in COLUMNS)
    return pd.DataFrame({key: _column(key, [row.get(key) for row in rows]) for key in (*COLUMNS, *more)})


def records_of(ledger: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a ledger as dictionaries: days as dates, what is missing as None."""
    rows = ledger.to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def _column(name: str, values: list[Any]) -> pd.Series[Any]:
    if name in DAYS:
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"))).astype("datetime64[ns]")
    if name in AMOUNTS:
        return pd.Series(values, dtype="float64")
    return pd.Series([None if pd.isna(value) else str(value) for value in values], dtype="str")


def validate_ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as :class:`Ledger`; raises :class:`ContractError` that names the fault."""
    try:
        return conformed(Ledger, frame)
    except (SchemaError, SchemaErrors) as error:
        raise ContractError(
            f"The ledger breaks its contract: {str(error).splitlines()[0]}", hint="Read it again from its file."
        ) from error
