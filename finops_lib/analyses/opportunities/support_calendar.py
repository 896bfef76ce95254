"""When AWS's standard support of an engine version ends, and what comes after: dates as data, with their source."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_NAMES: Final[Mapping[str, str]] = {
    "aurora-mysql": "Aurora MySQL",
    "eks": "EKS",
    "elasticsearch": "Elasticsearch",
    "mysql": "MySQL",
    "postgresql": "PostgreSQL",
    "redis": "Redis OSS",
}


@dataclass(frozen=True)
class Support:
    """The support of a version: the last day of the standard one, when its price rises, and the last day of all."""

    engine: str
    version: str
    standard_end: dt.date
    dearer_from: dt.date | None
    extended_end: dt.date | None
    source: str
    read: dt.date

    @property
    def name(self) -> str:
        """Engine and version, as people write them."""
        return f"{_NAMES.get(self.engine, self.engine)} {self.version}"


def support_of(engine: str, version: str) -> Support | None:
    """The support of an engine's version, patch releases left aside: ``5.7.44`` is ``5.7``, ``12.17`` is ``12``."""
    parts = version.split(".")
    names = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next((found for name in names if (found := _calendar().get((engine.casefold(), name)))), None)


def named_in(usage_type: str) -> Support | None:
    """The support of the version that a usage type names, such as ``ExtendedSupport:Yr1-Yr2:PostgreSQL12``."""
    found = re.search(r"([A-Za-z]+)([\d.]+)$", usage_type)
    return support_of(found[1], found[2]) if found else None


@cache
def _calendar() -> Mapping[tuple[str, str], Support]:
    text = resources.files(__package__).joinpath("support_calendar.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["engine"], row["version"]): _support(row) for row in rows}


def _support(row: Mapping[str, str]) -> Support:
    def day(column: str) -> dt.date | None:
        return dt.date.fromisoformat(row[column]) if row[column] else None

    standard, read = dt.date.fromisoformat(row["standard_end"]), dt.date.fromisoformat(row["read"])
    dearer, end = day("dearer_from"), day("extended_end")
    return Support(row["engine"], row["version"], standard, dearer, end, row["source"], read)
