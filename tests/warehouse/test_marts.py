"""Each mart is the canonical table grouped: DuckDB's answer against pandas'."""

from __future__ import annotations

import pandas as pd
import pytest
from support import workspaces
from support.bills import MEMBER, legacy_parquet
from support.random_bills import TYPES, every_type

from finops_lib.contracts.focus import COST_COLUMNS, COSTS
from finops_lib.contracts.marts import MODELS, validate
from finops_lib.core.errors import ContractError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.warehouse import marts
from finops_lib.warehouse.duckdb import TABLES, DuckDBEngine

MONTH = [Period(2026, 1)]
COMMON = ["BillingPeriodStart", "SubAccountId", "BillingCurrency"]
TAGS = ["x_tag_cost_center", "x_tag_team"]
KEYS = {
    "cost_daily": [*COMMON, "x_charge_day", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind", "PricingCategory", *TAGS],
    "cost_monthly": [
        *COMMON, "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind", "x_line_item_type", "PricingCategory",
        "CommitmentDiscountType", "CommitmentDiscountStatus", "ProviderName", "PublisherName", "x_ServiceCode", "x_UsageType",
        "x_Operation", "x_instance_type", "PricingUnit", *TAGS,
    ],
    "resource_monthly": [
        *COMMON, "ResourceId", "ServiceName", "RegionId", "ChargeCategory", "x_charge_kind", "x_ServiceCode", "x_UsageType",
        "x_Operation", "x_instance_type", "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType",
        "CommitmentDiscountStatus", "PricingUnit", "SkuId", *TAGS,
    ],
    "commitment_monthly": [
        *COMMON, "CommitmentDiscountId", "CommitmentDiscountType", "CommitmentDiscountCategory", "x_line_item_type",
        "CommitmentDiscountStatus",
    ],
    "commitment_hourly": [
        *COMMON, "ChargePeriodStart", "x_ServiceCode", "RegionId", "x_instance_type", "x_UsageType", "x_Operation",
        "PricingCategory", "CommitmentDiscountId", "CommitmentDiscountType",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """A bill with three rows of every type."""
    folder = tmp_path_factory.mktemp("marts")
    workspace, report = workspaces.pulled(folder / "w", legacy_parquet(folder / "bill.parquet", every_type()))
    assert report.problems == ()
    return DuckDBEngine(workspace.warehouse)


@pytest.fixture(scope="module")
def cost(engine: DuckDBEngine) -> pd.DataFrame:
    frame = engine.sql("FROM cost", ORGANIZATION)
    frame["x_charge_day"] = frame["ChargePeriodStart"].dt.normalize()
    return frame


def rows_of(mart: str, cost: pd.DataFrame) -> pd.DataFrame:
    """The canonical rows that a mart is about."""
    if mart == "resource_monthly":
        return cost[cost["ResourceId"].notna() & ~cost["x_is_split"]]
    if mart == "commitment_monthly":
        return cost[cost["CommitmentDiscountId"].notna()]
    if mart == "commitment_hourly":
        of_ec2 = cost["x_ServiceCode"].eq("AmazonEC2") & cost["x_line_item_type"].eq("Usage")
        return cost[of_ec2 | cost["x_line_item_type"].isin(["DiscountedUsage", "SavingsPlanCoveredUsage"])]
    return cost


def sorted_by(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values(keys, na_position="first").reset_index(drop=True)


def test_the_bill_has_every_type_of_row(cost: pd.DataFrame) -> None:
    assert len(cost) == 3 * len(TYPES) == 3 * cost["x_line_item_type"].nunique()
    assert set(cost["x_tag_team"].dropna()) == {"web", "data"}


@pytest.mark.parametrize("mart", KEYS)
def test_a_mart_is_the_canonical_table_grouped(engine: DuckDBEngine, cost: pd.DataFrame, mart: str) -> None:
    got, keys = engine.read(mart, ORGANIZATION, MONTH), KEYS[mart]
    sums = [
        column
        for column in got.columns
        if column in {*COSTS, "PricingQuantity", "x_true_up", "x_upfront_fee", "x_net_discount"}
    ]
    assert not got.duplicated(keys).any()
    expected = rows_of(mart, cost).groupby(keys, dropna=False)[sums].sum(min_count=1).reset_index()
    pd.testing.assert_frame_equal(
        sorted_by(got, keys)[[*keys, *sums]],
        sorted_by(expected, keys)[[*keys, *sums]],
        check_dtype=False,
        atol=1e-9,
        rtol=0,
    )


@pytest.mark.parametrize("tag", ["cost_center", "team"])
def test_the_tag_mart_is_the_canonical_table_once_for_each_key(
    engine: DuckDBEngine, cost: pd.DataFrame, tag: str
) -> None:
    got = engine.read("tag_monthly", ORGANIZATION, MONTH)
    mine = got[got["x_tag_key"] == tag].groupby("x_tag_value", dropna=False)[list(COSTS)].sum()
    expected = cost.groupby(f"x_tag_{tag}", dropna=False)[list(COSTS)].sum()
    pd.testing.assert_frame_equal(mine, expected, check_names=False, check_index_type=False, atol=1e-9, rtol=0)


def test_the_canonical_table_has_its_columns_in_order(engine: DuckDBEngine) -> None:
    assert engine.sql("FROM cost LIMIT 0", ORGANIZATION).columns.tolist() == [*COST_COLUMNS, *TAGS]


@pytest.mark.parametrize("mart", ["accounts", *marts.NAMES, "reconciliation", "profile", "snapshots"])
def test_an_engine_gives_what_the_contracts_say(engine: DuckDBEngine, mart: str) -> None:
    frame = engine.read(mart, ORGANIZATION, MONTH)
    assert len(validate(mart, frame)) == len(frame) > 0


@pytest.mark.parametrize("mart", MODELS)
def test_a_frame_that_breaks_its_contract_is_named(engine: DuckDBEngine, mart: str) -> None:
    frame = engine.read(mart, ORGANIZATION, MONTH)
    lacking = frame.drop(columns=[frame.columns[1]] if mart == "accounts" else ["BillingCurrency"], errors="ignore")
    lacking = lacking.drop(columns=["rows"], errors="ignore")
    with pytest.raises(ContractError, match=f"The mart {mart} breaks its contract: .*Run finops pull"):
        validate(mart, lacking)


def test_a_scope_sees_its_own_rows_in_every_mart(engine: DuckDBEngine) -> None:
    mine = Scope(MEMBER)
    for table in set(TABLES) - {"sku"}:
        column = "account" if table == "profile" else "SubAccountId"
        assert engine.sql(f"SELECT DISTINCT {column} AS account FROM {table}", mine)["account"].tolist() == [
            mine.account
        ]


def test_months_that_are_not_held_give_nothing(engine: DuckDBEngine) -> None:
    assert engine.read("cost_monthly", ORGANIZATION, [Period(2020, 1)]).empty


@pytest.mark.parametrize("mart", ["cost_daily", "cost_monthly", "resource_monthly"])
def test_a_policy_tag_is_text_even_where_no_row_has_it(engine: DuckDBEngine, mart: str) -> None:
    frame = engine.read(mart, ORGANIZATION, MONTH)
    bare = validate(mart, frame.assign(x_tag_team=pd.Series([None] * len(frame), dtype=object)))
    assert [str(bare[column].dtype) for column in TAGS] == ["str", "str"]
