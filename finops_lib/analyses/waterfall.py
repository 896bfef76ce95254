"""Savings taken one after the other: each is priced on what those before it leave, and none is counted twice.

The method is told in docs/methods/waterfall.md. Deleting comes first and commitments last; of actions that rule each
other out the best one is taken; hours that a commitment pays for already save nothing before it ends, unless other
usage takes its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from finops_lib.analyses.opportunities.protocol import STEPS, Finding, Opportunity, Saving
from finops_lib.analyses.rounding import HALF_CENT

Status = Literal["taken", "alternative", "not_worth", "excluded"]

WHOLE: Final = "all"
"""The component that stands for every part of a resource."""

_REST: Final = ""  # what a resource costs beside its named components
NOTHING: Final = Saving(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Candidate:
    """A finding with its kind. ``absorbed`` is what other usage saves a month by taking the covered hours set free."""

    opportunity: Opportunity
    finding: Finding
    absorbed: float = 0.0

    @property
    def gross(self) -> Saving:
        """What the finding saves a month when it is the only thing done, and nothing of it is paid for already."""
        return self.finding.saving


@dataclass(frozen=True)
class Item:
    """A candidate in its place: ``net`` a month now, ``waiting`` what more it saves a month once commitments end.

    ``base`` is what its component still costs when its turn comes, ``share`` the part of that which the action ends.
    """

    opportunity: Opportunity
    finding: Finding
    net: Saving
    status: Status
    waiting: float = 0.0
    reason: str = ""
    base: float = 0.0
    share: float = 0.0

    @property
    def overlap(self) -> float:
        """What the finding claims beyond its net saving."""
        return self.finding.saving.expected - self.net.expected


def net(candidates: Sequence[Candidate]) -> tuple[Item, ...]:
    """Every candidate as an item, in the order taken: by resource, then step, then size.

    Σ net ≤ Σ cost, resource by resource; the order of ``candidates`` does not matter.
    """
    by_resource: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_resource[candidate.finding.account, candidate.finding.resource].append(candidate)
    return tuple(item for _, group in sorted(by_resource.items()) for item in _of_resource(group))


def _of_resource(candidates: Iterable[Candidate]) -> Iterable[Item]:
    ordered = sorted(candidates, key=_precedence)
    parts = _Parts.of(ordered)
    chosen: dict[tuple[str, str], Candidate] = {}
    for candidate in ordered:
        finding = candidate.finding
        group = (finding.component, finding.exclusive)
        better = chosen.get(group) if finding.exclusive else None
        if better is not None:
            yield _left_out(candidate, "alternative", f"{better.opportunity.title} saves more")
        elif (reason := parts.against(candidate)) is not None:
            yield _left_out(candidate, "not_worth", reason)
        else:
            chosen[group] = candidate
            yield parts.take(candidate)


def _precedence(candidate: Candidate) -> tuple[int, float, float, str, str, str, float, float, float]:
    """The step, then the size; all else only makes equal ones stand in one order, whatever order they came in."""
    finding, kind = candidate.finding, candidate.opportunity
    return (
        STEPS.index(kind.step), -finding.saving.expected, kind.effort_hours, kind.id, finding.component,
        finding.exclusive, finding.current_cost, finding.covered_cost, finding.kept_hours,
    )  # fmt: skip


def _left_out(candidate: Candidate, status: Status, reason: str) -> Item:
    return Item(candidate.opportunity, candidate.finding, NOTHING, status, reason=reason)


@dataclass
class _Parts:
    """The parts of one resource while savings are taken: what each still costs, and in what share of hours it runs."""

    costs: dict[str, float]
    left: dict[str, float]
    hours: dict[str, float]

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> _Parts:
        named: dict[str, float] = {}
        for finding in (candidate.finding for candidate in candidates):
            named[finding.component] = max(named.get(finding.component, 0.0), finding.current_cost)
        whole = named.pop(WHOLE, 0.0)
        costs = {**named, _REST: max(0.0, whole - sum(named.values()))}
        return cls(costs, dict.fromkeys(costs, 1.0), dict.fromkeys(costs, 1.0))

    def touched(self, finding: Finding) -> list[str]:
        return list(self.costs) if finding.component == WHOLE else [finding.component]

    def against(self, candidate: Candidate) -> str | None:
        """Why a candidate is not worth it after what was taken: None where it is."""
        finding, parts = candidate.finding, self.touched(candidate.finding)
        remaining = sum(self.costs[part] * self.left[part] for part in parts)
        if remaining <= 0 < finding.current_cost:
            return "Nothing of it is left"
        if candidate.opportunity.step == "commit" and finding.current_cost > 0:
            use = min(self.hours[part] for part in parts)
            even = 1.0 - finding.saving.expected / finding.current_cost
            if use < even:
                return f"It runs {use:.0%} of the time, less than the break-even of {even:.0%}"
        return None

    def take(self, candidate: Candidate) -> Item:
        """The item of a candidate; its parts cost less from here on."""
        finding, parts = candidate.finding, self.touched(candidate.finding)
        remaining = sum(self.costs[part] * self.left[part] for part in parts)
        shares = _shares(finding)
        paid = min(1.0, finding.covered_cost / finding.current_cost) if finding.current_cost > 0 else 0.0
        scale = remaining / finding.current_cost if finding.current_cost > 0 else 0.0
        absorbed = min(candidate.absorbed * scale, remaining * shares.expected * paid)
        now = _scaled(shares, remaining * (1.0 - paid), absorbed)
        waiting = max(0.0, remaining * shares.expected - now.expected)
        for part in parts:
            self.left[part] *= 1.0 - max(0.0, shares.expected)
            self.hours[part] *= finding.kept_hours
        reason = f"{', '.join(finding.covered_by)} pays for it until its end" if waiting > HALF_CENT and paid else ""
        return Item(candidate.opportunity, finding, now, "taken", waiting, reason, remaining, shares.expected)


def _shares(finding: Finding) -> Saving:
    """A saving as shares of the component's cost, at most all of it."""
    if finding.current_cost <= 0:
        return NOTHING
    saving, cost = finding.saving, finding.current_cost
    return Saving(min(1.0, saving.low / cost), min(1.0, saving.expected / cost), min(1.0, saving.high / cost))


def _scaled(shares: Saving, amount: float, more: float) -> Saving:
    return Saving(shares.low * amount + more, shares.expected * amount + more, shares.high * amount + more)
