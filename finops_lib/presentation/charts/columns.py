"""Time from left to right: one column a month or a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import seaborn as sns
from matplotlib.axes import Axes

from finops_lib.presentation import colors, formats, theme
from finops_lib.presentation.formats import Scale

_RIGHT = 62.0  # points for the names of the marks
_WIDEST = 44.0  # points a slot


@dataclass(frozen=True)
class Slot:
    """One place on the time axis: its label, a second label below, its amount (None: no data) and a second amount."""

    label: str
    below: str = ""
    value: float | None = None
    mark: float | None = None
    strong: bool = False


@dataclass(frozen=True)
class Names:
    """What the columns, the marks and the level line are called, where they are printed."""

    value: str = ""
    mark: str = ""
    level: str = ""


def draw(
    slots: Sequence[Slot], scale: Scale, names: Names, *, height: float, every: bool, level: float | None = None
) -> str:
    """The figure as SVG; ``every`` column carries its amount, or only the strong ones do."""
    sheet = theme.Sheet(height)
    axes = sheet.axes(0, 14, _width(slots), height - 14 - 28)
    amounts = [value for slot in slots for value in (slot.value, slot.mark) if value is not None]
    low, high = min(0.0, *amounts, 0.0), max(0.0, *amounts, 0.0)
    span = high - low or 1.0
    axes.set_xlim(-0.5, len(slots) - 0.5)
    axes.set_ylim(low, low + span)
    _columns(axes, slots)
    axes.plot([-0.5, len(slots) - 0.5], [0, 0], color=colors.INK, linewidth=0.75, clip_on=False)
    per_point = span / (height - 42)
    for place, slot in enumerate(slots):
        _mark(axes, place, slot)
        if every or slot.strong:
            _amount(axes, place, slot, scale, per_point, inside=every)
    if level is not None:
        axes.plot(
            [-0.5, len(slots) - 0.5], [level, level], color=colors.INK, linewidth=0.75, dashes=(3, 2), clip_on=False
        )
    _names(axes, slots, names, scale, per_point, level)
    _time(sheet, slots)
    return sheet.svg()


def _width(slots: Sequence[Slot]) -> float:
    """The column of the page for a year or a month of slots; few slots stay narrow."""
    return min(theme.COLUMN - _RIGHT, _WIDEST * len(slots))


def _columns(axes: Axes, slots: Sequence[Slot]) -> None:
    for color, strong in ((colors.ACTUAL, False), (colors.ACCENT, True)):
        chosen = [
            (place, slot.value) for place, slot in enumerate(slots) if slot.strong is strong and slot.value is not None
        ]
        if chosen:
            sns.barplot(
                x=[place for place, _ in chosen],
                y=[value for _, value in chosen],
                native_scale=True,
                width=0.68,
                color=color,
                saturation=1,
                errorbar=None,
                linewidth=0,
                ax=axes,
            )
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[], xlim=(-0.5, len(slots) - 0.5))


def _mark(axes: Axes, place: int, slot: Slot) -> None:
    """The second amount as a short line across its column, on white so that it is seen on the dark column too."""
    if slot.mark is not None:
        for color, width in ((colors.PAPER, 3.0), (colors.INK, 1.2)):
            axes.plot(
                [place - 0.42, place + 0.42],
                [slot.mark] * 2,
                color=color,
                linewidth=width,
                solid_capstyle="butt",
                clip_on=False,
            )


def _amount(axes: Axes, place: int, slot: Slot, scale: Scale, per_point: float, *, inside: bool) -> None:
    """The amount at the column's foot where it fits there, else above everything in its slot."""
    words = formats.UNKNOWN if slot.value is None else scale.text(slot.value)
    top = max(0.0, slot.value or 0.0, slot.mark or 0.0)
    mark_off = slot.mark is None or slot.mark > 16 * per_point
    if inside and slot.value is not None and slot.value > 15 * per_point and mark_off:
        axes.text(
            place,
            4 * per_point,
            words,
            ha="center",
            va="baseline",
            color=colors.PAPER,
            weight=600 if slot.strong else 400,
        )
    else:
        at, align = (place, "center") if place else (-0.5, "left")  # the first one stays inside the figure
        axes.text(
            at, top + 4 * per_point, words, ha=align, va="baseline", weight=600 if slot.strong else 400, clip_on=False
        )


def _names(
    axes: Axes, slots: Sequence[Slot], names: Names, scale: Scale, per_point: float, level: float | None
) -> None:
    """Direct labels at the right end, kept apart from each other."""
    last, right = slots[-1], len(slots) - 0.45
    if names.value:
        axes.text(right, 4 * per_point, names.value, va="baseline", color=colors.MUTED, clip_on=False)
    if names.mark and last.mark is not None:
        words = f"{names.mark} {scale.text(last.mark)}"
        axes.text(
            right,
            last.mark if last.mark < 0 else max(last.mark, 18 * per_point),
            words,
            va="center_baseline",
            clip_on=False,
        )
    if names.level and level is not None:
        axes.text(right, level, f"{names.level} {scale.text(level)}", va="center_baseline", clip_on=False)


def _time(sheet: theme.Sheet, slots: Sequence[Slot]) -> None:
    step = _width(slots) / len(slots)
    for place, slot in enumerate(slots):
        middle = (place + 0.5) * step
        sheet.text(middle, sheet.height - 17, slot.label, align="center", bold=slot.strong)
        if slot.below:
            sheet.text(middle, sheet.height - 6, slot.below, align="center", color=colors.MUTED)
