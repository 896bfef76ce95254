"""A line through time on the pale band in which it usually runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finops_lib.presentation import colors, theme
from finops_lib.presentation.formats import Scale

_RIGHT = 90.0  # points for the names of the line and the band
_FOOT, _HEAD = 26.0, 12.0


@dataclass(frozen=True)
class Point:
    """A week or month: its value, and between which values it usually lies."""

    day: dt.date
    value: float
    low: float
    high: float


def draw(points: Sequence[Point], scale: Scale, *, height: float = 130) -> str:
    """The figure as SVG; the axis starts at zero."""
    sheet = theme.Sheet(height)
    width = sheet.width - _RIGHT
    axes = sheet.axes(0, _HEAD, width, height - _HEAD - _FOOT)
    days = np.array([point.day.toordinal() for point in points], dtype=float)
    top = max(max(point.value, point.high) for point in points) * 1.02
    axes.set_xlim(days[0], max(days[-1], days[0] + 1))
    axes.set_ylim(0, top)
    axes.fill_between(
        days, [point.low for point in points], [point.high for point in points], color=colors.RULE, linewidth=0
    )
    axes.plot(days, [point.value for point in points], color=colors.ACTUAL, linewidth=1.4, clip_on=False)
    axes.plot(axes.get_xlim(), [0, 0], color=colors.INK, linewidth=0.75, clip_on=False)
    last = points[-1]
    outside = [point for point in points if not point.low <= point.value <= point.high]
    axes.plot(
        [point.day.toordinal() for point in outside],
        [point.value for point in outside],
        linestyle="none",
        marker="o",
        markersize=3.2,
        color=colors.ACCENT,
        clip_on=False,
    )
    _names(sheet, last, scale, top)
    _time(sheet, points, width)
    return sheet.svg()


def _names(sheet: theme.Sheet, last: Point, scale: Scale, top: float) -> None:
    """The last value, and what the band is, to the right."""

    def down(value: float) -> float:
        return _HEAD + (1 - value / top) * (sheet.height - _HEAD - _FOOT) + 3

    left = sheet.width - _RIGHT + 6
    value, usual = down(last.value), down((last.low + last.high) / 2)
    if abs(value - usual) < theme.LINE:
        usual = value + theme.LINE
    sheet.text(left, value, f"AC {scale.text(last.value)}", bold=True)
    sheet.text(left, usual, f"usual {scale.text(last.low)}–{scale.text(last.high)}", color=colors.MUTED)


def _time(sheet: theme.Sheet, points: Sequence[Point], width: float) -> None:
    """The first of each second month, and the year where it begins."""
    first, last = points[0].day, points[-1].day
    span = max(1, last.toordinal() - first.toordinal())
    days = (first + dt.timedelta(days=ahead) for ahead in range(span + 1))
    firsts = [day for day in days if day.day == 1]
    step = max(1, -(-len(firsts) // 8))
    for place, day in enumerate(firsts[::step]):
        at = width * (day.toordinal() - first.toordinal()) / span
        align = "right" if at > width - 12 else "left" if at < 12 else "center"
        sheet.text(at, sheet.height - 14, f"{day:%b}", align=align)
        if place == 0 or day.month <= step:
            sheet.text(at, sheet.height - 3, f"{day.year}", align=align, color=colors.MUTED)
