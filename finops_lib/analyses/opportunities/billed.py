"""What the bill says of resources: their cost, how much of it commitments pay, and since when they are seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.protocol import Gap
from finops_lib.analyses.opportunities.usage import lines
from finops_lib.contracts.evidence import Evidence

PLACE: Final = ["account", "region"]
RESOURCE: Final = [*PLACE, "resource"]
_SUMMED: Final = ["EffectiveCost", "ListCost", "PricingQuantity", "x_first_seen", "x_last_seen"]
_TOTALS: Final = {
    "EffectiveCost": "cost",
    "covered_cost": "covered_cost",
    "ListCost": "list_cost",
    "PricingQuantity": "quantity",
}


def rows(evidence: Evidence, service: str, pattern: str) -> pd.DataFrame:
    """The period's usage rows of a service code whose plain usage type matches a regular expression from its start."""
    return lines(evidence, "bill", service, pattern)


@once
def of(evidence: Evidence, service: str, pattern: str) -> pd.DataFrame:
    """The resources (see :func:`resources`) of the period's usage of this service code and these usage types."""
    return resources(rows(evidence, service, pattern))


def resources(charges: pd.DataFrame) -> pd.DataFrame:
    """A row a resource of these charges of a bill, without those that refunds make cost less than nothing.

    Columns: ``account``, ``region``, ``resource``, ``cost`` (effective), ``covered_cost`` (what commitments pay of it),
    ``covered_by`` (their ids), ``list_cost``, ``quantity``, ``first_seen``, ``last_seen``.
    """
    committed = charges["CommitmentDiscountStatus"] == "Used"
    named = charges[_SUMMED].assign(
        account=charges["SubAccountId"],
        region=charges["RegionId"].fillna(""),
        resource=charges["ResourceId"],
        covered_cost=charges["EffectiveCost"].where(committed, 0.0),
        covered_by=charges["CommitmentDiscountId"].where(committed),
    )
    by_resource = named.groupby(RESOURCE, dropna=False, sort=True)
    totals = by_resource[list(_TOTALS)].sum().rename(columns=_TOTALS)
    seen = {"first_seen": by_resource["x_first_seen"].min(), "last_seen": by_resource["x_last_seen"].max()}
    sums = totals.assign(**seen).reset_index()
    # What was paid back is not there to be saved, and as a negative cost it would hide what others cost.
    sums = sums[~(sums["cost"] < 0)].reset_index(drop=True)
    payers = _payers(named)
    keys = sums[RESOURCE].itertuples(index=False, name=None)
    return sums.assign(covered_by=pd.Series([payers.get(key, ()) for key in keys], index=sums.index, dtype=object))


def _payers(named: pd.DataFrame) -> dict[tuple[Any, ...], tuple[str, ...]]:
    """The commitments that pay for each resource; few rows name one, so the others are left out first."""
    paid = named["covered_by"].notna()
    if not paid.any():
        return {}
    payers: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for *key, payer in named.loc[paid, [*RESOURCE, "covered_by"]].itertuples(index=False, name=None):
        payers[tuple(key)].add(str(payer))
    return {key: tuple(sorted(ids)) for key, ids in payers.items()}


def known(evidence: Evidence, kind: str, costs: pd.DataFrame) -> pd.DataFrame:
    """The billed resources that the inventory describes, with both sides' columns; the region is the bill's.

    A bucket's name that two accounts had in one month is two resources, and the inventory describes the one that is.
    """
    return costs.merge(_described(evidence, kind), on=["account", "resource"], how="inner", validate="many_to_one")


@once
def _described(evidence: Evidence, kind: str) -> pd.DataFrame:
    return evidence.of(kind).drop(columns="region").drop_duplicates(["account", "resource"])


def gaps(evidence: Evidence, kind: str, costs: pd.DataFrame, needs: str) -> tuple[Gap, ...]:
    """A gap for each account and region with billed resources where nobody told what there is of the kind.

    A resource that is billed in a place that did answer, and that was not named there, no longer exists: no gap.
    """
    found = []
    for place, here in costs.groupby(PLACE, sort=True):
        account, region = map(str, place)
        if not evidence.knows(kind, account, region):
            reason = evidence.why_unknown(kind, account, region)
            found.append(Gap(account, f"{region}: {reason}", needs, len(here), float(here["cost"].sum())))
    return tuple(found)


def records(frame: pd.DataFrame) -> Sequence[dict[str, Any]]:
    """Rows as dictionaries, their missing values None."""
    if frame.empty:
        return []
    names = [str(name) for name in frame]
    columns = [
        [None if lacks else value for value, lacks in zip(frame[name], frame[name].isna(), strict=True)]
        for name in frame
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
