"""Which usage only changed its tags? It is taken over to its new key first, so that it is neither new nor ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from finops_lib.analyses.effects import TINY, Lines
from finops_lib.analyses.keys import Ints, sums
from finops_lib.analyses.usage_change import Usage

RETAGGED: Final = 2
"""The ``move`` of lines that take cost from one tag value to another."""

_ALIKE: Final = 3.0  # times: beyond this, a day's quantity under the new tags is not that under the old ones


def retagged(usage: Usage, base: Ints) -> tuple[Usage, Ints, Lines]:
    """The usage with the earlier month's share of retagged keys put under their new tags; pools; lines of the transfer.

    ``base`` numbers the keys without their tags. Where all of some tag values' usage ended and other tag values' usage
    of the same thing and size began, the cost of the earlier month goes over in proportion to the later quantities.
    ``pools`` gives the keys of one such transfer one number.
    """
    quantity = usage.month(usage.quantity)
    used = quantity > TINY
    old, new = used[0] & ~used[1], used[1] & ~used[0]
    count = int(base.max(initial=-1)) + 1
    before, after = (sums(base, np.where(side, quantity[month], 0.0), count) for month, side in enumerate((old, new)))
    pooled = ((before > TINY) & (after > TINY) & (before < _ALIKE * after) & (after < _ALIKE * before))[base]
    if not pooled.any():
        return usage, np.arange(len(base)), Lines.of("mix", base[:0], quantity[0, :0])
    old, new = old & pooled, new & pooled
    share = np.divide(quantity[1], after[base], out=np.zeros(len(base)), where=new)
    moved = [_taken_over(cube, base, count, old, new, share) for cube in (usage.quantity, usage.cost, usage.listed)]
    after_move = replace(usage, quantity=moved[0], cost=moved[1], listed=moved[2])
    shift = after_move.cost[0].sum(axis=0) - usage.cost[0].sum(axis=0)
    lines = Lines.of("mix", np.arange(len(base)), shift, RETAGGED)
    return after_move, _pools(base, old | new), lines


def _taken_over(
    values: npt.NDArray[np.float64],
    base: Ints,
    count: int,
    old: npt.NDArray[np.bool_],
    new: npt.NDArray[np.bool_],
    share: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """A measure with the earlier month's old keys emptied into the new ones."""
    out = values.copy()
    for option in range(values.shape[1]):
        total = sums(base, np.where(old, values[0, option], 0.0), count)
        out[0, option] = np.where(old, 0.0, np.where(new, total[base] * share, values[0, option]))
    return out


def _pools(base: Ints, pooled: npt.NDArray[np.bool_]) -> Ints:
    """A number for each key, shared by the keys of one transfer."""
    number = np.arange(len(base))
    first = np.full(int(base.max(initial=-1)) + 1, len(base))
    np.minimum.at(first, base[pooled], number[pooled])
    return np.where(pooled, first[base], number)
