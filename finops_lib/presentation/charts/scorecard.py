"""Savings in figures: what is left of all claims, and what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from finops_lib.core.periods import Period
from finops_lib.presentation import colors, formats, subject, theme
from finops_lib.presentation.charts import columns, panel, scatter
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.values import Chart, Group, Text

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult

_NUMBER, _HEAD, _GAP = 18.0, 4.0, 10.0
_LABEL = (150.0, 285.0)  # the least and most room for names
_LEFT, _TOP, _TALL, _FOOT = 40.0, 18.0, 130.0, 18.0
_ROOM = 1.08  # of the largest point, so that none stands on the edge
_MOST = 10
_TREND = 112.0
_POINTS = formats.Scale(1, "", 0)


def kinds(result: ScorecardResult) -> Chart | Group:
    """What each kind of saving is worth, with its interval; of one kind the table of items tells all."""
    found = facts.by_kind(result)
    if len(found) < 2:
        return Group(())
    shown = found[:_MOST]
    rest = found[_MOST:]
    if rest:
        shown = [*shown, facts.together(f"Other kinds ({formats.count(len(rest))})", rest)]
    scale = formats.chart_scale([one.high for one in shown], result.currency)
    with theme.style():
        svg = _bars(shown, scale)
    message = messages.kinds(result)
    title = subject.title(result, f"expected net saving a month in {scale.unit} by kind")
    note = "Bars: expected; lines: from the sum of the items' low to the sum of their high amounts."
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, note), theme.COLUMN)


def _bars(kinds_: list[facts.Kind], scale: formats.Scale) -> str:
    sheet = theme.Sheet(_HEAD + len(kinds_) * panel.ROW + 4)
    left = _names(kinds_)
    axes = sheet.axes(left, _HEAD, sheet.width - left, len(kinds_) * panel.ROW)
    room = panel.extent([value for one in kinds_ for value in (one.low, one.high)], sheet.width - left, 46.0)
    panel.prepare(axes, len(kinds_), room)
    panel.bars(axes, [one.expected for one in kinds_], 0, 0.5, colors.BETTER)
    panel.zero_line(axes, len(kinds_))
    for row, one in enumerate(kinds_):
        if one.high - one.low >= scale.least:
            _whisker(axes, row, one.low, one.high)
        panel.end_label(axes, row, 1.0, max(one.high, 0.0), scale.text(one.expected), room)
        baseline = _HEAD + (row + 0.5) * panel.ROW + 3
        if row < _MOST:
            sheet.text(_NUMBER - 6, baseline, str(row + 1), align="right", color=colors.MUTED)
        sheet.text(_NUMBER, baseline, theme.fit(one.label, left - _NUMBER - _GAP))
    return sheet.svg()


def _names(kinds_: list[facts.Kind]) -> float:
    """How far the names reach: as far as the longest needs, within bounds."""
    least, most = _LABEL
    return min(max(_NUMBER + _GAP + max(theme.text_width(one.label) for one in kinds_), least), most)


def _whisker(axes: Axes, row: int, low: float, high: float) -> None:
    axes.plot([low, high], [row, row], color=colors.INK, linewidth=0.9, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([end, end], [row - 0.16, row + 0.16], color=colors.INK, linewidth=0.9)


def trend(result: ScorecardResult) -> Chart | Text | Group:
    """The score month by month, beside its goal; months that no report tells of stay empty."""
    months = facts.months(result)
    if not months["score"].notna().any():
        return Group(())  # the key figures say that there is none
    message = messages.trend(result)
    if months["score"].notna().sum() < 2:
        return Text((message,), "empty")
    slots = [_slot(str(row["period"]), row["score"], result.period) for row in months.to_dict("records")]
    goal = facts.overall(result)["goal"]
    level = float(goal) if formats.known(goal) else None
    with theme.style():
        svg = columns.draw(slots, _POINTS, columns.Names(level="Goal"), height=_TREND, every=True, level=level)
    title = subject.title(result, "score of 100 by month")
    note = "As the reports of those months told it; – : no report told one."
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, note), theme.COLUMN)


def _slot(month: str, score: float, now: str) -> columns.Slot:
    start = Period.parse(month).start
    known = float(score) if formats.known(score) else None
    return columns.Slot(f"{start:%b}", f"{start:%Y}", known, strong=month == now)


def effort(result: ScorecardResult) -> Chart | Text | Group:
    """The kinds by the work that they take and the money that they save: quick wins stand at the upper left."""
    found = facts.by_kind(result)[:_MOST]
    if not found:
        return Group(())
    if len(found) < 2:
        return Text((messages.effort(result),), "empty")
    scale = formats.chart_scale([one.expected for one in found], result.currency)
    with theme.style():
        svg = _points(found, scale)
    message = messages.effort(result)
    title = subject.title(result, f"expected net saving a month in {scale.unit} against hours of work, by kind")
    note = (
        "Numbers as in the figure of the kinds. Hours are each kind's own estimate, one resource after the other, at "
        f"{facts.rate(result)} an hour."
    )
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, note), theme.COLUMN)


def _points(kinds_: list[facts.Kind], scale: formats.Scale) -> str:
    sheet = theme.Sheet(_TALL + _TOP + _FOOT)
    width = sheet.width - _LEFT - 14
    axes = sheet.axes(_LEFT, _TOP, width, _TALL)
    most_hours, most_money = max(one.hours for one in kinds_), max(one.expected for one in kinds_)
    wide, high = most_hours * _ROOM, most_money * _ROOM
    axes.set_xlim(0, wide)
    axes.set_ylim(0, high)
    axes.plot([0, wide], [0, 0], color=colors.INK, linewidth=0.75, clip_on=False)
    axes.plot([0, 0], [0, high], color=colors.INK, linewidth=0.75, clip_on=False)
    places = [(_LEFT + width * one.hours / wide, _TOP + _TALL * (1 - one.expected / high)) for one in kinds_]
    for one in kinds_:
        axes.plot(one.hours, one.expected, "o", color=colors.ACCENT, markersize=5, clip_on=False)
    for x, y, words, align in scatter.labels(places, left=_LEFT):
        sheet.text(x, y, words, align=align)
    sheet.text(0, 8, f"Saving a month, {scale.unit}", color=colors.MUTED)
    steps = scatter.steps(most_money)
    for amount in steps:
        height = _TOP + _TALL * (1 - amount / high) + 3
        words = formats.fixed(amount / scale.factor, scatter.decimals(steps[0] / scale.factor))
        sheet.text(_LEFT - 6, height, words, align="right", color=colors.MUTED)
    for hours in scatter.steps(most_hours):
        across, words = _LEFT + width * hours / wide, facts.hours(hours, unit=False)
        sheet.text(across, _TOP + _TALL + 12, words, align="center", color=colors.MUTED)
    sheet.text(_LEFT, _TOP + _TALL + 12, "Hours of work", color=colors.MUTED)
    return sheet.svg()
