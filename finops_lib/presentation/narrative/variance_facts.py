"""Small readings of a variance that several of its sentences share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pandas import DataFrame

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_words as words

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport

CENT = 0.005  # half a cent: amounts nearer to each other than this are equal
SHARED = ("calendar", "support", "tax")  # effects that no single place explains
SMALL = 0.0005  # a relative change below this reads as none


@dataclass(frozen=True)
class Reason:
    """One effect and what it adds."""

    code: str
    amount: float

    @property
    def label(self) -> str:
        """Its name."""
        return words.effect(self.code)


def money(result: VarianceReport, value: Any) -> str:
    """An amount in the result's currency, for a sentence."""
    return formats.money(value, result.currency)


def change(result: VarianceReport) -> float:
    """What the effects explain: the change between whole months."""
    return result.change.total.change


def unchanged(result: VarianceReport) -> bool:
    """True where the two months cost the same to the cent."""
    return abs(change(result)) < CENT


def reasons(result: VarianceReport) -> list[Reason]:
    """The effects that are something, most first."""
    rows = result.change.effects
    found = [Reason(str(code), float(amount)) for code, amount in zip(rows["effect"], rows["amount"], strict=True)]
    return sorted((one for one in found if abs(one.amount) >= CENT), key=lambda one: -abs(one.amount))


def moved(result: VarianceReport) -> float:
    """All that the effects moved, in whatever direction."""
    return sum(abs(one.amount) for one in reasons(result))


def category_amount(result: VarianceReport, code: str) -> float:
    """What a category adds."""
    rows = result.change.categories
    return float(rows.loc[rows["category"] == code, "amount"].sum())


def effect_amount(result: VarianceReport, code: str) -> float:
    """What an effect adds."""
    rows = result.change.effects
    return float(rows.loc[rows["effect"] == code, "amount"].sum())


def direction(amount: float) -> str:
    """``rose`` or ``fell``."""
    return "rose" if amount > 0 else "fell"


def relative(amount: float, before: float) -> str:
    """`` (3.3 %)`` behind an amount, where it says something."""
    share = formats.ratio(abs(amount), before)
    return f" ({formats.percent(share)})" if share is not None else ""


def share(part: float, whole: float) -> str:
    """``87.8 %`` where the part is a true part of the whole, else nothing."""
    ratio = formats.ratio(part, whole) if whole > 0 else formats.ratio(-part, -whole)
    return formats.percent(ratio) if ratio is not None and SMALL <= ratio <= 1 else ""


def account(result: VarianceReport, identifier: Any) -> str:
    """An account by its name, else its id."""
    return subject.account(identifier, result.accounts.get(str(identifier)))


def in_account(result: VarianceReport, identifier: Any) -> str:
    """`` in harbor-data``; nothing where the scope is one account or the charge has none."""
    if not subject.is_organization(result) or subject.named(identifier, "") == "":
        return ""
    return f" in {account(result, identifier)}"


def drivers(result: VarianceReport) -> DataFrame:
    """The largest parts, without those that the whole bill shares: the calendar's, support, tax."""
    frame = result.change.drivers
    return frame[~frame["effect"].isin(SHARED)].reset_index(drop=True)


def spread(result: VarianceReport) -> str:
    """What a change of an open month speaks of."""
    reached = f"{formats.count(subject.days(result))} of {formats.count(subject.period(result).days)} days"
    return f"at the pace of {reached}" if result.change.normalized else ""
