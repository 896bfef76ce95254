"""Landed files of one payer's month as the canonical Cost table: the dialect's SELECT with its holes filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from finops_lib.contracts.focus import COST_COLUMNS, TAG_PREFIX
from finops_lib.core.errors import ContractError
from finops_lib.core.hashing import short_id
from finops_lib.core.periods import Period
from finops_lib.warehouse import tags
from finops_lib.warehouse.profile import ProfileLine, Unreadable, needs
from finops_lib.warehouse.relation import SourceFile, literal, map_text, projection, quoted, scans, text
from finops_lib.warehouse.templates import fill, texts

_SQL: Final = Path(__file__).parent / "canonical"
_RESERVATIONS: Final = frozenset({"DiscountedUsage"})
_SAVINGS_PLANS: Final = frozenset({"SavingsPlanCoveredUsage", "SavingsPlanRecurringFee"})


@dataclass(frozen=True)
class Delivery:
    """The files that make one payer's month, and what they hold; ``alone``: they hold nothing else."""

    payer: str | None
    period: Period
    files: tuple[SourceFile, ...]
    lines: tuple[ProfileLine, ...]
    unreadable: tuple[Unreadable, ...]
    alone: bool

    @property
    def snapshot(self) -> str:
        """Names the delivery by its bytes."""
        return short_id([self.payer, str(self.period), sorted(file.sha256 for file in self.files)])

    @property
    def is_focus(self) -> bool:
        """Whether the files speak FOCUS; all files of a delivery speak one dialect."""
        return self.files[0].dialect.is_focus

    @property
    def is_net(self) -> bool:
        """Whether the month carries private discounts in its net columns."""
        return any(line.netted for line in self.lines)

    @property
    def tells_invoices(self) -> bool:
        """Whether the export has a column for invoice numbers at all."""
        column = "invoiceid" if self.is_focus else "bill_invoice_id"
        return any(column in file.columns for file in self.files)

    @property
    def amortizes_savings_plans(self) -> bool:
        """False where covered usage carries no amortized value at all: then effective cost is as billed."""
        return _amortizes(self.lines, _SAVINGS_PLANS)

    @property
    def amortizes_reservations(self) -> bool:
        """The same for Reserved Instances."""
        return _amortizes(self.lines, _RESERVATIONS)


def fingerprint() -> dict[str, str]:
    """The text of every canonical SELECT, for build ids."""
    return texts(_SQL)


def cost_select(delivery: Delivery, plan: tags.TagPlan, services: Path) -> str:
    """The SELECT that gives the month's canonical rows from its landed files and the product names in ``services``."""
    name = "focus_native.sql" if delivery.is_focus else "cur_to_focus.sql"
    return fill(_SQL / name, _holes(delivery, plan) | {"services": f"read_parquet({literal(str(services))})"})


SKUS: Final = (
    'SELECT sku AS "SkuId", code AS "x_ServiceCode", attributes FROM products WHERE sku IS NOT NULL ORDER BY sku, code'
)
"""The price list items of the month with the product attributes that their rows share."""

# A code's rows without a name (taxes, fees) take the name that most of its rows carry.
SERVICES: Final = (
    "SELECT code, arg_max(name, (n, name)) AS name FROM "
    "(SELECT code, name, sum(n) AS n FROM products WHERE name IS NOT NULL GROUP BY code, name) "
    "GROUP BY code ORDER BY code"
)
"""Product codes with the names that people know."""


def make_products(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Make the small table that :data:`SKUS` and :data:`SERVICES` are told from."""
    selects = [select for sample, scan in scans(delivery.files) for select in _products(sample, scan)]
    connection.execute(
        "CREATE TEMP TABLE products AS SELECT *, coalesce(loose_name, NULLIF(attributes['product_name'], '')) AS name "
        "FROM (SELECT code, sku, loose_name, max(attributes) AS attributes, sum(n) AS n "
        f"FROM ({' UNION ALL '.join(selects)}) GROUP BY code, sku, loose_name)"
    )
    _look_again(connection, delivery)


def _look_again(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """SKUs whose first rows tell no name take it, with their attributes, from whichever of their rows does."""
    lacking = "SELECT sku FROM products WHERE sku IS NOT NULL AND name IS NULL"
    scanned = [(sample, scan, map_text(sample, "product")) for sample, scan in scans(delivery.files)]
    selects = [
        f"SELECT {_code(sample)} AS code, {_sku(sample)} AS sku, {product} AS attributes "
        f"FROM {scan} WHERE {_sku(sample)} IN ({lacking})"
        for sample, scan, product in scanned
        if product
    ]
    if selects and connection.execute(f"SELECT 1 FROM ({lacking}) LIMIT 1").fetchone():
        connection.execute(
            "UPDATE products SET attributes = told.attributes, name = NULLIF(told.attributes['product_name'], '') FROM "
            "(SELECT code, sku, arg_max(attributes, (coalesce(attributes['product_name'], '') <> '', attributes)) "
            f"AS attributes FROM ({' UNION ALL '.join(selects)}) WHERE cardinality(attributes) > 0 GROUP BY code, sku) "
            "AS told WHERE products.sku = told.sku AND products.code IS NOT DISTINCT FROM told.code AND name IS NULL"
        )


def check_columns(connection: duckdb.DuckDBPyConnection, plan: tags.TagPlan) -> None:
    """Raise :class:`ContractError` unless the view ``cost`` has the contract's columns and types."""
    got = {row[0]: row[1].replace(",", ", ") for row in connection.execute("DESCRIBE cost").fetchall()}
    want = COST_COLUMNS | {TAG_PREFIX + key: "VARCHAR" for key in plan.keys}
    if got != want:
        differing = sorted(set(got.items()) ^ set(want.items()))
        raise ContractError(f"The canonical table has other columns than its contract: {differing[:4]}.")


def _amortizes(lines: Sequence[ProfileLine], types: frozenset[str]) -> bool:
    mine = [line for line in lines if line.type in types]
    rows = sum(line.rows for line in mine)
    return not rows or sum(line.unamortized for line in mine) < rows


def _source(delivery: Delivery, plan: tags.TagPlan) -> str:
    columns, aliases = needs(delivery.files[0].dialect)
    selects = []
    for sample, scan in scans(delivery.files):
        extra = "".join(f", {sql} AS {quoted(name)}" for name, sql in tags.select_items(sample, plan).items())
        selects.append(f"SELECT {projection(sample, columns, aliases)}{extra} FROM {scan}")
    return " UNION ALL ".join(selects)


def _holes(delivery: Delivery, plan: tags.TagPlan) -> dict[str, str]:
    return {
        "source": _source(delivery, plan),
        "net": str(delivery.is_net).upper(),
        "sp": str(delivery.amortizes_savings_plans).upper(),
        "ri": str(delivery.amortizes_reservations).upper(),
        "snapshot": literal(delivery.snapshot),
        "tags": "".join(f",\n  {quoted(TAG_PREFIX + key)}" for key in plan.keys),
        "where": "" if delivery.alone else _only(delivery),
    }


def _only(delivery: Delivery) -> str:
    payer, start = "bill_payer_account_id", "bill_billing_period_start_date"
    if delivery.is_focus:
        payer, start = "BillingAccountId", "BillingPeriodStart"
    mine = f"= {literal(delivery.payer)}" if delivery.payer is not None else "IS NULL"
    first, last = delivery.period.start.isoformat(), delivery.period.end.isoformat()
    return f"WHERE {quoted(payer)} {mine} AND {quoted(start)} >= DATE '{first}' AND {quoted(start)} < DATE '{last}'"


def _products(sample: SourceFile, scan: str) -> list[str]:
    """Rows of product code and SKU. A SKU's attributes are its own; rows without a SKU are told apart by name."""
    code, sku = _code(sample), _sku(sample)
    if product := map_text(sample, "product"):
        return _mapped_products(scan, code, sku, text(sample, "line_item_line_item_type"), product)
    name, attributes = "CAST(NULL AS VARCHAR)", "CAST(NULL AS MAP(VARCHAR, VARCHAR))"
    if not sample.dialect.is_focus:
        flat = [name for name in sample.columns if name.startswith("product_")]
        keys = ", ".join(literal(name.removeprefix("product_")) for name in flat)
        values = ", ".join(f"max({text(sample, name)})" for name in flat)
        attributes = f"map([{keys}]::VARCHAR[], [{values}]::VARCHAR[])"
        name = f"CASE WHEN {sku} IS NULL THEN {text(sample, 'product_product_name')} END"
    return [
        f"SELECT {code} AS code, {sku} AS sku, {name} AS loose_name, {attributes} AS attributes, count(*) AS n "
        f"FROM {scan} GROUP BY 1, 2, 3"
    ]


def _code(sample: SourceFile) -> str:
    return text(sample, "x_servicecode" if sample.dialect.is_focus else "line_item_product_code")


def _sku(sample: SourceFile) -> str:
    return text(sample, "skuid" if sample.dialect.is_focus else "product_sku")


def _mapped_products(scan: str, code: str, sku: str, kind: str, product: str) -> list[str]:
    """The same from a map, which is dear to read: of each SKU and line item type the first row is enough."""
    first = f"SELECT min(file_row_number) FROM {scan} WHERE {sku} IS NOT NULL GROUP BY filename, {code}, {sku}, {kind}"
    return [
        f"SELECT {code} AS code, {sku} AS sku, CAST(NULL AS VARCHAR) AS loose_name, "
        f"CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS attributes, count(*) AS n "
        f"FROM {scan} WHERE {sku} IS NOT NULL GROUP BY 1, 2",
        f"SELECT {code}, {sku}, NULL, {product}, 0 FROM {scan} "
        f"WHERE {sku} IS NOT NULL AND file_row_number IN ({first})",
        f"SELECT {code}, {sku}, NULLIF({product}['product_name'], ''), NULL, count(*) "
        f"FROM {scan} WHERE {sku} IS NULL GROUP BY 1, 2, 3",
    ]
