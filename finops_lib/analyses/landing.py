"""Did a saving land? One item of the ledger held against the months of its resource before and after it was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from finops_lib.analyses.realized_saving import Measure, cost_of, measure, saved
from finops_lib.analyses.replacements import replacements
from finops_lib.analyses.resource_usage import (
    Exposure,
    Meter,
    Rate,
    came_back,
    countable,
    of_component,
    rates,
    seen_for,
)
from finops_lib.core.periods import Period

State = Literal["verified", "running", "not_yet", "not_seen", "reverted", "unknown"]

SUSTAINED: Final = 60
"""Days after it was done for which a saving must have lasted."""

LANDED: Final = 0.2
"""The part of a saving below which the bill does not show it, or no longer."""

BASELINE: Final = 3
"""Whole months before it was done, at most, that tell what it was like."""

BACK: Final = 7
"""Days for which a cost must be back to count as back."""

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Landing:
    """What the bill says of one item: ``baseline`` is its component's cost a month before, ``realized`` the saving."""

    state: State
    reason: str
    days: int
    months: int = 0
    baseline: float | None = None
    realized: float | None = None
    vanished: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sides:
    """An item's component before and after: rates a month of ``length`` days, and the whole months since."""

    rows: pd.DataFrame
    before_months: list[Period]
    before: dict[Meter, Rate]
    length: float
    whole: list[Period]
    by: Measure

    def saved_in(self, exposures: Sequence[Exposure]) -> float:
        return saved(self.before, rates(self.rows, exposures, self.length), self.by)


def land(item: Mapping[str, Any], account: pd.DataFrame, months: Sequence[Period], as_of: dt.date) -> Landing:
    """Did this item land? ``account`` is the usage of its account (``resource_usage.usage``) in the ``months`` held.

    ``as_of`` is the last day that the bill tells of.
    """
    days = (as_of - item["done_on"]).days
    if item["step"] == "commit":
        return Landing("unknown", "A commitment is judged by what it covers, not by a resource.", days)
    rows = of_component(account[account["resource"] == item["resource"]], item["component"])
    sides = _sides(item, rows, months, as_of)
    if isinstance(sides, str):
        return Landing("unknown", sides, days)
    baseline = cost_of(sides.before)
    if days < 0:
        return Landing("not_yet", "The bill ends before that day.", 0, baseline=baseline)
    if not sides.whole:
        return Landing("not_yet", "No whole month has passed since.", days, baseline=baseline)
    return _judged(item, account, sides, as_of, Landing("running", "", days, len(sides.whole), baseline))


def _sides(
    item: Mapping[str, Any], rows: pd.DataFrame, months: Sequence[Period], as_of: dt.date
) -> _Sides | str:  # the text says why there is no baseline
    done = item["done_on"]
    exposures = seen_for(rows, [month for month in months if month < Period.of(done)])[-BASELINE:]
    if not exposures:
        return "No month held before it was done has this resource."
    before_months = [exposure.month for exposure in exposures]
    whole = [month for month in months if month.start >= done and month.end <= as_of + _DAY]
    relevant = rows[rows["month"].isin([*before_months, *(month for month in months if month.start >= done)])]
    if set(relevant["BillingCurrency"]) - {item["currency"]}:
        return f"The bill is not in {item['currency']}."
    if not countable(relevant):
        return "The bill lacks quantities or costs of its usage."
    length = sum(exposure.days for exposure in exposures) / sum(exposure.share for exposure in exposures)
    by = measure(item["step"], item["component"])
    return _Sides(rows, before_months, rates(rows, exposures, length), length, whole, by)


def _judged(item: Mapping[str, Any], account: pd.DataFrame, sides: _Sides, as_of: dt.date, so_far: Landing) -> Landing:
    realized = sides.saved_in([Exposure(month, month.days) for month in sides.whole])
    vanished = not sides.rows["month"].isin(sides.whole).any()
    successors = _successors(item, account, sides) if vanished else ()
    since = _reverted(item, sides, as_of)
    state, reason = _verdict(item, realized, so_far.days, successors, sides.by, since)
    return Landing(
        state, reason, so_far.days, so_far.months, so_far.baseline,
        None if state == "unknown" else realized, vanished, successors,
    )  # fmt: skip


def _verdict(
    item: Mapping[str, Any], realized: float, days: int, successors: Sequence[str], by: Measure, since: Period | None
) -> tuple[State, str]:
    if since is not None:
        return "reverted", f"Its cost is back in {since.label}."
    if successors and by == "price":
        return "unknown", f"It went, and {', '.join(successors)} may have taken its place: its new cost is not known."
    if days < SUSTAINED:
        return "running", f"{days} days have passed; {SUSTAINED} are needed."
    if realized <= 0 or realized < LANDED * item["expected"]:
        return "not_seen", "The bill does not show it."
    if successors:
        return "verified", f"It went, but {', '.join(successors)} may have taken its place."
    return "verified", "The bill shows it."


def _successors(item: Mapping[str, Any], account: pd.DataFrame, sides: _Sides) -> tuple[str, ...]:
    return replacements(
        account, item["resource"], sides.rows, before=sides.before_months, after=sides.whole, by=sides.by
    )


def _reverted(item: Mapping[str, Any], sides: _Sides, as_of: dt.date) -> Period | None:
    """The last month that counts, where it no longer saves what an earlier one did; an open one counts from a week."""
    exposures = [Exposure(month, float(month.days)) for month in sides.whole]
    now = Period.of(as_of)
    if now not in sides.whole and now.start >= item["done_on"]:
        exposures.append(Exposure(now, float(as_of.day)))
    judged = [
        Exposure(one.month, since if (since := came_back(sides.rows, one.month, as_of)) is not None else one.days)
        for one in exposures
    ]
    savings = [(one.month, sides.saved_in([one])) for one in judged if one.days >= BACK]
    if not savings:
        return None
    earlier = max((amount for _, amount in savings[:-1]), default=None)
    reference = item["realized"] if item["status"] == "verified" else earlier
    if reference is None or reference <= 0 or reference < LANDED * item["expected"]:
        return None
    month, last = savings[-1]
    return month if last <= LANDED * reference else None
