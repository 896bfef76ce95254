"""What a scorecard's sentences, tables and figures are told from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from finops_lib.analyses.credited import REASON
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.contracts.ledger import identity
from finops_lib.contracts.scores import OVERALL
from finops_lib.presentation import formats, subject

if TYPE_CHECKING:
    import pandas as pd

    from finops_lib.analyses.scorecard_result import ScorecardResult
    from finops_lib.analyses.waterfall import Item

CENT: Final = HALF_CENT
_MANY: Final = 10.0  # hours: from here on parts of one say nothing
_PLACE: Final = re.compile(r"\d{12}/((?:[a-z]+-)+\d+|global)$")  # where the bill names no resource
_BALANCER: Final = re.compile(r"(?:loadbalancer/(?:app|net|gwy)|targetgroup)/([^/]+)/[0-9a-f]+$")
_DECIDED: Final = ("accepted", "done", "verified")


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


def waiting(result: ScorecardResult) -> str:
    """How much waits where nothing is to save now: a clause without its full stop; '' where nothing does."""
    if result.net.expected >= CENT or not result.later:
        return ""
    count, amount = len(result.later), money(result, sum(item.waiting for item in result.later))
    verb = "waits" if count == 1 else "wait"
    return f"{formats.count(count, 'saving')} of {amount} a month {verb} {until(result)}"


def until(result: ScorecardResult) -> str:
    """What the savings that come later wait for."""
    reasons = {part for item in result.later for part in item.reason.split("; ")}
    paid_by = [*(["credits"] if REASON in reasons else []), *(["commitments"] if reasons - {REASON} else [])]
    return f"until the {' or '.join(paid_by)} that pay for {'it' if len(result.later) == 1 else 'them'} end"


def status(result: ScorecardResult, item: Item) -> str | None:
    """How far an item has come by the ledger; None where nobody proposed it."""
    key = identity(item.opportunity.id, item.finding.account, item.finding.resource, item.finding.component)
    return dict(zip(result.ledger["id"], result.ledger["status"], strict=True)).get(key)


def undecided(result: ScorecardResult, items: Iterable[Item]) -> list[Item]:
    """The items that nobody has taken on, or that lapsed or were reverted since."""
    return [item for item in items if status(result, item) not in _DECIDED]


def found_by_status(result: ScorecardResult) -> dict[str | None, list[Item]]:
    """This month's items by how far each has come, those that nobody proposed under None."""
    groups: dict[str | None, list[Item]] = defaultdict(list)
    for item in result.items:
        groups[status(result, item)].append(item)
    return dict(groups)


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
    digits = next((digits for digits in (0, 1) if round(value, digits) == round(value, 2)), 2)
    shown = formats.fixed(value, digits if value < _MANY else 0)
    return f"{shown}{formats.SPACE}{'hour' if shown == '1' else 'hours'}" if unit else shown


def sections(page: str) -> dict[str, str]:
    """What a page of procedure says under each heading, in one paragraph."""
    parts = (part.partition("\n") for part in page.split("\n## ")[1:])
    return {head.strip(): " ".join(text.replace("`", "").split()) for head, _, text in parts}


def quarter(result: ScorecardResult, number: int) -> str:
    """The three months of a quarter of the plan, the first one after the month reported: ``Nov 2026 – Jan 2027``."""
    first = subject.period(result).shift(3 * number - 2)
    last = first.shift(2)
    begins = f"{first.start:%b}" if first.year == last.year else f"{first.start:%b %Y}"
    return f"{begins} – {last.start:%b %Y}"


def rate(result: ScorecardResult) -> str:
    """What an hour of work costs."""
    return formats.money(result.hourly_rate, result.currency)


def share_of_spend(result: ScorecardResult, amount: float) -> str:
    """An amount as a share of the month's cost, in brackets; '' where that says nothing."""
    share = formats.ratio(amount, result.spend)
    return f" ({formats.percent(share)} of cost)" if share is not None else ""


def resource(identifier: str) -> str:
    """A resource's own name: the last part of an ARN (a load balancer's without its hash), else the id as it is."""
    if place := _PLACE.match(identifier):
        return f"all of {place[1]}"
    if not identifier.startswith("arn:"):
        return identifier
    tail = identifier.split(":", 5)[5]
    if named := _BALANCER.match(tail):
        return named[1]
    return tail.partition("/")[2] or tail.rpartition(":")[2] or tail


def so_far(result: ScorecardResult) -> list[str]:
    """How much of a running month the amounts are of; nothing in one that is over."""
    return [note.message for note in result.notes if note.code == "scorecard.open_month"]
