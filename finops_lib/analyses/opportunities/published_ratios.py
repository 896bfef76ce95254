"""Ratios between two prices that AWS publishes, for when neither bill nor price list has the second one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Ratio:
    """A published ratio, where it was read and when."""

    value: float
    source: str
    read: str


def ratio(name: str) -> Ratio:
    """A ratio by its name."""
    return _ratios()[name]


@cache
def _ratios() -> Mapping[str, Ratio]:
    text = resources.files(__package__).joinpath("published_ratios.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {row["id"]: Ratio(float(row["ratio"]), row["source"], row["read"]) for row in rows}
