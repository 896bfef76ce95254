"""What holds for every bill: parts sum to the whole, and neither order, nor files, nor format matter."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import bills, workspaces
from support.random_bills import bills as random_bills

from finops_lib.analyses.overview import OverviewResult

Rows = Sequence[dict[str, Any]]
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")


def overview(write: Callable[[Path], object]) -> OverviewResult:
    """The overview of what ``write`` puts into a folder."""
    with tempfile.TemporaryDirectory() as name:  # one an example: all examples of a test share tmp_path
        folder = Path(name)
        write(folder / "in")
        workspace, report = workspaces.pulled(folder / "w", folder / "in")
        assert report.problems == ()
        return workspaces.overview(workspace)


def parquet(rows: Rows) -> Callable[[Path], object]:
    return lambda folder: bills.legacy_parquet(folder / "bill.parquet", rows)


@settings(max_examples=6)
@given(random_bills())
def test_parts_sum_to_the_whole(rows: Rows) -> None:
    result = overview(parquet(rows))
    total = {cost: getattr(result.totals, cost) for cost in COSTS}
    assert total["BilledCost"] == pytest.approx(math.fsum(row["line_item_unblended_cost"] for row in rows), abs=1e-9)
    tables = [result.by_service, result.by_account, result.by_charge_category, *result.by_tag.values(), result.trend]
    tagged = {row[key] for row in rows for key in ("resource_tags_user_team", "resource_tags_user_cost_center")} - {
        None,
        "",
    }
    assert bool(tagged) == bool(result.by_tag)
    for table in tables:
        assert {cost: math.fsum(table[cost]) for cost in COSTS} == pytest.approx(total, abs=1e-9)
    for cost in ("BilledCost", "EffectiveCost"):
        assert math.fsum(result.daily[cost]) == pytest.approx(total[cost], abs=1e-9)
    assert result.reconciliation.difference == 0.0


@settings(max_examples=5)
@given(random_bills(), st.integers(1, 3), st.randoms(use_true_random=False))
def test_order_and_files_do_not_matter(rows: Rows, files: int, chance: random.Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    def split(folder: Path) -> None:
        for place in range(files):
            if part := shuffled[place::files]:
                bills.legacy_parquet(folder / f"bill-{place}.parquet", part)

    assert overview(split).to_dict() == overview(parquet(rows)).to_dict()


@settings(max_examples=5)
@given(random_bills(net=True))
def test_csv_and_parquet_give_the_same(rows: Rows) -> None:
    as_csv = overview(lambda folder: bills.legacy_csv(folder / "bill.csv", rows))
    assert as_csv.to_dict() == overview(parquet(rows)).to_dict()


@settings(max_examples=4)
@given(random_bills())
def test_cur_2_gives_the_same_as_legacy(rows: Rows) -> None:
    as_cur_2 = overview(lambda folder: bills.cur2_parquet(folder / "bill.parquet", rows))
    assert as_cur_2.to_dict() == overview(parquet(rows)).to_dict()


@settings(max_examples=3)
@given(random_bills())
def test_accounts_sum_to_the_organization(rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = bills.legacy_parquet(Path(name) / "bill.parquet", rows)
        workspace, _ = workspaces.pulled(Path(name) / "w", path)
        whole = workspaces.overview(workspace)
        accounts = whole.by_account["SubAccountId"].tolist()
        alone = [workspaces.overview(workspace, account) for account in accounts]
    for cost in COSTS:
        parts = [getattr(result.totals, cost) for result in alone]
        assert math.fsum(parts) == pytest.approx(getattr(whole.totals, cost), abs=1e-9)
    assert pd.concat([result.by_account for result in alone])["SubAccountId"].tolist() == accounts
