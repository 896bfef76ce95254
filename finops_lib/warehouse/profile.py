"""What a landed file holds, counted from its own columns: the second route that every total is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import duckdb

from finops_lib.contracts.focus import MONEY
from finops_lib.core.counted import counted
from finops_lib.core.errors import SchemaMismatch
from finops_lib.core.hashing import short_id
from finops_lib.core.periods import Period
from finops_lib.warehouse.canonical import cur_columns, focus_columns
from finops_lib.warehouse.connection import readable
from finops_lib.warehouse.dialects import Dialect
from finops_lib.warehouse.relation import SourceFile, projection, scans
from finops_lib.warehouse.templates import fill, texts

_SQL = Path(__file__).parent / "canonical"


@dataclass(frozen=True)
class ProfileLine:
    """The rows of one payer, month, account, currency and line item type in one file; ``billed`` is exact."""

    payer: str | None
    period: str
    account: str | None
    currency: str | None
    type: str | None
    rows: int
    billed: Decimal
    costless: int
    split: int
    outside: int
    outside_billed: Decimal
    uninvoiced: int
    invoices: tuple[str, ...]
    last: str | None
    account_name: str | None
    payer_name: str | None
    netted: int
    discounted: Decimal
    unamortized: int
    unpriced: int
    unreadable: int

    def to_dict(self) -> dict[str, Any]:
        """JSON form; money as text, so that no digit is lost."""
        return {key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, form: dict[str, Any]) -> Self:
        """The reverse of :meth:`to_dict`."""
        money = {field.name for field in fields(cls) if field.type == "Decimal"}
        values = {key: Decimal(value) if key in money else value for key, value in form.items()}
        return cls(**values | {"invoices": tuple(form["invoices"])})


@dataclass(frozen=True)
class Unreadable:
    """A numeric column with cells that are no number: how many, and one of them."""

    column: str
    cells: int
    example: str


def fingerprint() -> str:
    """Names the way of counting: a file that was counted another way is counted again."""
    return short_id([texts(_SQL), sorted(field.name for field in fields(ProfileLine))])


def needs(dialect: Dialect) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The columns that a dialect's canonical SELECT reads, and older spellings of some."""
    return (focus_columns.NEEDS, {}) if dialect.is_focus else (cur_columns.NEEDS, cur_columns.ALIASES)


def profile(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> tuple[ProfileLine, ...]:
    """Count one file. Raises :class:`SchemaMismatch` where a row lacks its billing month or the file is damaged."""
    columns, aliases = needs(file.dialect)
    sample, scan = scans([file])[0]
    source = (
        f"SELECT {projection(sample, columns, aliases)}, {_unreadable(sample, columns)} AS x_unreadable FROM {scan}"
    )
    query = fill(_SQL / ("focus_profile.sql" if file.dialect.is_focus else "cur_profile.sql"), {"source": source})
    with readable(file.name):
        result = connection.execute(query)
        names = [column[0] for column in result.description or ()]
        lines = tuple(_line(dict(zip(names, row, strict=True)), file.name) for row in result.fetchall())
    return tuple(
        sorted(
            lines,
            key=lambda line: tuple(
                str(part) for part in (line.payer, line.period, line.account, line.currency, line.type)
            ),
        )
    )


def unreadable_columns(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> tuple[Unreadable, ...]:
    """Which numeric columns hold what is no number; asked only of files that have some."""
    columns, _ = needs(file.dialect)
    sample, scan = scans([file])[0]
    found = []
    for name, reference in _doubtful(sample, columns):
        test = _is_unreadable(sample, name, columns[name], reference)
        with readable(file.name):
            cells, example = connection.execute(
                f"SELECT count(*) FILTER ({test}), min({reference}) FILTER ({test}) FROM {scan}"  # WHERE loses NaN
            ).fetchall()[0]
        if cells:
            found.append(Unreadable(name, cells, str(example)[:40]))
    return tuple(found)


def content(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> tuple[object, ...]:
    """Equal for files that hold the same rows, however they are ordered or wrapped."""
    _, scan = scans([file])[0]
    columns = ", ".join(file.columns.values())
    with readable(file.name):
        found = connection.execute(
            f"SELECT count(*), bit_xor(hash({columns})), sum(hash({columns})) FROM {scan}"
        ).fetchall()
    return (*file.container.header, *found[0])


def _line(values: dict[str, Any], where: str) -> ProfileLine:
    if values["period"] is None:
        raise SchemaMismatch(
            f"{where} has {counted(values['rows'], 'row')} without a readable billing period.",
            hint="Pull the export as AWS delivers it.",
        )
    last = values["last"]
    return ProfileLine(
        **values
        | {
            "period": str(Period.of(values["period"])),
            "last": last.date().isoformat() if last else None,
            "invoices": tuple(invoice for invoice in values["invoices"] if invoice is not None),
        }
    )


def _unreadable(sample: SourceFile, columns: dict[str, str]) -> str:
    tests = [_is_unreadable(sample, name, columns[name], found) for name, found in _doubtful(sample, columns)]
    return " + ".join(f"CAST({test} AS INTEGER)" for test in tests) or "0"


def _is_unreadable(sample: SourceFile, name: str, kind: str, reference: str) -> str:
    given = f"{reference} IS NOT NULL" + (f" AND {reference} <> ''" if sample.is_text(name.lower()) else "")
    return f"({given} AND TRY_CAST({reference} AS {kind}) IS NULL)"


def _doubtful(sample: SourceFile, columns: dict[str, str]) -> Sequence[tuple[str, str]]:
    """The columns that may hold what is no number: numbers that arrive as text, and costs, which may be infinite."""
    present = sample.columns
    return [
        (name, present[name.lower()])
        for name, kind in columns.items()
        if name.lower() in present and (kind == MONEY or (kind == "DOUBLE" and sample.is_text(name.lower())))
    ]
