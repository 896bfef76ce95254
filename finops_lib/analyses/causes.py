"""Which few combinations of attributes carry the change? Method: docs/methods/causes.md."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from finops_lib.analyses._cuboids import Cuboid, Floats, cuboids
from finops_lib.analyses._search import search
from finops_lib.analyses.plain import keys
from finops_lib.contracts import given
from finops_lib.core.counted import counted
from finops_lib.core.errors import InputError, InsufficientDataError
from finops_lib.core.note import Note

AMOUNTS: Final = ("actual", "expected")
CENT: Final = 0.01


@dataclass(frozen=True)
class Cause:
    """One combination of attributes; empty stands for everything.

    ``always`` holds attributes that all of its leaves share beyond those that name it. ``change`` is ``after`` −
    ``before`` over the leaves that no cause above it in evidence has taken, so that changes of causes add up.
    """

    combination: Mapping[str, Any]
    always: Mapping[str, Any]
    before: float
    after: float
    change: float
    share: float | None
    leaves: int

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form."""
        return {
            "combination": keys(self.combination),
            "always": keys(self.always),
            "before": _cents(self.before),
            "after": _cents(self.after),
            "change": _cents(self.change),
            "share": None if self.share is None else _cents(self.share),
            "leaves": self.leaves,
        }


@dataclass(frozen=True)
class CausesResult:
    """The causes of a change, most dollars first. Shares are of ``change``; None where the change is under a cent."""

    name: ClassVar[str] = "causes"
    schema: ClassVar[str] = "finops.causes/1"

    attributes: tuple[str, ...]
    before: float
    after: float
    change: float
    causes: tuple[Cause, ...]
    explained: float
    share_explained: float | None
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "attributes": list(self.attributes),
            "before": _cents(self.before),
            "after": _cents(self.after),
            "change": _cents(self.change),
            "causes": [cause.to_dict() for cause in self.causes],
            "explained": _cents(self.explained),
            "share_explained": None if self.share_explained is None else _cents(self.share_explained),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``causes``: a column an attribute (null where the cause does not name it), then the amounts."""
        amounts = ("before", "after", "change", "share", "leaves")
        rows = [
            [cause.combination.get(name) for name in self.attributes] + [getattr(cause, name) for name in amounts]
            for cause in self.causes
        ]
        return {"causes": pd.DataFrame(rows, columns=[*self.attributes, *amounts])}


def locate(leaves: pd.DataFrame, *, max_causes: int = 3) -> CausesResult:
    """Answer with the attribute combinations that explain the change from ``expected`` to ``actual``.

    ``leaves`` has a row a combination of attributes (any other columns) and the two amounts; rows that share all
    attributes are added. Raises :class:`InsufficientDataError` without rows, :class:`InputError` where a column is
    missing or comes twice, an amount is not a number or an attribute no single value.
    """
    given.count(max_causes, "max_causes")
    table, notes = _table(given.table(leaves, "The leaves", AMOUNTS).rename(columns=str))
    names = [name for name in table.columns if name not in AMOUNTS]
    actual, expected = table["actual"].to_numpy(), table["expected"].to_numpy()
    before, after = math.fsum(expected), math.fsum(actual)
    if np.abs(actual - expected).sum() < CENT / 2:
        notes.append(Note.info("causes.no_change", "No leaf changed, so there is nothing to explain."))
        return _result(names, before, after, [], notes)
    found = _causes(table[names], actual, expected, after - before, max_causes)
    causes = sorted(found, key=lambda cause: -abs(cause.change))[:max_causes]
    if not causes:
        message = "The change is spread over many leaves: no combination of attributes stands out."
        notes.append(Note.info("causes.spread", message))
    return _result(names, before, after, causes, notes)


def _table(leaves: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """One row a leaf, in an order of its own, and what had to be done for that."""
    names = [name for name in leaves.columns if name not in AMOUNTS]
    given.table(leaves, "The leaves", AMOUNTS)
    if not names:
        raise InputError("The leaves have no attribute columns.", hint="Give at least one, such as ServiceName.")
    if leaves.empty:
        raise InsufficientDataError("There are no leaves.", hint="Give a row for each combination of attributes.")
    amounts = {name: given.money(leaves[name], "the leaves") for name in AMOUNTS}
    empty = int(sum(int(column.isna().sum()) for column in amounts.values()))
    for name in names:
        if not all(isinstance(value, Hashable) for value in leaves[name]):
            raise InputError(f"The attribute {name} of the leaves holds lists.", hint="Give it one value a row.")
    table = leaves[names].assign(**{name: column.fillna(0.0) for name, column in amounts.items()})
    try:
        folded = table.groupby(names, dropna=False, sort=True, observed=True)[list(AMOUNTS)].sum().reset_index()
    except TypeError as error:
        raise InputError(
            "An attribute of the leaves holds values that cannot be told apart, such as days beside moments.",
            hint="Give each attribute one kind of value, as text.",
        ) from error
    return folded, list(_doubts(empty, len(leaves) - len(folded)))


def _doubts(empty: int, repeated: int) -> Sequence[Note]:
    notes = []
    if empty:
        message = f"Missing, so counted as 0: {counted(empty, 'amount')}. A leaf that only one side has is new or gone."
        notes.append(Note.info("causes.missing_amounts", message, amounts=empty))
    if repeated:
        message = f"Added to a row of the same attributes: {counted(repeated, 'row')}."
        notes.append(Note.info("causes.repeated_leaves", message, rows=repeated))
    return notes


def _causes(attributes: pd.DataFrame, actual: Floats, expected: Floats, total: float, max_causes: int) -> list[Cause]:
    """The causes; a move that all leaves share comes first, and the others are what is left beyond it."""
    choices = cuboids(attributes)
    found = search(choices, actual, expected, max_causes=max_causes)
    if len(choices) == 1 or any(not element.cuboid.columns for element in found):
        moved = expected * _common_ratio(actual, expected) if len(choices) > 1 else actual
        everything = _cause(attributes, choices[0], 0, expected, moved, np.ones(len(actual), dtype=np.bool_), total)
        return [everything, *_each(attributes, choices[1:], actual, moved, total, max_causes)]
    return _each(attributes, choices, actual, expected, total, max_causes)


def _common_ratio(actual: Floats, expected: Floats) -> float:
    """By how much the typical dollar moved: the ratio's median, each leaf weighing what it was expected to cost."""
    held = np.flatnonzero(expected)
    if len(held) == 0:
        return 1.0
    ratio, weight = actual[held] / expected[held], np.abs(expected[held])
    order = np.argsort(ratio, kind="stable")
    half = int(np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2))
    return float(ratio[order][min(half, len(order) - 1)])


def _each(
    attributes: pd.DataFrame,
    choices: Sequence[Cuboid],
    actual: Floats,
    expected: Floats,
    total: float,
    max_causes: int,
) -> list[Cause]:
    free = np.ones(len(actual), dtype=np.bool_)
    causes = []
    for element in search(choices, actual, expected, max_causes=max_causes) if choices else ():
        mine = free & element.leaves
        free &= ~mine
        causes.append(_cause(attributes, element.cuboid, element.index, expected, actual, mine, total))
    return causes


def _cause(
    attributes: pd.DataFrame,
    cuboid: Cuboid,
    index: int,
    expected: Floats,
    actual: Floats,
    mine: np.ndarray[Any, np.dtype[np.bool_]],
    total: float,
) -> Cause:
    named = {str(attributes.columns[i]): _value(attributes.iat[int(cuboid.first[index]), i]) for i in cuboid.columns}
    before, after = math.fsum(expected[mine]), math.fsum(actual[mine])
    change = math.fsum((actual - expected)[mine])
    below = attributes[cuboid.code == index]
    constant = (name for name in attributes if str(name) not in named and below[name].nunique(dropna=False) == 1)
    always = {str(name): _value(below[name].iat[0]) for name in constant} if cuboid.columns else {}
    share = change / total if abs(total) >= CENT else None
    return Cause(named, always, before, after, change, share, int(mine.sum()))


def _result(
    names: Sequence[str], before: float, after: float, causes: Sequence[Cause], notes: Sequence[Note]
) -> CausesResult:
    change, explained = after - before, math.fsum(cause.change for cause in causes)
    doubts = list(notes)
    if causes and abs(change) < CENT:
        doubts.append(Note.info("causes.offset", "Rises and falls cancel out, so there are no shares of the change."))
    share = explained / change if abs(change) >= CENT else None
    return CausesResult(tuple(names), before, after, change, tuple(causes), explained, share, tuple(doubts))


def _value(value: Hashable) -> Any:
    """A value as JSON has it; null where the bill has none."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _cents(value: float) -> float:
    return round(value, 6) + 0.0
