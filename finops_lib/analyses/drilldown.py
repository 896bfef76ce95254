"""Behind a cause: which resources moved, and is it over or here to stay? Method: docs/methods/causes.md."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np
import pandas as pd

from finops_lib.analyses._cuboids import Bools, Floats, Ints
from finops_lib.analyses.plain import keys
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.contracts import given
from finops_lib.core.counted import counted
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.note import Note

BEFORE_DAYS: Final = 56
LEAST_BEFORE: Final = 7
WEEK: Final = 7
GONE: Final = 1 / 3
STAYS: Final = 2 / 3
_SIDES: Final = ("expected", "actual")

Verdict = Literal["temporary", "receding", "structural", "undecided", "no shift"]


@dataclass(frozen=True)
class ResourcesResult:
    """The resources behind a cause, most change first; ``others`` is the change of those not shown."""

    name: ClassVar[str] = "resources"
    schema: ClassVar[str] = "finops.resources/1"

    combination: Mapping[str, Any]
    before: float
    after: float
    change: float
    resources: pd.DataFrame
    shown: int
    total: int
    others: float
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form."""
        return {
            "schema": self.schema,
            "combination": keys(self.combination),
            "before": _cents(self.before),
            "after": _cents(self.after),
            "change": _cents(self.change),
            "resources": [
                {str(key): _cents(value) if isinstance(value, float) else value for key, value in row.items()}
                for row in self.resources.to_dict("records")
            ],
            "shown": self.shown,
            "total": self.total,
            "others": _cents(self.others),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``resources``."""
        return {"resources": self.resources}


@dataclass(frozen=True)
class PersistenceResult:
    """Did a shift of daily cost go back? ``share_left`` is what is left of it, of its height in the first week."""

    name: ClassVar[str] = "persistence"
    schema: ClassVar[str] = "finops.persistence/1"

    verdict: Verdict
    changed_on: str
    as_of: str
    level_before: float
    shift: float
    shift_now: float | None
    share_left: float | None
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; costs per day."""
        return {
            "schema": self.schema,
            "verdict": self.verdict,
            "changed_on": self.changed_on,
            "as_of": self.as_of,
            "level_before": _cents(self.level_before),
            "shift": _cents(self.shift),
            "shift_now": None if self.shift_now is None else _cents(self.shift_now),
            "share_left": None if self.share_left is None else _cents(self.share_left),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """None: the verdict is all there is."""
        return {}


def resources(frame: pd.DataFrame, combination: Mapping[str, Any], *, top: int = 20) -> ResourcesResult:
    """Which resources stand behind a cause's change?

    ``frame`` has ``ResourceId``, ``actual``, ``expected`` and the attributes that the combination names; a null of the
    combination matches nulls. Raises :class:`InputError` for a missing column or an amount that is no number,
    :class:`InsufficientDataError` where no row matches.
    """
    if not isinstance(combination, Mapping) or any(map(pd.api.types.is_list_like, combination.values())):
        raise UsageError(f"{combination!r} is no combination.", hint="Give a mapping of attributes to one value each.")
    top = given.count(top, "top")
    given.table(frame, "The resources", ["ResourceId", *_SIDES, *combination])
    told = frame.assign(**{name: given.money(frame[name], "the resources") for name in _SIDES})
    mine = told[_matches(told, combination)]
    if mine.empty:
        raise InsufficientDataError("No resource row matches the cause.", hint="Resource ids may not be in the export.")
    sums = mine.groupby("ResourceId", dropna=False, sort=True)[["expected", "actual"]].sum().reset_index()
    table = sums.rename(columns={"expected": "before", "actual": "after"})
    table["change"] = table["after"] - table["before"]
    table["state"] = _states(table)
    order = table["change"].abs().sort_values(ascending=False, kind="stable").index
    shown = table.loc[order].head(top).reset_index(drop=True)
    shown["ResourceId"] = shown["ResourceId"].astype(object).where(shown["ResourceId"].notna(), None)
    before, after = math.fsum(table["before"]), math.fsum(table["after"])
    others = after - before - math.fsum(shown["change"])
    notes = _nameless(table)
    return ResourcesResult(
        dict(combination), before, after, after - before, shown, len(shown), len(table), others, notes
    )


def persistence(daily: pd.DataFrame, *, changed_on: dt.date, as_of: dt.date | None = None) -> PersistenceResult:
    """Is the shift that began on a day temporary or structural?

    ``daily`` has ``date`` and ``cost``. Rule: a day's deviation is its cost less the median of its weekday in the 56
    days before (of all days where a weekday is missing). The shift is the largest deviation of the first seven days;
    what is left of it is the median deviation of the last seven. Up to a third left is temporary, from two thirds on
    structural, between them receding. Within fourteen days of the change it is undecided.
    """
    days, dates = _by_day(daily)
    last = pd.Timestamp(given.day(as_of, "as_of")) if as_of is not None else dates.max()
    start = pd.Timestamp(given.day(changed_on, "changed_on"))
    earlier = (dates < start) & (dates >= start - pd.Timedelta(days=BEFORE_DAYS))
    later = (dates >= start) & (dates <= last)
    if earlier.sum() < LEAST_BEFORE or not later.any():
        raise InsufficientDataError(
            f"{counted(int(earlier.sum()), 'day')} before {changed_on}, {later.sum()} from then on: "
            f"{LEAST_BEFORE} and 1 are needed.",
            hint="Pull the month before.",
        )
    deviation = days - _usual(days[earlier], dates.day_of_week.to_numpy(), earlier)
    after = deviation[later]
    first = after[:WEEK]
    shift = float(first[int(np.argmax(np.abs(first)))])
    noise = 1.4826 * float(np.median(np.abs(deviation[earlier])))
    now = float(np.median(after[-WEEK:])) if len(after) >= 2 * WEEK else None
    verdict, left, notes = _verdict(shift, now, noise)
    return PersistenceResult(
        verdict, str(start.date()), str(last.date()), float(np.median(days[earlier])), shift, now, left, notes
    )


def _verdict(shift: float, now: float | None, noise: float) -> tuple[Verdict, float | None, tuple[Note, ...]]:
    if abs(shift) <= max(3 * noise, 0.01):
        return (
            "no shift",
            None,
            (Note.info("persistence.no_shift", "No day of the first week leaves the usual range."),),
        )
    if now is None:
        message = "Fewer than fourteen days have passed since the change: too early to say whether it stays."
        return "undecided", None, (Note.info("persistence.too_early", message),)
    left = now / shift
    return ("temporary" if left <= GONE else "structural" if left >= STAYS else "receding"), left, ()


def _by_day(daily: pd.DataFrame) -> tuple[Floats, pd.DatetimeIndex]:
    """Cost by day, in order; days that are not told stay out."""
    given.table(daily, "The daily costs", ("date", "cost"))
    known = daily[daily["date"].notna() & daily["cost"].notna()]
    cost = given.money(known["cost"], "the daily costs")
    days = cost.groupby(given.days(known["date"], "the daily costs")).sum().sort_index()
    return np.asarray(days, dtype=np.float64), pd.DatetimeIndex(days.index)


def _usual(before: Floats, weekday: Ints, earlier: Bools) -> Floats:
    """What each day would cost had nothing changed: the median of its weekday, or of all days where there is none."""
    usual = np.full(7, np.median(before))
    for day in range(7):
        same = before[weekday[earlier] == day]
        if len(same):
            usual[day] = np.median(same)
    expected: Floats = usual[weekday]
    return expected


def _matches(frame: pd.DataFrame, combination: Mapping[str, Any]) -> pd.Series[bool]:
    keep = pd.Series(True, index=frame.index)
    for name, value in combination.items():
        keep &= frame[name].isna() if value is None else (frame[name] == value).fillna(False)
    return keep


def _states(table: pd.DataFrame) -> list[str]:
    def state(before: float, after: float) -> str:
        if before == 0 and after != 0:
            return "new"
        if after == 0 and before != 0:
            return "gone"
        return "unchanged" if abs(after - before) < HALF_CENT else "rose" if after > before else "fell"

    return [state(before, after) for before, after in zip(table["before"], table["after"], strict=True)]


def _nameless(table: pd.DataFrame) -> tuple[Note, ...]:
    change = math.fsum(table.loc[table["ResourceId"].isna(), "change"])
    if abs(change) < 0.01:
        return ()
    message = f"{change:.2f} of the change is of charges without a resource id."
    return (Note.info("resources.without_id", message, change=change),)


def _cents(value: float) -> float:
    return round(value, 6) + 0.0
