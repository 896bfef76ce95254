"""Savings in figures: what is left of all claims, and what to do first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from finops_lib.core.periods import Period
from finops_lib.presentation import colors, formats, subject, theme
from finops_lib.presentation.charts import columns, panel
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.values import Chart, Text

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult

_LABEL, _NUMBER, _HEAD = 228.0, 18.0, 4.0
_LEFT, _TOP, _TALL, _FOOT = 40.0, 18.0, 130.0, 18.0
_ROOM = 1.08  # of the largest point, so that none stands on the edge
_MOST = 10
_TREND = 112.0
_POINTS = formats.Scale(1, "", 0)


def kinds(result: ScorecardResult) -> Chart | Text:
    """What each kind of saving is worth, with its interval."""
    found = facts.by_kind(result)
    if not found:
        return Text((messages.kinds(result),), "empty")
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
    axes = sheet.axes(_LABEL, _HEAD, sheet.width - _LABEL, len(kinds_) * panel.ROW)
    room = panel.extent([value for one in kinds_ for value in (one.low, one.high)], sheet.width - _LABEL, 46.0)
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
        sheet.text(_NUMBER, baseline, theme.fit(one.label, _LABEL - _NUMBER - 8))
    return sheet.svg()


def _whisker(axes: Axes, row: int, low: float, high: float) -> None:
    axes.plot([low, high], [row, row], color=colors.INK, linewidth=0.9, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([end, end], [row - 0.16, row + 0.16], color=colors.INK, linewidth=0.9)


def trend(result: ScorecardResult) -> Chart | Text:
    """The score month by month, beside its goal; months that no report tells of stay empty."""
    months, message = facts.months(result), messages.trend(result)
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


def effort(result: ScorecardResult) -> Chart | Text:
    """The kinds by the work that they take and the money that they save: quick wins stand at the upper left."""
    found = facts.by_kind(result)[:_MOST]
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
    taken = [(x - 3, y + 3) for x, y in places]
    for number, (one, (x, y)) in enumerate(zip(kinds_, places, strict=True), 1):
        axes.plot(one.hours, one.expected, "o", color=colors.ACCENT, markersize=5, clip_on=False)
        sheet.text(*_free(taken, x + 7, y + 3), str(number), bold=number <= 3)
    sheet.text(0, 8, f"Saving a month, {scale.unit}", color=colors.MUTED)
    for amount in _round(most_money):
        height = _TOP + _TALL * (1 - amount / high) + 3
        words = formats.number(amount / scale.factor)
        sheet.text(_LEFT - 6, height, words, align="right", color=colors.MUTED)
    for hours in _round(most_hours):
        across, words = _LEFT + width * hours / wide, facts.hours(hours, unit=False)
        sheet.text(across, _TOP + _TALL + 12, words, align="center", color=colors.MUTED)
    sheet.text(_LEFT, _TOP + _TALL + 12, "Hours of work", color=colors.MUTED)
    return sheet.svg()


def _round(most: float) -> list[float]:
    """Up to four even steps of an axis that reaches ``most``: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return []
    size = 10.0 ** math.floor(math.log10(most))
    step = next(size * factor for factor in (0.2, 0.5, 1.0, 2.0) if most / (size * factor) < 5)
    return [step * count for count in range(1, int(most / step + 1e-9) + 1)]


def _free(taken: list[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """A place for a number beside its point, to the right of the numbers that stand there already."""
    while any(abs(x - other) < 9 and abs(y - level) < 8 for other, level in taken):
        x += 11
    taken.append((x, y))
    return x, y
