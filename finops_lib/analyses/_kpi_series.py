"""Cost and KPI on one calendar: days become whole weeks, months stay months, and what does not match is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from finops_lib.core.errors import InsufficientDataError, SchemaMismatch
from finops_lib.core.note import Note

Frequency = Literal["week", "month"]
COLUMNS = ("date", "cost", "kpi")


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
    """Both series where both are known, in order of date."""
    read, repeated = _read(frame)
    both = read.dropna(subset=["cost", "kpi"])
    if both.empty:
        raise InsufficientDataError(
            "No date has both a cost and a KPI.", hint="Check that the dates of the KPI lie in the months of the bill."
        )
    if both["kpi"].nunique() == 1:  # by the day of months of unlike length it would seem to move
        raise InsufficientDataError("The KPI is constant: nothing tells how cost follows it.")
    gap = float(both["date"].diff().dt.days.median()) if len(both) > 1 else 1.0
    frequency: Frequency = "month" if gap > 20 else "week"
    table = _weeks(both, gap) if frequency == "week" else _months_as_given(both)
    above = table[(table["cost"] > 0) & (table["kpi"] > 0)].reset_index(drop=True)
    notes = _doubts(read, repeated, len(table) - len(above), frequency)
    months = _per_day(both) if frequency == "week" else above.rename(columns={"start": "month"})
    return Series(frequency, _day(both["date"].iloc[0]), _day(both["date"].iloc[-1]), above, months, notes)


def _read(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise SchemaMismatch(f"The frame has no column {', '.join(missing)}.", hint="Give date, cost and kpi.")
    read = pd.DataFrame({"date": _dates(frame["date"]), "cost": _numbers(frame, "cost"), "kpi": _numbers(frame, "kpi")})
    once = read.drop_duplicates()
    twice = once.loc[once["date"].duplicated(), "date"]
    if len(twice):
        raise SchemaMismatch(
            f"{_day(twice.iloc[0])} comes twice with different values ({twice.nunique()} such dates).",
            hint="Keep one row a date: add the KPI's parts, or remove the outdated row.",
        )
    return once.sort_values("date", kind="stable").reset_index(drop=True), len(read) - len(once)


def _dates(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        dates = pd.to_datetime(column)
    except (TypeError, ValueError) as error:
        raise SchemaMismatch(f"date holds something that is not a date: {error}.", hint="Write YYYY-MM-DD.") from error
    if dates.isna().any():
        raise SchemaMismatch(f"{int(dates.isna().sum())} rows have no date.", hint="Give every row its date.")
    return (dates.dt.tz_convert("UTC").dt.tz_localize(None) if dates.dt.tz is not None else dates).dt.normalize()


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    try:
        numbers = pd.to_numeric(frame[name]).astype(float)
    except (TypeError, ValueError) as error:
        raise SchemaMismatch(
            f"{name} holds something that is not a number: {error}.", hint="Write plain numbers, without units."
        ) from error
    if np.isinf(numbers).any():
        raise SchemaMismatch(f"{name} holds an infinite value.", hint="Leave unknown values empty.")
    return numbers


def _weeks(both: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Seven days each, counted back from the last date; weeks with a day missing are left out."""
    age = (both["date"].iloc[-1] - both["date"]).dt.days // 7
    groups = both.groupby(age, sort=True)
    table = groups.agg(start=("date", "min"), cost=("cost", "sum"), kpi=("kpi", "sum"), rows=("date", "size"))
    whole = table[table["rows"] >= (7 if gap < 2 else 1)]
    return whole.sort_values("start")[["start", "cost", "kpi"]].reset_index(drop=True)


def _months_as_given(both: pd.DataFrame) -> pd.DataFrame:
    """Amounts by day of the month, so that February is not a fall."""
    days = both["date"].dt.days_in_month
    return pd.DataFrame({"start": both["date"], "cost": both["cost"] / days, "kpi": both["kpi"] / days})


def _per_day(both: pd.DataFrame) -> pd.DataFrame:
    """Months of at least a week, per day held."""
    month = both["date"].dt.to_period("M").dt.to_timestamp()
    groups = both.groupby(month.rename("month"), sort=True)
    table = groups.agg(cost=("cost", "mean"), kpi=("kpi", "mean"), rows=("date", "size")).reset_index()
    known = table[(table["rows"] >= min(7, int(table["rows"].max()))) & (table["cost"] > 0) & (table["kpi"] > 0)]
    return known[["month", "cost", "kpi"]].reset_index(drop=True)


def _doubts(read: pd.DataFrame, repeated: int, not_above: int, frequency: Frequency) -> tuple[Note, ...]:
    notes = []
    no_kpi = int((read["kpi"].isna() & read["cost"].notna()).sum())
    no_cost = int((read["cost"].isna() & read["kpi"].notna()).sum())
    if no_kpi or no_cost:
        message = f"{no_kpi} dates have a cost and no KPI, {no_cost} a KPI and no cost; they were left out."
        notes.append(Note.warning("unit_economics.unmatched_dates", message, without_kpi=no_kpi, without_cost=no_cost))
    if repeated:
        message = f"{repeated} rows repeat another row and count once."
        notes.append(Note.info("unit_economics.repeated_rows", message, rows=repeated))
    if not_above:
        message = f"{not_above} {frequency}s with a cost or KPI of 0 or less were left out."
        notes.append(Note.warning("unit_economics.not_above_zero", message, periods=not_above))
    return tuple(notes)


def _day(date: Any) -> str:
    return str(pd.Timestamp(date).date().isoformat())
