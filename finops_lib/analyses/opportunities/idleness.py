"""Resources that are billed by the hour whatever they carry: how much that was, and for how long nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, months, nameless
from finops_lib.analyses.opportunities.billed import PLACE, RESOURCE
from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.protocol import Confidence, Gap
from finops_lib.analyses.opportunities.usage import lines
from finops_lib.contracts.evidence import Evidence

LONG_ENOUGH: Final = 336.0
"""Hours, two weeks, that a resource must have been billed for before it can be called idle."""


@dataclass(frozen=True)
class Meter:
    """How a kind is billed: its hours and what it carries (plain usage types), and the flow an hour that is nothing."""

    service: str
    hours: str
    flow: str
    nothing: float


@once
def metered(evidence: Evidence, meter: Meter) -> pd.DataFrame:
    """The period's resources of a kind (columns of :func:`billed.resources`) with what their meters say.

    Beside it: ``hours``, ``flow``, ``hours_cost``, ``flow_cost`` of the period; ``idle_months`` and ``idle_hours`` of
    the months up to the period that follow each other and in which nothing flowed.
    """
    hours = billed.rows(evidence, meter.service, meter.hours)
    flow = billed.rows(evidence, meter.service, meter.flow)
    costs = billed.resources(pd.concat([hours, flow])).merge(_sums(hours, "hours"), on=RESOURCE)
    costs = costs.merge(_sums(flow, "flow"), on=RESOURCE, how="left")
    costs = costs.fillna({"flow": 0.0, "flow_cost": 0.0})
    return costs.merge(_streaks(evidence, meter), on=RESOURCE, how="left")


def idle(metered_: pd.DataFrame) -> pd.DataFrame:
    """Those that carried nothing in the period, and have not for two weeks at least."""
    return metered_[(metered_["idle_months"] > 0) & (metered_["idle_hours"] >= LONG_ENOUGH)]


def certainty(idle_months: float) -> Confidence:
    """How sure it is that something idle stays so: two months without anything are a second sign."""
    return "obvious" if idle_months >= 2 else "likely"


def unmeasured(evidence: Evidence, meter: Meter, costs: pd.DataFrame) -> pd.DataFrame:
    """The resources in whose account and region some of the flow names no resource: it may be theirs."""
    return costs.merge(nameless.rest(evidence, (meter.service,), meter.flow)[PLACE], on=PLACE)


def flow_gaps(blind: pd.DataFrame) -> tuple[Gap, ...]:
    """A gap for each account and region whose flow names no resource."""
    return tuple(
        Gap(
            str(here["account"].iloc[0]),
            f"{region}: the bill does not say which of these resources the data went through.",
            "resource ids in the export of the bill",
            len(here),
            float(here["cost"].sum()),
        )
        for (_, region), here in blind.groupby(PLACE)
    )


def _sums(charges: pd.DataFrame, name: str) -> pd.DataFrame:
    named = charges.assign(
        account=charges["SubAccountId"], region=charges["RegionId"].fillna(""), resource=charges["ResourceId"]
    )
    sums = named.groupby(RESOURCE)[["PricingQuantity", "EffectiveCost"]].sum().reset_index()
    return sums.rename(columns={"PricingQuantity": name, "EffectiveCost": f"{name}_cost"})


def _streaks(evidence: Evidence, meter: Meter) -> pd.DataFrame:
    """The idle months in a row that end with the period, and their hours."""
    back = months.months_back(evidence)
    hours, flow = (
        months.quantities(lines(evidence, "months", meter.service, pattern)).reindex(columns=back)
        for pattern in (meter.hours, meter.flow)
    )
    hours, flow = hours.fillna(0.0), flow.reindex(hours.index).fillna(0.0)
    running = ((hours > 0) & (flow <= meter.nothing * hours)).astype(float).cumprod(axis=1)
    streaks = pd.DataFrame({"idle_months": running.sum(axis=1), "idle_hours": (hours * running).sum(axis=1)})
    return streaks.reset_index()
