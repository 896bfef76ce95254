"""What a scorecard holds, and how it is told as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from finops_lib.analyses.bill_facts import CostBasis, InvoiceStatus
from finops_lib.analyses.finance import finance
from finops_lib.analyses.ledger import summary
from finops_lib.analyses.opportunities.protocol import Saving
from finops_lib.analyses.plain import keys, records
from finops_lib.analyses.roadmap import Roadmap
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.ledger import identity
from finops_lib.core.estimate import Estimate
from finops_lib.core.note import Note


@dataclass(frozen=True)
class ScorecardResult:
    """Savings of one scope and month, a month each. Items are those that save now, largest expected saving first.

    ``gross`` is what all findings claim, ``overlap`` what of that is claimed twice or is paid for by commitments;
    ``net`` is what is left, with its 80 % interval. ``later`` are items that save only once commitments or
    credits end, ``waiting`` is what they and parts of the items save then; ``left_out`` were found and are not counted,
    ``excluded`` are left alone by the ledger. ``hub`` is Cost Optimization Hub's total without overlaps, None where it
    is not known. ``score`` is None where too little could be examined: ``reach`` is the share of ``usage_cost`` that
    was. ``areas`` has a row an area and one for all of them, ``trend`` one for each of them and month; ``spend`` is the
    effective cost of the period.
    """

    name: ClassVar[str] = "scorecard"
    schema: ClassVar[str] = "finops.scorecard/1"

    scope: str
    scope_name: str | None
    period: str
    as_of: str
    currency: str
    invoice_status: InvoiceStatus
    cost_basis: CostBasis
    score: float | None
    grade: str | None
    reach: float | None
    spend: float
    usage_cost: float
    examined_cost: float
    gross: float
    overlap: float
    net: Estimate
    waiting: float
    items: tuple[Item, ...]
    later: tuple[Item, ...]
    left_out: tuple[Item, ...]
    excluded: tuple[Item, ...]
    areas: pd.DataFrame
    trend: pd.DataFrame
    examined: pd.DataFrame
    unchecked: pd.DataFrame
    roadmap: Roadmap
    ledger: pd.DataFrame
    hub: float | None
    not_checked: tuple[Note, ...]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency a month, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "scope_name": self.scope_name,
            "period": self.period,
            "as_of": self.as_of,
            "currency": self.currency,
            "invoice_status": self.invoice_status,
            "cost_basis": self.cost_basis,
            "score": None if self.score is None else round(self.score, 2),
            "grade": self.grade,
            "reach": None if self.reach is None else round(self.reach, 6),
            "spend": _money(self.spend),
            "usage_cost": _money(self.usage_cost),
            "examined_cost": _money(self.examined_cost),
            "gross": _money(self.gross),
            "overlap": _money(self.overlap),
            "net": self.net.to_dict(),
            "waiting": _money(self.waiting),
            "items": [self._item(item) for item in self.items],
            "later": [self._item(item) for item in self.later],
            "alternatives": [self._item(item) for item in self.left_out],
            "excluded": [self._item(item) for item in self.excluded],
            "areas": records(self.areas),
            "trend": records(self.trend),
            "examined": records(self.examined),
            "unchecked": records(self.unchecked),
            "roadmap": [stop.to_dict() for stop in self.roadmap.stops],
            "plan": {key: value for key, value in self.roadmap.to_dict().items() if key != "items"},
            "ledger": summary(self.ledger),
            "cost_optimization_hub": None
            if self.hub is None
            else {"deduplicated": _money(self.hub), "difference": _money(self.net.expected - self.hub)},
            "notes": [note.to_dict() for note in self.notes],
            "not_checked": [note.to_dict() for note in self.not_checked],
        }

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The tables behind the figures, by name."""
        items = (*self.items, *self.later, *self.left_out, *self.excluded)
        return {
            "items": pd.DataFrame([self._row(item) for item in items]),
            "areas": self.areas,
            "trend": self.trend,
            "examined": self.examined,
            "unchecked": self.unchecked,
            "roadmap": self.roadmap.frames()["items"],
            "ledger": self.ledger,
        }

    @property
    def hourly_rate(self) -> float:
        """What an hour of work costs."""
        return self.roadmap.hourly_rate

    def _item(self, item: Item) -> dict[str, Any]:
        finding, kind = item.finding, item.opportunity
        worth = finance(item, self.hourly_rate, discount_rate=self.roadmap.discount_rate).to_dict()
        return {
            "id": identity(kind.id, finding.account, finding.resource, finding.component),
            "opportunity": kind.id,
            "title": kind.title,
            "area": kind.area,
            "step": kind.step,
            "status": item.status,
            "resource": finding.resource,
            "component": finding.component,
            "account": finding.account,
            "region": finding.region,
            "current_cost": _money(finding.current_cost),
            "gross": _money(finding.saving.expected),
            "saving": _saving(item.net),
            "waiting": _money(item.waiting),
            "confidence": finding.confidence,
            "risk": kind.risk,
            "reversible": kind.reversible,
            "restart": kind.restart,
            "evidence": finding.evidence,
            "reason": item.reason,
            "facts": keys(finding.facts),
            **worth,
        }

    def _row(self, item: Item) -> dict[str, Any]:
        form = self._item(item)
        saving = form.pop("saving")
        del form["facts"]
        return {**form, **saving}


def _saving(saving: Saving) -> dict[str, float]:
    return {"low": _money(saving.low), "expected": _money(saving.expected), "high": _money(saving.high)}


def _money(amount: float) -> float:
    return round(amount, 6) + 0.0
