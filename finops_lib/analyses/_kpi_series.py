"""Cost and KPI on one calendar: days become weeks, weeks and months stay, and what does not match is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from finops_lib.analyses._cadence import ORDER, Cadence, cadence, starts, summed
from finops_lib.contracts import given
from finops_lib.core.counted import counted
from finops_lib.core.errors import InputError, InsufficientDataError
from finops_lib.core.note import Note

Frequency = Literal["week", "month"]
COLUMNS = ("date", "cost", "kpi")
_NAMED = {"cost": "cost", "kpi": "KPI"}


@dataclass(frozen=True)
class Series:
    """``table`` has ``start``, ``cost``, ``kpi`` a week or month; ``months`` the same per day, a row a month."""

    frequency: Frequency
    start: str
    end: str
    table: pd.DataFrame
    months: pd.DataFrame
    notes: tuple[Note, ...]


def series(frame: pd.DataFrame) -> Series:
    """Both series where both are known, in order of date, by the days that a value of the KPI covers."""
    told, repeated = _read(frame)
    read, step = _aligned(told)
    both = read.dropna(subset=["cost", "kpi"])
    if both.empty:
        raise InsufficientDataError(
            "No date has both a cost and a KPI.", hint="Check that the dates of the KPI lie in the months of the bill."
        )
    if both["kpi"].nunique() == 1:  # by the day of months of unlike length it would seem to move
        raise InsufficientDataError("The KPI is constant: nothing tells how cost follows it.")
    frequency: Frequency = "month" if step == "month" else "week"
    table = _weeks(both) if step == "day" else _months_as_given(both) if step == "month" else _as_given(both)
    above = table[(table["cost"] > 0) & (table["kpi"] > 0)].reset_index(drop=True)
    notes = _doubts(read, repeated, len(table) - len(above), frequency)
    if step == "day":
        notes += _broken_weeks(both)
    months = above.rename(columns={"start": "month"}) if step == "month" else _per_day(both, 7 if step == "week" else 1)
    return Series(frequency, _day(both["date"].iloc[0]), _day(both["date"].iloc[-1]), above, months, notes)


def _read(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    given.table(frame, "The costs and KPIs", COLUMNS)
    what = "the costs and KPIs"
    numbers = {"cost": given.money(frame["cost"], what), "kpi": given.amounts(frame["kpi"], what)}
    read = pd.DataFrame({"date": given.days(frame["date"], what), **numbers})
    once = read.drop_duplicates()
    twice = once.loc[once["date"].duplicated(), "date"]
    if len(twice):
        raise InputError(
            f"{_day(twice.iloc[0])} comes twice with different values ({twice.nunique()} such dates).",
            hint="Keep one row a date: add the KPI's parts, or remove the outdated row.",
        )
    return once.sort_values("date", kind="stable").reset_index(drop=True), len(read) - len(once)


def _aligned(read: pd.DataFrame) -> tuple[pd.DataFrame, Cadence]:
    """Both series by the coarser cadence of the two: the days of the finer one are added over what a value covers."""
    told = {name: read.dropna(subset=[name]).set_index("date")[name] for name in ("cost", "kpi")}
    steps = {name: _cadence(values, name) for name, values in told.items()}
    if steps["cost"] == steps["kpi"] == "day":
        return read, "day"
    if set(steps.values()) == {"week", "month"}:
        weekly, monthly = sorted(steps, key=lambda name: ORDER.index(steps[name]))
        raise InsufficientDataError(
            f"The {_NAMED[weekly]} comes by the week and the {_NAMED[monthly]} by the month, which weeks do not fill.",
            hint="Give one of them by the day.",
        )
    step = max(steps.values(), key=ORDER.index)
    parts = [_by_period(values, steps[name], step).rename(name) for name, values in told.items()]
    return pd.concat(parts, axis=1, sort=True).rename_axis("date").reset_index(), step


def _by_period(told: pd.Series[float], own: Cadence, step: Cadence) -> pd.Series[float]:
    return summed(told, step) if own != step else told.set_axis(starts(pd.DatetimeIndex(told.index), step))


def _cadence(told: pd.Series[float], name: str) -> Cadence:
    found = cadence(pd.DatetimeIndex(told.index))
    if found is None:
        raise InsufficientDataError(
            f"The dates of the {_NAMED[name]} keep no cadence: they come neither by the day, nor once a week, nor once "
            "a month, so which days a value covers is not known.",
            hint="Give a value for every day, week or month.",
        )
    return found


def _weeks(both: pd.DataFrame) -> pd.DataFrame:
    """Seven days each, counted back from the last date; weeks with a day missing are left out."""
    age = (both["date"].iloc[-1] - both["date"]).dt.days // 7
    groups = both.groupby(age, sort=True)
    table = groups.agg(start=("date", "min"), cost=("cost", "sum"), kpi=("kpi", "sum"), rows=("date", "size"))
    return _as_given(table[table["rows"] == 7].rename(columns={"start": "date"}))


def _broken_weeks(both: pd.DataFrame) -> tuple[Note, ...]:
    """Weeks between the first and the last whole one that lack days: nobody knows what they would have been."""
    age = (both["date"].iloc[-1] - both["date"]).dt.days // 7
    whole = age.value_counts().loc[lambda rows: rows == 7].index
    broken = int(whole.max()) + 1 - len(whole) if len(whole) else 0
    if not broken:
        return ()
    message = f"Left out, with days missing: {counted(broken, 'week')}."
    return (Note.warning("unit_economics.broken_weeks", message, weeks=broken),)


def _as_given(both: pd.DataFrame) -> pd.DataFrame:
    return both.rename(columns={"date": "start"}).sort_values("start")[["start", "cost", "kpi"]].reset_index(drop=True)


def _months_as_given(both: pd.DataFrame) -> pd.DataFrame:
    """Amounts by day of the month, so that February is not a fall."""
    days = both["date"].dt.days_in_month
    return pd.DataFrame({"start": both["date"], "cost": both["cost"] / days, "kpi": both["kpi"] / days})


def _per_day(both: pd.DataFrame, length: int) -> pd.DataFrame:
    """Months of at least a week, per day held; a row covers ``length`` days."""
    month = both["date"].dt.to_period("M").dt.to_timestamp()
    groups = both.groupby(month.rename("month"), sort=True)
    table = groups.agg(cost=("cost", "mean"), kpi=("kpi", "mean"), rows=("date", "size")).reset_index()
    table[["cost", "kpi"]] /= length
    held = table["rows"] * length
    known = table[(held >= min(7, int(held.max()))) & (table["cost"] > 0) & (table["kpi"] > 0)]
    return known[["month", "cost", "kpi"]].reset_index(drop=True)


def _doubts(read: pd.DataFrame, repeated: int, not_above: int, frequency: Frequency) -> tuple[Note, ...]:
    notes = []
    no_kpi = int((read["kpi"].isna() & read["cost"].notna()).sum())
    no_cost = int((read["cost"].isna() & read["kpi"].notna()).sum())
    if no_kpi or no_cost:
        message = f"Left out: {counted(no_kpi, 'date')} with a cost and no KPI, {no_cost} with a KPI and no cost."
        notes.append(Note.warning("unit_economics.unmatched_dates", message, without_kpi=no_kpi, without_cost=no_cost))
    if repeated:
        message = f"Counted once, as repeats of another row: {counted(repeated, 'row')}."
        notes.append(Note.info("unit_economics.repeated_rows", message, rows=repeated))
    if negative := int((read["cost"] < 0).sum()):
        message = f"Below 0, with more refunds than cost: {counted(negative, 'date')}."
        notes.append(Note.info("unit_economics.negative_costs", message, dates=negative))
    if not_above:
        message = f"Left out, with a cost or KPI of 0 or less: {counted(not_above, frequency)}."
        notes.append(Note.warning("unit_economics.not_above_zero", message, periods=not_above))
    return tuple(notes)


def _day(date: Any) -> str:
    return str(pd.Timestamp(date).date().isoformat())
