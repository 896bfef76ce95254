"""Which account and service moved many dollars though no combination of attributes stands out?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.causes import CENT, Cause
from finops_lib.analyses.root_cause_leaves import CHARGE, USAGE, matching

LEAST: Final = 0.1
"""The share of all that moved that a place must carry to be told."""

_PLACES: Final = (("SubAccountId", "ServiceName"), ("SubAccountId", "ServiceName", "x_UsageType"))
"""An account's service; where its rises and falls cancel, a kind of use of it."""


def largest_places(leaves: pd.DataFrame, told: Sequence[Cause], *, most: int) -> list[Cause]:
    """The places that usage moved most in, beside the causes that are told already."""
    change = leaves["actual"] - leaves["expected"]
    least, total = LEAST * float(change.abs().sum()), float(change.sum())
    free = leaves[CHARGE] == USAGE
    for cause in told:
        free &= ~matching(leaves, cause.combination)
    found: list[Cause] = []
    for keys in _PLACES if least >= LEAST * CENT else ():
        for name in _large(leaves[free].assign(change=change[free]), keys, least):
            found.append(_cause(leaves, free, name, total))
            free &= ~matching(leaves, name)
    return sorted(found, key=lambda cause: -abs(cause.change))[: max(0, most - len(told))]


def _large(free: pd.DataFrame, keys: Sequence[str], least: float) -> list[dict[str, Any]]:
    """The places by these keys that moved that much, most first."""
    places = free.groupby(list(keys), dropna=False)["change"].sum()
    large = places[places.abs() >= least].sort_values(key=abs, ascending=False, kind="stable")
    return [
        {key: None if pd.isna(part) else part for key, part in zip(keys, place, strict=True)} for place in large.index
    ]


def _cause(leaves: pd.DataFrame, free: pd.Series[bool], place: dict[str, Any], total: float) -> Cause:
    """A place as a cause, in the words that its leaves need."""
    mine = leaves[matching(leaves, place) & free]
    names = [str(name) for name in leaves.columns if name not in ("expected", "actual")]
    varied = {name: value for name, value in place.items() if leaves[name].nunique(dropna=False) > 1} or place
    shared = {
        name: _value(mine[name]) for name in names if name not in varied and mine[name].nunique(dropna=False) == 1
    }
    before, after = math.fsum(mine["expected"]), math.fsum(mine["actual"])
    share = (after - before) / total if abs(total) >= CENT else None
    return Cause(varied, shared, before, after, after - before, share, len(mine))


def _value(column: pd.Series[Any]) -> Any:
    """The first value; null where the bill has none."""
    return column.iloc[0] if column.notna().iloc[0] else None
