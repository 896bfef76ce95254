"""Small variances whose every number is known, for the tests of looks and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from finops_lib.analyses import variance_report
from finops_lib.analyses.variance_report import VarianceReport
from finops_lib.contracts.commercial import Budgets
from finops_lib.contracts.marts import validate
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

PRODUCTION, DATA = "111122223333", "444455556666"
NAMES = {PRODUCTION: "harbor-production", DATA: "harbor-data"}

Line = tuple[str, str, str, float, float]
LINES: tuple[Line, ...] = (
    (PRODUCTION, "AmazonCloudWatch", "DataProcessing-Bytes", 300.0, 900.0),
    (DATA, "Amazon Simple Storage Service", "TimedStorage-ByteHrs", 1000.0, 1050.0),
    (PRODUCTION, "AWS Lambda", "Lambda-GB-Second", 500.0, 490.0),
)
"""Account, service, usage type, cost in July and in August: two months of 31 days at a price of 1."""

FEES: tuple[tuple[str, str, float, float], ...] = ((PRODUCTION, "tax", 100.0, 160.0), (DATA, "credit", 0.0, -20.0))


def variance(
    *,
    lines: Sequence[Line] = LINES,
    fees: Sequence[tuple[str, str, float, float]] = FEES,
    scope: str = "organization",
    days: int = 31,
    budget: float | None = 2000.0,
    spike: Sequence[int] = (12, 13, 14),
    history: int = 100,
    months: tuple[str, str] = ("2026-07", "2026-08"),
) -> VarianceReport:
    """The answer that the analysis gives for these charges; ``spike`` are the days on which CloudWatch rose."""
    charges = tuple(map(tuple, lines)), tuple(map(tuple, fees))
    return _variance(*charges, scope, days, budget, tuple(spike), history, months)


@cache
def _variance(
    lines: Sequence[Line],
    fees: Sequence[tuple[str, str, float, float]],
    scope: str,
    days: int,
    budget: float | None,
    spike: Sequence[int],
    history: int,
    months: tuple[str, str],
) -> VarianceReport:
    place, period = Scope.parse(scope), Period.parse(months[1])
    share = days / period.days
    lines = [line for line in lines if place.is_organization or line[0] == place.account]
    rows = [
        _row(month, account, service, usage, cost * (share if now else 1.0))
        for account, service, usage, before, after in lines
        for now, month, cost in ((False, months[0], before), (True, months[1], after))
        if cost
    ]
    rows += [
        _row(month, account, None, None, cost, kind)
        for account, kind, before, after in fees
        for now, month, cost in ((False, months[0], before), (True, months[1], after))
        if cost and not (now and days < period.days)
    ]
    mine = [row for row in rows if place.is_organization or row["SubAccountId"] == place.account]
    return variance_report.report(
        _dated("cost_monthly", mine),
        _resources(lines, months),
        _daily(lines, months[1], spike, days, history),
        pd.DataFrame({"BillingPeriodStart": pd.to_datetime([]), "CommitmentDiscountId": []}),
        _snapshots(months, days),
        _accounts(mine, months[1]),
        _budgets(scope, months[1], budget),
        scope=place,
        period=period,
    )


def _row(month: str, account: str, service: str | None, usage: str | None, cost: float, kind: str = "usage") -> Any:
    return {
        "BillingPeriodStart": month, "SubAccountId": account, "ServiceName": service, "RegionId": "us-east-1",
        "ChargeCategory": "Usage", "x_charge_kind": kind, "x_line_item_type": "Usage", "PricingCategory": "Standard",
        "BillingCurrency": "USD", "x_ServiceCode": service, "x_UsageType": usage, "x_Operation": None,
        "PricingUnit": "Hrs", "PricingQuantity": cost if kind == "usage" else None, "BilledCost": cost, "EffectiveCost": cost,
        "ListCost": cost if kind == "usage" else None, "ContractedCost": cost, "x_net_discount": 0.0,
        "x_unpriced_cost": 0.0, "x_unpriced_rows": 0, "x_rows": 1, "x_tag_owner": f"{NAMES[account][7:]}@harbor.example",
    }  # fmt: skip


def _dated(mart: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    for column in ("BillingPeriodStart", "x_charge_day"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return validate(mart, frame)


def _resources(lines: Sequence[Line], months: tuple[str, str]) -> pd.DataFrame:
    rows = [
        {**_row(month, account, service, usage, cost), "ResourceId": f"arn:aws:{usage}/main"}
        for account, service, usage, before, after in lines
        for month, cost in zip(months, (before, after), strict=True)
        if cost
    ]
    example = {**_row(months[1], DATA, "Amazon S3", "Bytes", 0.0), "ResourceId": ""}
    frame = pd.DataFrame([*rows, example]).iloc[: len(rows)]
    frame["BillingPeriodStart"] = pd.to_datetime(frame["BillingPeriodStart"])
    return frame.assign(x_first_seen=frame["BillingPeriodStart"], x_last_seen=frame["BillingPeriodStart"])


def _daily(lines: Sequence[Line], month: str, spike: Sequence[int], days: int, history: int) -> pd.DataFrame:
    """So many days of the month before's pace, and the first line's rise on the days of the spike."""
    last = Period.parse(month).start + dt.timedelta(days=days - 1)
    rows = []
    for number, (account, service, usage, before, after) in enumerate(lines):
        for back in range(history):
            day = last - dt.timedelta(days=back)
            on_spike = number == 0 and f"{day:%Y-%m}" == month and day.day in spike
            cost = before / 31 + ((after - before) / max(len(spike), 1) if on_spike else 0.0)
            rows.append({**_row(f"{day:%Y-%m}", account, service, usage, cost), "x_charge_day": str(day)})
    example = {**_row(month, DATA, "Amazon S3", "Bytes", 0.0), "x_charge_day": f"{month}-01"}
    return _dated("cost_daily", rows or [example])


def _snapshots(months: tuple[str, str], days: int) -> pd.DataFrame:
    now = Period.parse(months[1])
    ends = (Period.parse(months[0]).days, days)
    rows = [
        {
            "snapshot": month, "period": month, "format": "CUR 2.0", "files": 1, "rows": 1, "BilledCost": 0.0,
            "invoice_status": "open" if month == months[1] and days < now.days else "final", "invoices": (),
            "last_day": f"{month}-{end:02d}", "net": False, "amortizes_savings_plans": True,
            "amortizes_reservations": True, "identity_residual": 0.0, "identity_failing": (), "identity_broken": False,
            "fees_elsewhere": 0, "tag_keys": (), "tag_collisions": {}, "tags_left_out": (), "unreadable": (),
        }
        for month, end in zip(months, ends, strict=True)
    ]  # fmt: skip
    return validate("snapshots", pd.DataFrame(rows))


def _accounts(rows: Sequence[dict[str, Any]], month: str) -> pd.DataFrame:
    found = sorted({row["SubAccountId"] for row in rows})
    frame = pd.DataFrame(
        [(pd.Timestamp(month), account, NAMES[account], "USD") for account in found],
        columns=["BillingPeriodStart", "SubAccountId", "SubAccountName", "BillingCurrency"],
    )
    return validate("accounts", frame)


def _budgets(scope: str, month: str, amount: float | None) -> pd.DataFrame:
    if amount is None:
        return Budgets.empty()
    row = {"budget": "all", "scope": scope, "period": month, "amount": amount, "currency": "USD"}
    blank = dict.fromkeys(("owner", "approved_by", "approved_on", "exception", "exception_until"))
    return Budgets.validate(pd.DataFrame([row | blank]))
