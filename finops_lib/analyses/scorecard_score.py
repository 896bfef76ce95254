"""The score: how much of what was examined is well spent? Method: docs/methods/scorecard.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Findings, Gap, Opportunity
from finops_lib.analyses.waterfall import Item

GRADES: Final = ((95.0, "A"), (90.0, "B"), (80.0, "C"), (70.0, "D"), (0.0, "E"))
"""The lowest score of each grade."""

LEAST_REACH: Final = 0.5
"""The share of a usage cost that must have been examined for a score of it to be told."""

FORMULA: Final = "100 × (1 − expected net saving before credits ÷ usage cost of what was examined)"

Looked = Sequence[tuple[Opportunity, Findings]]
Place = tuple[str, str]


@dataclass(frozen=True)
class Standing:
    """What something costs (usage), what of it was examined, what can be saved, and how well it is spent.

    ``saving`` is to take now, ``before_credits`` what it would be if no credits paid: who pays makes no usage well
    spent. ``score`` is None where less than :data:`LEAST_REACH` of the cost was examined: it would say little.
    """

    cost: float
    examined_cost: float
    saving: float
    before_credits: float

    @property
    def reach(self) -> float | None:
        """The share of the cost that was examined; None where there is no cost."""
        return min(1.0, self.examined_cost / self.cost) if self.cost > 0 else None

    @property
    def score(self) -> float | None:
        """The score out of 100."""
        reach = self.reach
        if reach is None or reach < LEAST_REACH:
            return None
        return min(100.0, max(0.0, 100.0 * (1.0 - self.before_credits / self.examined_cost)))


@dataclass(frozen=True)
class Examination:
    """What every kind of saving could look at, of a period's usage (``SubAccountId``, ``x_ServiceCode``, …)."""

    looked: Looked
    usage: pd.DataFrame

    def overall(self, items: Sequence[Item], uncredited: Sequence[Item]) -> Standing:
        """How all usage stands, that of services which no kind of saving concerns included.

        ``items`` are what is saved now, ``uncredited`` what would be if no credits paid.
        """
        examined = self._examined(range(len(self.looked)))
        return Standing(math.fsum(self._cells.values()), examined, _saved(items), _saved(uncredited))

    @property
    def unconcerned(self) -> float:
        """What the services cost that no kind of saving concerns."""
        services = {service for kind, _ in self.looked for service in kind.services}
        return math.fsum(cost for (_, service), cost in self._cells.items() if service not in services)

    def areas(self, items: Sequence[Item], uncredited: Sequence[Item]) -> Mapping[str, Standing]:
        """How the services stand that each area's kinds of saving concern; one may belong to several areas."""
        return {area: self._area(area, items, uncredited) for area in sorted({kind.area for kind, _ in self.looked})}

    def _area(self, area: str, items: Sequence[Item], uncredited: Sequence[Item]) -> Standing:
        mine = [number for number, (kind, _) in enumerate(self.looked) if kind.area == area]
        services = {service for number in mine for service in self.looked[number][0].services}
        cost = math.fsum(cost for (_, service), cost in self._cells.items() if service in services)
        now, before = (_saved(item for item in some if item.opportunity.area == area) for some in (items, uncredited))
        return Standing(cost, self._examined(mine), now, before)

    def _examined(self, kinds: Sequence[int]) -> float:
        """The cost of the places that these kinds judged something in, each once, as far as looking went there."""
        places = {place for number in kinds for place in self._places[number]}
        return math.fsum(cost * self._share[place[1]] for place, cost in self._cells.items() if place in places)

    @cached_property
    def _cells(self) -> Mapping[Place, float]:
        """What each service of each account costs."""
        sums = self.usage.groupby(["SubAccountId", "x_ServiceCode"], dropna=False)["EffectiveCost"].sum()
        return {(account, service): float(cost) for (account, service), cost in zip(sums.index, sums, strict=True)}

    @cached_property
    def _places(self) -> Sequence[frozenset[Place]]:
        """The accounts and services that each kind judged something in, less those where all had to be left out."""
        return [self._judged(kind, found) for kind, found in self.looked]

    def _judged(self, kind: Opportunity, found: Findings) -> frozenset[Place]:
        if not found.examined:
            return frozenset()
        unseen = {gap.account for gap in found.not_checked}
        seen = {item.account for item in found.found}
        mine = (place for place in self._cells if place[1] in kind.services)
        return frozenset((account, service) for account, service in mine if account not in unseen or account in seen)

    @cached_property
    def _share(self) -> Mapping[str, float]:
        """How far looking went in each service: of the costs that its kinds asked after, the part that they judged."""
        judged = {place for places in self._places for place in places}
        done = dict.fromkeys({service for _, service in judged}, 0.0)
        asked: dict[str, float] = {}
        for kind, found in self.looked:
            for service in done.keys() & set(kind.services):
                open_cost = math.fsum(self._open(gap, service, judged) for gap in found.not_checked)
                done[service] += found.examined_cost
                asked[service] = asked.get(service, 0.0) + found.examined_cost + open_cost
        return {service: part / asked[service] if asked[service] > 0 else 1.0 for service, part in done.items()}

    def _open(self, gap: Gap, service: str, judged: set[Place]) -> float:
        """What a gap leaves open of a service; nothing where its account counts as unexamined altogether anyway."""
        counts = gap.cost is not None and (gap.account, service) in judged
        return gap.cost or 0.0 if counts else 0.0


def _saved(items: Iterable[Item]) -> float:
    return sum(item.net.expected for item in items)


def grade(score: float) -> str:
    """The grade of a score."""
    return next(letter for least, letter in GRADES if score >= least)
