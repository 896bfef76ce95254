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

_PLACE: Final = ("SubAccountId", "ServiceName")


def largest_places(leaves: pd.DataFrame, told: Sequence[Cause], *, most: int) -> list[Cause]:
    """The places that usage moved most in, beside the causes that are told already."""
    change = leaves["actual"] - leaves["expected"]
    moved = float(change.abs().sum())
    free = leaves[CHARGE] == USAGE
    for cause in told:
        free &= ~matching(leaves, cause.combination)
    if moved < CENT:
        return []
    places = leaves[free].assign(change=change[free]).groupby(list(_PLACE), dropna=False)["change"].sum()
    large = places[places.abs() >= LEAST * moved].sort_values(key=abs, ascending=False, kind="stable")
    names = [
        {key: None if pd.isna(part) else part for key, part in zip(_PLACE, place, strict=True)} for place in large.index
    ]
    total = float(change.sum())
    return [_cause(leaves, free, name, total) for name in names[: max(0, most - len(told))]]


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
