"""Planted facts: what is in the bill on purpose, where, when and for how many dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FactKind = Literal[
    "anomaly",
    "waste",
    "trap",
    "price_change",
    "growth",
    "season",
    "optimization",
    "credit",
    "refund",
    "commitment",
    "license",
    "tag_fault",
    "expiry",
]
ORGANIZATION = -1  # "account" of facts about all accounts
Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Fact:
    """One planted fact.

    ``streams`` (numbers) and the window say which charges it is about: their billed dollars are measured while the
    bill is made. ``line_items`` narrows facts about fees. ``amounts`` are further dollars meant, in ticks.
    """

    id: str
    kind: FactKind
    account: int
    explanation: str
    start: int
    end: int
    streams: tuple[int, ...] = ()
    service: str = ""
    resources: tuple[str, ...] = ()
    usage_types: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    category: str = ""
    amounts: Amounts = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
