"""The overview of literal charges: its figures, its edges, its JSON form."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from evidence import A, B, accounts, charge, daily, held, monthly, overview, profile, reconciliation, snapshots

from finops_lib.analyses.overview import EVIDENCE, MONTHS, MOVERS, OverviewResult, summarize
from finops_lib.analyses.overview_calendar import compare
from finops_lib.analyses.totals import CostTotals
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError, Unreconciled
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

COSTS = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]


def codes(result: OverviewResult) -> list[str]:
    return [note.code for note in result.not_checked]


def two_months() -> OverviewResult:
    tag = {"x_tag_team": None}
    return overview(
        charge(10.0, "2026-01", **tag),
        charge(12.0, **tag | {"x_tag_team": "web"}),
        charge(3.0, SubAccountId=B, ServiceName="S3", **tag),
        charge(-1.0, SubAccountId=B, ServiceName="S3", ChargeCategory="Credit", x_charge_kind="credit", **tag),
        names={A: "production"},
        taken=snapshots(
            {"period": "2026-01", "tag_keys": ("team",)}, {"tag_keys": ("team",), "invoices": ("INV-2", "INV-1")}
        ),
    )


def test_the_evidence_is_named_in_the_order_of_the_parameters() -> None:
    assert EVIDENCE == ("cost_monthly", "cost_daily", "accounts", "reconciliation", "profile", "snapshots")


def test_the_figures_of_two_months() -> None:
    result = two_months()
    assert (result.scope, result.scope_name, result.period, result.as_of) == (
        "organization",
        None,
        "2026-02",
        "2026-02-28",
    )
    assert (result.currency, result.cost_basis, result.invoice_status) == ("USD", "amortized", "final")
    assert result.invoice_ids == ("INV-1", "INV-2")
    assert result.totals == CostTotals(14.0, 14.0, 14.0, 14.0)
    assert result.previous == CostTotals(10.0, 10.0, 10.0, 10.0)
    assert result.trend["EffectiveCost"].tolist() == [10.0, 14.0]
    assert result.trend["BillingPeriodStart"].tolist() == [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")]
    assert result.daily.to_dict("list") == {
        "x_charge_day": [pd.Timestamp("2026-02-02")], "BilledCost": [14.0], "EffectiveCost": [14.0],
        "usage": [15.0],
    }  # fmt: skip
    assert result.reconciliation_lines[["SubAccountId", "source"]].values.tolist() == [[A, 12.0], [B, 2.0]]


def test_an_account_that_is_new_this_month() -> None:
    moved = two_months().movers
    assert moved[["SubAccountId", "ServiceName", "previous", "current", "change"]].values.tolist() == [
        [A, "EC2", 10.0, 12.0, 2.0], [B, "S3", 0.0, 2.0, 2.0],
    ]  # fmt: skip
    assert moved["SubAccountName"].tolist()[0] == "production"
    assert pd.isna(moved["SubAccountName"].tolist()[1])


def test_an_account_that_was_renamed_is_one_account_under_its_newest_name() -> None:
    rows = charge(10.0, "2026-01"), charge(12.0)
    named = accounts(rows, {A: "new"})
    named.loc[named["BillingPeriodStart"] == pd.Timestamp("2026-01-01"), "SubAccountName"] = "old"
    frames = monthly(*rows), daily(*rows), named, reconciliation(rows), profile(), held(rows)
    result = summarize(*frames, scope=Scope(A), period=Period(2026, 2))
    assert result.by_account[["SubAccountId", "SubAccountName", "change"]].values.tolist() == [[A, "new", 2.0]]
    assert result.scope_name == "new"


def test_the_month_before_is_missing() -> None:
    result = overview(charge(10.0, "2025-12"), charge(12.0))
    assert result.previous is None
    assert result.by_service["previous"].isna().all()
    assert result.movers.empty
    assert "not_checked.previous_month" in codes(result)
    assert result.to_dict()["previous"] is None
    assert result.to_dict()["by_service"][0] == {
        "ServiceName": "EC2", **dict.fromkeys(COSTS, 12.0), "previous": None, "change": None,
    }  # fmt: skip
    assert [month["BillingPeriodStart"] for month in result.to_dict()["trend"]] == ["2025-12-01", "2026-02-01"]


def test_the_month_before_is_held_but_the_account_had_nothing_in_it() -> None:
    result = overview(charge(12.0), scope=Scope(A), taken=snapshots({"period": "2026-01"}, {}))
    assert result.previous == CostTotals(0.0, 0.0, 0.0, 0.0)
    assert result.by_service["change"].tolist() == [12.0]
    assert "not_checked.previous_month" not in codes(result)


def test_a_single_month() -> None:
    result = overview(charge(12.0))
    assert codes(result) == ["not_checked.previous_month", "not_checked.trend", "not_checked.invoice_document"]
    assert result.not_checked[1].data == {"months": 1}


def test_a_full_year_needs_no_excuse() -> None:
    months = [f"2025-{month:02d}" for month in range(2, 13)] + ["2026-01", "2026-02"]
    result = overview(*(charge(1.0, month) for month in months))
    assert len(result.trend) == MONTHS
    assert codes(result) == ["not_checked.invoice_document"]


def test_more_credits_than_charges() -> None:
    result = overview(
        charge(5.0), charge(-8.0, ChargeCategory="Credit", x_charge_kind="credit", ListCost=0.0, ContractedCost=0.0)
    )
    assert result.totals == CostTotals(-3.0, -3.0, 5.0, 5.0)
    assert result.by_charge_category["ChargeCategory"].tolist() == ["Usage", "Credit"]


def test_an_open_month_speaks_of_the_days_that_it_has() -> None:
    rows = charge(1.0, x_charge_day="2026-02-01"), charge(2.0, x_charge_day="2026-02-09")
    result = overview(*rows, taken=snapshots({"invoice_status": "open", "invoices": (), "last_day": "2026-02-09"}))
    assert (result.invoice_status, result.invoice_ids, result.as_of) == ("open", (), "2026-02-09")
    assert result.daily["x_charge_day"].tolist() == [pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-09")]


def test_one_open_bill_of_two_keeps_the_month_open() -> None:
    taken = snapshots({}, {"snapshot": "s2", "invoice_status": "open"})
    assert overview(charge(1.0), taken=taken).invoice_status == "open"
    mixed = snapshots({}, {"snapshot": "s2", "invoice_status": "unknown"})
    assert overview(charge(1.0), taken=mixed).invoice_status == "unknown"


def test_charges_after_the_month_do_not_move_its_end() -> None:
    assert overview(charge(1.0), taken=snapshots({"last_day": "2026-03-02"})).as_of == "2026-02-28"
    assert overview(charge(1.0), taken=snapshots({"last_day": None, "invoice_status": "open"})).as_of == "2026-02-01"


def test_private_discounts_change_the_cost_basis() -> None:
    assert overview(charge(1.0), taken=snapshots({"net": True})).cost_basis == "net amortized"


def test_focus_exports_leave_the_identity_unchecked() -> None:
    assert "not_checked.amortization_identity" in codes(overview(charge(1.0), taken=snapshots({"format": "FOCUS 1.2"})))
    assert "not_checked.amortization_identity" not in codes(overview(charge(1.0)))


def test_only_the_largest_movers() -> None:
    rows = [charge(float(n + 1), ServiceName=f"s{n:02d}") for n in range(MOVERS + 5)]
    result = overview(*rows, charge(0.001, ServiceName="tiny"), charge(30.0, "2026-01", ServiceName="gone"))
    assert len(result.movers) == MOVERS
    assert result.movers["ServiceName"].tolist()[:3] == ["gone", "s24", "s23"]
    assert result.movers["change"].tolist()[:2] == [-30.0, 25.0]


def test_a_scope_without_charges() -> None:
    with pytest.raises(InsufficientDataError, match="organization has no charges in 2026-02"):
        overview(charge(1.0, "2026-01"))


def test_two_currencies() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        overview(charge(1.0), charge(1.0, BillingCurrency="EUR"))


def test_a_total_that_is_off_stops_the_report() -> None:
    assert overview(charge(1.0), off=0.01).reconciliation.difference == 0.01
    with pytest.raises(Unreconciled, match=f"account {A} has 1.00 in the source and 1.02 in the canonical"):
        overview(charge(1.0), off=0.02)


FAILING = {"commitment": "plan-1", "types": "SavingsPlanRecurringFee", "residual": "-3.00", "rows": 2}


def test_a_broken_identity_stops_the_report_of_its_own_month() -> None:
    broken = {"identity_residual": -3.0, "identity_failing": (FAILING,), "identity_broken": True}
    with pytest.raises(Unreconciled, match=r"by -3\.00, in plan-1 \(SavingsPlanRecurringFee\): -3\.00"):
        overview(charge(1.0), taken=snapshots(broken))
    assert overview(charge(1.0), taken=snapshots(broken | {"identity_broken": False})).totals.BilledCost == 1.0
    other_month = snapshots({}, broken | {"period": "2026-01"})
    assert overview(charge(1.0), taken=other_month).totals.BilledCost == 1.0


def test_charges_without_an_account_that_are_off() -> None:
    with pytest.raises(Unreconciled, match=r"charges without an account have 1\.00 in the source and 1\.02"):
        overview(charge(1.0, SubAccountId=None), off=0.02)


def test_a_residual_that_no_single_charge_explains_is_told() -> None:
    result = overview(charge(1.0), taken=snapshots({"identity_residual": -3.0, "identity_failing": ()}))
    assert {note.code: note.data for note in result.notes}["reconciliation.identity_open"] == {"residual": -3.0}


KEYS = [
    "schema", "scope", "scope_name", "period", "as_of", "currency", "invoice_status", "cost_basis", "totals", "by_service",
    "by_account", "by_charge_category", "by_tag", "untaggable", "spellings", "previous",
    "usage", "usage_previous", "calendar", "trend", "movers", "reconciliation", "notes", "not_checked",
]  # fmt: skip


def test_the_public_form() -> None:
    form = two_months().to_dict()
    assert list(form) == KEYS
    assert form["schema"] == "finops.overview/1"
    assert form["totals"] == dict.fromkeys(COSTS, 14.0)
    assert form["previous"] == dict.fromkeys(COSTS, 10.0)
    rest = {"previous", "change"}
    assert [set(line) for line in form["by_service"]] == [{"ServiceName", *COSTS} | rest] * 2
    assert [set(line) for line in form["by_account"]] == [{"SubAccountId", "SubAccountName", *COSTS} | rest] * 2
    assert [set(line) for line in form["by_charge_category"]] == [{"ChargeCategory", *COSTS} | rest] * 2
    assert [(line["x_tag_team"], line["EffectiveCost"]) for line in form["by_tag"]["team"]] == [
        ("web", 12.0),
        (None, 2.0),
    ]
    assert form["reconciliation"] == {"source": 14.0, "canonical": 14.0, "difference": 0.0}
    assert [note["code"] for note in form["not_checked"]] == ["not_checked.trend", "not_checked.invoice_document"]
    assert form["notes"] == []


def test_the_public_form_is_strict_json_and_survives_it() -> None:
    for result in (two_months(), overview(charge(12.0, ListCost=None)), overview(charge(0.0))):
        form = result.to_dict()
        assert json.loads(json.dumps(form, allow_nan=False)) == form


def test_money_in_json_is_rounded_to_a_millionth_and_never_minus_zero() -> None:
    form: dict[str, Any] = overview(charge(1 / 3), charge(-1e-9, ServiceName="S3")).to_dict()
    assert form["totals"]["BilledCost"] == 0.333333
    assert str(form["by_service"][1]["BilledCost"]) == "0.0"
    unknown = overview(charge(12.0, ListCost=None)).to_dict()
    assert (unknown["totals"]["ListCost"], unknown["by_service"][0]["ListCost"]) == (None, None)


def test_the_frames_behind_the_figures() -> None:
    frames = two_months().frames()
    assert list(frames) == [
        "trend", "daily", "by_service", "by_account", "by_charge_category", "spellings", "movers", "reconciliation_lines", "inputs",
        "by_tag_team",
    ]  # fmt: skip
    assert frames["inputs"].columns.tolist() == ["snapshot", "period", "format", "files", "rows", "BilledCost"]


def test_what_is_no_usage_is_told_apart_where_it_has_no_tag() -> None:
    tag = {"x_tag_team": None}
    result = overview(
        charge(100.0, **tag | {"x_tag_team": "web"}),
        charge(20.0, ServiceName="S3", **tag),
        charge(7.0, x_charge_kind="tax", ChargeCategory="Tax", **tag | {"ListCost": 0.0}),
        charge(3.0, x_charge_kind="fee", ChargeCategory="Purchase", **tag | {"x_tag_team": "web"}),
        taken=snapshots({"tag_keys": ("team",)}),
    )
    assert result.usage == CostTotals(120.0, 120.0, 120.0, 120.0)
    assert result.usage_previous is None
    assert result.untaggable["team"]["EffectiveCost"].tolist() == [7.0]
    assert pd.isna(result.untaggable["team"]["x_tag_team"]).all()
    assert result.to_dict()["untaggable"]["team"][0]["EffectiveCost"] == 7.0
    assert result.to_dict()["usage"]["EffectiveCost"] == 120.0


def test_a_bill_of_usage_alone_has_nothing_untaggable() -> None:
    result = overview(charge(1.0, x_tag_team=None), taken=snapshots({"tag_keys": ("team",)}))
    assert result.untaggable["team"].empty


def test_spellings_of_one_tag_value() -> None:
    values = {
        "production": 100.0,
        "Prod": 20.0,
        "production ": 5.0,
        "staging": 9.0,
        "web-shop": 4.0,
        "Web Shop": 6.0,
        "prd": 0.0,
    }
    rows = [charge(cost, x_tag_env=value) for value, cost in values.items()]
    result = overview(*rows, taken=snapshots({"tag_keys": ("env",)}))
    assert result.spellings.values.tolist() == [
        ["env", "production", 3, "“production”, “Prod”, “production ”", 125.0, 25.0],
        ["env", "Web Shop", 2, "“Web Shop”, “web-shop”", 10.0, 4.0],
    ]


def test_the_calendar_effect_is_that_of_the_variance() -> None:
    rows = monthly(charge(280.0, "2026-02", PricingQuantity=280.0), charge(310.0, "2026-03", PricingQuantity=310.0))
    frames = rows, None, None, None, snapshots({"period": "2026-02"}, {"period": "2026-03", "last_day": "2026-03-31"})
    found = compare(*frames, scope=ORGANIZATION, period=Period(2026, 3))  # type: ignore[arg-type]
    assert found.calendar == pytest.approx(30.0)  # 280 over 28 days is 10 a day, and March has three more
    assert compare(*frames, scope=ORGANIZATION, period=Period(2026, 2)) == (None, ())  # type: ignore[arg-type]
    told = overview(charge(280.0, "2026-02"), charge(310.0, "2026-03"), period="2026-03")
    assert told.calendar is None
    assert told.to_dict()["calendar"] is None


def test_usage_that_only_changed_its_tags_is_told() -> None:
    """A tag that is activated in March moves all usage from no value to one; the project stays."""
    plain = {"PricingQuantity": 1.0, "x_tag_project": "kelp"}
    rows = monthly(
        charge(280.0, "2026-02", x_tag_env=None, **plain), charge(310.0, "2026-03", x_tag_env="prod", **plain)
    )
    frames = rows, None, None, None, snapshots({"period": "2026-02"}, {"period": "2026-03", "last_day": "2026-03-31"})
    (note,) = compare(*frames, scope=ORGANIZATION, period=Period(2026, 3)).doubts  # type: ignore[arg-type]
    assert (note.code, note.data) == ("variance.retagged", {"amount": 280.0, "tags": {"env": 280.0}})
    assert "(env)" in note.message


def test_usage_without_a_list_price_is_told_by_its_place() -> None:
    none = {"ListCost": None, "x_unpriced_rows": 1.0}
    result = overview(
        charge(4.0, "2026-01", **none, x_unpriced_cost=4.0),
        charge(10.0),
        charge(6.5, **none, x_unpriced_cost=6.5),
        charge(2.0, SubAccountId=B, ServiceName="S3", **none, x_unpriced_cost=2.0),
        charge(0.5, SubAccountId=B, ServiceName="S3", ListCost=0.0),
        charge(3.0, ChargeCategory="Tax", x_charge_kind="tax", **none, x_unpriced_cost=3.0),
        taken=snapshots({"period": "2026-01"}, {}),
    )
    assert result.unpriced.to_dict("list") == {
        "SubAccountId": [A, B], "ServiceName": ["EC2", "S3"], "ChargeCategory": ["Usage", "Usage"], "cost": [6.5, 2.5],
    }  # fmt: skip
    assert result.unpriced_previous == 4.0
    (note,) = [note for note in result.notes if note.code == "cost.list_incomplete"]
    assert (note.severity, note.data) == ("info", {"EffectiveCost": 9.0})
    assert "worth 9.00 USD" in note.message
    assert len(two_months().unpriced) == 0
    assert not [note for note in two_months().notes if note.code == "cost.list_incomplete"]
