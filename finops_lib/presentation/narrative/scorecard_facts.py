"""What a scorecard's sentences, tables and figures are told from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.contracts.scores import OVERALL
from finops_lib.presentation import formats

if TYPE_CHECKING:
    import pandas as pd

    from finops_lib.analyses.scorecard_result import ScorecardResult
    from finops_lib.analyses.waterfall import Item

CENT: Final = HALF_CENT


@dataclass(frozen=True)
class Kind:
    """The items of one kind together: net amounts a month, hours of work, how many."""

    label: str
    low: float
    expected: float
    high: float
    hours: float
    count: int


def by_kind(result: ScorecardResult) -> list[Kind]:
    """The kinds that save something, largest expected saving first."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in result.items:
        groups[item.opportunity.title].append(item)
    found = [_kind(title, items) for title, items in groups.items()]
    return sorted((one for one in found if one.expected >= CENT), key=lambda one: (-one.expected, one.label))


def _kind(title: str, items: Sequence[Item]) -> Kind:
    return Kind(
        title,
        sum(item.net.low for item in items),
        sum(item.net.expected for item in items),
        sum(item.net.high for item in items),
        sum(item.opportunity.effort_hours for item in items),
        len(items),
    )


def together(label: str, kinds: Sequence[Kind]) -> Kind:
    """Several kinds as one."""
    return Kind(
        label,
        sum(one.low for one in kinds),
        sum(one.expected for one in kinds),
        sum(one.high for one in kinds),
        sum(one.hours for one in kinds),
        sum(one.count for one in kinds),
    )


def quick_wins(result: ScorecardResult) -> list[Item]:
    """The items of little work and low risk that pay back within a quarter."""
    return [stop.item for stop in result.roadmap.stops if stop.quick_win and stop.item.net.expected >= CENT]


def examined_anything(result: ScorecardResult) -> bool:
    """False where no kind of saving could judge anything."""
    return bool((result.examined["examined"] > 0).any())


def overall(result: ScorecardResult) -> dict[str, Any]:
    """The score of everything, with its goal and the one before: the last of ``areas``."""
    return {str(key): value for key, value in result.areas.iloc[-1].items()}


def by_area(result: ScorecardResult) -> pd.DataFrame:
    """The areas without the row of everything."""
    return result.areas[result.areas["area"] != OVERALL]


def months(result: ScorecardResult) -> pd.DataFrame:
    """The scores of everything by month, the months not known among them."""
    return result.trend[result.trend["area"] == OVERALL]


def money(result: ScorecardResult, amount: float) -> str:
    """An amount in a sentence."""
    return formats.money(amount, result.currency)


def hours(value: float, *, unit: bool = True) -> str:
    """Hours of work without digits that nobody estimated: ``51 hours``, ``0.25 hours``, ``1 hour``."""
    shown = formats.fixed(value, next((digits for digits in (0, 1) if round(value, digits) == round(value, 2)), 2))
    return f"{shown}{formats.SPACE}{'hour' if shown == '1' else 'hours'}" if unit else shown


def sections(page: str) -> dict[str, str]:
    """What a page of procedure says under each heading, in one paragraph."""
    parts = (part.partition("\n") for part in page.split("\n## ")[1:])
    return {head.strip(): " ".join(text.replace("`", "").split()) for head, _, text in parts}


def rate(result: ScorecardResult) -> str:
    """What an hour of work costs."""
    return formats.money(result.hourly_rate, result.currency)


def share_of_spend(result: ScorecardResult, amount: float) -> str:
    """An amount as a share of the month's cost, in brackets; '' where that says nothing."""
    share = formats.ratio(amount, result.spend)
    return f" ({formats.percent(share)} of cost)" if share is not None else ""


def resource(identifier: str) -> str:
    """A resource's own name: the last part of an ARN, the id as it is otherwise."""
    if not identifier.startswith("arn:"):
        return identifier
    tail = identifier.split(":", 5)[5]
    return tail.partition("/")[2] or tail.rpartition(":")[2] or tail
