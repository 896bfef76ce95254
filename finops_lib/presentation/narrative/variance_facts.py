"""Small readings of a variance that several of its sentences share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pandas import DataFrame, Series

from finops_lib.analyses import movements
from finops_lib.analyses.movements import OddDays, Whole
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_words as words

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport

CENT = 0.005  # half a cent: amounts nearer to each other than this are equal
SHARED = ("calendar", "support", "tax")  # effects that no single place explains
PART = 0.05  # of all movement: an effect below it is told among the others
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
    """The effects that are something in whole cents, as they are printed, most first."""
    rows = result.change.effects[result.change.effects["cents"] != 0]
    found = [Reason(str(code), printed(cents)) for code, cents in zip(rows["effect"], rows["cents"], strict=True)]
    return sorted(found, key=lambda one: -abs(one.amount))


def printed(cents: Any) -> float:
    """An amount as the tables print it: rounded so that lines add up, perhaps a cent off its plain rounding."""
    return int(cents) / 100


def moved(result: VarianceReport) -> float:
    """All that the effects moved, in whatever direction."""
    return sum(abs(one.amount) for one in reasons(result))


def category_amount(result: VarianceReport, code: str) -> float:
    """What a category adds."""
    rows = result.change.categories
    return printed(rows.loc[rows["category"] == code, "cents"].sum())


def effect_amount(result: VarianceReport, code: str) -> float:
    """What an effect adds."""
    rows = result.change.effects
    return printed(rows.loc[rows["effect"] == code, "cents"].sum())


def recommendation(result: VarianceReport, code: str, amount: float) -> str:
    """What should be done; a budget is said to hold a rise only where it is known and not exceeded."""
    if code == "confirm_budget":
        gap = next((one.gap for one in result.comparisons if one.against == "budget"), None)
        if amount < 0 or gap is None:
            return words.PLANNED
        return words.EXCEEDED if gap >= CENT else words.recommendation(code, amount)
    return words.recommendation(code, amount)


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


def span(first: dt.date, last: dt.date) -> str:
    """One or more days of one month in words."""
    begin = f"{first.day} to " if first != last else ""
    return f"{begin}{formats.day(last)}"


def odd_days(result: VarianceReport) -> tuple[OddDays, ...]:
    """The stretches that the anomalous category is made of, most dollars first."""
    return movements.odd_days(result.change.parts, subject.period(result))


def days_behind(result: VarianceReport, row: Mapping[str, Any]) -> OddDays | None:
    """The odd days behind a corrective action; None where it is not about any."""
    return movements.days_behind(result.change.drivers, row, subject.period(result))


def whole(result: VarianceReport, account: Any, service: Any) -> Whole | None:
    """All that a service of an account changed by; None where one of the two is not named."""
    mine = account if subject.is_organization(result) else result.scope
    if subject.named(service, "") == "" or subject.named(mine, "") == "":
        return None
    return movements.whole(result.change.cells, mine, service)


def thing(row: Mapping[str, Any] | Series[Any]) -> str:
    """What a part of the change is about: the service and what of it, else the effect."""
    service = subject.named(row["ServiceName"], words.effect(str(row["effect"])))
    usage = subject.named(row["x_UsageType"], "")
    return f"{service}: {usage}" if usage else service


def days_of_month(result: VarianceReport) -> str:
    """What the calendar's part of a change is of: ``the longer month``."""
    month = subject.period(result)
    return "the longer month" if month.days > month.shift(-1).days else "the shorter month"


def drivers(result: VarianceReport) -> DataFrame:
    """The largest parts, without those that the whole bill shares: the calendar's, support, tax."""
    frame = result.change.drivers
    return frame[~frame["effect"].isin(SHARED)].reset_index(drop=True)


def spread(result: VarianceReport) -> str:
    """What a change of an open month speaks of."""
    reached = f"{formats.count(subject.days(result))} of {formats.count(subject.period(result).days)} days"
    return f"at the pace of {reached}" if result.change.normalized else ""
