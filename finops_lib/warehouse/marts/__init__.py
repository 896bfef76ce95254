"""The marts: small tables that analyses read, one portable SELECT a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.warehouse.relation import literal, quoted
from finops_lib.warehouse.templates import fill, texts

_FOLDER = Path(__file__).parent
_NO_TEXT = "CAST(NULL AS VARCHAR)"

NAMES: Final = (
    "charge_daily",
    "cost_daily",
    "cost_monthly",
    "resource_monthly",
    "commitment_hourly",
    "commitment_monthly",
    "tag_monthly",
)
"""In the order of building: a mart may read those before it."""


def select(name: str, tags: Sequence[str]) -> str:
    """A mart's SELECT for these policy tag keys."""
    path = _FOLDER / f"{name}.sql"
    if name != "tag_monthly":
        return fill(path, {"tags": "".join(f",\n  {quoted(TAG_PREFIX + key)}" for key in tags)})
    if not tags:
        return f"SELECT * FROM ({fill(path, {'key': _NO_TEXT, 'column': _NO_TEXT})}) WHERE false"
    keyed = [fill(path, {"key": literal(key), "column": quoted(TAG_PREFIX + key)}) for key in tags]
    order = '"x_tag_key", "SubAccountId", "ServiceName", "x_charge_kind", "x_tag_value", "BillingCurrency"'
    return f"SELECT * FROM ({' UNION ALL '.join(keyed)}) ORDER BY {order}"


def fingerprint() -> dict[str, str]:
    """The text of every mart, for build ids."""
    return texts(_FOLDER)
