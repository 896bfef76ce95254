"""How figures look: vendored type, the column of a page, and SVG whose bytes depend on its content alone."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, fontManager, get_font
from matplotlib.lines import Line2D

from finops_lib.presentation import colors, fonts

COLUMN = 470.0  # points: the text column of an A4 page
SIZE = 8.0  # points: all lettering of figures
LINE = 12.0  # points between baselines
_RC: dict[Any, Any] = {
    "font.family": [fonts.FAMILY],
    "font.size": SIZE,
    "svg.fonttype": "none",
    "svg.hashsalt": "finops",
    "text.color": colors.INK,
    "axes.labelcolor": colors.MUTED,
    "axes.edgecolor": colors.INK,
    "axes.linewidth": 0.75,
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": True,
    "text.parse_math": False,
}
_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@contextmanager
def style() -> Iterator[None]:
    """Our look for everything drawn inside; afterwards matplotlib's settings are as before."""
    _register()
    with sns.axes_style("white"), sns.plotting_context("paper"), mpl.rc_context(_RC), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the PDF engine finds another font
        yield


@cache
def _register() -> None:
    """Make the vendored fonts known by their family name."""
    for weight, path in fonts.weights().items():
        entry = FontEntry(
            fname=str(path),
            name=fonts.FAMILY,
            style="normal",
            variant="normal",
            weight=weight,
            stretch="normal",
            size="scalable",
        )
        fontManager.ttflist.append(entry)


class Sheet:
    """A figure measured in points from its top left corner, as a page is."""

    def __init__(self, height: float, width: float = COLUMN) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 72, height / 72))

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Bare axes in that rectangle: no ticks, no spines."""
        box = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set(xticks=[], yticks=[])
        axes.patch.set_visible(False)
        sns.despine(ax=axes, left=True, bottom=True)
        return axes

    def text(
        self, x: float, y: float, words: str, *, align: str = "left", color: str = colors.INK, bold: bool = False
    ) -> None:
        """Words on a baseline ``y`` points below the top."""
        self.figure.text(
            x / self.width,
            1 - y / self.height,
            words,
            ha=align,
            va="baseline",
            color=color,
            weight=600 if bold else 400,
        )

    def rule(
        self, y: float, left: float = 0, right: float | None = None, color: str = colors.INK, width: float = 0.75
    ) -> None:
        """A horizontal line."""
        ends = [left / self.width, (self.width if right is None else right) / self.width]
        line = Line2D(ends, [1 - y / self.height] * 2, color=color, linewidth=width, solid_capstyle="butt")
        line.set_transform(self.figure.transFigure)
        self.figure.add_artist(line)

    def svg(self) -> str:
        """The figure as SVG: text stays text, and equal figures give equal bytes."""
        stream = io.StringIO()
        self.figure.savefig(stream, format="svg", transparent=True, metadata=_METADATA)
        return _plain(stream.getvalue())


def _plain(svg: str) -> str:
    """Without what says who drew it, and with a second family where a browser does not have the first."""
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\n?", "", svg)
    return svg.replace(f"font-family: '{fonts.FAMILY}'", f"font-family: '{fonts.FAMILY}', sans-serif")


def text_width(words: str, *, bold: bool = False) -> float:
    """The width of a line in points."""
    font = get_font(fonts.weights()[600 if bold else 400])
    font.set_size(SIZE, 72)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        font.set_text(words, 0.0)
    return float(font.get_width_height()[0]) / 64


def fit(words: str, width: float, *, bold: bool = False) -> str:
    """The words, their middle left out where they are wider than ``width`` points; both ends tell names apart."""
    if text_width(words, bold=bold) <= width:
        return words
    for keep in range(len(words) - 1, 2, -1):
        head = (keep * 2 + 2) // 3
        short = f"{words[:head].rstrip()}…{words[len(words) - (keep - head) :].lstrip()}"
        if text_width(short, bold=bold) <= width:
            return short
    return "…"
