"""What opportunities are found in: a month's bill by resource, its prices, and what AWS was asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd

from finops_lib.contracts.inventory import checked, none_of
from finops_lib.contracts.marts import MODELS
from finops_lib.core.periods import Period

EVERYWHERE: Final = "*"


@dataclass(frozen=True, repr=False)
class Evidence:
    """All that a scope's scorecard reads; frames are those of contracts/marts.py and contracts/inventory.py.

    ``bill`` is the period's ``resource_monthly``, ``history`` that of the months before; ``prices`` are unit prices
    told from the organization's own bill (columns of Prices, ``contracted`` beside ``price``) or from a price list.
    ``costs`` is the period's ``cost_monthly``: it has the lines that name no resource, such as much of the traffic.
    ``protected`` are the tag keys and ``key=value`` pairs whose resources must not be touched. ``deduped_savings`` is
    Cost Optimization Hub's own total a month for the organization, overlaps taken out; None where it is not known. It
    is in ``deduped_currency``, where AWS told that.
    """

    period: Period
    bill: pd.DataFrame
    history: pd.DataFrame
    prices: pd.DataFrame
    inventory: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    asked: pd.DataFrame = field(default_factory=lambda: none_of("asked"))
    protected: tuple[str, ...] = ()
    costs: pd.DataFrame = field(default_factory=MODELS["cost_monthly"].empty)
    deduped_savings: float | None = None
    deduped_currency: str | None = None

    def __post_init__(self) -> None:
        """Check the inventory once, at the door."""
        held = {kind: checked(kind, frame) for kind, frame in self.inventory.items()}
        object.__setattr__(self, "inventory", held)

    def __repr__(self) -> str:
        """How much of what there is: counts, not frames."""
        found = ", ".join(f"{kind} {len(frame)}" for kind, frame in sorted(self.inventory.items()) if len(frame))
        answered = int((self.asked["status"] == "answered").sum())
        counts = (
            f"bill: {_many(self.bill['ResourceId'].nunique(), 'resource')}, "
            f"{_many(self.history['BillingPeriodStart'].nunique(), 'month')} before it, "
            f"{_many(len(self.prices), 'unit price')}",
            f"AWS answered {answered} of {_many(len(self.asked), 'question')}",
            f"and named: {found or 'nothing'}",
        )
        return "\n  ".join((f"Evidence of {self.period}", *counts))

    @cached_property
    def worked_out(self) -> dict[Hashable, Any]:
        """What analyses made of this evidence once, kept for the next that asks."""
        return {}

    @cached_property
    def currency(self) -> str | None:
        """The currency that the bill is in; None where it tells none, or several."""
        frame = self.bill if len(self.bill) else self.costs
        told = frame["BillingCurrency"].dropna().unique()
        return str(told[0]) if len(told) == 1 else None

    def is_foreign(self, currency: str | None) -> bool:
        """True for a currency that is known to be another than the bill's: there is no exchange rate here."""
        return currency is not None and self.currency is not None and currency != self.currency

    def of(self, kind: str) -> pd.DataFrame:
        """The resources of a kind; no rows where nobody was asked (see :meth:`answered`)."""
        return self.inventory[kind] if kind in self.inventory else none_of(kind)

    def answered(self, kind: str) -> frozenset[tuple[str, str]]:
        """The accounts and regions that told what they have of a kind; region ``*`` stands for all."""
        return self._answers.get(kind, frozenset())

    @cached_property
    def _answers(self) -> dict[str, frozenset[tuple[str, str]]]:
        told = self.asked[self.asked["status"] == "answered"]
        return {
            str(kind): frozenset(zip(rows["account"], rows["region"], strict=True))
            for kind, rows in told.groupby("kind")
        }

    def knows(self, kind: str, account: str, region: str) -> bool:
        """True where an absent resource of this kind is known to be absent."""
        told = self.answered(kind)
        return (account, region) in told or (account, EVERYWHERE) in told

    def why_unknown(self, kind: str, account: str, region: str) -> str:
        """The reason why a place is not known: AWS's refusal, or that it was never asked."""
        here = self.asked["region"].isin((region, EVERYWHERE)) & (self.asked["account"] == account)
        refusals = self.asked.loc[here & (self.asked["kind"] == kind) & (self.asked["status"] != "answered"), "reason"]
        return str(refusals.iloc[0]) if len(refusals) else "AWS was not asked."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
