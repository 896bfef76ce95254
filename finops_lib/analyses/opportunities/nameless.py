"""What a bill says of services whose lines often name no resource: then the account and region stand for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.billed import PLACE
from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.usage import Held, lines
from finops_lib.contracts.evidence import Evidence

_DUST: Final = 1e-6
_BOTH: Final[tuple[Held, Held]] = ("whole", "bill")


def usage(evidence: Evidence, held: Held, services: Iterable[str], pattern: str, operation: str = "") -> pd.DataFrame:
    """The usage rows of several service codes whose plain usage type and operation match regular expressions."""
    each = [lines(evidence, held, service, pattern) for service in services]
    rows = pd.concat([rows for rows in each if len(rows)] or each[:1])
    return rows[rows["x_Operation"].fillna("").str.match(operation)] if operation else rows


@once
def rest(evidence: Evidence, services: tuple[str, ...], pattern: str, operation: str = "") -> pd.DataFrame:
    """A row an account and region: the ``cost`` and ``quantity`` of its bill that no resource is named for."""
    whole, named = (
        usage(evidence, held, services, pattern, operation)
        .assign(account=lambda rows: rows["SubAccountId"], region=lambda rows: rows["RegionId"].fillna(""))
        .groupby(PLACE)[["EffectiveCost", "PricingQuantity"]]
        .sum()
        for held in _BOTH
    )
    left = whole.sub(named.reindex(whole.index, fill_value=0.0)).reset_index()
    left = left.rename(columns={"EffectiveCost": "cost", "PricingQuantity": "quantity"})
    return left[(left["cost"] > _DUST) | (left["quantity"] > _DUST)].reset_index(drop=True)


@once
def resources(evidence: Evidence, services: tuple[str, ...], pattern: str, operation: str = "") -> pd.DataFrame:
    """The resources of these lines (see :func:`billed.resources`), and ``account/region`` for what names none."""
    named = billed.resources(usage(evidence, "bill", services, pattern, operation))
    left = rest(evidence, services, pattern, operation)
    left = left[left["cost"] >= 0]  # a refund of what was used is no cost to look into
    stand_in = left.assign(
        resource=left["account"] + "/" + left["region"],
        covered_cost=0.0,
        covered_by=pd.Series([()] * len(left), index=left.index, dtype=object),
        list_cost=left["cost"],
    )
    return pd.concat([frame for frame in (named, stand_in) if len(frame)]) if len(left) else named
