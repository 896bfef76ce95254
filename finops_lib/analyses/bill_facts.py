"""What does a bill say about itself: how far it reaches, how final it is, on which basis it counts, who it names?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

InvoiceStatus = Literal["final", "open", "unknown"]
CostBasis = Literal["amortized", "net amortized"]


@dataclass(frozen=True)
class BillFacts:
    """The facts that every report of a scope and month states: see presentation/subject.py."""

    scope: str
    scope_name: str | None
    period: str
    as_of: str
    invoice_status: InvoiceStatus
    cost_basis: CostBasis


def bill_facts(snapshots: pd.DataFrame, accounts: pd.DataFrame, *, scope: Scope, period: Period) -> BillFacts:
    """The facts of one scope and month, from what was read for it."""
    taken = snapshots[snapshots["period"] == str(period)]
    return BillFacts(
        scope=str(scope),
        scope_name=None if scope.is_organization else name_of(accounts),
        period=str(period),
        as_of=as_of(taken, period),
        invoice_status=invoice_status(taken),
        cost_basis=cost_basis(taken),
    )


def as_of(taken: pd.DataFrame, period: Period) -> str:
    """The last day that the bill speaks of."""
    end = f"{period}-{period.days:02d}"
    if invoice_status(taken) == "final":
        return end  # AWS has closed the month, whether or not its last days had charges
    last = max((day for day in taken["last_day"].dropna()), default=period.start.isoformat())
    return str(min(last, end))


def invoice_status(taken: pd.DataFrame) -> InvoiceStatus:
    """Open where any delivery is, final where all are."""
    found = set(taken["invoice_status"])
    if "open" in found:
        return "open"
    return "final" if found == {"final"} else "unknown"


def cost_basis(taken: pd.DataFrame) -> CostBasis:
    """Net amortized where the bill nets its discounts."""
    return "net amortized" if taken["net"].any() else "amortized"


def name_of(accounts: pd.DataFrame) -> str | None:
    """The newest name of a single account."""
    names = accounts.sort_values("BillingPeriodStart")["SubAccountName"].dropna()
    return None if names.empty else str(names.iloc[-1])


def account_names(accounts: pd.DataFrame) -> dict[str, str]:
    """The newest name of each account that has one."""
    named = accounts.dropna(subset=["SubAccountId", "SubAccountName"]).sort_values("BillingPeriodStart")
    pairs = zip(named["SubAccountId"], named["SubAccountName"], strict=True)
    return {str(identifier): str(name) for identifier, name in pairs}
