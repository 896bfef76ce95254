"""How much did a service of an account move in all, which keys look alike, and on which days was cost unlike itself?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.classified import CATEGORY, Classified
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.core.periods import Period

_CENT: Final = HALF_CENT


@dataclass(frozen=True)
class Whole:
    """All that a service of an account changed by, and how much of it the days of the month make."""

    change: float
    calendar: float


def whole(cells: pd.DataFrame, account: str | None, service: str | None) -> Whole:
    """The sum of a change's cells at one place: what a comparison of two bills shows there."""
    here = _same(cells["SubAccountId"], account) & _same(cells["ServiceName"], service)
    calendar = cells.loc[here & (cells["effect"] == "calendar"), "amount"].sum()
    return Whole(float(cells.loc[here, "amount"].sum()), float(calendar))


def apart(rows: pd.DataFrame, same: Sequence[str], others: Sequence[str]) -> list[tuple[str, ...]]:
    """For each row the columns of ``others`` in which it differs from rows that are alike in ``same``; else none."""
    if rows.empty:
        return []
    texts = rows[[*same, *others]].astype("object").where(rows[[*same, *others]].notna(), "").astype(str)
    groups = texts.groupby(list(same), sort=False)
    differs = pd.DataFrame({name: groups[name].transform("nunique") > 1 for name in others}, index=rows.index)
    return [tuple(name for name in others if row[name]) for row in differs.to_dict("records")]


@dataclass(frozen=True)
class OddDays:
    """A stretch of days unlike the others, where it was, and what it adds to the change."""

    first: dt.date
    last: dt.date
    account: Any
    service: Any
    amount: float
    earlier: bool  # in the month before
    dearer: bool


def odd_days(parts: Classified, period: Period) -> tuple[OddDays, ...]:
    """The stretches that the anomalous category is made of, by account and service, most dollars first."""
    anomalous = parts.category == CATEGORY["anomalous"]
    sums: dict[tuple[Any, ...], float] = {}
    for number, event in enumerate(parts.events):
        if "excess" not in event:
            continue
        amount = float(parts.lines.amount[anomalous & (parts.event == number)].sum())
        key = (*stretch(event), event.get("SubAccountId"), event.get("ServiceName"), is_dearer(event))
        sums[key] = sums.get(key, 0.0) + amount
    found = [
        OddDays(first, last, account, service, amount, first < period.start, dearer)
        for (first, last, account, service, dearer), amount in sums.items()
        if abs(amount) >= _CENT
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.amount), one.first)))


def days_behind(drivers: pd.DataFrame, row: Mapping[str, Any], period: Period) -> OddDays | None:
    """The odd days behind a corrective action; None where it is not about any."""
    same = drivers["evidence"].notna() & (drivers["amount"] == row["amount"])
    for key in ("SubAccountId", "ServiceName", "x_UsageType"):
        same &= _same(drivers[key], row[key])
    event = next((event for event in drivers.loc[same, "evidence"] if "excess" in event), None)
    if event is None:
        return None
    first, last = stretch(event)
    amount = float(row["amount"])
    return OddDays(first, last, row["SubAccountId"], row["ServiceName"], amount, first < period.start, is_dearer(event))


def stretch(event: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    """The first and the last day of an event; its end is the day after."""
    first, after = pd.Timestamp(event["start"]), pd.Timestamp(event["end"])
    return first.date(), max(first, after - pd.Timedelta(days=1)).date()


def is_dearer(event: Mapping[str, Any]) -> bool:
    """True where the days cost more than the others."""
    return float(event["excess"]) > 0


def _same(column: pd.Series[Any], value: Any) -> pd.Series[bool]:
    """Where a key column has a value; no value is one too."""
    return column.isna() if value is None or pd.isna(value) else column == value
