"""What finance keeps: budgets, business metrics, the license register."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from finops_lib.core.files import write_atomic, write_json
from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.entitlements import ENTITLEMENTS, Entitlement
from finops_lib.sources.demo.money import TICKS_PER_USD
from finops_lib.sources.demo.organization import Account

Spend = Mapping[str, Mapping[str, int]]
_HUNDRED = 100 * TICKS_PER_USD


@dataclass(frozen=True)
class Budget:
    """A monthly limit in whole USD; ``account`` is empty for the organization."""

    name: str
    account: str
    limit: int
    owner: str


def write(folder: Path, plan: Blueprint, spend: Spend) -> None:
    """Write budgets (as CSV and as AWS Budgets answers), KPIs and entitlements."""
    budgets = _budgets(plan, spend)
    periods = [str(month.period) for month in plan.timeline.months]
    lines = [
        (b.name, b.account or "organization", period, b.limit, "USD", b.owner) for b in budgets for period in periods
    ]
    _csv(folder / "budgets.csv", ("budget", "scope", "period", "amount", "currency", "owner"), lines)
    payer = plan.estate.accounts[0]
    write_json(folder / "budgets.json", {"AccountId": payer.id, "Budgets": [_answer(budget) for budget in budgets]})
    _csv(folder / "kpis.csv", ("date", *plan.business.metrics), _metrics(plan))
    fields = tuple(field.name for field in dataclasses.fields(Entitlement))
    _csv(folder / "entitlements.csv", fields, [dataclasses.astuple(item) for item in ENTITLEMENTS])


def _budgets(plan: Blueprint, spend: Spend) -> list[Budget]:
    """Last year's first six months plus eight percent, rounded to a hundred; the sandbox gets little on purpose."""
    accounts = [account for account in plan.estate.accounts if not account.suspended]
    budgets = [
        Budget(account.name, account.id, _limit(spend.get(account.id, {}), account), account.email)
        for account in accounts
    ]
    total = sum(budget.limit for budget in budgets)
    return [Budget("all-accounts", "", total, plan.estate.accounts[0].email), *budgets]


def _limit(months: Mapping[str, int], account: Account) -> int:
    first = [amount for _, amount in sorted(months.items())][:6]
    usual = max(sum(first) * 108 // 100 // len(first), 0) if first else 0
    rounded = (usual + _HUNDRED - 1) // _HUNDRED * 100
    return max(200 if account.archetype == "sandbox" else rounded, 100)


def _answer(budget: Budget) -> dict[str, object]:
    filters = {"LinkedAccount": [budget.account]} if budget.account else {}
    return {
        "BudgetName": budget.name,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": str(budget.limit), "Unit": "USD"},
        "CostFilters": filters,
        "CostTypes": {"IncludeCredit": True, "IncludeRefund": True, "IncludeTax": True, "UseAmortized": False},
    }


def _metrics(plan: Blueprint) -> Iterable[tuple[object, ...]]:
    columns = [metric.astype(int).tolist() for metric in plan.business.metrics.values()]
    for day, values in enumerate(list(zip(*columns, strict=True))[: plan.timeline.now // 24]):
        yield (plan.timeline.day(day * 24), *values)


def _csv(path: Path, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    write_atomic(path, text.getvalue())
