"""What the tables of a cross-check say above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finops_lib.core.periods import Period
from finops_lib.presentation import formats

if TYPE_CHECKING:
    from finops_lib.analyses.cross_check import CrossCheckResult

NAMES = {
    "billed": "Billed cost",
    "effective": "Effective cost",
    "billed_by_account": "Billed cost by account",
    "effective_by_account": "Effective cost by account",
    "drivers": "Drivers of the change",
    "forecast": "Forecast",
    "budgets": "AWS Budgets",
}


def check(name: Any) -> str:
    """A check in words."""
    return NAMES.get(str(name), str(name).replace("_", " "))


def month(result: CrossCheckResult) -> str:
    """``October 2026``."""
    return Period.parse(result.period).label if result.period else "the month"


def checks(result: CrossCheckResult) -> str:
    """How many figures agree with AWS's own, and which differs most."""
    if result.status == "not checked":
        return _nothing(result)
    states = result.checks["status"]
    compared = int(states.isin(["agrees", "differs"]).sum())
    agree = int((states == "agrees").sum())
    asked = f", asked on {formats.day(result.asked_on)}" if result.asked_on else ""
    told = f"Of {formats.count(compared, 'figure')} of {month(result)} compared with AWS's own{asked}"
    head = f"{told}{',' if asked else ''} {formats.count(agree)} {'agrees' if agree == 1 else 'agree'}"
    aside = int((states == "not checked").sum())
    tail = f" {formats.count(aside)} could not be checked." if aside else ""
    return f"{head}{_most(result)}.{tail}"


def _nothing(result: CrossCheckResult) -> str:
    """Why nothing was compared: the reason of the first figure that has one."""
    reasons = list(dict.fromkeys(result.checks["reason"].dropna()))
    why = f" {reasons[0]}" if reasons else ""
    return f"No figure of {month(result)} is checked against AWS's own.{why}"


def _most(result: CrossCheckResult) -> str:
    """The largest gap, with its reason."""
    differing = result.checks[result.checks["status"] == "differs"]
    if differing.empty:
        return ""
    line = max(differing.to_dict("records"), key=lambda row: abs(row["gap"]))
    where = check(line["check"]) + ("" if line["key"] == "total" else f" ({line['key']})")
    gap = formats.money(abs(line["gap"]), result.currency or "")
    word = "above" if line["gap"] > 0 else "below"
    return f"; the largest gap is in {where}, {gap} {word} AWS's: {line['reason']}"
