"""Did a resource vanish, or did another one take its place? New resources of its name, or of the usage that it had."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses.realized_saving import Measure
from finops_lib.core.periods import Period

GROWTH: Final = 0.5
"""The part of what a resource used that others must use more of to look like its successors."""

_KIND: Final = re.compile(r"EBS:[A-Za-z]+|[^:.]+")
_NAMED: Final = 3


def replacements(
    account: pd.DataFrame, resource: str, component: pd.DataFrame, *, before: Sequence[Period], after: Sequence[Period],
    by: Measure,
) -> tuple[str, ...]:  # fmt: skip
    """The ids of up to three resources that came after ``resource`` went and may have taken its place.

    ``account`` is the usage of its account, ``component`` that of the part that the action touched.
    """
    known = set(account.loc[account["month"].isin(before), "resource"])
    others = account[account["resource"] != resource]
    new = others[~others["resource"].isin(known) & others["month"].isin(after)]
    names = set(component["name"].dropna())
    namesakes = new[new["name"].isin(names)] if names else new.iloc[:0]
    same = _same_usage(others, new, component, before, after, by)
    candidates = pd.concat([part for part in (namesakes, same) if len(part)] or [new.iloc[:0]])
    costs = candidates.groupby("resource")["EffectiveCost"].sum().sort_index().sort_values(ascending=False)
    return tuple(str(id_) for id_ in costs.index[:_NAMED])


def _same_usage(
    others: pd.DataFrame, new: pd.DataFrame, component: pd.DataFrame, before: Sequence[Period],
    after: Sequence[Period], by: Measure,
) -> pd.DataFrame:  # fmt: skip
    """New resources with the usage that costs most of the component, where the account's grew by as much as half of it.

    A cheaper unit of the same usage is another type: then kinds are compared (``BoxUsage``), not types.
    """
    own = component[component["month"].isin(before)]
    if own.empty or new.empty:
        return new.iloc[:0]
    main = str(_key(own["meter"], by).iloc[int(own["EffectiveCost"].to_numpy().argmax())])
    went = own.loc[_key(own["meter"], by) == main, "PricingQuantity"].sum() / len(set(own["month"]))
    like = others[_key(others["meter"], by) == main]
    monthly = [like.loc[like["month"].isin(side), "PricingQuantity"].sum() / len(side) for side in (before, after)]
    grew = monthly[1] - monthly[0]
    return new[_key(new["meter"], by) == main] if grew >= GROWTH * went > 0 else new.iloc[:0]


def _key(meters: pd.Series[str], by: Measure) -> pd.Series[str]:
    if by == "volume":
        return meters
    return meters.map(lambda meter: found[0] if (found := _KIND.match(meter)) else meter)
