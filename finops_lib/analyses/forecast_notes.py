"""What is doubtful about a forecast, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.analyses import calendar_charges, known_events
from finops_lib.analyses.change_points import change_points
from finops_lib.analyses.charge_history import Judged
from finops_lib.analyses.daily_series import DailySeries, Days, months_of
from finops_lib.analyses.forecast_parts import Parts
from finops_lib.analyses.forecast_tables import Span
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.core.counted import counted
from finops_lib.core.note import Note

SHORT: Final = 28
"""Known days below which a series is short: a week's shape is hardly told, monthly charges not at all."""

GIANT: Final = 5.0
"""How many times as far from the median as the next day, and as the median from 0, one day is giant."""

SEEN: Final = 7
"""Known days from which on one can stand out."""


def series_notes(series: DailySeries, pooled: bool) -> tuple[Note, ...]:
    """The doubts about one series: unknown days, a short history, an interval that leans on others' errors."""
    found = []
    if series.missing:
        message = f"Without a cost, so taken at what their weekday usually costs: {counted(series.missing, 'day')}."
        found.append(Note.warning("forecast.gap", message, days=series.missing))
    if len(series.days) < SHORT:
        held = counted(len(series.days), "day")
        message = f"The history has {held}: monthly charges cannot be told from it, weekdays hardly."
        found.append(Note.warning("forecast.short_history", message, days=len(series.days)))
    if pooled:
        message = (
            "Few past forecasts of such length can be judged: the interval leans on shorter ones and usual errors."
        )
        found.append(Note.info("forecast.pooled_interval", message))
    return tuple(found)


def cost_notes(series: DailySeries) -> tuple[Note, ...]:
    """The doubts about the costs of a series of which nothing but the days is known."""
    cost, found = series.cost[~np.isnan(series.cost)], []
    if not cost.any():
        found.append(Note.info("forecast.no_cost", "No day has a cost other than 0: none is expected."))
    if negative := int((cost < 0).sum()):
        message = f"Refunds or credits outweigh the cost of {counted(negative, 'day')}."
        found.append(Note.info("forecast.negative_days", message, days=negative))
    if (at := _giant(series)) is not None:
        day, amount = str(series.days[at]), float(series.cost[at])
        message = f"One day is far from all others: {day} with {amount:,.2f}. Look whether it is right."
        found.append(Note.warning("forecast.giant_day", message, day=day, amount=amount))
    return tuple(found)


def _giant(series: DailySeries) -> int | None:
    """The day that is many times as far from the usual as any other; None where there is none, or too few days."""
    known = np.flatnonzero(~np.isnan(series.cost))
    if len(known) < SEEN:
        return None
    usual = float(np.median(series.cost[known]))
    far = np.abs(series.cost[known] - usual)
    second, first = np.argsort(far, kind="stable")[-2:]
    giant = far[first] > GIANT * max(far[second], abs(usual))
    return int(known[first]) if giant else None


def all_notes(
    series: DailySeries,
    charges: pd.DataFrame,
    cells: Parts,
    judged: Judged,
    pooled: Sequence[str],
    events: Sequence[Event],
    spans: dict[str, Span],
    ahead: Days,
) -> tuple[Note, ...]:
    """The doubts about a scope's forecast."""
    found = [*series_notes(series, False), *_of_costs(series, cells), *_silent(series, charges)]
    if pooled:
        names = " and the ".join(name.replace("_", " ") for name in pooled)
        message = f"Few past forecasts reach to the end of the {names}: its interval is widened from shorter ones."
        found.append(Note.info("forecast.pooled_interval", message, ends=list(pooled)))
    lacking = [name for name, (first, _) in spans.items() if np.datetime64(first.start, "D") < series.days[0]]
    if lacking:
        message = (
            f"Costs are held from {series.days[0]}: earlier days of the {' and the '.join(lacking)} are not in it."
        )
        found.append(Note.warning("forecast.period_not_held", message, ends=lacking))
    for step in change_points(series):
        message = f"Daily cost went from about {step.before:,.0f} to {step.after:,.0f} around {step.day}."
        found.append(Note.info("forecast.change_point", message, day=step.day, before=step.before, after=step.after))
    refunds = charges[charges["kind"].isin(calendar_charges.ONCE)]
    if len(refunds):
        message = "Refunds are in the costs to date and are not expected to come again."
        found.append(Note.info("forecast.refunds_apart", message))
    found += [*_apart(cells, judged), *_single(cells, ahead), *_overdue(cells), *_brought(cells)]
    past = known_events.coming(events, series.days[-1].astype("M8[D]").item())[1]
    if past:
        message = f"{len(past)} events lie before the forecast: the costs hold them already, and nothing is added."
        found.append(Note.info("forecast.event_past", message, events=[event.label for event in past]))
    return tuple(found)


def _of_costs(series: DailySeries, cells: Parts) -> Iterator[Note]:
    """What of the costs alone is told of a bill, too: that there are none, and one giant day of usage."""
    usage = DailySeries.of(cells.history.days, cells.history.usage.sum(axis=0))
    for each, code in ((series, "forecast.no_cost"), (usage, "forecast.giant_day")):
        yield from (note for note in cost_notes(each) if note.code == code)


def _silent(series: DailySeries, charges: pd.DataFrame) -> Iterator[Note]:
    """Days without any charge: a bill that is not held looks as if nothing was used."""
    charged = np.isin(series.days, charges["day"].to_numpy().astype("M8[D]"))
    days = int((~charged).sum())
    several = np.unique(months_of(series.days[~charged]))
    months = [str(month) for month in several if not _is_held(series, charged, month)]
    if months:
        message = f"No charge of {', '.join(months)} is held, so that these months count as 0: are their bills missing?"
        yield Note.warning("forecast.silent_months", message, months=months)
    if days:
        message = f"Without any charge, so counted as 0: {counted(days, 'day')}."
        yield Note.info("forecast.silent_days", message, days=days)


def _is_held(series: DailySeries, charged: NDArray[np.bool_], month: np.datetime64) -> bool:
    return bool(charged[months_of(series.days) == month].any())


def _apart(cells: Parts, judged: Judged) -> Iterator[Note]:
    """What no forecast is judged by: it would be blamed for what nobody forecasts."""
    off = np.abs(cells.history.actual - judged.total)[:, ~_runs(cells.history.days)]
    amount = float(off.sum())
    if amount >= HALF_CENT:
        message = (
            f"Track record and intervals are told without {amount:,.0f} of refunds, credits and charges"
            " that come neither daily nor monthly."
        )
        yield Note.info("forecast.judged_apart", message, amount=amount)


def _runs(days: Days) -> NDArray[np.bool_]:
    """The days of the last month, if it still runs: what is billed late is no charge of once."""
    runs: NDArray[np.bool_] = (months_of(days) == months_of(days[-1:])) & (
        months_of(days[-1:] + 1) == months_of(days[-1:])
    )
    return runs


def _single(cells: Parts, ahead: Days) -> Iterator[Note]:
    """What is expected to come again though it came but once: a plan for it is worth more than a forecast."""
    for cell, kind in cells.single:
        cost, path = cells.history.charges[kind][cell], cells.charges[kind][cell]
        account, service = (None if pd.isna(key) else str(key) for key in cells.keys.iloc[cell])
        named = service or f"A {kind}"
        then, due = str(cells.history.days[np.flatnonzero(cost)[0]]), str(ahead[np.flatnonzero(path)[0]])
        message = f"{named}: {path.sum():,.2f} on {due} rests on one charge alone, that of {then}."
        data = {"account": account, "service": service, "kind": kind, "day": due, "charged": then}
        yield Note.warning("forecast.single_charge", message, **data, amount=float(path.sum()))


def _overdue(cells: Parts) -> Iterator[Note]:
    """Yearly fees whose day of this month is over and that have not come: ended, moved or late, nobody knows."""
    for kind, cell, days, cost, late in cells.history.charged():
        before = months_of(days) < months_of(days[-1:])
        if late or kind not in calendar_charges.YEARLY or not before.any():
            continue
        if calendar_charges.is_regular(kind, cost[before], days[before]):
            continue
        due = calendar_charges.coming(kind, cost[before], days[before], days[~before])
        for at in np.flatnonzero(np.abs(due) >= HALF_CENT):
            if not (np.abs(cost[~before]) > abs(due[at]) / 10).any():
                yield _missed(cells, cell, kind, str(days[~before][at]), float(due[at]))


def _missed(cells: Parts, cell: int, kind: str, day: str, amount: float) -> Note:
    account, service = (None if pd.isna(key) else str(key) for key in cells.keys.iloc[cell])
    named = service or f"A {kind}"
    message = f"{named}: {amount:,.2f} was due on {day}, a year after it came, and is not charged: none is expected."
    data = {"account": account, "service": service, "kind": kind, "day": day, "amount": amount}
    return Note.warning("forecast.fee_overdue", message, **data)


def _brought(cells: Parts) -> Iterator[Note]:
    """Support that follows another account's fee is in the organization's forecast, and in no account's."""
    if cells.brought >= HALF_CENT:
        message = (
            f"Single fees are expected to bring {cells.brought:,.0f} of support and its tax, as such fees did before: "
            "it stands without an account."
        )
        yield Note.info("forecast.support_of_fees", message, amount=cells.brought)
