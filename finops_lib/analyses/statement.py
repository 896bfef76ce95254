"""Whose bill is it, is it final, and what does its effective cost mean? The labels that every page carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope


@dataclass(frozen=True)
class Statement:
    """The account's name (None: the organization, or unnamed), how far the bill is settled, and its cost basis."""

    scope_name: str | None
    invoice_status: Literal["final", "open", "unknown"]
    cost_basis: Literal["amortized", "net amortized"]


def statement(accounts: pd.DataFrame, snapshots: pd.DataFrame, *, scope: Scope, period: Period) -> Statement:
    """The labels of a scope's month, from its accounts and snapshots."""
    taken = snapshots[snapshots["period"] == str(period)]
    return Statement(
        scope_name=None if scope.is_organization else _name(accounts),
        invoice_status=_status(set(taken["invoice_status"])),
        cost_basis="net amortized" if taken["net"].any() else "amortized",
    )


def names(accounts: pd.DataFrame) -> dict[str, str]:
    """The newest name of each account that has one."""
    named = accounts.sort_values("BillingPeriodStart", kind="stable").dropna(subset=["SubAccountId", "SubAccountName"])
    return dict(zip(named["SubAccountId"].astype(str), named["SubAccountName"].astype(str), strict=True))


def _name(accounts: pd.DataFrame) -> str | None:
    return next(reversed(names(accounts).values()), None)


def _status(found: set[str]) -> Literal["final", "open", "unknown"]:
    if "open" in found:
        return "open"
    return "final" if found == {"final"} else "unknown"
