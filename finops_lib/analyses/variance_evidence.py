"""What may be handed to the explanation of a month? Each frame at its door: its columns, and what they hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.keys import BASE
from finops_lib.analyses.monthly_change import READ
from finops_lib.analyses.spikes import CELL
from finops_lib.analyses.totals import METRIC
from finops_lib.contracts import given
from finops_lib.core.errors import InputError

_MAY: Final = ("x_ServiceCode", "PublisherName")
_MONTHLY: Final = ("SubAccountId", *(name for name in READ if name not in _MAY))
_RESOURCES: Final = (
    "BillingPeriodStart",
    *BASE,
    "ResourceId",
    "PricingQuantity",
    METRIC,
    "x_first_seen",
    "x_last_seen",
)
_DAILY: Final = ("BillingPeriodStart", "x_charge_day", "x_charge_kind", METRIC, *CELL)


@dataclass(frozen=True)
class Handed:
    """The frames of :func:`variance.explain` as its parts take them; all but ``monthly`` may be missing."""

    monthly: pd.DataFrame
    resources: pd.DataFrame | None
    daily: pd.DataFrame | None
    commitments: pd.DataFrame | None
    snapshots: pd.DataFrame | None
    anomalies: pd.DataFrame | None
    actions: pd.DataFrame | None


def admitted(
    monthly: object,
    resources: object = None,
    daily: object = None,
    commitments: object = None,
    snapshots: object = None,
    anomalies: object = None,
    actions: object = None,
) -> Handed:
    """The frames, or one :class:`InputError` that names the first fault."""
    return Handed(
        monthly=_costs(monthly, "The monthly costs", _MONTHLY, (*BASE, *_MAY)),
        resources=None if resources is None else _costs(resources, "The resources", _RESOURCES),
        daily=None if daily is None else _costs(daily, "The daily costs", _DAILY),
        commitments=_maybe(commitments, "The commitments", ("BillingPeriodStart", "CommitmentDiscountId")),
        snapshots=_snapshots(snapshots),
        anomalies=_maybe(anomalies, "The anomalies", ("start", "end", "excess"), BASE),
        actions=_maybe(actions, "The actions", ("date", "amount"), (*BASE, "ResourceId")),
    )


def admitted_kpi(kpi: object) -> KpiRelation | None:
    """How cost follows a business metric: a relation of two known numbers, or none."""
    if kpi is None:
        return None
    if not isinstance(kpi, KpiRelation):
        raise InputError(
            f"The kpi is no KpiRelation but a {type(kpi).__name__}.", hint="Make it with business.relation."
        )
    if not all(isinstance(value, float | int) and math.isfinite(value) for value in (kpi.change, kpi.elasticity)):
        raise InputError(
            f"The relation of cost to {kpi.kpi} holds no numbers.", hint="Leave kpi out where it is unknown."
        )
    return kpi


def _costs(handed: object, what: str, needed: Sequence[str], may: Sequence[str] = ()) -> pd.DataFrame:
    """A frame with the columns needed; of those that it may have, the ones that it has are looked at as well."""
    frame = given.table(handed, what, needed)
    return given.costs(frame, what, list(dict.fromkeys([*needed, *(name for name in may if name in frame)])))


def _maybe(handed: object, what: str, needed: Sequence[str], may: Sequence[str] = ()) -> pd.DataFrame | None:
    """A frame of evidence, where it is given; one without rows needs no columns to say that there is nothing."""
    if handed is None:
        return None
    if isinstance(handed, pd.DataFrame) and handed.empty:
        return pd.DataFrame(columns=list(needed))
    return _costs(handed, what, needed, may)


def _snapshots(handed: object) -> pd.DataFrame | None:
    frame = _maybe(handed, "The snapshots", ("period", "invoice_status", "last_day"))
    if frame is None:
        return None
    days = given.days(frame["last_day"], "the snapshots", all_known=False)
    return frame.assign(last_day=days.dt.strftime("%Y-%m-%d").astype("str"))
