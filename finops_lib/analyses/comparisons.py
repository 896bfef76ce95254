"""How does the month stand against what was expected of it, where an expectation is known?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from finops_lib.analyses.month_ahead import expect
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.analyses.variance import explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

Expectation = Literal["forecast", "budget"]


@dataclass(frozen=True)
class Comparison:
    """The month against one expectation, or the reason why it was not compared.

    ``place`` is the account and service with the largest gap in the direction of the whole; ``covered`` tells whether
    every account had an expectation.
    """

    against: Expectation
    expected: float | None
    actual: float | None
    place: tuple[str | None, str | None] | None
    place_gap: float | None
    covered: bool
    notes: tuple[Note, ...]

    @property
    def gap(self) -> float | None:
        """Actual less expected; None where it was not compared."""
        return None if self.expected is None or self.actual is None else self.actual - self.expected

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form."""
        return {
            "against": self.against,
            "expected": _money(self.expected),
            "actual": _money(self.actual),
            "gap": _money(self.gap),
            "place": list(self.place) if self.place else None,
            "place_gap": _money(self.place_gap),
            "covered": self.covered,
            "notes": [note.to_dict() for note in self.notes],
        }


def against_forecast(
    frames: Sequence[pd.DataFrame], daily: pd.DataFrame, *, scope: Scope, period: Period, events: Sequence[Any] = ()
) -> Comparison:
    """The month against its forecast of the day before it began; ``frames`` as :func:`variance.explain` takes them."""
    try:
        expected = expect(daily, period=period, events=events)
        made = explain(*frames, scope=scope, period=period, against="forecast", expected=expected)
    except InsufficientDataError as error:
        return _not_checked("forecast", error)
    return _compared("forecast", made)


def against_budget(
    frames: Sequence[pd.DataFrame], budgets: pd.DataFrame, *, scope: Scope, period: Period
) -> Comparison:
    """The month against its budget: the scope's own, for the organization the accounts' where it has none itself."""
    month = budgets[budgets["period"].astype("str") == str(period)]
    whole = bool((month["scope"].astype("str") == str(scope)).any())
    try:
        if month.empty:
            raise InsufficientDataError(
                f"no budget of {period.label} for {scope} is known, from a file or from AWS Budgets."
            )
        expected = month if whole or not scope.is_organization else _summed(month)
        made = explain(*frames, scope=scope, period=period, against="budget", expected=expected)
    except (InsufficientDataError, CurrencyMismatch) as error:
        return _not_checked("budget", error)
    found = _compared("budget", _by_budget(made, month["scope"].astype("str")))
    costs = frames[0][frames[0]["BillingPeriodStart"] == pd.Timestamp(period.start)]["SubAccountId"].dropna()
    rest = sorted(set(costs.astype("str")) - set(month["scope"].astype("str")))
    return found if whole or not rest else _incomplete(found, rest)


def _summed(month: pd.DataFrame) -> pd.DataFrame:
    """The accounts' budgets and their sum as the organization's, so that nothing is expected of other accounts."""
    total = month.iloc[[0]].assign(scope=str(ORGANIZATION), amount=float(month["amount"].sum()))
    return pd.concat([month, total], ignore_index=True)


def _by_budget(made: VarianceResult, scopes: pd.Series[str]) -> VarianceResult:
    """The same by budget: a service's tax or fee counts in its account's budget, or in the one of all."""
    account = made.cells["SubAccountId"]
    own = account.where(account.isin(set(scopes)))
    return replace(made, cells=made.cells.assign(SubAccountId=own, ServiceName=None))


def _compared(against: Expectation, made: VarianceResult) -> Comparison:
    place, gap = _place(made)
    # A comparison has no categories, so what stands as unclassified in them is no news of it.
    notes = tuple(note for note in made.notes if note.code != "variance.budget_without_usage")
    return Comparison(against, made.total.before, made.total.after, place, gap, True, notes)


def _place(made: VarianceResult) -> tuple[tuple[str | None, str | None] | None, float | None]:
    """The account and service whose gap is largest in the direction of the whole; none where no gap is told."""
    keys = ["SubAccountId", "ServiceName"]
    gaps = made.cells.groupby(keys, dropna=False)["amount"].sum().reset_index()
    sign = 1 if made.total.change > 0 else -1
    gaps = gaps[gaps["amount"] * sign >= HALF_CENT]
    if gaps.empty:
        return None, None
    row = gaps.iloc[int((gaps["amount"] * sign).to_numpy().argmax())]
    first, second = (None if pd.isna(row[key]) else str(row[key]) for key in keys)
    return (first, second), float(row["amount"])


def _incomplete(found: Comparison, rest: Sequence[str]) -> Comparison:
    """Only accounts have budgets, and not all that spent: say so."""
    named = ", ".join(rest[:5])
    message = f"Without a budget of their own, so that all of their cost counts as over it: {named}."
    note = Note.warning("variance.budget_incomplete", message, accounts=rest)
    return replace(found, covered=False, notes=(*found.notes, note))


def _not_checked(against: Expectation, error: InsufficientDataError | CurrencyMismatch) -> Comparison:
    message = f"The month was not set against a {against}: {error.message}"
    note = Note.info(f"not_checked.variance_{against}", message)
    return Comparison(against, None, None, None, None, False, (note,))


def _money(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 6) + 0.0
