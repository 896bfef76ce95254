"""The steps of a scatter's axes, and where the labels of its dots stand so that none hides another."""

from __future__ import annotations

import math
from typing import Final

from finops_lib.presentation import theme

Place = tuple[float, float]
_LEVEL: Final = 9.0  # points between labels one above the other
_NEAR: Final = 5.0  # points: dots that touch share a label
_BESIDE: Final = ((7.0, 3.0, "left"), (-7.0, 3.0, "right"), (0.0, -6.0, "center"), (0.0, 12.0, "center"))


def steps(most: float) -> list[float]:
    """Up to four even steps of an axis that reaches ``most``: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return []
    size = 10.0 ** math.floor(math.log10(most))
    step = next(size * factor for factor in (0.2, 0.5, 1.0, 2.0) if most / (size * factor) < 5)
    return [step * count for count in range(1, int(most / step + 1e-9) + 1)]


def decimals(step: float) -> int:
    """The digits after the point that all steps of an axis need."""
    return next((digits for digits in range(4) if math.isclose(round(step, digits), step)), 4)


def labels(places: list[Place], *, left: float) -> list[tuple[float, float, str, str]]:
    """A label for each dot, or for several that touch: where it stands, its words, and how they are aligned.

    ``left`` is where the axis stands, in points as the places.
    """
    groups: list[list[int]] = []
    for number, place in enumerate(places):
        near = next((group for group in groups if math.dist(places[group[0]], place) < _NEAR), None)
        groups.append([number]) if near is None else near.append(number)
    taken = [(x, y + 3) for x, y in places]
    found = []
    for group in groups:
        words = ", ".join(str(number + 1) for number in group)
        x, y, align = _free(taken, places[group[0]], theme.text_width(words), left)
        taken.append((x, y))
        found.append((x, y, words, align))
    return found


def _free(taken: list[Place], place: Place, width: float, left: float) -> tuple[float, float, str]:
    """Where a label of a dot stands alone: right of it, left, above or below; right of it where none is free."""
    x, y = place
    shift = {"left": width / 2, "right": -width / 2, "center": 0.0}
    others = [one for one in taken if one != (x, y + 3)]
    for across, down, align in _BESIDE:
        middle, level = x + across + shift[align], y + down
        alone = all(abs(middle - a) >= width / 2 + 4 or abs(level - b) >= _LEVEL for a, b in others)
        if alone and middle - width / 2 > left + 2:  # not on the axis
            return x + across, level, align
    return x + _BESIDE[0][0], y + _BESIDE[0][1], "left"
