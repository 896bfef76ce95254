"""The demo's price list: illustrative public list prices, close to the published ones, never meant to be looked up.

``rates.csv`` holds one price a line for two regions. ``{r}`` and ``{R}`` in a usage type stand for the region's
prefix: empty or ``USE1-`` in us-east-1, ``EU-`` in eu-west-1. ``{p}`` in a description stands for the price.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from finops_lib.sources.demo.money import ticks

_HERE = Path(__file__).parent
PREFIXES: Mapping[str, tuple[str, str]] = MappingProxyType({"us-east-1": ("", "USE1-"), "eu-west-1": ("EU-", "EU-")})
LOCATIONS: Mapping[str, str] = MappingProxyType(
    {"us-east-1": "US East (N. Virginia)", "eu-west-1": "EU (Ireland)", "global": "Global"}
)


@dataclass(frozen=True)
class Service:
    """A product of the bill: its code, its name and who sells it."""

    code: str
    name: str
    operator: str

    @property
    def marketplace(self) -> bool:
        """True for third-party products."""
        return self.operator != "AWS"


@dataclass(frozen=True)
class Rate:
    """One line of the price list; ``prices`` are ticks per unit by region."""

    key: str
    service: str
    family: str
    usage_type: str
    operation: str
    unit: str
    prices: Mapping[str, int]
    attributes: Mapping[str, str]
    description: str


@cache
def rates() -> Mapping[str, Rate]:
    """The price list by key."""
    return MappingProxyType({line["key"]: _rate(line) for line in _lines("rates.csv")})


@cache
def services() -> Mapping[str, Service]:
    """Products by product code."""
    return MappingProxyType({line["code"]: Service(**line) for line in _lines("services.csv")})


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _rate(line: Mapping[str, str]) -> Rate:
    pairs = (pair.split("=", 1) for pair in line["attributes"].split(";") if pair)
    return Rate(
        key=line["key"],
        service=line["service"],
        family=line["family"],
        usage_type=line["usage_type"],
        operation=line["operation"],
        unit=line["unit"],
        prices=MappingProxyType({"us-east-1": ticks(line["us_east_1"]), "eu-west-1": ticks(line["eu_west_1"])}),
        attributes=MappingProxyType(dict(pairs)),
        description=line["description"],
    )
