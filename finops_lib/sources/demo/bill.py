"""One month of the bill, from the blueprint to finished charges."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from finops_lib.sources.demo.anomalies import disturbed
from finops_lib.sources.demo.blueprint import Blueprint
from finops_lib.sources.demo.charges import Charges, concat
from finops_lib.sources.demo.commitment_rows import negations, one_time_fees, plan_fees, reservation_fee
from finops_lib.sources.demo.commitments import SavingsPlan
from finops_lib.sources.demo.coverage import Covered, cover
from finops_lib.sources.demo.expand import usage
from finops_lib.sources.demo.fees import fees, support_and_tax
from finops_lib.sources.demo.timeline import Month


@dataclass(frozen=True)
class Bill:
    """A month's charges; ``excess`` is what planted disturbances added to them, ticks by fact."""

    month: Month
    charges: Charges
    covered: tuple[Covered, ...]
    excess: Counter[str]


def bill(plan: Blueprint, month: Month) -> Bill:
    """Make a month: usage, disturbances, commitments, fees, and last what depends on the sum."""
    skus = plan.estate.catalog.skus
    rows, excess = disturbed(usage(plan.meter, month), plan.estate.overlays)
    left, covered = cover(rows, skus, plan.commitments, month)
    parts = [left, *(item.rows for item in covered), *(_commitment_fees(plan, item, month) for item in covered)]
    parts += [one_time_fees(plan.commitments, dict(plan.fee_skus), month), fees(plan.fees, month)]
    charged = concat(parts)
    closing = support_and_tax(plan.fees, charged, len(plan.estate.accounts), month)
    return Bill(month, concat([charged, closing]), tuple(covered), excess)


def _commitment_fees(plan: Blueprint, covered: Covered, month: Month) -> Charges:
    number = plan.commitments.number(covered.item)
    if isinstance(covered.item, SavingsPlan):
        fee = plan_fees(covered, number, plan.fee_skus[covered.item.id], month)
        return concat([negations(covered.rows), fee])
    return reservation_fee(covered, number, month)
