"""Did the business grow, and does cost follow it? A KPI beside the scope's own cost, for unit cost and for variance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.analyses import unit_economics
from finops_lib.analyses._cadence import cadence, ends, starts
from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.unit_economics import UnitEconomicsResult
from finops_lib.contracts import given
from finops_lib.core.errors import InputError, InsufficientDataError, UsageError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

_LEAST_DAYS = 20


def follow(daily: pd.DataFrame, kpis: pd.DataFrame, *, driver: str = "") -> UnitEconomicsResult:
    """How the scope's cost of usage follows a KPI (contracts/commercial.py); ``driver`` names it, else the first.

    A KPI told by weeks or months is held against the cost of those. Raises :class:`InsufficientDataError` without KPIs
    or where the history is too short, :class:`UsageError` for a KPI that the file lacks.
    """
    told, cost = _driver(kpis, driver), _usage(daily)
    if apart := _apart(told, cost):
        raise InsufficientDataError(f"The file of metrics has {apart}.", hint="Add values of the bill's days to it.")
    if len(cost):
        told = told[_inside(told, pd.DatetimeIndex(cost.index))]
    frame = pd.concat([cost.rename("cost"), told.rename("kpi")], axis=1, sort=True)
    return unit_economics.relate(frame.rename_axis("date").reset_index())


def relation(daily: pd.DataFrame, kpis: pd.DataFrame, *, period: Period, driver: str = "") -> KpiRelation | None:
    """The KPI's change to the month and the elasticity of cost to it; None where either cannot be told.

    An elasticity whose interval holds 0 explains nothing, so it is None too.
    """
    found = _told(daily, kpis, period, driver)
    return found if isinstance(found, KpiRelation) else None


def why_none(
    daily: pd.DataFrame, kpis: pd.DataFrame, *, period: Period, driver: str = "", file: str = "the file of metrics"
) -> str:
    """Why :func:`relation` tells none, as the end of a sentence; empty where it tells one. ``file`` holds the KPIs."""
    if given.table(kpis, "The KPIs", ("date", "metric", "value"))["value"].isna().all():
        return f"{file} holds no values, so add a line for each day, week or month to it"
    if apart := _apart(_driver(kpis, driver), _usage(daily)):
        return f"{file} has {apart}, so add values of those to it"
    found = _told(daily, kpis, period, driver)
    return found if isinstance(found, str) else ""


def not_told(metric: str, why: str) -> Note:
    """What stands in a report where growth cannot be held against a metric: ``why`` of :func:`why_none`, or empty."""
    name = metric.replace("_", " ") or "a business metric"
    reason = why or ("how cost follows it is not known" if metric else "no metric is given")
    message = f"Growth by {name}: {reason}; volume that moved in proportion counts as growth."
    return Note.info("not_checked.business_metric", message)


def _told(daily: pd.DataFrame, kpis: pd.DataFrame, period: Period, driver: str) -> KpiRelation | str:
    """The relation, or why there is none."""
    try:
        found = follow(daily, kpis, driver=driver)
    except InsufficientDataError as error:
        return error.message[:1].lower() + error.message[1:].rstrip(".")
    told, month = _driver(kpis, driver), given.month(period, "The period")
    before, now = (_level(told, each) for each in (month.shift(-1), month))
    if not before or now is None:
        return f"it has too few values in {month.shift(-1).label} or {month.label}"
    if found.elasticity.low <= 0:
        return "its history does not show that cost follows it"
    return KpiRelation(name_of(kpis, driver), now / before - 1, found.elasticity.expected)


def name_of(kpis: pd.DataFrame, driver: str) -> str:
    """The KPI that cost is held against; raises as :func:`follow` does."""
    given.table(kpis, "The KPIs", ("date", "metric", "value"))
    names = list(dict.fromkeys(kpis["metric"].dropna()))
    if not names:
        raise InsufficientDataError("There are no business metrics.", hint="Name their file: kpis.file in finops.toml.")
    if driver and driver not in names:
        raise UsageError(
            f"The business metric '{driver}' is not in its file.",
            hint=f"kpis.driver may be {', '.join(names)}.",
        )
    return driver or str(names[0])


def _driver(kpis: pd.DataFrame, driver: str) -> pd.Series[float]:
    name = name_of(kpis, driver)
    mine = kpis[kpis["metric"] == name]
    days, values = given.days(mine["date"], "the KPIs"), given.amounts(mine["value"], "the KPIs")
    once = pd.DataFrame({"date": days, "value": values}).drop_duplicates()
    if once["date"].duplicated().any():
        twice = once.loc[once["date"].duplicated(), "date"].iloc[0]
        raise InputError(
            f"The KPI {name} comes twice for {twice.date()}, with different values.", hint="Keep the one that holds."
        )
    told: pd.Series[float] = once.set_index("date")["value"].sort_index()
    return told.rename(name)


def _usage(daily: pd.DataFrame) -> pd.Series[float]:
    """Cost of usage by the day, as far as its day is known."""
    costs = given.costs(daily, "The daily costs", ("x_charge_kind", "x_charge_day", METRIC))
    usage = costs[(costs["x_charge_kind"] == "usage") & costs["x_charge_day"].notna()]
    return usage.groupby("x_charge_day")[METRIC].sum()


def _apart(told: pd.Series[float], cost: pd.Series[float]) -> str:
    """Which days the KPI's values and the bill are of, where they share none; empty where they do, or are unknown."""
    known = pd.DatetimeIndex(told.dropna().index)
    if known.empty or cost.empty:
        return ""
    step = cadence(known) or "day"
    first = starts(known, step)
    if ((first <= cost.index.max()) & (ends(first, step) >= cost.index.min())).any():
        return ""
    spans = [f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}" for days in (known, cost.index)]
    return f"{told.name} of {spans[0]} and none of the bill's days ({spans[1]})"


def _inside(told: pd.Series[float], days: pd.DatetimeIndex) -> NDArray[np.bool_]:
    """Values that cover days of the bill alone: others have no whole cost to be held against."""
    dates = pd.DatetimeIndex(told.index)
    step = cadence(dates) or "day"
    first = starts(dates, step)
    return np.asarray((first >= days.min()) & (ends(first, step) <= days.max()))


def _level(told: pd.Series[float], period: Period) -> float | None:
    """The KPI of a day of the month, as far as the values in it tell."""
    inside = told[(told.index >= pd.Timestamp(period.start)) & (told.index < pd.Timestamp(period.end))].dropna()
    step = cadence(pd.DatetimeIndex(told.index))
    if step == "month":
        return float(inside.sum() / period.days) if len(inside) else None
    length = 7 if step == "week" else 1
    return float(inside.mean() / length) if len(inside) * length >= _LEAST_DAYS else None
