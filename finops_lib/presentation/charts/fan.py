"""A line that is known up to today, and a fan of what may come: the forecast dashed, its intervals pale bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from finops_lib.presentation import colors, theme
from finops_lib.presentation.formats import Scale

_RIGHT = 128.0  # points for the names of the lines
_FOOT = 26.0
_HEAD = 12.0
_WIDE, _NARROW = "#e6ebef", "#c9d5dd"


@dataclass(frozen=True)
class Point:
    """One day: what is known of it, or what is expected between which bounds (80 %, then 95 %)."""

    day: dt.date
    actual: float | None
    expected: float | None = None
    narrow: tuple[float, float] | None = None
    wide: tuple[float, float] | None = None


@dataclass(frozen=True)
class Level:
    """A line across the figure, such as a budget."""

    name: str
    value: float


def draw(points: Sequence[Point], scale: Scale, level: Level | None = None, *, height: float = 190) -> str:
    """The figure as SVG."""
    sheet = theme.Sheet(height)
    axes = sheet.axes(0, _HEAD, sheet.width - _RIGHT, height - _HEAD - _FOOT)
    low, high = _range(points, level)
    axes.set_ylim(low, high)
    axes.set_xlim(points[0].day.toordinal(), points[-1].day.toordinal())
    _bands(axes, points)
    _lines(axes, points)
    axes.plot(axes.get_xlim(), [0, 0], color=colors.INK, linewidth=0.75, clip_on=False)
    if level is not None:
        axes.plot(axes.get_xlim(), [level.value] * 2, color=colors.INK, linewidth=0.75, dashes=(1, 2), clip_on=False)
    per_point = (high - low) / (height - _HEAD - _FOOT)
    _today(axes, points, scale, per_point)
    _names(axes, points, scale, level, per_point)
    _time(sheet, points)
    return sheet.svg()


def _range(points: Sequence[Point], level: Level | None) -> tuple[float, float]:
    """From zero, or below, to a little above the highest bound."""
    values = [0.0, *([level.value] if level else [])]
    for point in points:
        values += [value for value in (point.actual, point.expected) if value is not None]
        values += [*(point.narrow or ()), *(point.wide or ())]
    low, high = min(values), max(values)
    span = high - low or 1.0
    return low, high + 0.02 * span


def _bands(axes: Axes, points: Sequence[Point]) -> None:
    for name, color in (("wide", _WIDE), ("narrow", _NARROW)):
        known = [(point.day.toordinal(), getattr(point, name)) for point in points if getattr(point, name)]
        days = [day for day, _ in known]
        low, high = [band[0] for _, band in known], [band[1] for _, band in known]
        axes.fill_between(np.array(days, dtype=float), low, high, color=color, linewidth=0)


def _lines(axes: Axes, points: Sequence[Point]) -> None:
    for name, dashes in (("actual", (None, None)), ("expected", (4, 2))):
        known = [(point.day.toordinal(), getattr(point, name)) for point in points if getattr(point, name) is not None]
        line = axes.plot(*zip(*known, strict=True), color=colors.ACTUAL, linewidth=1.6) if known else []
        for each in line:
            each.set_clip_on(False)
            if name == "expected":
                each.set_dashes(dashes)
                each.set_color(colors.ACCENT)


def _today(axes: Axes, points: Sequence[Point], scale: Scale, per_point: float) -> None:
    """Where the known part ends."""
    last = [point for point in points if point.actual is not None]
    if not last or last[-1].actual is None:
        return
    at, value = last[-1].day.toordinal(), last[-1].actual
    axes.plot([at], [value], marker="o", markersize=4, color=colors.ACTUAL, clip_on=False)
    axes.text(
        at,
        value + 9 * per_point,
        f"AC {scale.text(value)} ",
        ha="left" if at == points[0].day.toordinal() else "right",
        va="baseline",
        clip_on=False,
    )


def _names(axes: Axes, points: Sequence[Point], scale: Scale, level: Level | None, per_point: float) -> None:
    """Direct labels at the right end, kept apart from each other."""
    last = points[-1]
    if last.expected is None:
        return
    lines = [(last.expected, f"FC {scale.text(last.expected)}", colors.INK, 600)]
    for band, name in ((last.narrow, "80 %"), (last.wide, "95 %")):
        if band and band[1] > band[0]:
            lines += [(value, f"{scale.text(value)} ({name})", colors.MUTED, 400) for value in band]
    if level is not None:
        lines.append((level.value, f"{level.name} {scale.text(level.value)}", colors.INK, 400))
    lines.sort(key=lambda line: line[0])
    places = below(axes.get_ylim()[1], _apart([line[0] for line in lines], 10.5 * per_point))
    for at, (_, words, color, weight) in zip(places, lines, strict=True):
        axes.text(
            last.day.toordinal() + 6 * _per_point(axes),
            at,
            theme.fit(words, _RIGHT - 8, bold=weight == 600),
            va="center_baseline",
            color=color,
            weight=weight,
            clip_on=False,
        )


def below(top: float, places: Sequence[float]) -> list[float]:
    """Ascending places, all moved down as far as the last of them stands above ``top``."""
    over = max(0.0, places[-1] - top)
    return [place - over for place in places]


def _per_point(axes: Axes) -> float:
    first, last = axes.get_xlim()
    return float(last - first) / (theme.COLUMN - _RIGHT)


def _apart(values: Sequence[float], least: float) -> list[float]:
    """Ascending places that are ``least`` apart or more, as near to the values as that lets them."""
    placed = list(values)
    for _ in range(60):
        for low, high in zip(range(len(placed)), range(1, len(placed)), strict=False):
            gap = placed[high] - placed[low]
            if gap < least:
                placed[low] -= (least - gap) / 2
                placed[high] += (least - gap) / 2
    return placed


def _time(sheet: theme.Sheet, points: Sequence[Point]) -> None:
    """Days of one month, or the first days of several."""
    first, last = points[0].day, points[-1].day
    width = sheet.width - _RIGHT
    span = max(1, last.toordinal() - first.toordinal())
    one = (first.year, first.month) == (last.year, last.month)
    for day in (first + dt.timedelta(days=back) for back in range(span + 1)):
        at = width * (day.toordinal() - first.toordinal()) / span
        shown = day.day in (1, 5, 10, 15, 20, 25) or day == last if one else day.day == 1 or day == last
        if shown and not (one and day != last and (last - day).days < 3):
            align = "left" if day == first else "right" if day == last else "center"
            sheet.text(at, sheet.height - 14, f"{day.day}" if one else f"{day.day} {day:%b}", align=align)
    sheet.text(0, sheet.height - 3, f"{first:%B %Y}" if one else f"{first:%Y}", color=colors.MUTED)
