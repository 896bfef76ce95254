"""From the month before to this month: each cause a bar where the one before it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from finops_lib.presentation import colors, formats, theme
from finops_lib.presentation.charts import panel
from finops_lib.presentation.formats import Scale

_LABEL, _DETAIL = 158.0, 96.0
_CENT = 0.005
_CUT = 0.5  # an axis that would be empty to more than this share is cut, visibly


@dataclass(frozen=True)
class Step:
    """One cause and what it adds (below zero: takes away)."""

    label: str
    change: float
    detail: str = ""


@dataclass(frozen=True)
class Bridge:
    """The totals at both ends and the steps between them, which sum to the difference."""

    before: Step
    steps: tuple[Step, ...]
    after: Step

    @property
    def levels(self) -> list[float]:
        """The running amount after each row but the last."""
        levels = [self.before.change]
        for step in self.steps:
            levels.append(levels[-1] + step.change)
        return levels

    @property
    def base(self) -> float:
        """Where the axis begins: zero, or higher where the steps would be too small to see."""
        low, high = min(self.levels), max(self.levels)
        return max(0.0, low - 0.45 * (high - low)) if low > _CUT * high > 0 and high > low else 0.0


def scale_of(before: float, after: float, largest: float, currency: str) -> Scale:
    """The unit of the totals, with more decimals where the largest step is small beside them."""
    scale = formats.chart_scale((before, after), currency)
    times = max(abs(before), abs(after)) / max(abs(largest), _CENT)
    more = (times >= 10) + (times >= 100)
    room = 2 if scale.factor == 1 else 3
    return replace(scale, decimals=max(scale.decimals, min(scale.decimals + more, room)))


def draw(bridge: Bridge, scale: Scale) -> str:
    """The figure as SVG."""
    rows = len(bridge.steps) + 2
    sheet = theme.Sheet(rows * panel.ROW + 4)
    left = _LABEL + (_DETAIL if any(step.detail for step in bridge.steps) else 40)
    axes = sheet.axes(left, 2, sheet.width - left, rows * panel.ROW)
    room = _room(bridge, sheet.width - left)
    panel.prepare(axes, rows, room)
    _total(axes, 0, bridge.before, bridge.base, colors.PREVIOUS, scale, room)
    for row, (step, start) in enumerate(zip(bridge.steps, bridge.levels, strict=False), 1):
        _step(axes, row, step, start, scale, room)
    _total(axes, rows - 1, bridge.after, bridge.base, colors.ACTUAL, scale, room)
    for row, level in enumerate([*bridge.levels]):
        axes.plot([level, level], [row - 0.32, row + 1.32], color=colors.MUTED, linewidth=0.5)
    if not bridge.base:
        panel.zero_line(axes, rows)
    _labels(sheet, bridge, left)
    return sheet.svg()


def _room(bridge: Bridge, width: float) -> panel.Extent:
    values = [*bridge.levels, bridge.after.change]
    if bridge.base:
        return panel.Extent(bridge.base, max(values), width, 1.0, 54.0)
    return panel.extent(values, width, 54.0)


def _labels(sheet: theme.Sheet, bridge: Bridge, left: float) -> None:
    lines = [bridge.before, *bridge.steps, bridge.after]
    for row, line in enumerate(lines):
        end, baseline = row in (0, len(lines) - 1), 2 + (row + 0.5) * panel.ROW + 3
        sheet.text(0, baseline, theme.fit(line.label, (_LABEL if line.detail else left) - 6, bold=end), bold=end)
        if line.detail:
            sheet.text(_LABEL, baseline, theme.fit(line.detail, _DETAIL - 8), color=colors.MUTED)


def _total(axes: Axes, row: int, line: Step, base: float, color: str, scale: Scale, room: panel.Extent) -> None:
    axes.add_patch(Rectangle((base, row - 0.32), line.change - base, 0.64, facecolor=color, linewidth=0))
    panel.end_label(axes, row, line.change, line.change, scale.text(line.change), room, bold=True)
    if base:
        _break(axes, row, base + 14 * room.per_point, room)


def _break(axes: Axes, row: int, at: float, room: panel.Extent) -> None:
    """Two slanted strokes through the bar: the axis does not start at zero."""
    slant = 2.5 * room.per_point
    for shift in (0.0, 4 * room.per_point):
        axes.plot([at + shift - slant, at + shift + slant], [row + 0.42, row - 0.42], color=colors.PAPER, linewidth=2)


def _step(axes: Axes, row: int, step: Step, start: float, scale: Scale, room: panel.Extent) -> None:
    color = colors.WORSE if step.change > 0 else colors.BETTER
    axes.add_patch(Rectangle((start, row - 0.3), step.change, 0.6, facecolor=color, linewidth=0))
    end = max(start, start + step.change)
    panel.end_label(axes, row, 1.0, end, scale.delta(step.change), room)
