"""The commitments that a bill shows, and which On-Demand usage of it each could pay for instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from finops_lib.analyses.opportunities.instance_types import parsed
from finops_lib.analyses.opportunities.usage_types import plain_of

Kind = Literal["reservation", "instance plan", "compute plan", "other plan"]

_ORDER: Final[tuple[Kind, ...]] = ("reservation", "instance plan", "compute plan", "other plan")
_RESERVATION: Final = re.compile(r"(?i).*reserv|.*:ri:")
_COMPUTE: Final = r"(?:BoxUsage|DedicatedUsage)|.*(?:GB-Second|Provisioned-Concurrency)|.*Fargate-"
_MACHINE: Final = r"(?:BoxUsage|DedicatedUsage|InstanceUsage|Multi-AZUsage|NodeUsage)"
_FULL: Final = 0.01
_NAMES: Final = ["service", "region", "family", "operation"]


@dataclass(frozen=True)
class Commitment:
    """A commitment: what it pays for, and how it is used.

    ``places`` are the services, regions and families that it covers now, ``skus`` those with their operation.
    ``on_demand`` is what a dollar of it covers at On-Demand prices; ``is_full`` where (nearly) none of it goes unused.
    """

    id: str
    kind: Kind
    places: frozenset[str]
    skus: frozenset[str]
    on_demand: float
    is_full: bool

    @property
    def narrowness(self) -> tuple[int, str]:
        """Order in which AWS applies commitments: reservations, then instance plans, then wider ones."""
        return (_ORDER.index(self.kind), self.id)


def described(bill: pd.DataFrame) -> pd.DataFrame:
    """The bill with ``service``, ``plain`` usage type, ``family`` and ``region`` of each row, ``place`` and ``sku``."""
    plain = plain_of(bill)
    kinds = [parsed(str(name).rpartition(":")[2]) for name in plain]
    named = bill.assign(
        service=bill["x_ServiceCode"].fillna(""),
        plain=plain,
        family=[f"{kind.prefix}{kind.family}" if kind else "" for kind in kinds],
        region=bill["RegionId"].fillna(""),
        operation=bill["x_Operation"].fillna(""),
    )
    rows = list(zip(*(named[name] for name in _NAMES), strict=True))
    return named.assign(
        place=pd.Series(["|".join(map(str, row[:3])) for row in rows], index=bill.index, dtype=object),
        sku=pd.Series(["|".join(map(str, row)) for row in rows], index=bill.index, dtype=object),
    )


def held(rows: pd.DataFrame) -> tuple[Commitment, ...]:
    """The commitments that cover something in the rows of :func:`described`, the narrowest first."""
    used = rows[(rows["CommitmentDiscountStatus"] == "Used") & rows["CommitmentDiscountId"].notna()]
    rest = rows[rows["CommitmentDiscountStatus"] == "Unused"]
    found = [_commitment(str(id_), own, rest[rest["CommitmentDiscountId"] == id_]) for id_, own in _by_id(used)]
    return tuple(sorted(found, key=lambda item: item.narrowness))


def may_pay(commitment: Commitment, rows: pd.DataFrame) -> pd.Series[bool]:
    """Which uncovered On-Demand usage the commitment would pay for if hours of it came free."""
    free = (rows["ChargeCategory"] == "Usage") & (rows["PricingCategory"] == "Standard")
    free &= rows["CommitmentDiscountId"].isna() & (rows["EffectiveCost"] > 0)
    if commitment.kind == "compute plan":
        return free & rows["plain"].str.match(_COMPUTE)
    machines = free & rows["plain"].str.match(_MACHINE)
    if commitment.kind == "reservation":
        return machines & rows["sku"].isin(commitment.skus)
    return machines & rows["place"].isin(commitment.places)


def _by_id(used: pd.DataFrame) -> Any:
    return used.groupby("CommitmentDiscountId", sort=True)


def _commitment(id_: str, used: pd.DataFrame, unused: pd.DataFrame) -> Commitment:
    effective, covered = float(used["EffectiveCost"].sum()), float(used["ContractedCost"].sum())
    waste = float(unused["EffectiveCost"].sum())
    worth = covered / effective if effective > 0 and covered > effective else 1.0
    is_full = waste <= _FULL * (effective + waste)
    return Commitment(id_, _kind(id_, used, unused), frozenset(used["place"]), frozenset(used["sku"]), worth, is_full)


def _kind(id_: str, used: pd.DataFrame, unused: pd.DataFrame) -> Kind:
    """By its own rows where the bill has them (``EC2SP:``, ``ComputeSP:``), else by what it covers."""
    types = set(used["CommitmentDiscountType"].dropna())
    if any(_RESERVATION.match(str(word)) for word in (*types, id_)) and not any("Savings" in word for word in types):
        return "reservation"
    if unused["plain"].str.contains("EC2SP:").any() or unused["plain"].str.contains("EC2InstanceSP").any():
        return "instance plan"
    if unused["plain"].str.contains("ComputeSP:").any():
        return "compute plan"
    compute = used["plain"].str.match(_COMPUTE).all()
    alike = used[["service", "region", "family"]].drop_duplicates()
    if not compute:
        return "other plan"
    # Without rows of its own, a plan that covers one family in one region is taken for the narrower kind.
    return "instance plan" if len(alike) == 1 and alike["family"].iloc[0] else "compute plan"
