"""The demo organization's planted causes: is each found, in the right category, and is nothing left over?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from support.workspaces import pulled

from finops_lib.analyses.variance import EVIDENCE, explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.periods import Period
from finops_lib.sources.demo import write_demo
from finops_lib.sources.demo.size import DemoSize
from finops_lib.workbench import Workbench

MONTHS = tuple(Period(2026, month) for month in (8, 9, 10))
NAMES = {"optimization_success": "optimization", "not_the_business": "not_business"}
FEES = {"Credit": "credits", "Refund": "refunds", "Fee": "marketplace"}
NOT_USED = ("calendar", "list_price", "commitment_coverage", "commitment_rate")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Period, VarianceResult], list[dict[str, Any]]]:
    root = tmp_path_factory.mktemp("demo")
    files = write_demo(root, DemoSize(months=4, rows=1, open_days=0))
    workspace, _ = pulled(root / "workspace", files.export)
    results = {}
    for month in MONTHS:
        wb = Workbench.open(workspace.root, period=str(month))
        results[month] = explain(*wb.frames(*EVIDENCE), scope=wb.scope, period=month)
    facts = json.loads((files.truth / "truth.json").read_text(encoding="utf-8"))["facts"]
    return results, [fact for fact in facts if fact["category"]]


def test_every_month_closes_and_leaves_little_unclassified(demo: tuple[dict[Period, VarianceResult], Any]) -> None:
    for result in demo[0].values():
        lines = result.lines()
        assert abs(result.residual) < 1e-6
        open_part = lines.loc[lines["category"] == "unclassified", "amount"].abs().sum()
        assert open_part < 0.05 * lines["amount"].abs().sum()


def test_planted_causes_are_in_their_category(demo: tuple[dict[Period, VarianceResult], list[dict[str, Any]]]) -> None:
    found = [event for fact in demo[1] for event in graded(demo[0], fact)]
    assert {name for name, *_ in found} >= {
        "anomaly-gpu-fleet", "anomaly-masking-up", "anomaly-masking-down", "anomaly-nat-loop", "anomaly-log-burst", "growth-checkout",
        "growth-lake", "growth-selkie-launch", "optimization-gp2-to-gp3", "credit-activate", "price-s3-standard",
        "marketplace-workload-security",
    }  # fmt: skip
    dollars = sum(amount for _, amount, _, _ in found)
    right = sum(part for _, _, part, _ in found)
    assert right >= 0.9 * dollars
    assert sum(top for *_, top in found) >= 0.95 * len(found)


def graded(results: dict[Period, VarianceResult], fact: dict[str, Any]) -> Iterator[tuple[str, float, float, bool]]:
    """The fact's appearances: its dollars of change, those in the right category, and whether that is the top one."""
    for month, result in results.items():
        lines = of(result.lines(), fact)
        sums = lines.groupby("category")["amount"].sum()
        size = change(fact, month, float(sums.sum()))
        if abs(size) >= 1.0:
            part = float(sums.get(NAMES.get(fact["category"], fact["category"]), 0.0)) / size
            yield fact["id"], abs(size), abs(size) * min(max(part, 0.0), 1.0), part > 0.5


def change(fact: dict[str, Any], month: Period, told: float) -> float:
    """What the fact changed in the month's cost: as planted where the truth says, else as its charges changed."""
    begins = fact["start"][:7]
    if fact["kind"] == "anomaly":
        excess = float(fact["usd"].get("excess", fact["usd"]["billed"]))
        return {str(month): excess, str(month.shift(-1)): -excess}.get(begins, 0.0)
    if fact["kind"] in {"optimization", "price_change"} or fact["id"] == "growth-selkie-launch":
        return told if begins == str(month) else 0.0
    return told


def of(lines: pd.DataFrame, fact: dict[str, Any]) -> pd.DataFrame:
    """The lines that a fact is about."""
    chosen = pd.Series(True, index=lines.index)
    if fact["account"]:
        chosen &= lines["SubAccountId"] == fact["account"]
    if fact["line_items"]:
        return lines[chosen & (lines["effect"] == FEES[fact["line_items"][0]])]
    chosen &= lines["x_UsageType"].isin(fact["usage_types"])
    if fact["kind"] == "price_change":
        return lines[chosen & (lines["effect"] == "list_price")]
    return lines[chosen & ~lines["effect"].isin(NOT_USED)]
