"""A strip of bars on a common zero line, with room for the labels at the bars' ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import seaborn as sns
from matplotlib.axes import Axes

from finops_lib.presentation import colors

ROW = 18.0  # points a row
GAP = 3.0  # points between a bar's end and its label


@dataclass(frozen=True)
class Extent:
    """Amounts from ``low`` to ``high`` on ``width`` points, ``before`` and ``after`` of them kept for labels."""

    low: float
    high: float
    width: float
    before: float
    after: float

    @property
    def per_point(self) -> float:
        """Amount that one point stands for."""
        span = self.high - self.low
        return (span if span > 0 else 1.0) / max(1.0, self.width - self.before - self.after)

    @property
    def limits(self) -> tuple[float, float]:
        """The axis limits that leave the room for the labels."""
        return self.low - self.before * self.per_point, self.low + (self.width - self.before) * self.per_point

    @property
    def zero(self) -> float:
        """Where zero is, in points from the left."""
        return -self.limits[0] / self.per_point


def extent(values: Sequence[float], width: float, label: float) -> Extent:
    """An extent with zero in it, and ``label`` points of room on each side that has bars."""
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    return Extent(low, high, width, label if low < 0 else 1.0, label if high > 0 or low == 0 else 1.0)


def widened(room: Extent, per_point: float) -> Extent:
    """The same extent drawn at a coarser scale: each point stands for ``per_point``."""
    inner = (room.high - room.low) / per_point
    spare = room.width - room.before - room.after - inner
    return replace(room, after=room.after + spare)


def prepare(axes: Axes, rows: int, room: Extent) -> None:
    """Rows from the top down, and the zero line."""
    axes.set_xlim(*room.limits)
    axes.set_ylim(rows - 0.5, -0.5)


def zero_line(axes: Axes, rows: int, at: float = 0.0) -> None:
    """The line that bars start from."""
    axes.plot([at, at], [-0.5, rows - 0.5], color=colors.INK, linewidth=0.75, solid_capstyle="butt")


def bars(axes: Axes, values: Sequence[float], shift: float, height: float, color: str) -> None:
    """One horizontal bar a row, ``shift`` rows below the row's middle."""
    if values:
        sns.barplot(
            x=list(values),
            y=[row + shift for row in range(len(values))],
            orient="h",
            native_scale=True,
            width=height,
            color=color,
            saturation=1,
            errorbar=None,
            linewidth=0,
            ax=axes,
        )
        axes.set(xlabel="", ylabel="", xticks=[], yticks=[])


def end_label(
    axes: Axes,
    row: float,
    value: float,
    end: float,
    words: str,
    room: Extent,
    *,
    bold: bool = False,
    color: str = colors.INK,
) -> None:
    """Words at a bar's end, outside of it."""
    side = -1 if value < 0 else 1
    axes.text(
        end + side * GAP * room.per_point,
        row,
        words,
        ha="right" if side < 0 else "left",
        va="center_baseline",
        color=color,
        weight=600 if bold else 400,
    )
