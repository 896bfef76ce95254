"""What a kind of saving is, and what looking for it gives: what was found, what was looked at, what could not be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from finops_lib.contracts.evidence import Evidence

Step = Literal["delete", "rightsize", "modernize", "schedule", "license", "commit"]
STEPS: Final[tuple[Step, ...]] = ("delete", "rightsize", "modernize", "schedule", "license", "commit")
"""The order in which savings are taken: each is priced on the usage that those before it leave."""

LEAST: Final = 0.01
"""A saving below a cent a month is none."""

Area = Literal["compute", "storage", "network", "databases", "observability", "commitments", "licenses"]
Confidence = Literal["obvious", "likely", "possible"]
Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class Saving:
    """What an action saves a month, taken alone: low ≤ expected ≤ high. Low may be negative: it could cost more."""

    low: float
    expected: float
    high: float

    def __post_init__(self) -> None:
        amounts = (self.low, self.expected, self.high)
        if not (all(map(math.isfinite, amounts)) and self.low <= self.expected <= self.high):
            raise ValueError(f"A saving is finite and ordered: {amounts}.")

    @classmethod
    def exactly(cls, amount: float) -> Saving:
        """A saving without doubt about its amount, such as the whole cost of what is deleted."""
        return cls(amount, amount, amount)


@dataclass(frozen=True)
class Finding:
    """One thing to do: on which part (``component``) of which resource, what that part costs and what is saved.

    ``current_cost`` is the effective cost of the component in the period, ``covered_cost`` the part of it that
    commitments pay and ``covered_by`` their ids; ``saving`` is a month's, as if nothing else were done and as if the
    covered part were not paid for already (the waterfall takes that off). Findings of one component and the same
    non-empty ``exclusive`` rule each other out. ``kept_hours`` is the share of hours that a schedule leaves.
    """

    resource: str
    account: str
    region: str
    current_cost: float
    saving: Saving
    confidence: Confidence
    evidence: str
    component: str = "all"
    exclusive: str = ""
    covered_cost: float = 0.0
    covered_by: tuple[str, ...] = ()
    kept_hours: float = 1.0
    one_off: float = 0.0
    run_cost: float = 0.0
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """Resources that could not be checked (``count``; their cost where the bill tells it), why, and what would help."""

    account: str
    reason: str
    needs: str
    count: int = 0
    cost: float | None = None


@dataclass(frozen=True)
class Findings:
    """What looking for one kind gave: ``examined`` counts the resources that were judged, found ones included.

    Nothing is found where nothing is paid: a part that is free, or that was paid back, has no saving.
    """

    found: tuple[Finding, ...] = ()
    examined: int = 0
    examined_cost: float = 0.0
    not_checked: tuple[Gap, ...] = ()

    def __post_init__(self) -> None:
        """Keep what is paid for, whatever the kind."""
        object.__setattr__(self, "found", tuple(item for item in self.found if item.current_cost > 0))


@dataclass(frozen=True)
class Opportunity:
    """A kind of saving: ``find`` looks for it in the evidence; effort in hours is one resource's.

    ``services`` are the service codes that it concerns, ``needs`` the kinds of evidence beside the bill.
    """

    id: str
    title: str
    area: Area
    services: tuple[str, ...]
    step: Step
    effort_hours: float
    risk: Risk
    reversible: bool
    restart: bool
    needs: tuple[str, ...]
    find: Callable[[Evidence], Findings]
