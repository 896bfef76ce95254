"""How wide the columns of a printed table stand, from the lengths of their words.

The PDF engine would find widths by laying every cell out word by word, which takes longer than all the rest of a
document. Here they come from the advances of the vendored font, and so that the table has few lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags

from finops_lib.presentation import fonts

PAGE: Final = 166.0 * 72 / 25.4  # points: the text of an A4 page, the narrowest paper that there is
_SIZE: Final = 8.0  # points, as print.css sets tables
_GAP: Final = 2.0 * 72 / 25.4  # points beside a cell
_SLACK: Final = 1.01  # what letters drawn together may need more than alone
_PARTS: Final = (999, 26, 21, 14)  # letters: longer words are broken where they must; ids of EC2 have 19 to 26
_STEPS: Final = 50  # parts in which the room that is left is given away
_LITTLE: Final = 1e-6  # lines: less is no saving

Measure = Callable[[str, bool], float]


@dataclass(frozen=True)
class Strip:
    """A column's cells as they are printed, header first and, with ``total``, the sums last.

    Cells that are ``whole`` are never broken into lines; ``number`` columns stand to the right, their gap before them.
    """

    texts: tuple[str, ...]
    whole: bool = False
    number: bool = False
    total: bool = False

    def needs(self, measure: Measure) -> list[float]:
        """Each cell by ``measure``, which hears a text and whether it is bold."""
        bold = {0, len(self.texts) - 1} if self.total else {0}
        return [measure(text, place in bold) for place, text in enumerate(self.texts)]


def shares(strips: Sequence[Strip]) -> tuple[float, ...] | None:
    """Each column's part of the page's width; None where the table does not fit, even with long words broken."""
    gaps = _gaps(strips)
    lines = np.array([strip.needs(width) for strip in strips])
    for letters in _PARTS:
        least = np.array([max(strip.needs(width if strip.whole else partial(_word, letters))) for strip in strips])
        if (free := PAGE - sum(gaps) - least.sum()) >= 0:
            return tuple(float(share) for share in (_spread(lines, least, free) + gaps) / PAGE)
    return None


def _spread(lines: Any, least: Any, free: float) -> Any:
    """Widths of texts: a part at a time goes to the column that saves most lines with it, and the rest by length."""
    most, widths, part = np.maximum(lines.max(axis=1), _LITTLE), least.copy(), free / _STEPS
    if most.sum() <= least.sum() + free:
        return most * (least.sum() + free) / most.sum()
    while (free := free - part) > -part / 2:
        tries = np.minimum(widths + np.eye(len(widths)) * part, most[None, :])
        saved = _height(lines, widths) - np.array([_height(lines, tried) for tried in tries])
        if saved.max() < _LITTLE:
            return widths + (most - widths) * (free + part) / (most - widths).sum()
        widths[saved.argmax()] += part
    return widths


def _height(lines: Any, widths: Any) -> float:
    """About how many lines the table has: in each row as many as its longest cell."""
    return float(np.maximum(lines / np.maximum(widths, 1.0)[:, None], 1.0).max(axis=0).sum())


def _gaps(strips: Sequence[Strip]) -> Any:
    """The space beside each column's text: after a text, before a number, and twice between a number and a text."""
    gaps = [_GAP if strip.number or place < len(strips) - 1 else 0.0 for place, strip in enumerate(strips)]
    for place, (before, strip) in enumerate(pairwise(strips), 1):
        gaps[place] += 2 * _GAP if before.number and not strip.number else 0.0
    return np.array(gaps)


def _word(letters: int, text: str, bold: bool) -> float:
    """The longest word of a text, or of its words' first ``letters``."""
    return max(width(word[:letters], bold) for word in text.split(" "))


def width(text: str, bold: bool = False) -> float:
    """How many points a text takes in the size of tables."""
    return sum(_advance(letter, bold) for letter in text) * _SIZE * _SLACK


@cache
def _advance(letter: str, bold: bool) -> float:
    """A letter's width in sizes of the font; one that the font lacks is as wide as high."""
    font = _font(bold)
    if not font.get_char_index(ord(letter)):
        return 1.0
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_SCALE).horiAdvance) / font.units_per_EM


@cache
def _font(bold: bool) -> FT2Font:
    return FT2Font(str(fonts.weights()[600 if bold else 400]))
