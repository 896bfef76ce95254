"""Small readings of an overview result that several of its sentences share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pandas import DataFrame

from finops_lib.presentation import formats, subject

if TYPE_CHECKING:
    from finops_lib.analyses.overview import OverviewResult
    from finops_lib.analyses.totals import CostTotals

NO_USAGE: Final = "no usage: carries no tags"
CENT = 0.005  # half a cent: amounts nearer to each other than this are equal
SMALL = 0.0005  # a relative change below this reads as none


@dataclass(frozen=True)
class Mover:
    """One service of one account: what it cost before and now."""

    service: str
    account: str  # empty where the scope is one account
    change: float

    @property
    def label(self) -> str:
        """As a sentence names it."""
        return f"{self.service} in {self.account}" if self.account else self.service


def money(result: OverviewResult, value: Any) -> str:
    """An amount in the result's currency, for a sentence."""
    return formats.money(value, result.currency)


def effective_change(result: OverviewResult) -> float | None:
    """EffectiveCost against the month before; None where one of the two is not a whole month."""
    if result.previous is None or subject.partial(result):
        return None
    return result.totals.EffectiveCost - result.previous.EffectiveCost


def year_before(result: OverviewResult) -> float | None:
    """EffectiveCost of the same month a year before; None where it is not held or this month is not over."""
    if subject.partial(result):
        return None
    then = pd.Timestamp(subject.period(result).shift(-12).start)
    costs = result.trend.loc[result.trend["BillingPeriodStart"] == then, "EffectiveCost"]
    return float(costs.iloc[0]) if len(costs) and formats.known(costs.iloc[0]) else None


def usage_a_day(result: OverviewResult) -> tuple[float, float | None]:
    """The effective cost of usage a day, and that of the month before: tax and support come when a month closes."""
    before = result.usage_previous
    month = subject.period(result).shift(-1)
    return (
        result.usage.EffectiveCost / max(1, subject.days(result)),
        None if before is None else before.EffectiveCost / month.days,
    )


def calendar_parts(result: OverviewResult) -> str:
    """``+733 USD for the longer month, +234 USD for all else``; nothing where the days of the month change nothing."""
    change, days = effective_change(result), result.calendar
    if change is None or days is None or abs(days) < CENT or abs(change) < CENT:
        return ""
    month = subject.period(result)
    word = "longer" if month.days > month.shift(-1).days else "shorter"
    calendar, rest = (formats.change(amount, result.currency) for amount in (days, change - days))
    return f"{calendar} for the {word} month, {rest} for all else"


def compared(result: OverviewResult) -> bool:
    """True where this month and the one before can be set side by side."""
    return effective_change(result) is not None


def more_or_less(result: OverviewResult, now: float, before: float, before_name: str) -> str:
    """``4.10 k USD (12.1 %) more than in September``, or that nothing changed."""
    change, share = now - before, formats.ratio(now - before, before)
    if abs(change) < CENT or (share is not None and abs(share) < SMALL):
        return f"the same as in {before_name}"
    relative = f" ({formats.percent(abs(share))})" if share is not None else ""
    return f"{money(result, abs(change))}{relative} {'more' if change > 0 else 'less'} than in {before_name}"


def share_words(part: float, whole: float) -> str:
    """``54.0 %`` of the whole, or nothing where the whole is not above zero or the part exceeds it."""
    share = formats.ratio(part, whole)
    if share is None or not 0 <= share <= 1:
        return ""
    return f"under {formats.percent(0.001)}" if 0 < share < SMALL else formats.percent(share)


def movers(result: OverviewResult) -> list[Mover]:
    """The largest changes, largest first; none where months cannot be compared."""
    if not compared(result):
        return []
    rows = result.movers.loc[result.movers["change"].abs() >= CENT].to_dict("records")
    return [Mover(subject.service(row["ServiceName"]), _account(result, row), float(row["change"])) for row in rows]


def _account(result: OverviewResult, row: Any) -> str:
    return subject.account(row["SubAccountId"], row["SubAccountName"]) if subject.is_organization(result) else ""


def positive(frame: DataFrame) -> DataFrame:
    """The rows of a breakdown that cost something."""
    return frame.loc[frame["EffectiveCost"] >= CENT]


def tag_column(key: str) -> str:
    """The column of a tag key."""
    return f"x_tag_{key}"


def untagged(result: OverviewResult, key: str) -> float:
    """What usage carries no value of a tag key: the part that somebody could tag."""
    frame = result.by_tag[key]
    return float(frame.loc[frame[tag_column(key)].isna(), "EffectiveCost"].sum()) - untaggable(result, key)


def untaggable(result: OverviewResult, key: str) -> float:
    """What carries no value of a tag key because it is no usage."""
    return float(result.untaggable[key]["EffectiveCost"].sum())


def retagged(result: OverviewResult, key: str) -> float:
    """What usage cost the month before that has another value of a tag key now, and is the same usage."""
    for note in result.notes:
        tags = note.data.get("tags") if note.code == "variance.retagged" else None
        if isinstance(tags, Mapping):
            return float(tags.get(key, 0.0))
    return 0.0


def tagged_share(result: OverviewResult, key: str) -> str:
    """The share of the cost of usage that carries a tag key."""
    usage = result.usage.EffectiveCost
    return share_words(usage - untagged(result, key), usage)


def by_tag(result: OverviewResult, key: str) -> DataFrame:
    """The breakdown by a tag key with names for its values; what cannot be tagged stands apart from what is not."""
    column, apart = tag_column(key), result.untaggable[key]
    known = priced(result, result.by_tag[key], column)
    frame = known.assign(**{column: [_value(value, key) for value in known[column]]})
    amounts = [name for name in frame.columns if name != column]
    for _, row in apart.iterrows():
        without = frame[column] == f"without {key}"
        frame.loc[without, amounts] = frame.loc[without, amounts] - row[amounts].fillna(0.0).astype(float)
    named = pd.concat([frame, apart.assign(**{column: NO_USAGE})], ignore_index=True) if len(apart) else frame
    small = named["EffectiveCost"].abs().lt(CENT) & ~named["previous"].abs().ge(CENT)
    named = named[~(small & (named[column] == f"without {key}"))]
    return named.sort_values("EffectiveCost", ascending=False, kind="stable").reset_index(drop=True)


def _value(value: Any, key: str) -> str:
    """A tag value; one that begins or ends with a space in quotes, so that it is told from the one that does not."""
    text = subject.named(value, f"without {key}")
    return f"“{text}”" if text != text.strip() else text


def unpriced(result: OverviewResult) -> float:
    """The effective cost of usage that has no list price; 0 where it is under half a cent."""
    amounts = result.unpriced["cost"]
    return float(amounts.sum()) if float(amounts.abs().sum()) >= CENT else 0.0


def known_totals(result: OverviewResult) -> CostTotals:
    """The month's totals; where some usage has no list price, the sum of the rest is no list cost."""
    return replace(result.totals, ListCost=None) if unpriced(result) else result.totals


def known_previous(result: OverviewResult) -> CostTotals | None:
    """The same of the month before."""
    before = result.previous
    return replace(before, ListCost=None) if before and abs(result.unpriced_previous) >= CENT else before


def priced(result: OverviewResult, frame: DataFrame, key: str) -> DataFrame:
    """A breakdown whose list cost is unknown in the rows where some usage has no list price."""
    if not unpriced(result):
        return frame
    lacking = result.unpriced.groupby(result.unpriced[key].map(_key))["cost"].agg(lambda cost: cost.abs().sum())
    rows = frame[key].map(_key).isin(lacking.index[lacking >= CENT])
    return frame.assign(ListCost=frame["ListCost"].mask(rows))


def _key(value: Any) -> str:
    return subject.named(value, "")


def main_tag(result: OverviewResult) -> str | None:
    """The tag key that covers most of the cost of usage; the first of equals; None where the bill carries no tags."""
    keys = list(result.by_tag)
    return min(keys, key=lambda key: (round(untagged(result, key), 2), keys.index(key)), default=None)


def nothing_spent(result: OverviewResult, frame: DataFrame, noun: str) -> str:
    """What to say where no row of a table is above zero: nothing at all, or credits that outweigh the cost."""
    returned = -float(frame["EffectiveCost"].sum())
    if returned < CENT:
        return f"No {noun} cost a cent in {subject.month(result)}."
    gap = f"by {money(result, returned)}"
    return f"Credits and refunds outweigh the cost of every {noun} in {subject.month(result)}, {gap}."
