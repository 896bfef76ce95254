"""The answer to "why did cost change": totals, effects, categories, drivers, and what to do about them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import numpy as np
import pandas as pd

from finops_lib.analyses import plain
from finops_lib.analyses.classified import CATEGORIES, Classified
from finops_lib.analyses.corrective import actions_for, recommendations_for
from finops_lib.analyses.effects import EFFECTS
from finops_lib.analyses.keys import codes, sums, texts
from finops_lib.analyses.retagged import RETAGGED
from finops_lib.analyses.rounding import HALF_CENT, to_cents
from finops_lib.core.note import Note

Against = Literal["previous", "forecast", "budget"]

DRIVERS: Final = 1000
"""How many drivers are told one by one."""

_LEAST: Final = 1e-6  # what a JSON form can still tell
_PLACE = ("SubAccountId", "ServiceName")


@dataclass(frozen=True)
class Amounts:
    """Effective cost before (or expected) and after (actual)."""

    before: float
    after: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    def to_dict(self) -> dict[str, float]:
        """The JSON form."""
        return {"before": _money(self.before), "after": _money(self.after), "change": _money(self.change)}


@dataclass(frozen=True)
class VarianceResult:
    """The change of one scope and month in parts that sum to it.

    ``total`` is what the parts explain; ``raw`` is as billed so far, which differs where a month is not over. ``cells``
    is the finest printed level: account × service × effect × category, in whole cents that add up to every roll-up.
    """

    name: ClassVar[str] = "variance"
    schema: ClassVar[str] = "finops.variance/1"

    scope: str
    period: str
    against: Against
    currency: str
    total: Amounts
    raw: Amounts
    keys: pd.DataFrame
    parts: Classified
    effects: pd.DataFrame
    categories: pd.DataFrame
    drivers: pd.DataFrame
    cells: pd.DataFrame
    recommendations: pd.DataFrame
    actions: pd.DataFrame
    notes: tuple[Note, ...]

    @property
    def residual(self) -> float:
        """What the parts leave of the change: 0 but for the rounding of floating point."""
        return self.total.change - math.fsum(self.parts.lines.amount)

    @property
    def normalized(self) -> bool:
        """True where a month that is not over was brought to its full length."""
        return any(note.code == "variance.open_month" for note in self.notes)

    def lines(self) -> pd.DataFrame:
        """Every part: key columns, ``effect``, ``category``, ``rule``, ``amount``; any roll-up is a sum over it."""
        return lines_of(self.keys, self.parts, np.arange(len(self.parts.category)))

    def rest(self) -> pd.DataFrame:
        """What the drivers leave, one row an effect and category without keys: with it they add up to the change."""
        sums = self.cells.groupby(["effect", "category"])["amount"].sum()
        told = self.drivers.groupby(["effect", "category"])["amount"].sum()
        left = sums.sub(told, fill_value=0.0).reset_index()
        return left[left["amount"].abs() >= _LEAST].reindex(columns=self.drivers.columns)

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "period": self.period,
            "against": self.against,
            "currency": self.currency,
            "total": self.total.to_dict(),
            "raw": self.raw.to_dict(),
            "normalized": self.normalized,
            "effects": records(self.effects),
            "categories": records(self.categories),
            "drivers": records(self.drivers) + records(self.rest()),
            "recommendations": records(self.recommendations),
            "actions": records(self.actions),
            "residual": _money(self.residual),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        names = ("effects", "categories", "drivers", "cells", "recommendations", "actions")
        plain = {name: getattr(self, name) for name in names}
        return plain | {"drivers": self.drivers.drop(columns="evidence"), "lines": self.lines()}


def tables(keys: pd.DataFrame, parts: Classified) -> dict[str, Any]:
    """The fields of a result that follow from its parts."""
    cells = _cells(keys, parts)
    drivers = _drivers(keys, parts)
    return {
        "keys": keys,
        "parts": parts,
        "cells": texts(cells),
        "effects": _rolled(cells, "effect", EFFECTS),
        "categories": _rolled(cells, "category", CATEGORIES),
        "drivers": drivers,
        "recommendations": recommendations_for(cells),
        "actions": actions_for(drivers),
    }


def lines_of(keys: pd.DataFrame, parts: Classified, chosen: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Some parts with their key columns and names."""
    table: pd.DataFrame = (
        texts(keys.iloc[parts.lines.key[chosen]])
        .reset_index(drop=True)
        .assign(
            effect=_named(EFFECTS, parts.lines.effect[chosen]),
            category=_named(CATEGORIES, parts.category[chosen]),
            rule=_named([*parts.rules, ""], parts.rule[chosen]),
            amount=parts.lines.amount[chosen],
        )
    )
    return table


def _named(names: Sequence[str], numbers: np.ndarray[Any, Any]) -> pd.api.extensions.ExtensionArray:
    return pd.array(list(names), dtype="str").take(numbers)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON: money to a millionth, unknown as null."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _drivers(keys: pd.DataFrame, parts: Classified, most: int = DRIVERS) -> pd.DataFrame:
    """The largest parts of at least half a cent, with the evidence of their category.

    What only changed its tags drives nothing: it is one amount less here and the same amount more there.
    """
    size = np.where(parts.lines.move == RETAGGED, 0.0, abs(parts.lines.amount))
    least = max(HALF_CENT, np.partition(size, -most)[-most]) if len(size) > most else HALF_CENT
    large = np.flatnonzero(size >= least)
    order = np.lexsort((parts.lines.effect[large], parts.lines.key[large], -size[large].round(9)))
    chosen = large[order][:most]
    events = [dict(parts.events[number]) if number >= 0 else None for number in parts.event[chosen]]
    return lines_of(keys, parts, chosen).assign(evidence=pd.Series(events, dtype=object))


def _cells(keys: pd.DataFrame, parts: Classified) -> pd.DataFrame:
    """Account × service × effect × category, all as categories, in amounts and in printed cents."""
    place, places = pd.factorize(codes(keys, _PLACE), sort=True)
    sizes = (len(places), len(EFFECTS), len(CATEGORIES))
    number = np.ravel_multi_index((place[parts.lines.key], parts.lines.effect, parts.category), sizes)
    cell, cells = pd.factorize(number, sort=True)
    amount = sums(cell, parts.lines.amount, len(cells))
    where, effect, category = np.unravel_index(cells, sizes)
    first = np.unique(place, return_index=True)[1] if len(keys) else np.array([], dtype=int)
    return (
        keys[list(_PLACE)]
        .iloc[first[where]]
        .reset_index(drop=True)
        .assign(
            effect=pd.Categorical.from_codes(effect.tolist(), pd.Index(EFFECTS)),
            category=pd.Categorical.from_codes(category.tolist(), pd.Index(CATEGORIES)),
            amount=amount,
            cents=to_cents(amount),
        )
    )


def _rolled(cells: pd.DataFrame, column: str, names: Sequence[str]) -> pd.DataFrame:
    """Sums by name, every name listed; those of comparisons with an expectation only where they occur."""
    grouped = texts(cells.groupby(column)[["amount", "cents"]].sum().reset_index()).set_index(column)
    listed = [name for name in names if name in grouped.index or not name.endswith("_expected")]
    table = grouped.reindex(listed).fillna(0.0).rename_axis(column).reset_index()
    return table.assign(cents=table["cents"].astype("int64"))


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return plain.keys(value)
    known = plain.keys({"": value})[""] if pd.api.types.is_scalar(value) else str(value)
    return _money(known) if isinstance(known, float) else known


def _money(value: float) -> float:
    return round(value, 6) + 0.0  # no minus zero
