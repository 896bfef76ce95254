from __future__ import annotations

from typing import Any

import pandas as pd

from finops_lib.analyses.unread_costs import unread_costs


def profile(*lines: tuple[str, int, int]) -> pd.DataFrame:
    rows = [{"period": "2026-02", "account": who, "type": "Usage", "unreadable": bad, "costless": none} for who, bad, none in lines]  # fmt: skip
    return pd.DataFrame(rows)


def snapshots(column: str) -> pd.DataFrame:
    told: dict[str, Any] = {"period": "2026-02", "unreadable": [{"column": column, "example": "n/a"}]}
    return pd.DataFrame([told])


def test_an_account_with_empty_cells_alone_is_not_named() -> None:
    found = unread_costs(profile(("A", 2, 3), ("B", 0, 4)), snapshots("line_item_unblended_cost"), "2026-02")
    assert found == ("2 Usage rows of account A, where line_item_unblended_cost is 'n/a'",)


def test_an_unreadable_effective_cost_counts_though_the_billed_one_is_there() -> None:
    found = unread_costs(profile(("A", 1, 0), ("B", 0, 1)), snapshots("EffectiveCost"), "2026-02")
    assert found == ("1 Usage row of account A, where EffectiveCost is 'n/a'",)


def test_another_column_or_month_is_no_cost_unread() -> None:
    assert unread_costs(profile(("A", 1, 1)), snapshots("line_item_usage_amount"), "2026-02") == ()
    assert unread_costs(profile(("A", 1, 1)), snapshots("BilledCost"), "2026-03") == ()
