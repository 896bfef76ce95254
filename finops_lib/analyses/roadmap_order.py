"""Which items wait for which, and which rule each other out: as places in a sequence of items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from finops_lib.analyses.opportunities.protocol import STEPS
from finops_lib.analyses.waterfall import WHOLE, Item

_BEFORE_COMMITTING: Final = ("rightsize", "modernize", "schedule", "license")
Pair = tuple[int, int]


def precedence(items: Sequence[Item]) -> tuple[Pair, ...]:
    """Pairs (first, then): what deletes comes before all else on the same part, what changes usage before committing.

    A commitment to a family of instances waits for what changes that family's instances in its account.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        groups[item.finding.account, item.finding.resource].append(place)
    found = {
        pair for group in groups.values() for one, other in combinations(group, 2) for pair in _pairs(items, one, other)
    }
    return tuple(sorted(found | set(_of_families(items))))


def exclusions(items: Sequence[Item]) -> tuple[tuple[int, ...], ...]:
    """Groups of which at most one can be done: alternatives on one component."""
    groups: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        finding = item.finding
        if finding.exclusive:
            groups[finding.account, finding.resource, finding.component, finding.exclusive].append(place)
    return tuple(tuple(group) for _, group in sorted(groups.items()) if len(group) > 1)


def _pairs(items: Sequence[Item], one: int, other: int) -> list[Pair]:
    first, then = sorted((one, other), key=lambda place: STEPS.index(items[place].opportunity.step))
    if not _touch(items[first], items[then]):
        return []
    steps = items[first].opportunity.step, items[then].opportunity.step
    waits = (steps[0] == "delete" != steps[1]) or (steps[0] in _BEFORE_COMMITTING and steps[1] == "commit")
    return [(first, then)] if waits else []


def _touch(one: Item, other: Item) -> bool:
    parts = one.finding.component, other.finding.component
    return parts[0] == parts[1] or WHOLE in parts


def _of_families(items: Sequence[Item]) -> list[Pair]:
    changing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.opportunity.step != "commit" and (family := _family(item)):
            changing[item.finding.account, family].append(place)
    return [
        (place, then)
        for then, item in enumerate(items)
        if item.opportunity.step == "commit" and (family := _family(item))
        for place in changing[item.finding.account, family]
    ]


def _family(item: Item) -> str:
    """The instance family that a finding's facts tell: ``family``, or the head of ``instance_type``."""
    facts = item.finding.facts
    return str(facts.get("family") or str(facts.get("instance_type") or "").removeprefix("db.").partition(".")[0])
