"""What the bill says of resources: their cost, how much of it commitments pay, and since when they are seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Gap
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

PLACE: Final = ["account", "region"]
RESOURCE: Final = [*PLACE, "resource"]
_SUMMED: Final = ["EffectiveCost", "ListCost", "PricingQuantity", "x_first_seen", "x_last_seen"]


def rows(bill: pd.DataFrame, service: str, pattern: str) -> pd.DataFrame:
    """The usage rows of a service code whose plain usage type matches a regular expression from its start."""
    usage = bill[(bill["ChargeCategory"] == "Usage") & (bill["x_ServiceCode"] == service)]
    return usage[plain_of(usage).str.match(pattern)]


def resources(lines: pd.DataFrame) -> pd.DataFrame:
    """A row a resource of these lines of a bill.

    Columns: ``account``, ``region``, ``resource``, ``cost`` (effective), ``covered_cost`` (what commitments pay of it),
    ``covered_by`` (their ids), ``list_cost``, ``quantity``, ``first_seen``, ``last_seen``.
    """
    committed = lines["CommitmentDiscountStatus"] == "Used"
    named = lines[_SUMMED].assign(
        account=lines["SubAccountId"],
        region=lines["RegionId"].fillna(""),
        resource=lines["ResourceId"],
        covered_cost=lines["EffectiveCost"].where(committed, 0.0),
        covered_by=lines["CommitmentDiscountId"].where(committed),
    )
    sums = (
        named.groupby(RESOURCE, dropna=False, sort=True)
        .agg(
            cost=("EffectiveCost", "sum"),
            covered_cost=("covered_cost", "sum"),
            list_cost=("ListCost", "sum"),
            quantity=("PricingQuantity", "sum"),
            first_seen=("x_first_seen", "min"),
            last_seen=("x_last_seen", "max"),
        )
        .reset_index()
    )
    payers = _payers(named)
    keys = sums[RESOURCE].itertuples(index=False, name=None)
    return sums.assign(covered_by=pd.Series([payers.get(key, ()) for key in keys], index=sums.index, dtype=object))


def _payers(named: pd.DataFrame) -> dict[tuple[Any, ...], tuple[str, ...]]:
    """The commitments that pay for each resource; few rows name one, so the others are left out first."""
    payers: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for *key, payer in named.loc[named["covered_by"].notna(), [*RESOURCE, "covered_by"]].itertuples(index=False):
        payers[tuple(key)].add(str(payer))
    return {key: tuple(sorted(ids)) for key, ids in payers.items()}


def known(evidence: Evidence, kind: str, costs: pd.DataFrame) -> pd.DataFrame:
    """The billed resources that the inventory describes, with both sides' columns; the region is the bill's.

    A bucket's name that two accounts had in one month is two resources, and the inventory describes the one that is.
    """
    described = evidence.of(kind).drop(columns="region").drop_duplicates(["account", "resource"])
    return costs.merge(described, on=["account", "resource"], how="inner", validate="many_to_one")


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
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
