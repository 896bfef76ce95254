"""Savings in figures: what is left of all claims, and what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from finops_lib.presentation import colors, formats, subject, theme
from finops_lib.presentation.charts import panel
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.values import Chart, Text

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult

_LABEL, _HEAD, _FOOT = 214.0, 4.0, 24.0
_MOST = 10


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
    sheet = theme.Sheet(_HEAD + len(shown) * panel.ROW + 4)
    axes = sheet.axes(_LABEL, _HEAD, sheet.width - _LABEL, len(shown) * panel.ROW)
    room = panel.extent([value for one in shown for value in (one.low, one.high)], sheet.width - _LABEL, 46.0)
    panel.prepare(axes, len(shown), room)
    panel.bars(axes, [one.expected for one in shown], 0, 0.5, colors.BETTER)
    panel.zero_line(axes, len(shown))
    for row, one in enumerate(shown):
        _whisker(axes, row, one.low, one.high)
        panel.end_label(axes, row, 1.0, max(one.high, 0.0), scale.text(one.expected), room)
        sheet.text(0, _HEAD + (row + 0.5) * panel.ROW + 3, theme.fit(one.label, _LABEL - 8))
    with theme.style():
        svg = sheet.svg()
    message = messages.kinds(result)
    title = subject.title(result, f"expected net saving a month in {scale.unit} by kind")
    note = "Bars: expected; lines: from the sum of the items' low to the sum of their high amounts."
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, note), theme.COLUMN)


def _whisker(axes: Axes, row: int, low: float, high: float) -> None:
    axes.plot([low, high], [row, row], color=colors.INK, linewidth=0.9, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([end, end], [row - 0.16, row + 0.16], color=colors.INK, linewidth=0.9)


def effort(result: ScorecardResult) -> Chart | Text:
    """Each kind by the work that it takes and the money that it saves: quick wins stand at the upper left."""
    found = [one for one in facts.by_kind(result) if one.expected > 0]
    if len(found) < 2:
        return Text((messages.effort(result),), "empty")
    scale = formats.chart_scale([one.expected for one in found], result.currency)
    height, left = 190.0, 8.0
    sheet = theme.Sheet(height)
    wide, tall = sheet.width - left - 16, height - _HEAD - _FOOT - 12
    axes = sheet.axes(left, _HEAD + 12, wide, tall)
    most_hours, most_money = max(one.hours for one in found), max(one.expected for one in found)
    axes.set_xlim(0, most_hours * 1.45)
    axes.set_ylim(0, most_money * 1.12)
    _frame(axes)
    taken: list[tuple[float, float, float]] = []
    for number, one in enumerate(found[:_MOST], 1):
        axes.plot(one.hours, one.expected, "o", color=colors.ACCENT, markersize=5, clip_on=False)
        x, y = wide * one.hours / (most_hours * 1.45), tall * (1 - one.expected / (most_money * 1.12))
        words = theme.fit(f"{one.label} {scale.text(one.expected)}", wide - x - 6)
        at = _free(taken, x + 6, y, theme.text_width(words))
        if at is not None:
            sheet.text(left + x + 6, _HEAD + 12 + at + 3, words, color=colors.INK if number <= 3 else colors.MUTED)
    sheet.text(0, 9, f"Expected net saving a month, {scale.unit}", color=colors.MUTED)
    for share in (0.5, 1.0):
        at, words = left + wide * share / 1.45, formats.count(most_hours * share, "hour")
        sheet.text(at, height - 12, words, align="center", color=colors.MUTED)
    sheet.text(sheet.width, height - 12, "Work", align="right", color=colors.MUTED)
    with theme.style():
        svg = sheet.svg()
    message = messages.effort(result)
    title = subject.title(result, f"expected net saving a month in {scale.unit} against hours of work, by kind")
    note = f"Hours are the kinds' own estimates, one resource after the other, at {facts.rate(result)} an hour."
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, note), theme.COLUMN)


def _frame(axes: Axes) -> None:
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    axes.plot([0, right], [0, 0], color=colors.INK, linewidth=0.75, clip_on=False)
    axes.plot([0, 0], [0, top], color=colors.INK, linewidth=0.75, clip_on=False)


def _free(taken: list[tuple[float, float, float]], x: float, y: float, width: float) -> float | None:
    """A height near ``y`` where words of ``width`` meet no others; None where the place is full."""
    for shift in (0.0, -10.0, 10.0, -20.0, 20.0, 30.0):
        at = y + shift
        if all(abs(at - other) >= 9.5 or x > right or x + width < start for start, right, other in taken):
            taken.append((x, x + width, at))
            return at
    return None
