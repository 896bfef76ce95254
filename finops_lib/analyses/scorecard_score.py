"""The score: how much of what was examined is well spent? Method: docs/methods/scorecard.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Findings, Opportunity
from finops_lib.analyses.waterfall import Item

GRADES: Final = ((95.0, "A"), (90.0, "B"), (80.0, "C"), (70.0, "D"), (0.0, "E"))
"""The lowest score of each grade."""

FORMULA: Final = "100 × (1 − expected net saving ÷ usage cost of what was examined)"

Looked = Sequence[tuple[Opportunity, Findings]]
Cells = Mapping[tuple[str, str], float]


def grade(score: float) -> str:
    """The grade of a score."""
    return next(letter for least, letter in GRADES if score >= least)


def areas(looked: Looked, items: Sequence[Item], usage: pd.DataFrame) -> pd.DataFrame:
    """A row an area: ``area``, ``examined_cost``, ``saving`` (expected, net), ``score`` (None: nothing was examined).

    ``usage`` are the period's usage rows by ``SubAccountId``, ``x_ServiceCode`` with ``EffectiveCost``. A service of an
    account counts as examined where at least one kind that concerns it could check it there.
    """
    rows, cells = [], _cells(usage)
    for area in sorted({kind.area for kind, _ in looked}):
        mine = [(kind, found) for kind, found in looked if kind.area == area]
        examined = _cost(mine, cells)
        saving = sum(item.net.expected for item in items if item.opportunity.area == area)
        rows.append((area, examined, saving, _score(saving, examined)))
    return pd.DataFrame(rows, columns=["area", "examined_cost", "saving", "score"])


def examined_cost(looked: Looked, usage: pd.DataFrame) -> float:
    """What the examined services of the examined accounts cost in the period, each once."""
    return _cost(looked, _cells(usage))


def overall(looked: Looked, items: Sequence[Item], usage: pd.DataFrame) -> float | None:
    """The score of everything; None where nothing could be examined."""
    examined = examined_cost(looked, usage)
    return _score(sum(item.net.expected for item in items), examined)


def _cells(usage: pd.DataFrame) -> Cells:
    """What each service of each account costs."""
    sums = usage.groupby(["SubAccountId", "x_ServiceCode"], dropna=False)["EffectiveCost"].sum()
    return dict(zip(sums.index, sums.tolist(), strict=True))


def _cost(looked: Looked, cells: Cells) -> float:
    places = {place for kind, found in looked for place in _examined(kind, found, cells)}
    return float(sum(cost for place, cost in cells.items() if place in places))


def _examined(kind: Opportunity, found: Findings, cells: Cells) -> set[tuple[str, str]]:
    """The accounts and services that a kind judged something in, less those where it had to leave everything out."""
    if not found.examined:
        return set()
    unseen = {gap.account for gap in found.not_checked}
    seen = {item.account for item in found.found}
    mine = (place for place in cells if place[1] in kind.services)
    return {(account, service) for account, service in mine if account not in unseen or account in seen}


def _score(saving: float, examined: float) -> float | None:
    if examined <= 0:
        return None
    return min(100.0, max(0.0, 100.0 * (1.0 - saving / examined)))
