"""Why did spend change, as one result: effects, categories, causes, and the month against what was expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import pandas as pd

from finops_lib.analyses import business, comparisons, root_causes, variance
from finops_lib.analyses.bill_facts import CostBasis, InvoiceStatus, account_names, bill_facts
from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.comparisons import Comparison
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.root_causes import RootCausesResult
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE: Final = (
    "cost_monthly",
    "resource_monthly",
    "daily_history",
    "commitment_monthly",
    "snapshots",
    "accounts",
    "budgets",
)
"""What :func:`report` takes, in its order."""


@dataclass(frozen=True)
class VarianceReport:
    """A change from the month before with all that its pages tell; see presentation/subject.py for the first fields.

    ``accounts`` names them by id; ``metric`` is the business metric that is given, whether or not cost follows it.
    The JSON form is that of the change, with the rest added.
    """

    name: ClassVar[str] = "variance"
    schema: ClassVar[str] = VarianceResult.schema

    scope: str
    scope_name: str | None
    period: str
    as_of: str
    currency: str
    invoice_status: InvoiceStatus
    cost_basis: CostBasis
    accounts: Mapping[str, str]
    change: VarianceResult
    causes: RootCausesResult
    comparisons: tuple[Comparison, ...]
    kpi: KpiRelation | None
    not_checked: tuple[Note, ...]
    notes: tuple[Note, ...]
    metric: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return self.change.to_dict() | {
            "scope_name": self.scope_name,
            "as_of": self.as_of,
            "invoice_status": self.invoice_status,
            "cost_basis": self.cost_basis,
            "root_causes": self.causes.to_dict(),
            "comparisons": [item.to_dict() for item in self.comparisons],
            "notes": [note.to_dict() for note in self.notes],
            "not_checked": [note.to_dict() for note in self.not_checked],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        return self.change.frames() | {f"root_{name}": frame for name, frame in self.causes.frames().items()}


def report(
    monthly: pd.DataFrame,
    resources: pd.DataFrame,
    daily: pd.DataFrame,
    commitments: pd.DataFrame,
    snapshots: pd.DataFrame,
    accounts: pd.DataFrame,
    budgets: pd.DataFrame,
    *,
    scope: Scope,
    period: Period,
    kpi: KpiRelation | None = None,
    metric: str = "",
    no_kpi: str = "",
    events: Sequence[Event] = (),
) -> VarianceReport:
    """Explain a month's change from the one before, and set it against its forecast and its budget.

    ``daily`` holds up to 13 months, the other marts at least the two; ``no_kpi`` says why ``metric`` has no relation to
    cost. Raises as :func:`variance.explain` does; an expectation that is not known is a note, not an error.
    """
    frames = (monthly, resources, daily, commitments, snapshots)
    change = variance.explain(*frames, scope=scope, period=period, kpi=kpi)
    causes = root_causes.find(change, monthly, resources, daily, snapshots)
    compared = (
        comparisons.against_forecast(frames, daily, scope=scope, period=period, events=events),
        comparisons.against_budget(frames, budgets, scope=scope, period=period),
    )
    facts = bill_facts(snapshots, accounts, scope=scope, period=period)
    missing = [note for item in compared for note in item.notes if note.code.startswith("not_checked.")]
    missing += [] if kpi else [business.not_told(metric, no_kpi)]
    doubts = [note for item in compared for note in item.notes if note not in missing]
    return VarianceReport(
        scope=facts.scope,
        scope_name=facts.scope_name,
        period=facts.period,
        as_of=facts.as_of,
        currency=change.currency,
        invoice_status=facts.invoice_status,
        cost_basis=facts.cost_basis,
        accounts=account_names(accounts),
        change=change,
        causes=causes,
        comparisons=compared,
        kpi=kpi,
        not_checked=tuple(missing),
        notes=_distinct([*change.notes, *causes.notes, *doubts]),
        metric=metric or (kpi.kpi if kpi else ""),
    )


def _distinct(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Each note once: comparisons repeat those of the change."""
    return tuple({(note.code, note.message): note for note in notes}.values())
