"""Lines of a change with the category that each belongs to, and by which rule: a value that rules add to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from finops_lib.analyses.effects import Codes, Lines

CATEGORIES: Final = (
    "business_growth",
    "optimization",
    "infrastructure",
    "anomalous",
    "not_business",
    "unclassified",
)
"""What the business does, what is not its doing, and what no rule explains; in the order of printing."""

CATEGORY: Final = {name: number for number, name in enumerate(CATEGORIES)}

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_NONE: Final = -1
_DUST: Final = 1e-9  # a remainder that is no line of its own


@dataclass(frozen=True)
class Classified:
    """Lines with a category's code (−1: no rule yet), a rule's number in ``rules``, an event's in ``events``."""

    lines: Lines
    category: Codes
    rule: Codes
    event: npt.NDArray[np.int32]
    rules: tuple[str, ...] = ()
    events: tuple[Mapping[str, object], ...] = ()

    @classmethod
    def start(cls, lines: Lines) -> Classified:
        """Nothing decided yet."""
        none = np.full(len(lines.key), _NONE, dtype=np.int8)
        return cls(lines, none, none, none.astype(np.int32))

    @property
    def open(self) -> Mask:
        """Lines that no rule has taken."""
        free: Mask = self.category == _NONE
        return free

    def take(self, where: Mask, category: str, rule: str) -> Classified:
        """The lines that are open there go to a category: the first rule that matches wins."""
        chosen = where & self.open
        return replace(
            self,
            category=np.where(chosen, CATEGORY[category], self.category),
            rule=np.where(chosen, len(self.rules), self.rule),
            rules=(*self.rules, rule),
        )

    def take_up_to(
        self, limit: Floats, category: str, rule: str, event: Mapping[str, object] | None = None
    ) -> Classified:
        """Of each open line, as much as ``limit`` has of its sign; what is more stays open as a line of its own."""
        amount = self.lines.amount
        least = np.minimum(abs(amount), abs(limit))
        least = np.where(abs(amount) - least < _DUST, abs(amount), least)
        part = np.where(self.open & (amount * limit > 0), np.sign(amount) * least, 0.0)
        split = self._split(part)
        chosen = np.concatenate([part != 0, np.zeros(len(split.category) - len(part), dtype=bool)])
        done = split.take(chosen, category, rule)
        if event is None:
            return done
        return replace(done, event=np.where(chosen, len(self.events), done.event), events=(*self.events, dict(event)))

    def _split(self, part: Floats) -> Classified:
        """Lines cut in two where only a part of them is taken; the remainders follow at the end."""
        cut = np.flatnonzero((part != 0) & (part != self.lines.amount))
        amount = self.lines.amount.copy()
        rest = amount[cut] - part[cut]
        amount[cut] = part[cut]
        lines = Lines(
            key=np.concatenate([self.lines.key, self.lines.key[cut]]),
            effect=np.concatenate([self.lines.effect, self.lines.effect[cut]]),
            amount=np.concatenate([amount, rest]),
            move=np.concatenate([self.lines.move, self.lines.move[cut]]),
        )
        return replace(
            self,
            lines=lines,
            category=np.concatenate([self.category, self.category[cut]]),
            rule=np.concatenate([self.rule, self.rule[cut]]),
            event=np.concatenate([self.event, self.event[cut]]),
        )
