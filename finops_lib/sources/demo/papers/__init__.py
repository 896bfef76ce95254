"""The papers beside the bill: what the company's APIs, registers and people would hand over, consistent with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from finops_lib.sources.demo.bill import Bill
from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.papers import books, commitments, inventory, organization, recommendations, utilization
from finops_lib.sources.demo.papers.estate_view import EstateView


def write_papers(folder: Path, plan: Blueprint, spend: Mapping[str, Mapping[str, int]], last: Bill) -> None:
    """Write all papers.

    ``spend`` is billed ticks by account id and period, from which budgets are made; ``last`` is the last closed month.
    """
    view = EstateView.at_the_end(plan)
    organization.write(folder, view)
    inventory.write(folder / "inventory", view)
    utilization.write(folder / "utilization.csv", view)
    recommendations.write(folder / "recommendations", view, last)
    commitments.write(folder, plan)
    books.write(folder, plan, spend)
