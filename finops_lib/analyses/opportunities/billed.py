"""What the bill says of resources: their cost, how much of it commitments pay, and since when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Gap
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

PLACE: Final = ["account", "region"]
RESOURCE: Final = [*PLACE, "resource"]
_FACTS: Final = ["cost", "covered_cost", "covered_by", "list_cost", "quantity", "first_seen", "last_seen"]


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
    named = pd.DataFrame(
        {
            "account": lines["SubAccountId"],
            "region": lines["RegionId"].fillna(""),
            "resource": lines["ResourceId"],
            "cost": lines["EffectiveCost"],
            "covered_cost": lines["EffectiveCost"].where(committed, 0.0),
            "list_cost": lines["ListCost"],
            "quantity": lines["PricingQuantity"],
            "first_seen": lines["x_first_seen"],
            "last_seen": lines["x_last_seen"],
        }
    )
    groups = named.groupby(RESOURCE, dropna=False, sort=True)
    sums = groups[["cost", "covered_cost", "list_cost", "quantity"]].sum()
    payers = named.assign(by=lines["CommitmentDiscountId"])[committed].dropna(subset=["by"])
    ids: dict[Any, tuple[str, ...]] = {
        key: tuple(sorted(found.unique())) for key, found in payers.groupby(RESOURCE, dropna=False)["by"]
    }
    covered_by = pd.Series([ids.get(key, ()) for key in sums.index], index=sums.index, dtype=object)
    seen = pd.DataFrame({"first_seen": groups["first_seen"].min(), "last_seen": groups["last_seen"].max()})
    table = pd.concat([sums, seen, covered_by.rename("covered_by")], axis=1).reset_index()
    return table[[*RESOURCE, *_FACTS]]


def known(evidence: Evidence, kind: str, costs: pd.DataFrame) -> pd.DataFrame:
    """The billed resources that the inventory describes, with both sides' columns."""
    described = evidence.of(kind).drop(columns=["account", "region"])
    return costs.merge(described, on="resource", how="inner", validate="one_to_one")


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
