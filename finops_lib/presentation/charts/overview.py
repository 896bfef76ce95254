"""The overview in figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas import DataFrame

from finops_lib.core.periods import Period
from finops_lib.presentation import formats, subject, theme
from finops_lib.presentation.charts import bridge as bridges
from finops_lib.presentation.charts import columns, compare
from finops_lib.presentation.narrative import overview_facts as facts
from finops_lib.presentation.narrative import overview_messages as messages
from finops_lib.presentation.values import Chart, Group, Text

if TYPE_CHECKING:
    from finops_lib.analyses.overview import OverviewResult

_STEPS = 8
_PART = 0.05  # of all movement: a step below it is among the others


def trend(result: OverviewResult) -> Chart | Text:
    """How does this month stand among the last thirteen?"""
    if result.trend[["EffectiveCost", "BilledCost"]].abs().to_numpy().max(initial=0.0) < facts.CENT:
        return Text((messages.trend(result),), "empty")
    scale = formats.chart_scale([*result.trend["EffectiveCost"], *result.trend["BilledCost"]], result.currency)
    with theme.style():
        svg = columns.draw(_months(result), scale, columns.Names("effective", "billed"), height=170, every=True)
    what = f"{subject.measure(result, scale.unit)}, and billed cost (line)"
    return _chart(result, messages.trend(result), subject.title(result, what), svg)


def _months(result: OverviewResult) -> list[columns.Slot]:
    """A slot for every month from the first to this one; months without data stay empty."""
    rows = {Period.of(row["BillingPeriodStart"].date()): row for row in result.trend.to_dict("records")}
    last = subject.period(result)
    months = [min(rows, default=last)]
    while months[-1] < last:
        months.append(months[-1].shift(1))
    slots = [_month(month, rows.get(month), first=month == months[0]) for month in months]
    below = f"{subject.days(result)} days" if subject.partial(result) else slots[-1].below
    return [*slots[:-1], replace(slots[-1], below=below, strong=True)]


def _month(month: Period, row: Any, *, first: bool) -> columns.Slot:
    year = str(month.year) if first or month.month == 1 else ""
    costs = (float(row["EffectiveCost"]), float(row["BilledCost"])) if row is not None else (None, None)
    return columns.Slot(month.label[:3], year, *costs)


def daily(result: OverviewResult) -> Chart | Text:
    """How did cost run through the month?"""
    if result.daily.empty:
        return Text((f"No day of {subject.month(result)} carries a cost.",), "empty")
    costs = result.daily.groupby("x_charge_day")["EffectiveCost"].sum()
    scale, month = formats.chart_scale(costs, result.currency), subject.period(result)
    slots = [
        columns.Slot(str(day.day), value=_cost(costs, day), strong=bool(day == costs.idxmax()))
        for day in pd.date_range(month.start, periods=month.days)
    ]
    names, median = columns.Names(level="median"), float(costs.median())
    with theme.style():
        svg = columns.draw(slots, scale, names, height=128, every=False, level=median)
    title = subject.title(result, f"{subject.measure(result, scale.unit)} by day")
    return _chart(result, messages.daily(result), title, svg)


def _cost(costs: pd.Series[float], day: pd.Timestamp) -> float | None:
    return float(costs[day]) if day in costs.index else None


def by_service(result: OverviewResult) -> Chart | Text:
    """Which services cost most, and which changed?"""
    labels = [subject.service(name) for name in result.by_service["ServiceName"]]
    return _split(result, result.by_service, labels, messages.services(result), "service")


def by_account(result: OverviewResult) -> Chart | Text | Group:
    """Which accounts cost most, and which changed? Nothing for a single account."""
    if not subject.is_organization(result):
        return Group(())
    frame = result.by_account
    labels = [subject.account(*row) for row in zip(frame["SubAccountId"], frame["SubAccountName"], strict=True)]
    return _split(result, frame, labels, messages.accounts(result), "account")


def by_tag(result: OverviewResult) -> Chart | Text:
    """Who owns the cost? By the tag key that covers most of it."""
    key = facts.main_tag(result)
    if key is None:
        return Text(
            (f"No cost of {subject.month(result)} carries a cost allocation tag, so no owner can be named.",), "empty"
        )
    frame, keep = facts.by_tag(result, key), (f"without {key}", facts.NO_USAGE)
    labels = list(frame[facts.tag_column(key)])
    note = messages.below_tag(result, key)
    return _split(result, frame, labels, messages.tag(result, key), f"tag {key}", keep=keep, note=note)


def _split(
    result: OverviewResult,
    frame: DataFrame,
    labels: list[str],
    message: str,
    what: str,
    *,
    keep: tuple[str, ...] = (),
    note: str = "",
) -> Chart | Text:
    if frame.empty:
        return Text((message,), "empty")
    compared = facts.compared(result)
    previous = [float(value) if compared and formats.known(value) else None for value in frame["previous"]]
    lines = [
        compare.Line(label, float(now), before)
        for label, now, before in zip(labels, frame["EffectiveCost"], previous, strict=True)
    ]
    total = compare.Line(
        "Total", result.totals.EffectiveCost, result.previous.EffectiveCost if result.previous else None
    )
    scale = formats.chart_scale([line.actual for line in lines], result.currency)
    now, before = (subject.period(result).shift(i).label[:3] for i in (0, -1))
    with theme.style():
        svg = compare.draw(compare.condense(lines, scale, keep), total, scale, now, before if compared else None)
    title = subject.title(result, f"{subject.measure(result, scale.unit)} by {what}", compared=compared)
    return _chart(result, message, title, svg, note)


def movers(result: OverviewResult) -> Chart | Text:
    """What led from last month's cost to this month's?"""
    change, found = facts.effective_change(result), facts.movers(result)
    if change is None or result.previous is None or not found:
        return Text((messages.movers(result),), "empty")
    ends = (result.previous.EffectiveCost, result.totals.EffectiveCost)
    scale = bridges.scale_of(*ends, found[0].change, result.currency)
    least = max(scale.least, _PART * sum(abs(mover.change) for mover in found))
    shown = [mover for mover in found if abs(mover.change) >= least] or found[:1]
    steps = [bridges.Step(mover.service, mover.change, mover.account) for mover in shown[:_STEPS]]
    rest = change - sum(step.change for step in steps)
    if abs(rest) >= facts.CENT:
        steps.append(bridges.Step("All other changes, net", rest))
    months = subject.period(result).shift(-1).label, subject.month(result)
    bridge = bridges.Bridge(bridges.Step(months[0], ends[0]), tuple(steps), bridges.Step(months[1], ends[1]))
    with theme.style():
        svg = bridges.draw(bridge, scale)
    cut = ["The axis is cut (//): the two totals do not start at zero."] if bridge.base else []
    days = ["Changes as billed: that for the days of the month is in each."] if facts.calendar_parts(result) else []
    title = subject.title(result, subject.measure(result, scale.unit), compared=True)
    return _chart(result, messages.movers(result), title, svg, " ".join([*days, *cut]))


def _chart(result: OverviewResult, message: str, title: Any, svg: str, extra: str = "") -> Chart:
    alt = f"{message} {title.plain()}."
    return Chart(message, title, svg, alt, subject.source(result, extra), theme.COLUMN)
