"""Structure against the month before: actual over previous, the difference beside it, in finance notation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from finops_lib.presentation import colors, formats, theme
from finops_lib.presentation.charts import panel
from finops_lib.presentation.formats import Scale

_LABEL, _COST, _DELTA = 158.0, 146.0, 120.0
_HEAD = 18.0
_MOST = 10
_FACTORS = tuple(step * 10.0**power for power in range(-3, 2) for step in (1, 2, 5))


@dataclass(frozen=True)
class Line:
    """One row: what it is, what it costs, and what it cost (None: unknown)."""

    label: str
    actual: float
    previous: float | None

    @property
    def change(self) -> float | None:
        """The difference, where both are known."""
        return None if self.previous is None else self.actual - self.previous


def condense(lines: Sequence[Line], scale: Scale, keep: Sequence[str] = (), most: int = _MOST) -> list[Line]:
    """The largest rows, those to ``keep`` wherever they stand, and the rest as one row with its count.

    Rows that would print as next to nothing, now and before, are part of the rest too.
    """
    ordered = sorted(lines, key=lambda line: -line.actual)
    kept = [line for line in ordered if line.label in keep]
    large = [
        line for line in ordered if line not in kept and max(abs(line.actual), abs(line.previous or 0)) >= scale.least
    ]
    large = sorted(large, key=lambda line: -max(abs(line.actual), abs(line.previous or 0)))[: most - len(kept)]
    shown = [line for line in ordered if line in large or line in kept]
    rest = [line for line in ordered if line not in shown]
    if len(rest) < 2 or not shown:
        return ordered[: most + 1]
    previous = [line.previous for line in rest if line.previous is not None]
    other = Line(
        f"Other ({formats.count(len(rest))})", sum(line.actual for line in rest), sum(previous) if previous else None
    )
    return [*shown, other]


def draw(lines: Sequence[Line], total: Line, scale: Scale, now: str, before: str | None) -> str:
    """The figure as SVG. ``now`` and ``before`` name the months; without ``before`` only the actual is shown."""
    rows = len(lines)
    sheet = theme.Sheet(_HEAD + (rows + 1) * panel.ROW + 6)
    _labels(sheet, lines, total)
    per_point = _costs(sheet, lines, total, scale, now, before)
    if before:
        _changes(sheet, lines, total, scale, per_point)
    sheet.rule(_HEAD, color=colors.RULE)
    sheet.rule(_HEAD + rows * panel.ROW + 1)
    return sheet.svg()


def _baseline(row: int) -> float:
    return _HEAD + (row + 0.5) * panel.ROW + 3


def _labels(sheet: theme.Sheet, lines: Sequence[Line], total: Line) -> None:
    for row, line in enumerate(lines):
        sheet.text(0, _baseline(row), theme.fit(line.label, _LABEL - 8))
    sheet.text(0, _baseline(len(lines)) + 1, total.label, bold=True)


def _costs(sheet: theme.Sheet, lines: Sequence[Line], total: Line, scale: Scale, now: str, before: str | None) -> float:
    """The bars of the costs; gives the amount that one point stands for."""
    values = [line.actual for line in lines]
    earlier = [line.previous or 0.0 for line in lines] if before else []
    width = _COST if before else sheet.width - _LABEL
    room = panel.extent([*values, *earlier], width, 38.0)
    axes = sheet.axes(_LABEL, _HEAD, width, len(lines) * panel.ROW)
    panel.prepare(axes, len(lines), room)
    panel.bars(axes, earlier, -0.14, 0.5, colors.PREVIOUS)
    panel.bars(axes, values, 0.1 if before else 0.0, 0.5, colors.ACTUAL)
    panel.zero_line(axes, len(lines))
    for row, line in enumerate(lines):
        end = max(line.actual, (line.previous or 0.0) if before else 0.0) if line.actual >= 0 else line.actual
        panel.end_label(axes, row, line.actual, end, scale.text(line.actual), room)
    _sum(sheet, _LABEL + room.zero, _baseline(len(lines)) + 1, total.actual, scale.text(total.actual))
    _legend(sheet, _LABEL, now, before)
    return room.per_point


def _sum(sheet: theme.Sheet, zero: float, baseline: float, value: float, words: str) -> None:
    """A total beside the zero line, on the side of its sign."""
    side = -1 if value < 0 else 1
    sheet.text(zero + side * panel.GAP, baseline, words, align="left" if side > 0 else "right", bold=True)


def _legend(sheet: theme.Sheet, left: float, now: str, before: str | None) -> None:
    """The two bars named where the eye enters."""
    names = [(colors.ACTUAL, f"AC {now}"), *([(colors.PREVIOUS, f"PP {before}")] if before else [])]
    for color, words in names:
        sheet.rule(_HEAD - 9, left, left + 8, color=color, width=6)
        sheet.text(left + 11, _HEAD - 6.2, words, color=colors.MUTED)
        left += 11 + theme.text_width(words) + 10


def _changes(sheet: theme.Sheet, lines: Sequence[Line], total: Line, scale: Scale, cost_per_point: float) -> None:
    left = _LABEL + _COST
    changes = [line.change or 0.0 for line in lines]
    finer = _finer(scale, changes)
    room, times = _magnified(panel.extent(changes, _DELTA, 38.0), cost_per_point)
    axes = sheet.axes(left, _HEAD, _DELTA, len(lines) * panel.ROW)
    panel.prepare(axes, len(lines), room)
    panel.bars(axes, [max(0.0, value) for value in changes], 0, 0.5, colors.WORSE)
    panel.bars(axes, [min(0.0, value) for value in changes], 0, 0.5, colors.BETTER)
    panel.zero_line(axes, len(lines))
    for row, line in enumerate(lines):
        change = line.change
        panel.end_label(
            axes, row, change or 0.0, change or 0.0, formats.UNKNOWN if change is None else finer.delta(change), room
        )
        sheet.text(sheet.width, _baseline(row), _relative(line), align="right")
    _sum(sheet, left + room.zero, _baseline(len(lines)) + 1, total.change or 0.0, finer.delta(total.change))
    sheet.text(sheet.width, _baseline(len(lines)) + 1, _relative(total), align="right", bold=True)
    bars = "" if times == 1 else f" (bars ×{times:g})"
    sheet.text(left, _HEAD - 6.2, f"ΔPP{bars}", color=colors.MUTED)
    sheet.text(sheet.width, _HEAD - 6.2, "ΔPP %", align="right", color=colors.MUTED)


def _finer(scale: Scale, changes: Sequence[float]) -> Scale:
    """One more decimal where the largest difference would have a single digit that says something."""
    most = max(map(abs, changes), default=0.0) / scale.factor
    return replace(scale, decimals=scale.decimals + 1) if scale.decimals < 2 and 0 < most < 1 else scale


def _magnified(room: panel.Extent, cost_per_point: float) -> tuple[panel.Extent, float]:
    """Differences on the scale of the costs times a round factor, which is printed: never a hidden second scale."""
    if room.high == room.low:
        return room, 1.0
    most = cost_per_point / room.per_point
    times = max((factor for factor in _FACTORS if factor <= most), default=_FACTORS[0])
    return panel.widened(room, cost_per_point / times), times


def _relative(line: Line) -> str:
    """The relative difference; after nothing, or next to nothing, it is new."""
    if line.previous is None or line.change is None:
        return formats.UNKNOWN
    if math.isclose(line.previous, 0, abs_tol=0.005):
        return "new" if line.actual >= 0.005 else formats.UNKNOWN
    return formats.change_percent(formats.ratio(line.change, line.previous))
