"""Small overview results whose every number is known, for the tests of looks and words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from finops_lib.analyses.overview import OverviewResult, Reconciliation
from finops_lib.analyses.totals import CostTotals
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

COSTS = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
ACCOUNTS = (("012345678901", "harbor-production"), ("210987654321", "harbor-data"), ("333344445555", None))
SERVICES = (
    ("Amazon Elastic Compute Cloud", 20_000.0, 16_800.0),
    ("Amazon Relational Database Service", 8_000.0, 8_300.0),
    ("Amazon Simple Storage Service", 5_000.0, 4_700.0),
    ("AWS Support (Business)", 2_100.0, 1_900.0),
    ("AmazonCloudWatch", 1_500.0, 1_450.0),
    ("Amazon Virtual Private Cloud", 1_000.0, 850.0),
    ("AWS Lambda", 520.4, 500.0),
)


def totals(effective: float) -> CostTotals:
    """Billed 8 % above effective, list 30 % above."""
    return CostTotals(1.08 * effective, effective, 1.3 * effective, 1.1 * effective)


def costs(effective: Sequence[float]) -> dict[str, list[float]]:
    """The four cost columns."""
    made = [totals(value) for value in effective]
    return {name: [getattr(one, name) for one in made] for name in COSTS}


def split(
    key: str, values: Sequence[tuple[Any, float, float]], more: Mapping[str, list[Any]] | None = None
) -> pd.DataFrame:
    """A breakdown: key, four costs, previous, change, sorted by effective cost."""
    now = [value[1] for value in values]
    before = [value[2] for value in values]
    frame = pd.DataFrame({key: [value[0] for value in values], **(more or {}), **costs(now), "previous": before})
    frame["change"] = frame["EffectiveCost"] - frame["previous"]
    return frame.sort_values("EffectiveCost", ascending=False, kind="stable").reset_index(drop=True)


def overview(
    *,
    scope: str = "organization",
    scope_name: str | None = None,
    period: str = "2026-10",
    months: int = 13,
    factor: float = 1.0,
    services: Sequence[tuple[Any, float, float]] = SERVICES,
    accounts: Sequence[tuple[str, str | None]] = ACCOUNTS,
    tags: bool = True,
    previous: bool = True,
    days: int | None = None,
    status: Literal["final", "open", "unknown"] = "final",
    notes: Sequence[Note] = (),
    not_checked: Sequence[Note] = (Note("overview.budgets", "info", "No budgets were read, so none was compared."),),
    list_known: bool = True,
    calendar: float | None = None,
    spelled: Sequence[tuple[str, str, int, str, float, float]] = (),
) -> OverviewResult:
    """A result of the shape that the overview analysis gives; ``factor`` scales every amount."""
    month = Period.parse(period)
    accounts = accounts if scope == "organization" else ((scope, scope_name),)
    lines = [(name, now * factor, (before if previous else float("nan")) * factor) for name, now, before in services]
    now, before = sum(line[1] for line in lines), sum(line[2] for line in lines)
    weights = [1 / (i + 1) for i in range(len(accounts))]
    shares = [weight / sum(weights) for weight in weights]
    by_account = split(
        "SubAccountId",
        [(identifier, now * share, before * share) for (identifier, _), share in zip(accounts, shares, strict=True)],
        {"SubAccountName": [name for _, name in accounts]},
    )
    days = days or month.days
    result = OverviewResult(
        scope=scope,
        scope_name=scope_name,
        period=period,
        as_of=(month.start + dt.timedelta(days=days - 1)).isoformat(),
        currency="USD",
        invoice_status=status,
        invoice_ids=("2026100017",) if status == "final" else (),
        cost_basis="amortized",
        totals=totals(now),
        previous=totals(before) if previous else None,
        usage=totals(0.95 * now),
        usage_previous=totals(0.95 * before) if previous else None,
        unpriced=pd.DataFrame(columns=["SubAccountId", "ServiceName", "ChargeCategory", "cost"]).astype(
            {"cost": float}
        ),
        unpriced_previous=0.0,
        calendar=calendar,
        trend=_trend(month, months if previous else 1, now, before),
        daily=_daily(month, days, now),
        by_service=split("ServiceName", lines),
        by_account=by_account,
        by_charge_category=split(
            "ChargeCategory",
            [
                ("Usage", 0.95 * now, 0.95 * before),
                ("Tax", 0.08 * now, 0.08 * before),
                ("Credit", -0.03 * now, -0.03 * before),
            ],
        ),
        by_tag={
            "cost_center": split(
                "x_tag_cost_center",
                [
                    ("4100 Ferry booking", 0.5 * now, 0.45 * before),
                    ("4200 Data", 0.3 * now, 0.35 * before),
                    (None, 0.2 * now, 0.2 * before),
                ],
            ),
            "environment": split(
                "x_tag_environment", [("prod", 0.6 * now, 0.6 * before), (None, 0.4 * now, 0.4 * before)]
            ),
        }
        if tags
        else {},
        untaggable={
            key: split(f"x_tag_{key}", [(None, 0.05 * now, (0.05 if previous else float("nan")) * before)])
            for key in ("cost_center", "environment")
        }
        if tags
        else {},
        spellings=pd.DataFrame(spelled, columns=["key", "name", "spellings", "values", "cost", "other"]),
        movers=_movers(lines, accounts) if previous else _movers([], accounts),
        reconciliation=Reconciliation(1.08 * now, 1.08 * now, 0.0),
        reconciliation_lines=pd.DataFrame(
            {
                "SubAccountId": [identifier for identifier, _ in accounts],
                "source": [1.08 * now * share for share in shares],
                "canonical": [1.08 * now * share for share in shares],
                "difference": [0.0] * len(shares),
                "rows": [1_234 * (i + 1) for i in range(len(shares))],
            }
        ),
        inputs=pd.DataFrame(
            {
                "snapshot": ["3f9ac1d2e4b5", "8812aa90ffee"],
                "period": [str(month.shift(-1)), period],
                "format": ["CUR 2.0", "CUR 2.0"],
                "files": [1, 1],
                "rows": [21_345, 22_510],
                "BilledCost": [1.08 * before, 1.08 * now],
            }
        ),
        not_checked=tuple(not_checked),
        notes=tuple(notes),
    )
    return result if list_known else without_list(result)


def without_list(result: OverviewResult) -> OverviewResult:
    """The same where the bill tells neither list nor contracted cost."""
    change: dict[str, Any] = {"totals": dataclasses.replace(result.totals, ListCost=None, ContractedCost=None)}
    for name in ("trend", "by_service", "by_account", "by_charge_category"):
        change[name] = getattr(result, name).assign(ListCost=float("nan"), ContractedCost=float("nan"))
    return dataclasses.replace(result, **change)


def empty(**change: Any) -> OverviewResult:
    """An account without any cost."""
    made = overview(scope="333344445555", services=(), accounts=(("333344445555", None),), tags=False, previous=False)
    blank = {
        name: getattr(made, name).head(0)
        for name in ("daily", "by_charge_category", "by_service", "reconciliation_lines")
    }
    return dataclasses.replace(made, **blank, **change)


def _trend(month: Period, months: int, now: float, before: float) -> pd.DataFrame:
    starts = [month.shift(i - months + 1) for i in range(months)]
    amounts = [0.8 * before + 0.2 * before * i / max(1, months - 2) for i in range(months - 1)] + [now]
    return pd.DataFrame({"BillingPeriodStart": [pd.Timestamp(start.start) for start in starts], **costs(amounts)})


def _daily(month: Period, days: int, now: float) -> pd.DataFrame:
    starts = [pd.Timestamp(month.start) + pd.Timedelta(days=i) for i in range(days)]
    weights = [(0.7 if start.day_of_week >= 5 else 1.0) + (1.5 if i == 0 else 0) for i, start in enumerate(starts)]
    effective = [now * weight / sum(weights) for weight in weights]
    return pd.DataFrame(
        {
            "x_charge_day": starts,
            "BilledCost": [1.08 * value for value in effective],
            "EffectiveCost": effective,
            "usage": effective,
        }
    )


def _movers(lines: Sequence[tuple[Any, float, float]], accounts: Sequence[tuple[str, str | None]]) -> pd.DataFrame:
    rows = [
        (identifier, name, service, before * share, now * share, (now - before) * share)
        for (identifier, name), share in zip(accounts[:2], (0.75, 0.25) if len(accounts) > 1 else (1.0,), strict=False)
        for service, now, before in lines
    ]
    frame = pd.DataFrame(
        rows, columns=["SubAccountId", "SubAccountName", "ServiceName", "previous", "current", "change"]
    )
    return frame.sort_values("change", key=abs, ascending=False, kind="stable").head(20).reset_index(drop=True)
