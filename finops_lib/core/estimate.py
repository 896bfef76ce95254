"""A figure with its doubt: what is expected, and between which amounts it will lie."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from finops_lib.core.note import Note


@dataclass(frozen=True)
class Estimate:
    """An expected amount and an interval that holds the truth in a share ``level`` of cases: low ≤ expected ≤ high."""

    low: float
    expected: float
    high: float
    level: float = 0.8
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.low, self.expected, self.high)):
            raise ValueError(f"An estimate is finite: {self.low}, {self.expected}, {self.high}.")
        if not self.low <= self.expected <= self.high:
            raise ValueError(f"An estimate is ordered: {self.low}, {self.expected}, {self.high}.")

    @property
    def width(self) -> float:
        """How far the interval reaches from low to high."""
        return self.high - self.low

    def to_dict(self) -> dict[str, object]:
        """The JSON form; money rounded to a millionth."""
        form: dict[str, object] = {
            "low": round(self.low, 6) + 0.0,
            "expected": round(self.expected, 6) + 0.0,
            "high": round(self.high, 6) + 0.0,
            "level": self.level,
        }
        return form | ({"notes": [note.to_dict() for note in self.notes]} if self.notes else {})
