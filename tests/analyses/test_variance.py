"""The decomposition by hand: one cause at a time, and the cases where there is no price or no month."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, categories, covered, effects, fee, used, variance
from evidence import B, charge, snapshots

from finops_lib.analyses.shapley import classic
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError


def test_volume_mix_and_rate_of_a_family() -> None:
    result = variance(
        used(JULY, 100, 1.00, x_UsageType="A"),
        used(AUGUST, 150, 1.10, x_UsageType="A"),
        used(JULY, 100, 2.00, x_UsageType="B"),
        used(AUGUST, 50, 2.00, x_UsageType="B"),
    )
    assert effects(result) == {"mix": -47.5, "list_price": 12.5}
    assert result.to_dict()["total"] == {"before": 300.0, "after": 265.0, "change": -35.0}


def test_the_classic_order_of_the_same_family() -> None:
    quantity, price = np.array([[100.0, 100.0], [150.0, 50.0]]), np.array([[1.0, 2.0], [1.1, 2.0]])
    assert classic(quantity, price) == pytest.approx((0.0, -50.0, 15.0))


def test_a_longer_month_is_all_calendar() -> None:
    result = variance(used("2026-02", 280, 1.0), used("2026-03", 310, 1.0), period="2026-03")
    assert effects(result) == {"calendar": 30.0}
    assert categories(result) == {"not_business": 30.0}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("2026-09", 22 * 9), ("2026-10", 22 * 9), {}),  # 22 working days in both, of 30 and 31 days
        (("2026-10", 22 * 9), ("2026-11", 21 * 9), {"calendar": -9.0}),  # one working day less
        (("2026-09", 30 * 9), ("2026-10", 31 * 9), {"calendar": 9.0}),  # every day the same
    ],
)
def test_usage_of_working_days_accrues_over_those(
    before: tuple[str, int], after: tuple[str, int], expected: dict[str, float]
) -> None:
    assert effects(variance(used(*before, 1.0), used(*after, 1.0), period=after[0])) == expected


def test_storage_by_the_month_does_not_cost_more_in_a_longer_month() -> None:
    rows = used("2026-02", 100, 0.1, PricingUnit="GB-Mo"), used("2026-03", 120, 0.1, PricingUnit="GB-Mo")
    assert effects(variance(*rows, period="2026-03")) == {"volume": 2.0}


def test_lost_coverage_is_not_the_teams_doing() -> None:
    result = variance(
        covered(JULY, 80, 0.70, 1.00),
        used(JULY, 20, 1.00),
        covered(AUGUST, 20, 0.70, 1.00),
        used(AUGUST, 80, 1.00),
    )
    assert effects(result) == {"commitment_coverage": 18.0}
    assert categories(result) == {"not_business": 18.0}


def test_coverage_from_nothing() -> None:
    result = variance(used(JULY, 100, 1.0), covered(AUGUST, 100, 0.6, 1.0))
    assert effects(result) == {"commitment_coverage": -40.0}


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (used(JULY, 10, 1.0), used(AUGUST, 10, 1.5), "list_price"),
        (used(JULY, 10, 1.0, 2.0), used(AUGUST, 10, 1.5, 2.0), "private_discount"),
        (covered(JULY, 10, 1.0, 2.0), covered(AUGUST, 10, 1.5, 2.0), "commitment_rate"),
        (used(JULY, 10, 1.0, PricingCategory="Dynamic"), used(AUGUST, 10, 1.5, PricingCategory="Dynamic"), "list_price"),
        (used(JULY, 10, 1.0, ListCost=None), used(AUGUST, 10, 1.5, ListCost=None), "unsplit_price"),
        (used(JULY, 10, 1.0), used(AUGUST, 15, 1.0), "volume"),
    ],
)  # fmt: skip
def test_one_cause(before: dict[str, Any], after: dict[str, Any], effect: str) -> None:
    assert effects(variance(before, after)) == {effect: 5.0}


@pytest.mark.parametrize(
    ("kind", "columns", "effect"),
    [
        ("commitment", {}, "unused_commitment"),
        ("fee", {}, "one_off_fees"),
        ("fee", {"x_ServiceCode": "AWSSupportBusiness"}, "support"),
        ("fee", {"PublisherName": "F5 Inc."}, "marketplace"),
        ("usage", {"PublisherName": "F5 Inc."}, "marketplace"),
        ("credit", {"PublisherName": "F5 Inc."}, "credits"),
        ("fee", {"PublisherName": "Amazon Web Services, Inc."}, "one_off_fees"),
        ("credit", {}, "credits"),
        ("refund", {}, "refunds"),
        ("discount", {}, "private_discount"),
        ("tax", {}, "tax"),
        ("unclassified", {}, "unclassified"),
    ],
)
def test_charges_without_price_and_volume_have_lines_of_their_own(
    kind: str, columns: dict[str, Any], effect: str
) -> None:
    rows = fee(JULY, 10.0, kind, **columns), fee(AUGUST, 7.0, kind, **columns)
    assert effects(variance(*rows)) == {effect: -3.0}


def test_new_and_ended_usage_and_services() -> None:
    rows = (
        used(JULY, 1, 5.0),
        used(AUGUST, 1, 5.0),
        used(AUGUST, 2, 4.0, x_UsageType="New"),
        used(JULY, 2, 3.0, x_UsageType="Old"),
        used(AUGUST, 1, 7.0, ServiceName="RDS"),
        used(JULY, 1, 9.0, ServiceName="S3"),
    )
    assert effects(variance(*rows)) == {
        "new_resources": 8.0,
        "ended_resources": -6.0,
        "new_services": 7.0,
        "ended_services": -9.0,
    }


@pytest.mark.parametrize("quantity", [None, 0.0, -3.0, 1e-9])
def test_usage_without_a_quantity_has_no_price(quantity: float | None) -> None:
    rows = [charge(cost, month, PricingQuantity=quantity) for month, cost in ((JULY, 4.0), (AUGUST, 6.0))]
    assert effects(variance(*rows)) == {"unrated_usage": 2.0}


def test_a_unit_price_of_another_thing_is_no_price_change() -> None:
    rows = used(JULY, 1, 2.0), used(AUGUST, 1, 2.0e4)
    assert effects(variance(*rows)) == {"unrated_usage": 19998.0}


def test_usage_that_was_free() -> None:
    assert effects(variance(used(JULY, 10, 0.0), used(AUGUST, 10, 0.5))) == {"list_price": 5.0}


def test_units_are_never_mixed() -> None:
    rows = (
        used(JULY, 1, 5.0), used(AUGUST, 2, 5.0),
        used(JULY, 1e9, 5e-9, x_UsageType="Requests", PricingUnit="Requests"),
        used(AUGUST, 1e9, 5e-9, x_UsageType="Requests", PricingUnit="Requests"),
    )  # fmt: skip
    assert effects(variance(*rows)) == {"volume": 5.0}


def test_a_month_that_is_not_over_is_brought_to_its_length() -> None:
    taken = snapshots(
        {"period": JULY, "last_day": "2026-07-31"},
        {"period": AUGUST, "last_day": "2026-08-10", "invoice_status": "open"},
    )
    rows = used(JULY, 310, 1.0), used(AUGUST, 100, 1.0), fee(AUGUST, 7.0, "fee")
    result = variance(*rows, snapshots=taken)
    assert result.to_dict()["total"] == {"before": 310.0, "after": 317.0, "change": 7.0}
    assert result.to_dict()["raw"] == {"before": 310.0, "after": 107.0, "change": -203.0}
    assert effects(result) == {"one_off_fees": 7.0}
    assert [note.data for note in result.notes] == [{"period": AUGUST, "days": 10, "of": 31}]
    assert result.normalized


def test_a_bill_of_one_row_a_month_is_not_taken_for_one_day() -> None:
    taken = snapshots(
        {"period": JULY, "last_day": "2026-07-01", "invoice_status": "open"},
        {"period": AUGUST, "last_day": "2026-08-01", "invoice_status": "open"},
    )
    result = variance(used(JULY, 310, 1.0), used(AUGUST, 100, 1.0), snapshots=taken)
    assert result.to_dict()["total"] == {"before": 310.0, "after": 100.0, "change": -210.0}
    assert not result.normalized


def test_what_is_charged_at_the_end_of_a_month_is_not_missed_before() -> None:
    taken = snapshots({"period": JULY}, {"period": AUGUST, "last_day": "2026-08-10", "invoice_status": "open"})
    result = variance(
        used(JULY, 310, 1.0), used(AUGUST, 100, 1.0), fee(JULY, 50.0, "tax"), fee(JULY, 7.0, "fee"), snapshots=taken
    )
    assert effects(result) == {"one_off_fees": -7.0}
    assert result.to_dict()["total"] == {"before": 367.0, "after": 360.0, "change": -7.0}
    assert [note.code for note in result.notes] == ["variance.open_month", "variance.pending_charges"]
    assert result.notes[1].data == {"tax": 50.0}


def test_a_final_invoice_with_a_quiet_last_day_is_a_whole_month() -> None:
    taken = snapshots({"period": AUGUST, "last_day": "2026-08-30"})
    result = variance(used(JULY, 310, 1.0), used(AUGUST, 310, 1.0), snapshots=taken)
    assert effects(result) == {}
    assert not result.normalized


def test_without_the_month_before_nothing_is_explained() -> None:
    with pytest.raises(InsufficientDataError, match="2026-07, the month before, is not in the warehouse"):
        variance(used(AUGUST, 1, 1.0))


def test_without_the_month_nothing_is_explained() -> None:
    with pytest.raises(InsufficientDataError, match="no charges in 2026-08"):
        variance(used(JULY, 1, 1.0))


def test_a_month_before_that_is_held_without_charges_makes_all_new() -> None:
    taken = snapshots({"period": JULY}, {"period": AUGUST, "last_day": "2026-08-31"})
    assert effects(variance(used(AUGUST, 2, 1.5), snapshots=taken)) == {"new_services": 3.0}


def test_two_currencies_are_not_added() -> None:
    with pytest.raises(CurrencyMismatch):
        variance(used(JULY, 1, 1.0), used(AUGUST, 1, 1.0, BillingCurrency="EUR"))


def test_rows_without_a_readable_cost_count_nothing() -> None:
    rows = used(JULY, 1, 1.0), used(AUGUST, 1, 1.0), charge(None, AUGUST)
    assert effects(variance(*rows)) == {}


def test_the_json_form() -> None:
    result = variance(used(JULY, 1, 1.0), used(AUGUST, 1, 1.5), used(AUGUST, 1, 2.0, SubAccountId=B)).to_dict()
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert result["residual"] == 0.0
    assert {"effect": "volume", "amount": 0.0, "cents": 0} in result["effects"]
    first, second = result["drivers"]
    assert (first["SubAccountId"], first["effect"], first["category"], first["amount"]) == (
        B,
        "new_services",
        "infrastructure",
        2.0,
    )
    assert (second["effect"], second["category"], second["amount"]) == ("list_price", "not_business", 0.5)
    assert [row["category"] for row in result["categories"]][-1] == "unclassified"


def opened() -> pd.DataFrame:
    """July whole, and August up to its tenth day."""
    return snapshots({"period": JULY}, {"period": AUGUST, "last_day": "2026-08-10", "invoice_status": "open"})


def test_a_service_of_which_only_the_tax_is_here_has_not_ended() -> None:
    rows = (
        used(JULY, 310, 1.0), used(AUGUST, 100, 1.0),
        used(JULY, 80, 1.0, ServiceName="Backup"), fee(AUGUST, 4.0, "tax", ServiceName="Backup"),
    )  # fmt: skip
    result = variance(*rows, snapshots=opened())
    assert effects(result) == {"tax": 4.0}
    assert result.to_dict()["total"] == {"before": 390.0, "after": 394.0, "change": 4.0}
    assert result.to_dict()["raw"] == {"before": 390.0, "after": 104.0, "change": -286.0}
    pending = next(note for note in result.notes if note.code == "variance.pending_charges")
    assert pending.data == {"unbilled_usage": 80.0}


def test_a_month_without_any_usage_yet_has_ended_nothing() -> None:
    rows = used(JULY, 310, 1.0), used(JULY, 80, 1.0, ServiceName="Backup"), fee(AUGUST, 4.0, "tax")
    assert effects(variance(*rows, snapshots=opened())) == {"tax": 4.0}


def test_a_service_that_a_month_has_nothing_of_has_ended() -> None:
    rows = used(JULY, 310, 1.0), used(AUGUST, 100, 1.0), used(JULY, 80, 1.0, ServiceName="Backup")
    assert effects(variance(*rows, snapshots=opened())) == {"ended_services": -80.0}
    closed = (*rows[:2], rows[2], fee(AUGUST, 4.0, "tax", ServiceName="Backup"))
    whole = snapshots({"period": JULY}, {"period": AUGUST, "last_day": "2026-08-31"})
    assert effects(variance(*closed, snapshots=whole))["ended_services"] == -80.0
