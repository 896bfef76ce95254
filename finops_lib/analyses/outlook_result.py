"""What the outlook of a scope holds, and its JSON: the forecast's, with trajectory, budgets and unit cost beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pandas as pd

from finops_lib.analyses.budgeting import BudgetsResult
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.analyses.plain import records
from finops_lib.analyses.trajectory import TrajectoryResult
from finops_lib.analyses.unit_economics import UnitEconomicsResult
from finops_lib.core.note import Note


@dataclass(frozen=True)
class ProspectResult:
    """What lies ahead of one scope at ``as_of``. Costs are effective costs; what could not be computed is None.

    Where the month is over, ``forecast.month_end`` is its actual cost and ``next_month`` what is expected of the one
    after it; else ``next_month`` is None. ``held_from`` is the first day known, ``previous`` the cost of the last whole
    month. ``cells`` has a row an account × service, ``ahead`` being its month's end or the next month. ``fan`` is the
    cost added up day by day: of the month while it runs, of the quarter once it is over.
    """

    name: ClassVar[str] = "forecast"
    schema: ClassVar[str] = "finops.forecast/1"

    scope: str
    scope_name: str | None
    period: str
    as_of: str
    currency: str
    invoice_status: Literal["final", "open", "unknown"]
    cost_basis: Literal["amortized", "net amortized"]
    forecast: ForecastResult | None
    held_from: str | None
    previous: float | None
    cells: pd.DataFrame
    fan: pd.DataFrame
    trajectory: TrajectoryResult | None
    budgets: BudgetsResult | None
    budgets_ahead: BudgetsResult | None
    unit_economics: UnitEconomicsResult | None
    driver: str | None
    account_names: Mapping[str, str]
    not_checked: tuple[Note, ...]

    @property
    def next_month(self) -> End | None:
        """The month after one that is over, as the forecast has it."""
        return self.forecast.next_month if self.forecast else None

    @property
    def notes(self) -> tuple[Note, ...]:
        """The doubts of all parts, each once."""
        parts = (self.forecast, self.trajectory, self.budgets, self.budgets_ahead, self.unit_economics)
        found = [note for part in parts if part for note in part.notes]
        return tuple({(note.code, note.message): note for note in found}.values())

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        nothing: dict[str, Any] = {
            "schema": self.schema,
            "scope": self.scope,
            "as_of": self.as_of,
            "currency": self.currency,
            **dict.fromkeys(("month_end", "quarter_end", "year_end", "next_month")),
            **{name: [] for name in ("backtest", "by_cell", "by_nature", "calendar", "path", "events")},
        }
        return (self.forecast.to_dict() if self.forecast else nothing) | {
            "scope_name": self.scope_name,
            "period": self.period,
            "invoice_status": self.invoice_status,
            "cost_basis": self.cost_basis,
            "held_from": self.held_from,
            "cells": records(self.cells),
            "fan": records(self.fan),
            "trajectory": self.trajectory.to_dict() if self.trajectory else None,
            "budgets": self.budgets.to_dict() if self.budgets else None,
            "budgets_ahead": self.budgets_ahead.to_dict() if self.budgets_ahead else None,
            "unit_economics": self.unit_economics.to_dict() if self.unit_economics else None,
            "driver": self.driver,
            "notes": [note.to_dict() for note in self.notes],
            "not_checked": [note.to_dict() for note in self.not_checked],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        tables = {"cells": self.cells, "fan": self.fan}
        parts: dict[str, Any] = {"": self.forecast, "trajectory_": self.trajectory, "unit_": self.unit_economics}
        for prefix, part in parts.items():
            tables |= {f"{prefix}{name}": frame for name, frame in part.frames().items()} if part else {}
        for name, found in (("budgets", self.budgets), ("budgets_ahead", self.budgets_ahead)):
            tables |= {name: found.budgets} if found else {}
        return tables
