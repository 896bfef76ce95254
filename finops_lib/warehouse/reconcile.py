"""Do the canonical totals equal the source's, and do the bill's own identities hold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa

from finops_lib.warehouse.profile import ProfileLine

TOLERANCE: Final = Decimal("0.01")

SELECT: Final = """
WITH source AS (
  SELECT account, currency, sum(rows) AS rows, sum(billed) AS billed, max(account_name) AS name
  FROM profile_lines GROUP BY account, currency
),
canonical AS (
  SELECT "SubAccountId", "BillingCurrency", min("BillingPeriodStart") AS "BillingPeriodStart",
    min("BillingAccountId") AS "BillingAccountId", count(*) AS rows, coalesce(sum("BilledCost"), 0) AS "BilledCost",
    sum("EffectiveCost") AS "EffectiveCost", sum("ListCost") AS "ListCost", sum("ContractedCost") AS "ContractedCost"
  FROM cost GROUP BY "SubAccountId", "BillingCurrency"
)
SELECT
  "BillingPeriodStart", "BillingAccountId", coalesce("SubAccountId", account) AS "SubAccountId",
  source.name AS "SubAccountName", coalesce("BillingCurrency", currency) AS "BillingCurrency",
  source.rows AS source_rows, canonical.rows AS canonical_rows,
  coalesce(source.billed, 0) AS source, coalesce("BilledCost", 0) AS canonical,
  coalesce("BilledCost", 0) - coalesce(source.billed, 0) AS difference,
  "EffectiveCost", "ListCost", "ContractedCost"
FROM source FULL JOIN canonical
  ON account IS NOT DISTINCT FROM "SubAccountId" AND currency IS NOT DISTINCT FROM "BillingCurrency"
ORDER BY "SubAccountId", "BillingCurrency"
"""

# Billed cost of a whole month is its amortized cost, less what was paid in other months, plus what was paid ahead.
_IDENTITY: Final = """
SELECT {key}
  coalesce(sum("BilledCost"), 0) - coalesce(sum("EffectiveCost" - "x_net_discount"), 0)
    - coalesce(sum("x_true_up"), 0) - coalesce(sum("x_upfront_fee"), 0) AS residual
FROM cost WHERE "BilledCost" IS NOT NULL AND "EffectiveCost" IS NOT NULL
"""


def register_profile(connection: duckdb.DuckDBPyConnection, lines: Sequence[ProfileLine]) -> None:
    """Make the profile a table: one row a payer, month, account, currency and type, files added up."""
    table = pa.Table.from_pylist([asdict(line) for line in lines], schema=_schema())
    connection.register("profile_arrow", table)
    sums = ", ".join(f"CAST(sum({name}) AS {kind}) AS {name}" for name, kind in _SUMMED.items())
    connection.execute(
        f"CREATE TEMP TABLE profile_lines AS SELECT payer, period, account, currency, type, {sums}, "
        "max(last) AS last, max(account_name) AS account_name, max(payer_name) AS payer_name, "
        "list_sort(list_distinct(flatten(list(invoices)))) AS invoices "
        "FROM profile_arrow GROUP BY payer, period, account, currency, type ORDER BY account, currency, type"
    )


def identity(connection: duckdb.DuckDBPyConnection, lines: Sequence[ProfileLine]) -> dict[str, Any]:
    """The residual of a CUR month's amortization identity, and the charges that it sits in where it is not zero."""
    residual = Decimal(connection.execute(_IDENTITY.format(key="")).fetchall()[0][0])
    unread = sum(line.unamortized + line.costless for line in lines)
    failing: list[dict[str, str]] = []
    if abs(residual) > TOLERANCE:
        key = "coalesce(\"CommitmentDiscountId\", 'no commitment') AS id, count(*) AS rows,"
        types = 'string_agg(DISTINCT "x_line_item_type", \', \' ORDER BY "x_line_item_type") AS types,'
        rows = connection.execute(
            _IDENTITY.format(key=key + types) + "GROUP BY 1 HAVING residual <> 0 ORDER BY abs(residual) DESC, 1 LIMIT 6"
        ).fetchall()
        failing = [{"commitment": r[0], "rows": str(r[1]), "types": str(r[2]), "residual": str(r[3])} for r in rows]
    return {"checked": True, "residual": str(residual), "failing": failing, "unread_rows": unread}


NO_IDENTITY: Final = {"checked": False, "residual": "0", "failing": [], "unread_rows": 0}
"""What stands in a FOCUS month's record: such exports do not carry the amounts that the identity needs."""


def invoice_status(lines: Sequence[ProfileLine]) -> Literal["final", "open"]:
    """Final once every charge carries an invoice number."""
    numbered = any(line.invoices for line in lines)
    return "final" if numbered and not any(line.uninvoiced for line in lines) else "open"


_SUMMED: Final = {
    "rows": "BIGINT",
    "billed": "DECIMAL(38, 12)",
    "costless": "BIGINT",
    "split": "BIGINT",
    "outside": "BIGINT",
    "outside_billed": "DECIMAL(38, 12)",
    "uninvoiced": "BIGINT",
    "netted": "BIGINT",
    "discounted": "DECIMAL(38, 12)",
    "unamortized": "BIGINT",
    "unpriced": "BIGINT",
    "unreadable": "BIGINT",
}


def _schema() -> pa.Schema:
    texts = ("payer", "period", "account", "currency", "type", "last", "account_name", "payer_name")
    numbers = [
        (name, pa.decimal128(38, 12) if kind.startswith("DEC") else pa.int64()) for name, kind in _SUMMED.items()
    ]
    return pa.schema([(name, pa.string()) for name in texts] + numbers + [("invoices", pa.list_(pa.string()))])
