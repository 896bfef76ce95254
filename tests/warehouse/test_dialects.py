from __future__ import annotations

import pytest

from finops_lib.core.errors import SchemaMismatch
from finops_lib.warehouse.dialects import CUR_REQUIRED, FOCUS_REQUIRED, Dialect, normalize, recognize


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lineItem/UnblendedCost", "line_item_unblended_cost"),
        ("savingsPlan/SavingsPlanARN", "savings_plan_savings_plan_a_r_n"),
        ("product/productFamily", "product_product_family"),
        ("resourceTags/user:CostCenter", "resource_tags_user_cost_center"),
        ("bill/BillingPeriodStartDate", "bill_billing_period_start_date"),
        (
            "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
            "reservation_unused_amortized_upfront_fee_for_billing_period",
        ),
    ],
)
def test_legacy_headers_get_the_athena_spelling(name: str, expected: str) -> None:
    assert normalize(name) == expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (("product_product_name", "resource_tags_user_owner"), Dialect.CUR_LEGACY),
        ((), Dialect.CUR_LEGACY),
        (("product", "resource_tags"), Dialect.CUR_2),
        (("line_item_usage_account_name",), Dialect.CUR_2),
    ],
)
def test_cur_is_told_by_its_maps(extra: tuple[str, ...], expected: Dialect) -> None:
    assert recognize((*CUR_REQUIRED, *extra), "bill") is expected


@pytest.mark.parametrize(
    ("extra", "expected"),
    [(("x_UsageType", "x_CostCategories"), Dialect.FOCUS_1_0), (("InvoiceId",), Dialect.FOCUS_1_2)],
)
def test_focus_versions(extra: tuple[str, ...], expected: Dialect) -> None:
    assert recognize((*FOCUS_REQUIRED, *extra), "bill") is expected


@pytest.mark.parametrize("missing", CUR_REQUIRED)
def test_a_missing_column_is_named(missing: str) -> None:
    header = [name for name in CUR_REQUIRED if name != missing]
    with pytest.raises(SchemaMismatch, match=f"required column {missing}"):
        recognize(header, "bill.csv")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("a", "b"), "no billing export"),
        ((*CUR_REQUIRED, *FOCUS_REQUIRED), "mixes CUR and FOCUS"),
        ((*CUR_REQUIRED, "resource_tags", "resource_tags_user_owner"), "both as maps"),
        (
            ("BilledCost", "EffectiveCost", "ChargeType", "Provider", "BillingAccountId", "ServiceName"),
            "older than 1.0",
        ),
    ],
)
def test_what_is_unknown_or_ambiguous_is_refused(header: tuple[str, ...], words: str) -> None:
    with pytest.raises(SchemaMismatch, match=words):
        recognize(header, "bill.csv")
