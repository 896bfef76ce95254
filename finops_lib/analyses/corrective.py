"""What should be done about a change, and who does it by when? Codes and figures; the words are made elsewhere."""

from __future__ import annotations

from typing import Final

import pandas as pd

from finops_lib.analyses.keys import texts
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.contracts.focus import TAG_PREFIX

_BY_EFFECT: Final = {
    "unused_commitment": "raise_commitment_utilization",
    "commitment_coverage": "review_commitment_coverage",
    "commitment_rate": "review_commitment_coverage",
    "list_price": "review_price_change",
    "private_discount": "check_private_pricing",
    "marketplace": "plan_renewal",
    "one_off_fees": "plan_renewal",
    "credits": "plan_without_credits",
    "refunds": "expect_no_refund_again",
}
_BY_CATEGORY: Final = {
    "anomalous": "investigate_anomaly",
    "unclassified": "find_the_cause",
    "optimization": "record_saving",
}
_GROWTH: Final = {"volume": "check_unit_cost", "mix": "check_unit_cost", "unrated_usage": "check_unit_cost"}
_INFRASTRUCTURE: Final = {
    "mix": "review_sizes",
    "volume": "review_sizes",
    "ended_resources": "confirm_decommissioning",
    "ended_services": "confirm_decommissioning",
}
_NOTHING: Final = frozenset({"calendar", "support", "tax"})

ACTIONS: Final = 20
_LEAST: Final = 0.01  # of all movement: less needs nobody


def code_for(effect: str, category: str) -> str | None:
    """The recommendation for a part of the change; None where there is nothing to do."""
    if effect in _NOTHING:
        return None
    if category in {"anomalous", "unclassified"}:
        return _BY_CATEGORY[category]
    if effect in _BY_EFFECT:
        return _BY_EFFECT[effect]
    if category == "business_growth":
        return _GROWTH.get(effect, "confirm_budget")
    if category == "infrastructure":
        return _INFRASTRUCTURE.get(effect, "confirm_owner_and_tags")
    return _BY_CATEGORY.get(category)


def recommendations_for(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a category and recommendation, with the amount that it is about."""
    sums = texts(cells.groupby(["category", "effect"])["amount"].sum().reset_index())
    coded = _coded(sums.sort_values(["category", "effect"]))
    rows = coded.groupby(["category", "recommendation"], sort=True)["amount"].sum().reset_index()
    rows = rows[rows["amount"].abs() >= HALF_CENT]
    return rows.sort_values("amount", key=abs, ascending=False, kind="stable").reset_index(drop=True)


def actions_for(drivers: pd.DataFrame) -> pd.DataFrame:
    """The register of corrective actions: the largest rises that somebody can do something about.

    ``owner`` is the key's owner tag where it has one; ``due`` and ``done`` are for people to fill in.
    """
    worth = drivers["amount"] >= _LEAST * drivers["amount"].abs().sum()
    rows = _coded(drivers[worth & (drivers["category"] != "optimization")]).head(ACTIONS).reset_index(drop=True)
    tags = [column for column in drivers.columns if column.startswith(TAG_PREFIX) and "owner" in column.lower()]
    owner = rows[tags].bfill(axis=1).iloc[:, 0] if tags else pd.Series(None, index=rows.index, dtype="object")
    plain = ["recommendation", "SubAccountId", "ServiceName", "x_UsageType", "effect", "category", "amount"]
    apart = [
        name for name in drivers.columns if name not in (*plain, "rule", "evidence")
    ]  # what tells it from its like
    empty = pd.Series(None, index=rows.index, dtype="object")
    return rows[[*plain, *apart]].assign(owner=owner, due=empty, done=empty)


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    pairs = zip(rows["effect"], rows["category"], strict=True)
    codes = pd.Series([code_for(*pair) for pair in pairs], index=rows.index, dtype="object")
    return rows.assign(recommendation=codes)[codes.notna()]
