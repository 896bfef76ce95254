"""Measuring planted facts while the bill is made, and writing them as data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from finops_lib.core.files import write_json
from finops_lib.sources.demo.bill import Bill
from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.commitments import SavingsPlan
from finops_lib.sources.demo.coverage import Covered
from finops_lib.sources.demo.facts import ORGANIZATION, Fact
from finops_lib.sources.demo.money import Ints, cost, usd
from finops_lib.sources.demo.organization import COMPANY
from finops_lib.sources.demo.planted import license_rate
from finops_lib.sources.demo.timeline import Month

_COSTS = ("billed", "effective", "listed")


class Truth:
    """Dollars of each fact, in ticks, gathered month by month."""

    def __init__(self, plan: Blueprint) -> None:
        self._plan = plan
        self._facts = plan.facts
        self._amounts: dict[str, Counter[str]] = defaultdict(Counter)
        self._monthly: dict[str, dict[str, int]] = defaultdict(dict)

    def book(self, made: Bill) -> None:
        """Measure a month."""
        sums = {name: _by_stream(self._plan, made.charges, name) for name in _COSTS}
        hours = _amount_by_stream(self._plan, made.charges)
        for fact in self._facts:
            if fact.streams and fact.start < made.month.last and fact.end > made.month.first:
                self._measure(fact, made, sums)
                self._license(fact, hours)
        for name, extra in made.excess.items():
            self._amounts[name]["excess"] += extra
        self._price_changes(made)
        for item in made.covered:
            self._commitment(item, made.month)

    def _measure(self, fact: Fact, made: Bill, sums: Mapping[str, Ints]) -> None:
        streams, month = np.array(fact.streams), made.month
        whole = fact.start <= month.first and fact.end >= month.last
        rows = made.charges if whole else _within(made.charges, fact)
        for name in _COSTS:
            total = sums[name][streams].sum() if whole else getattr(rows, name).sum()
            self._amounts[fact.id][name] += int(total)
            if name == "billed":
                self._monthly[fact.id][str(month.period)] = int(total)

    def _license(self, fact: Fact, hours: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        for stream in fact.streams:
            if rate := license_rate(fact, self._plan.estate.sku_of(stream)):
                self._amounts[fact.id]["license"] += round(float(hours[stream]) * rate)

    def _price_changes(self, made: Bill) -> None:
        rows = made.charges
        for change in self._plan.estate.price_changes:
            hit = rows.take((rows.sku == change.sku) & (rows.stream >= 0) & (rows.start >= change.at))
            if made.month.closed and len(hit):
                before = cost(hit.amount, np.full(len(hit), self._plan.estate.catalog.skus[change.sku].rate))
                self._amounts[change.fact]["excess"] += int((hit.billed - before).sum())

    def _commitment(self, covered: Covered, month: Month) -> None:
        if not month.closed:
            return
        item = covered.item
        name = f"commitment-{item.id}"
        hours = min(item.end, month.last) - max(item.start, month.first)
        per_hour = item.commitment if isinstance(item, SavingsPlan) else item.count * (item.recurring + item.upfront)
        figures = {
            "committed": hours * per_hour,
            "used": int(covered.rows.effective.sum()),
            "on_demand_covered": int(covered.rows.listed.sum()),
        }
        self._amounts[name].update(figures)
        self._monthly[name][str(month.period)] = figures["committed"] - figures["used"]

    def write(self, path: Path) -> None:
        """Write all facts as JSON; money as exact decimal text in USD."""
        size = self._plan.timeline.size
        closed = str(size.until or size.end)
        head = {"schema": "finops.demo-truth/1", "company": COMPANY, "seed": size.seed, "last_closed": closed}
        told = [fact for fact in self._facts if size.until is None or fact.start < self._plan.timeline.now]
        write_json(path, {**head, "facts": [self._form(fact) for fact in told]})

    def _form(self, fact: Fact) -> dict[str, object]:
        timeline, accounts = self._plan.timeline, self._plan.estate.accounts
        amounts = {**fact.amounts, **self._amounts[fact.id]}
        if "committed" in amounts:
            amounts["unused"] = amounts["committed"] - amounts["used"]
            amounts["net_savings"] = amounts["on_demand_covered"] - amounts["committed"]
        names = {"listed": "list"}
        return {
            "id": fact.id,
            "kind": fact.kind,
            "category": fact.category or None,
            "account": None if fact.account == ORGANIZATION else accounts[fact.account].id,
            "service": fact.service or None,
            "resources": list(fact.resources),
            "usage_types": list(fact.usage_types),
            "line_items": list(fact.line_items),
            "start": timeline.iso(fact.start),
            "end": timeline.iso(fact.end),
            "usd": {names.get(name, name): usd(amount) for name, amount in amounts.items()},
            "monthly": {period: usd(amount) for period, amount in self._monthly[fact.id].items()},
            "data": dict(fact.data),
            "explanation": fact.explanation,
        }


def _within(rows: Charges, fact: Fact) -> Charges:
    inside = (rows.start >= fact.start) & (rows.start < fact.end)
    return rows.take(inside & np.isin(rows.stream, np.array(fact.streams)))


def _by_stream(plan: Blueprint, rows: Charges, column: str) -> Ints:
    sums = np.zeros(len(plan.estate.streams) + 1, dtype=np.int64)
    np.add.at(sums, rows.stream, getattr(rows, column))
    return sums


def _amount_by_stream(plan: Blueprint, rows: Charges) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    sums = np.zeros(len(plan.estate.streams) + 1)
    np.add.at(sums, rows.stream, rows.amount)
    return np.round(sums, 8)
