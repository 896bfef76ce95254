"""Which billing schema a file speaks, told by its column names alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from finops_lib.core.errors import SchemaMismatch

CUR_REQUIRED = (
    "bill_payer_account_id",
    "bill_billing_period_start_date",
    "line_item_usage_account_id",
    "line_item_line_item_type",
    "line_item_usage_start_date",
    "line_item_product_code",
    "line_item_currency_code",
    "line_item_unblended_cost",
)
FOCUS_REQUIRED = (
    "BillingAccountId",
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargeCategory",
    "BillingCurrency",
    "ServiceName",
    "BilledCost",
    "EffectiveCost",
)
# A handful of columns that only one schema has decides; a required one that is missing is then named.
_CUR_SIGNS = {
    "line_item_line_item_type",
    "line_item_unblended_cost",
    "line_item_usage_account_id",
    "bill_payer_account_id",
}
_FOCUS_SIGNS = {"billedcost", "effectivecost", "chargecategory", "billingaccountid", "servicename"}
_CUR2_SIGNS = {"resource_tags", "product", "cost_category", "tags", "discount"}
_CUR2_NAMES = {"line_item_usage_account_name", "bill_payer_account_name"}
_FOCUS_1_2_SIGNS = {
    "invoiceid",
    "servicesubcategory",
    "billingaccounttype",
    "subaccounttype",
    "skumeter",
    "skupricedetails",
    "pricingcurrency",
}
_FOCUS_OLD_SIGNS = {"provider", "publisher", "chargetype", "chargesubcategory", "region", "amortizedcost"}


class Dialect(StrEnum):
    """A billing schema; the value is what reports print."""

    CUR_LEGACY = "legacy CUR"
    CUR_2 = "CUR 2.0"
    FOCUS_1_0 = "FOCUS 1.0"
    FOCUS_1_2 = "FOCUS 1.2"

    @property
    def is_focus(self) -> bool:
        """True for both FOCUS versions."""
        return self in (Dialect.FOCUS_1_0, Dialect.FOCUS_1_2)


def normalize(name: str) -> str:
    """A legacy CUR header in the Athena spelling: ``lineItem/UnblendedCost`` → ``line_item_unblended_cost``.

    An underscore before each capital, lower case, everything else but letters and digits to one underscore.
    """
    spaced = re.sub(r"([A-Z])", r"_\1", name.strip())
    return re.sub(r"[\W_]+", "_", spaced).strip("_").lower()


def recognize(header: Sequence[str], where: str) -> Dialect:
    """The dialect of a file with these columns; ``where`` names the file in the error.

    Raises :class:`SchemaMismatch` for an unknown schema, an ambiguous one, or a missing required column.
    """
    lower = {name.strip().lower() for name in header}
    cur_names = {normalize(name) if "/" in name else name.strip().lower() for name in header}
    is_cur, is_focus = len(cur_names & _CUR_SIGNS) >= 2, len(lower & _FOCUS_SIGNS) >= 3
    if is_cur and is_focus:
        raise SchemaMismatch(f"{where} mixes CUR and FOCUS columns.", hint="Pull the export as AWS delivers it.")
    if is_cur:
        return _cur(header, cur_names, where)
    if is_focus:
        return _focus(lower, where)
    shown = ", ".join(list(header)[:4]) or "none"
    raise SchemaMismatch(
        f"{where} is no billing export that is known here (its first columns: {shown}).",
        hint="Known are legacy CUR, CUR 2.0, FOCUS 1.0 and FOCUS 1.2.",
    )


def _cur(header: Sequence[str], names: set[str], where: str) -> Dialect:
    _require([name for name in CUR_REQUIRED if name not in names], where, "CUR")
    slashed = any("/" in name for name in header)
    flat = any(name.startswith(("resource_tags_", "cost_category_")) for name in names)
    maps = bool(names & _CUR2_SIGNS)
    if (slashed or flat) and maps:
        raise SchemaMismatch(
            f"{where} has tags both as maps (CUR 2.0) and as columns (legacy CUR).",
            hint="Pull the export as AWS delivers it.",
        )
    return Dialect.CUR_2 if maps or (not slashed and names & _CUR2_NAMES) else Dialect.CUR_LEGACY


def _focus(lower: set[str], where: str) -> Dialect:
    if lower & _FOCUS_OLD_SIGNS and not lower & {"providername", "publishername"}:
        raise SchemaMismatch(f"{where} is FOCUS older than 1.0.", hint="Export FOCUS 1.0 or 1.2.")
    _require([name for name in FOCUS_REQUIRED if name.lower() not in lower], where, "FOCUS")
    return Dialect.FOCUS_1_2 if lower & _FOCUS_1_2_SIGNS else Dialect.FOCUS_1_0


def _require(missing: Sequence[str], where: str, schema: str) -> None:
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise SchemaMismatch(
            f"{where} is a {schema} export without the required {columns} {', '.join(missing)}.",
            hint="Add what is missing to the export's query and pull again.",
        )
