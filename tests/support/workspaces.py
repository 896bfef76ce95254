"""Workspaces for tests, and the answers that they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from finops_lib.analyses.overview import EVIDENCE, MONTHS, OverviewResult, summarize
from finops_lib.cli.init import create
from finops_lib.cli.pull import take
from finops_lib.contracts.marts import validate
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.duckdb import DuckDBEngine
from finops_lib.warehouse.ingest import Report


def pulled(root: Path, *sources: Path | str, replace: bool = False) -> tuple[Workspace, Report]:
    """A workspace in ``root`` after one pull of the sources."""
    workspace = Workspace.open(root) if (root / "finops.toml").exists() else create(root, "Test client")
    return workspace, take(workspace, tuple(str(source) for source in sources), replace=replace)


def overview(workspace: Workspace, scope: str = "organization", period: str = "2026-01") -> OverviewResult:
    """The overview, straight from the marts."""
    month, chosen = Period.parse(period), Scope.parse(scope)
    engine = DuckDBEngine(workspace.warehouse)
    months = [month.shift(-back) for back in range(MONTHS)]
    frames = [validate(name, engine.read(name, chosen, months)) for name in EVIDENCE]
    return summarize(*frames, scope=chosen, period=month)


def totals(workspace: Workspace, scope: str = "organization", period: str = "2026-01") -> tuple[Any, ...]:
    """Billed, effective, list and contracted cost, to the millionth."""
    found = overview(workspace, scope, period).to_dict()["totals"]
    return tuple(found[name] for name in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"))
