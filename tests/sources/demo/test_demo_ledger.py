"""The ledger against the written files, by the published cost rules and in pandas: two routes, one answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_checks import COSTS, by_cost_rules

from finops_lib.sources.demo import DemoFiles
from finops_lib.sources.demo.money import ticks


def test_ledger_equals_the_files_to_the_tick(demo: DemoFiles, bill: pd.DataFrame) -> None:
    ledger = pd.read_csv(demo.truth / "ledger.csv", dtype=str).set_index(["SubAccountId", "BillingPeriod"]).sort_index()
    assert list(ledger.columns) == COSTS
    exact = ledger.map(ticks).astype(np.int64)
    pd.testing.assert_frame_equal(exact, by_cost_rules(bill))
    assert len(exact) == 8 * 17


def test_the_bill_is_of_a_plausible_size(bill: pd.DataFrame) -> None:
    monthly = bill.groupby("period")["line_item_unblended_cost"].sum()
    assert monthly.drop(["2026-11", "2025-11"]).between(20_000, 45_000).all()  # a Marketplace year falls in 2025-11
