"""Do the canonical totals equal the source's, and do the bill's own identities hold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa

from finops_lib.contracts.focus import TOLERANCE
from finops_lib.warehouse.profile import ProfileLine

InvoiceStatus = Literal["final", "open", "unknown"]

SELECT: Final = """
WITH source AS (
  SELECT account, currency, sum(rows) AS rows, sum(billed) AS billed, max(account_name) AS name,
    min(payer) AS payer, CAST(min(period) || '-01' AS DATE) AS period
  FROM profile_lines GROUP BY account, currency
),
canonical AS (
  SELECT "SubAccountId", "BillingCurrency", min("BillingPeriodStart") AS "BillingPeriodStart",
    min("BillingAccountId") AS "BillingAccountId", CAST(sum("x_rows") AS BIGINT) AS rows,
    coalesce(sum("BilledCost"), 0) AS "BilledCost",
    sum("EffectiveCost") AS "EffectiveCost", sum("ListCost") AS "ListCost", sum("ContractedCost") AS "ContractedCost"
  FROM charge_daily GROUP BY "SubAccountId", "BillingCurrency"
)
SELECT
  coalesce("BillingPeriodStart", source.period) AS "BillingPeriodStart",
  coalesce("BillingAccountId", source.payer) AS "BillingAccountId",
  coalesce("SubAccountId", account) AS "SubAccountId",
  source.name AS "SubAccountName", coalesce("BillingCurrency", currency) AS "BillingCurrency",
  CAST(coalesce(source.rows, 0) AS BIGINT) AS source_rows,
  CAST(coalesce(canonical.rows, 0) AS BIGINT) AS canonical_rows,
  coalesce(source.billed, 0) AS source, coalesce("BilledCost", 0) AS canonical,
  coalesce("BilledCost", 0) - coalesce(source.billed, 0) AS difference,
  "EffectiveCost", "ListCost", "ContractedCost"
FROM source FULL JOIN canonical
  ON account IS NOT DISTINCT FROM "SubAccountId" AND currency IS NOT DISTINCT FROM "BillingCurrency"
ORDER BY "SubAccountId", "BillingCurrency"
"""

# Billed cost of a whole month is its amortized cost, less what was paid in other months, plus what was paid ahead.
# It binds a commitment only where the bill holds its fees: a member account's own bill has used hours without them.
_IDENTITY: Final = """
WITH charges AS (
  SELECT *, CASE
    WHEN starts_with("x_line_item_type", 'SavingsPlan') THEN 'Savings Plan'
    WHEN "x_line_item_type" IN ('DiscountedUsage', 'RIFee') THEN 'Reserved Instance'
  END AS kind
  FROM charge_daily
),
named AS (
  SELECT *, CASE
    WHEN kind IS NULL THEN 'no commitment' ELSE coalesce("CommitmentDiscountId", kind || ' without an id')
  END AS id
  FROM charges
)
SELECT
  id,
  coalesce(sum("x_residual"), 0) AS residual,
  coalesce(sum("EffectiveCost"), 0) AS amortized,
  kind IS NULL OR bool_or("x_line_item_type" IN ('SavingsPlanRecurringFee', 'RIFee')) AS binding,
  bool_or("CommitmentDiscountStatus" = 'Used') AS used,
  CAST(sum("x_rows") AS BIGINT) AS rows,
  string_agg(DISTINCT "x_line_item_type", ', ' ORDER BY "x_line_item_type") AS types
FROM named
GROUP BY id, kind
ORDER BY id
"""


_GROUP: Final = ("id", "residual", "amortized", "binding", "used", "rows", "types")


def fingerprint() -> list[str]:
    """The text of the checks, for build ids."""
    return [SELECT, _IDENTITY]


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


def identity(
    connection: duckdb.DuckDBPyConnection, lines: Sequence[ProfileLine], status: InvoiceStatus
) -> dict[str, Any]:
    """The residual of a CUR month's amortization identity, and the commitments that it does not close for.

    ``broken``: it had to hold (the month is final, every value could be read) and does not.
    """
    groups = [dict(zip(_GROUP, row, strict=True)) for row in connection.execute(_IDENTITY).fetchall()]
    closing = [group for group in groups if group["binding"]]
    off = sorted(filter(_is_off, closing), key=lambda group: -abs(group["residual"]))
    residual = sum((group["residual"] for group in closing), Decimal(0))
    unread = sum(line.unamortized + line.costless for line in lines)
    return {
        "checked": True,
        "residual": str(residual),
        "broken": bool(off) and abs(residual) > TOLERANCE and status != "open" and not unread,
        "failing": [
            {"commitment": group["id"], **{key: str(group[key]) for key in ("types", "rows", "residual")}}
            for group in off[:6]
        ],
        "fees_elsewhere": sum(1 for group in groups if group["used"] and not group["binding"]),
    }


def _is_off(group: dict[str, Any]) -> bool:
    """More than a cent, and more than the half percent by which AWS's own rounding may miss a commitment."""
    return bool(abs(group["residual"]) > max(TOLERANCE, abs(group["amortized"]) / 200))


NO_IDENTITY: Final = {"checked": False, "residual": "0", "broken": False, "failing": [], "fees_elsewhere": 0}
"""What stands in a FOCUS month's record: such exports do not carry the amounts that the identity needs."""


def invoice_status(lines: Sequence[ProfileLine]) -> InvoiceStatus:
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
