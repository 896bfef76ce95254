"""Which part of a key's usage came with new resources, went with ended ones, or moved here from another key?

Shares of the key's quantity. One-for-one replacement inside a key (an auto-scaled fleet) is neither new nor ended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.keys import sums

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Flows:
    """Shares of quantity by key: new ones of the later month, ended ones of the earlier, moved ones of both (2, n).

    What moved did so to a lower or a higher cost, or only to other tags.
    """

    new: Floats
    ended: Floats
    cheaper: Floats
    dearer: Floats
    relabeled: Floats

    @classmethod
    def none(cls, keys: int) -> Flows:
        """Where resources are not known: only whole keys are new or ended."""
        return cls(np.zeros(keys), np.zeros(keys), *np.zeros((3, 2, keys)))

    def of(self, pools: Ints) -> Flows:
        """The shares of each key, which are those of its pool."""
        return Flows(
            self.new[pools],
            self.ended[pools],
            self.cheaper[:, pools],
            self.dearer[:, pools],
            self.relabeled[:, pools],
        )


def flows(resources: pd.DataFrame, quantity: Floats, days: Floats, scale: tuple[float, float]) -> Flows:
    """From rows of ``month`` (0, 1), ``resource``, ``group``, ``key``, ``quantity``, ``cost``.

    ``late`` marks those that began within the earlier month, ``over`` those that ended within the later one; ``base``
    is the key without its tags, ``group`` what a resource can move within. ``quantity`` is that of the keys (2, n),
    brought to whole months by ``scale``, which the resources' rows are not yet.
    """
    pairs = _moves(_comings(_pairs(resources, days, scale)))
    keys = quantity.shape[1]
    daily = quantity / days
    everywhere = pd.Series(True, index=pairs.index)
    new, more, ended = (_sum(pairs, side, everywhere, keys) for side in ("come", "more", "gone"))
    moved = [
        np.stack([_share(_sum(pairs, side, flag, keys), daily[month]) for month, side in enumerate(("out", "into"))])
        for flag in _kinds(pairs)
    ]
    rotated = np.minimum(new + more, ended)
    left = 1 - _share(rotated, new + more)
    return Flows(_share(new * left, daily[1]), _share(ended - rotated, daily[0]), *moved)


def _pairs(resources: pd.DataFrame, days: Floats, scale: tuple[float, float]) -> pd.DataFrame:
    """One row a resource and key: quantity and cost a day in both months."""
    month = resources["month"].to_numpy(dtype=np.int64)
    per_day = np.asarray(scale)[month] / days[month, resources["key"].to_numpy()]
    rows = resources[["resource", "group", "key", "base", "late", "over"]].copy()
    for number in (0, 1):
        here = month == number
        for name, column in (("q", "quantity"), ("c", "cost")):
            rows[f"{name}{number}"] = np.where(here, resources[column].to_numpy(dtype=float) * per_day, 0.0)
    how = dict.fromkeys(("q0", "c0", "q1", "c1"), "sum") | dict.fromkeys(("base", "late", "over"), "max")
    return rows.groupby(["resource", "group", "key"], as_index=False, sort=True).agg(how)


def _comings(pairs: pd.DataFrame) -> pd.DataFrame:
    """With what each resource brought (``come``) and took away (``gone``): all of it, or what it had no time for.

    One that the earlier month has is not new, however late it began; what it ran more (``more``) is no end of others.
    """
    known = pairs.groupby("resource")[["q0", "q1", "late", "over"]].transform("max")
    pairs["resident"] = (known["q0"] > 0) & (known["q1"] > 0) & ~(known["late"] | known["over"])
    change = pairs["q1"] - pairs["q0"]
    pairs["come"] = pairs["q1"].where(known["q0"] == 0, 0.0)
    pairs["more"] = change.clip(lower=0).where((known["q0"] > 0) & known["late"], 0.0)
    pairs["gone"] = (-change).clip(lower=0).where((known["q1"] == 0) | known["over"], 0.0)
    return pairs


def _moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """With what each resource carried ``out`` of a key and ``into`` another one, and the ``net`` cost of its move."""
    stays = pairs["resident"]
    change = pairs["q1"] - pairs["q0"]
    pairs["into"], pairs["out"] = change.clip(lower=0).where(stays, 0.0), (-change).clip(lower=0).where(stays, 0.0)
    pairs["switched"] = (((pairs["q0"] > 0) != (pairs["q1"] > 0)) & stays).astype(float)
    where = [pairs["resource"], pairs["group"]]
    totals = pairs.groupby(["resource", "group"])[["into", "out", "switched"]].transform("sum")
    amount = totals[["into", "out"]].min(axis=1).where(totals["switched"] > 0, 0.0)
    prices = [_ratio(pairs[f"c{month}"], pairs[f"q{month}"]) for month in (0, 1)]
    for side in ("into", "out"):
        pairs[side] *= _ratio(amount, totals[side])
    pairs["net"] = (pairs["into"] * prices[1] - pairs["out"] * prices[0]).groupby(where).transform("sum")
    return pairs


def _kinds(pairs: pd.DataFrame) -> tuple[pd.Series[bool], ...]:
    """Which moves were to a lower cost, which to a higher; those within one usage type and operation are neither."""
    moving = pairs["base"].where((pairs["into"] > 0) | (pairs["out"] > 0))
    relabeled = moving.groupby([pairs["resource"], pairs["group"]]).transform("nunique") <= 1
    return ~relabeled & (pairs["net"] <= 0), ~relabeled & (pairs["net"] > 0), relabeled


def _ratio(part: pd.Series[float], whole: pd.Series[float]) -> pd.Series[float]:
    return (part / whole.where(whole > 0)).fillna(0.0)


def _sum(pairs: pd.DataFrame, column: str, where: pd.Series[bool], keys: int) -> Floats:
    chosen = pairs[where.to_numpy()]
    return sums(chosen["key"].to_numpy(dtype=np.int64), chosen[column].to_numpy(), keys)


def _share(part: Floats, whole: Floats) -> Floats:
    share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    share[share < 1e-9] = 0.0
    return np.minimum(share, 1.0)
