"""Instance types of EC2, RDS and ElastiCache: family and size, read exactly, and which families may replace which."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final, Literal

_TYPE: Final = re.compile(
    r"(?P<prefix>db\.|cache\.)?(?P<family>[a-z][a-z0-9-]*)\."
    r"(?P<size>nano|micro|small|medium|large|\d*xl(?:arge)?|metal(?:-\d+xl)?)"
)
_SHORT: Final = re.compile(r"(\d*)xl")

Move = Literal["graviton", "amd", "newer"]


@dataclass(frozen=True)
class InstanceType:
    """A type: ``db.`` + ``m7i`` + ``4xlarge``; ``metal`` is a size of its own, larger or smaller by family."""

    prefix: str
    family: str
    size: str

    def __str__(self) -> str:
        return f"{self.prefix}{self.family}.{self.size}"

    @property
    def is_metal(self) -> bool:
        """True for a whole machine: the same word means another size in another family."""
        return self.size.startswith("metal")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its names in usage types, which shorten sizes of databases: ``db.m7i.4xl``."""
        short = f"{self.prefix}{self.family}.{self.size.replace('xlarge', 'xl')}"
        return (str(self), short) if short != str(self) else (str(self),)

    def of_family(self, family: str) -> InstanceType:
        """The same size of another family."""
        return replace(self, family=family)


def parsed(name: object) -> InstanceType | None:
    """An instance type by its name; None where the whole name is none."""
    found = _TYPE.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        return None
    short = _SHORT.fullmatch(found["size"])
    size = f"{short[1]}xlarge" if short else found["size"]
    return InstanceType(found["prefix"] or "", found["family"], size)


def successors(of: InstanceType, move: Move) -> Sequence[InstanceType]:
    """The types of the same size that may replace this one; none for a metal size, which differs by family."""
    return () if of.is_metal else tuple(of.of_family(family) for family in _families().get((of.family, move), ()))


@cache
def _families() -> dict[tuple[str, str], tuple[str, ...]]:
    text = resources.files(__package__).joinpath("instance_families.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["family"], row["move"]): tuple(row["targets"].split()) for row in rows}
