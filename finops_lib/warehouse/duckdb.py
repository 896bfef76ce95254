"""The embedded engine: marts and canonical rows straight from Parquet files, no server, no database file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.warehouse import marts
from finops_lib.warehouse.catalog import Build, Catalog
from finops_lib.warehouse.connection import connect, readable, translate
from finops_lib.warehouse.relation import literal

TABLES: Final = ("cost", *marts.NAMES, "sku", "reconciliation", "profile")
_ACCOUNT: Final = {"profile": "account", "sku": None}
_COLUMNS: Final = {"accounts": 'SELECT "BillingPeriodStart", "SubAccountId", "SubAccountName", "BillingCurrency"'}
_SUMS: Final = (
    'SELECT "BillingPeriodStart", "BillingAccountId", CAST(sum(source_rows) AS BIGINT), CAST(sum(canonical) AS DOUBLE)'
)


class DuckDBEngine:
    """Reads the standing builds of a warehouse folder."""

    def __init__(self, warehouse: Path) -> None:
        self._catalog = Catalog.load(warehouse)
        self._catalog.require_current()
        self._held = ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def read(self, mart: str, scope: Scope, periods: Sequence[Period]) -> pd.DataFrame:
        """A mart's rows of these months within the scope; money as float64, missing values null."""
        builds = _visible(self._catalog.of(periods), scope)
        if not builds:
            return pd.DataFrame()
        with readable(f"The mart {mart}"):
            connection = self._opened()
            if mart == "snapshots":
                select = f"{_SUMS} FROM ({_select('reconciliation', scope, builds)}) GROUP BY 1, 2"
                return _snapshots(builds, connection.execute(select).fetchall())
            source = "reconciliation" if mart == "accounts" else mart
            return connection.execute(
                f"{_COLUMNS.get(mart, 'SELECT *')} FROM ({_select(source, scope, builds)})"
            ).fetch_df()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        """One connection for all marts: to open one takes as long as to read a mart."""
        if self._connection is None:
            self._connection = self._held.enter_context(connect())
        return self._connection

    def sql(self, query: str, scope: Scope) -> pd.DataFrame:
        """The answer to a free query over :data:`TABLES`, whose views hold the scope's rows of all months held.

        The query runs with the rights of whoever asks: DuckDB's own file functions are not fenced off.
        Raises :class:`UsageError` with DuckDB's own complaint where the query is wrong.
        """
        with connect() as connection:
            builds = _visible(self._catalog.builds, scope)
            with readable("The warehouse"):
                for table in TABLES if builds else ():
                    connection.execute(f"CREATE VIEW {table} AS {_select(table, scope, builds)}")
            try:
                answer = connection.execute(query)
            except duckdb.IOException as error:
                raise translate(error, "The warehouse") from error
            except duckdb.Error as error:
                raise UsageError(f"The query fails: {error}\n", hint=f"Tables: {', '.join(TABLES)}.") from error
            if answer is None or answer.description is None:
                raise UsageError("The query is empty.", hint=f"Tables: {', '.join(TABLES)}.")
            return answer.fetch_df()


def _select(table: str, scope: Scope, builds: Sequence[Build]) -> str:
    # Months differ in their tag columns: by name, an absent one is null.
    if table == "cost":
        select = " UNION ALL BY NAME ".join(f"SELECT * FROM ({build.cost_select()})" for build in builds)
        select = f"SELECT * FROM ({select})"
    else:
        files = ", ".join(literal(str(build.table(table))) for build in builds)
        select = f"SELECT * FROM read_parquet([{files}], union_by_name = true)"
    column = _ACCOUNT.get(table, "SubAccountId")
    if scope.account is None or column is None:
        return select
    return f'{select} WHERE "{column}" = {literal(scope.account)}'


def _visible(builds: Sequence[Build], scope: Scope) -> Sequence[Build]:
    """An account sees the bills of the payers that it had charges under, and no other payer's."""
    if scope.account is None:
        return builds
    payers = {
        build.record["payer"] for build in builds if scope.account in {id_ for id_, _ in build.record["accounts"]}
    }
    return [build for build in builds if build.record["payer"] in payers]


def _snapshots(builds: Sequence[Build], sums: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The standing deliveries as a frame (contracts/marts.py, Snapshots); rows and billed cost are the scope's own."""
    found = {(str(Period.of(month)), payer): (rows, billed) for month, payer, rows, billed in sums}
    none = (0, 0.0)
    return pd.DataFrame(
        [_snapshot(build.record, *found.get((str(build.period), build.record["payer"]), none)) for build in builds]
    )


def _snapshot(record: Mapping[str, Any], rows: int, billed: float) -> dict[str, Any]:
    return {
        "snapshot": record["snapshot"],
        "period": record["period"],
        "format": record["format"],
        "files": len(record["files"]),
        "rows": rows,
        "BilledCost": billed,
        "invoice_status": record["invoice_status"],
        "invoices": tuple(record["invoices"]),
        "last_day": record["last_day"],
        "net": record["net"],
        "amortizes_savings_plans": record["amortizes"]["savings_plans"],
        "amortizes_reservations": record["amortizes"]["reservations"],
        "identity_residual": float(record["identity"]["residual"]),
        "identity_failing": tuple(record["identity"]["failing"]),
        "identity_broken": record["identity"]["broken"],
        "fees_elsewhere": record["identity"]["fees_elsewhere"],
        "tag_keys": tuple(record["tags"]["keys"]),
        "tag_collisions": record["tags"]["collisions"],
        "tags_left_out": tuple(record["tags"]["left_out"]),
        "unreadable": tuple(record["unreadable"]),
    }
