"""What of the cost can carry a tag or has no list price, and which tag values are one word in several spellings?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.analyses.totals import METRIC, by
from finops_lib.contracts.focus import TAG_PREFIX

_SHORT: Final = {
    "prod": "production",
    "prd": "production",
    "live": "production",
    "dev": "development",
    "devel": "development",
    "stg": "staging",
    "stage": "staging",
    "tst": "test",
    "testing": "test",
    "sbx": "sandbox",
}


def is_usage(costs: pd.DataFrame) -> pd.Series[bool]:
    """The charges that resources make, which alone carry cost allocation tags."""
    return costs["x_charge_kind"] == "usage"


def untaggable(current: pd.DataFrame, before: pd.DataFrame | None, key: str) -> pd.DataFrame:
    """What carries no value of a tag because it is no usage (tax, fees, credits): one row as :func:`totals.by` gives.

    No row where there is nothing.
    """
    column = TAG_PREFIX + key
    parts = [None if costs is None else costs[~is_usage(costs) & costs[column].isna()] for costs in (current, before)]
    now, then = parts
    assert now is not None
    return by(now, then, [column])


def unpriced(costs: pd.DataFrame, tags: Sequence[str]) -> pd.DataFrame:
    """The effective cost (``cost``) of usage that has no list price, where there is any.

    By account, service, charge category and ``tags``. A list cost of 0 for usage that costs is no price either: bills
    print it where AWS has none.
    """
    keys = ["SubAccountId", "ServiceName", "ChargeCategory", *(TAG_PREFIX + tag for tag in tags)]
    cost = costs["x_unpriced_cost"].mask(costs["ListCost"] == 0, costs[METRIC])
    lacking = costs[keys].assign(cost=cost)[is_usage(costs)]
    sums = lacking.groupby(keys, dropna=False, sort=True)["cost"].sum().reset_index()
    return sums[sums["cost"] != 0].reset_index(drop=True)


def spellings(by_tag: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Values of one tag that differ only in case, spaces, signs or a usual abbreviation.

    Columns: ``key``, ``name`` (the spelling with most effective cost), ``spellings``, ``values`` (all of them, most
    cost first), ``cost``, ``other`` (what the rarer spellings cost). Most dollars in ``other`` first.
    """
    columns = ["key", "name", "spellings", "values", "cost", "other"]
    rows = [row for key, frame in by_tag.items() for row in _groups(key, frame)]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values("other", ascending=False, kind="stable").reset_index(drop=True)


def _groups(key: str, frame: pd.DataFrame) -> list[tuple[str, str, int, str, float, float]]:
    column = TAG_PREFIX + key
    told = frame[frame[column].notna() & (frame[METRIC].abs() >= HALF_CENT)]
    found = []
    for _, group in told.groupby(told[column].map(_word), sort=False):
        values, costs = [str(value) for value in group[column]], group[METRIC]
        if len(values) > 1:
            rest = float(costs.iloc[1:].sum())
            found.append((key, values[0], len(values), _quoted(values), float(costs.sum()), rest))
    return found


def _word(value: str) -> str:
    """A value without what people vary: case, spaces, signs, abbreviation."""
    bare = re.sub(r"[\W_]+", "", value.casefold())
    return _SHORT.get(bare, bare)


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"“{value}”" for value in values)
