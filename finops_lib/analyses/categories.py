"""Is a change growth of the business, a success of optimization, of the infrastructure, an anomaly, or none of these?

Deterministic rules on effect, key and evidence; the first that matches takes a line, whole or in part, and is kept as
its evidence. Method: docs/methods/variance.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.classified import Classified
from finops_lib.analyses.effects import any_of
from finops_lib.analyses.keys import sums as sums_by
from finops_lib.analyses.monthly_change import Change
from finops_lib.analyses.odd_days import matching, overlap
from finops_lib.analyses.retagged import RETAGGED
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.core.periods import Period

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

BAND: Final = 0.5
"""How far an existing workload may grow or shrink in a month and still be taken as following the business."""

_OUTSIDE = (
    "calendar",
    "list_price",
    "private_discount",
    "credits",
    "refunds",
    "tax",
    "support",
    "one_off_fees",
    "marketplace",
)
_USED = (
    "volume",
    "mix",
    "new_resources",
    "ended_resources",
    "new_services",
    "ended_services",
    "unrated_usage",
    "over_expected",
    "under_expected",
)
_COMMITTED = ("commitment_coverage", "commitment_rate", "unused_commitment")
_NEW, _ENDED = ("new_resources", "new_services"), ("ended_resources", "ended_services")
_PURPOSE: Final = re.compile(r"cost_?cent|project|application|\bapp\b|product|team|department|business_?unit|workload")


@dataclass(frozen=True)
class KpiRelation:
    """How cost follows a business metric: relative change of the metric, and percent of cost per percent of it."""

    kpi: str
    change: float
    elasticity: float

    @property
    def growth(self) -> float:
        """The relative change of cost that the metric's change explains."""
        return float(max(1.0 + self.change, 0.0) ** self.elasticity - 1.0)


@dataclass(frozen=True)
class Evidence:
    """What is known besides the bill's two months; everything may be missing.

    ``anomalies``: key columns (any of them; null is any), ``start``, ``end`` (exclusive), ``excess``. ``actions``: key
    columns, ``date``, ``amount`` saved a month, of whatever sign. ``commitments``: the mart commitment_monthly.
    """

    before: Period
    after: Period
    anomalies: pd.DataFrame | None = None
    actions: pd.DataFrame | None = None
    commitments: pd.DataFrame | None = None
    kpi: KpiRelation | None = None


def classify(change: Change, evidence: Evidence, rows: pd.DataFrame) -> Classified:
    """Each line's category, rule and evidence; ``rows`` are the bill's (for the tag values that were there before)."""
    found = Classified.start(change.lines)
    found = found.take(_is(found, _OUTSIDE), "not_business", "outside_effect")
    found = found.take(_is(found, ("unclassified",)), "unclassified", "unknown_charge")
    found = found.take(found.lines.move == RETAGGED, "infrastructure", "retagged")
    found = _offsets(found)
    found = _anomalies(found, change, evidence)
    found = _actions(found, change, evidence)
    found = _commitments(found, evidence)
    credited: Mask = np.any(change.usage < 0, axis=0)
    found = found.take(_is(found, _USED) & credited[found.lines.key], "not_business", "negative_price")
    found = found.take(found.lines.move < 0, "optimization", "moved_to_cheaper")
    found = found.take(found.lines.move > 0, "infrastructure", "moved_to_dearer")
    known = _known_purpose(change.keys, rows, evidence.before)[found.lines.key]
    found = found.take(_is(found, _NEW) & known, "business_growth", "new_under_known_purpose")
    found = found.take(_is(found, (*_NEW, *_ENDED)), "infrastructure", "new_or_ended")
    substitutes = change.substitutes[found.lines.key]
    found = found.take(_is(found, ("mix",)) & substitutes, "infrastructure", "mix_of_sizes")
    found = _growth(found, change, evidence)
    expected = _is(found, ("over_expected", "under_expected"))
    found = found.take(expected & change.beyond[found.lines.key], "anomalous", "beyond_interval")
    found = found.take(_is(found, ("volume", "mix")), "infrastructure", "step_in_scale")
    return found.take(found.open, "unclassified", "no_rule")


def _offsets(found: Classified) -> Classified:
    """Volume and mix of one key that cancel: its family moved and it did not, a shift inside the family."""
    key, amount = found.lines.key, found.lines.amount
    sums = []
    for effect in ("volume", "mix"):
        here = _is(found, (effect,)) & (found.lines.move == 0)
        sums.append(sums_by(key[here], amount[here], int(key.max(initial=-1)) + 1))
    offset = np.where(sums[0] * sums[1] < 0, np.minimum(abs(sums[0]), abs(sums[1])), 0.0)
    limit = np.where(_is(found, ("volume", "mix")) & (found.lines.move == 0), np.sign(amount) * offset[key], 0.0)
    return found.take_up_to(limit, "infrastructure", "shift_in_family")


def _is(found: Classified, effects: Sequence[str]) -> Mask:
    return any_of(effects, found.lines.effect)


def _anomalies(found: Classified, change: Change, evidence: Evidence) -> Classified:
    """Events with an excess: what they added to the later month less what they added to the earlier one."""
    if evidence.anomalies is None or evidence.anomalies.empty:
        return found
    events = evidence.anomalies.copy()
    start, end = pd.to_datetime(events["start"]), pd.to_datetime(events["end"])
    shares = [overlap(start, end, period) for period in (evidence.before, evidence.after)]
    events["amount"] = events["excess"] * (shares[1] - shares[0])
    return _allocated(found, change, events, "anomalous", "anomaly_event")


def _actions(found: Classified, change: Change, evidence: Evidence) -> Classified:
    """Savings and purchases of the ledger, dated in one of the two months: cost that fell is theirs."""
    if evidence.actions is None or evidence.actions.empty:
        return found
    events = evidence.actions
    day = pd.to_datetime(events["date"])
    events = events[
        day.between(pd.Timestamp(evidence.before.start), pd.Timestamp(evidence.after.end), inclusive="left")
    ]
    return _allocated(found, change, events.assign(amount=-events["amount"].abs()), "optimization", "tracked_action")


def _allocated(found: Classified, change: Change, events: pd.DataFrame, category: str, rule: str) -> Classified:
    """Each event's amount against the open lines of its keys that have its sign, the largest first."""
    columns = [column for column in change.keys.columns if column in events.columns]
    allowed = (*_USED, *_COMMITTED) if rule == "tracked_action" else _USED
    for event in events.sort_values("amount", key=abs, ascending=False, kind="stable").to_dict("records"):
        amount = float(event["amount"])
        if amount == 0 or np.isnan(amount):
            continue
        here = matching(change.keys, columns, event)[found.lines.key] & _is(found, allowed) & found.open
        limit = _largest_first(np.where(here, found.lines.amount, 0.0), amount)
        found = found.take_up_to(limit, category, rule, {str(key): value for key, value in event.items()})
    return found


def _largest_first(amounts: Floats, total: float) -> Floats:
    """How much of ``total`` each amount of its sign gets."""
    limit, left = np.zeros_like(amounts), abs(total)
    sized = np.where(amounts * total > 0, abs(amounts), 0.0)
    for line in np.argsort(-sized, kind="stable"):
        if left <= 0 or sized[line] == 0:
            break
        limit[line] = np.sign(total) * min(left, sized[line])
        left -= sized[line]
    return limit


def _commitments(found: Classified, evidence: Evidence) -> Classified:
    """What a purchase of the month lowered is a success; other coverage and rates are not the team's doing."""
    effect = _is(found, ("commitment_coverage", "commitment_rate"))
    if _bought(evidence):
        saved = effect & (found.lines.amount < 0)
        found = found.take(saved | _is(found, ("unused_commitment",)), "optimization", "commitment_bought")
    found = found.take(effect, "not_business", "commitment_elsewhere")
    return found.take(_is(found, ("unused_commitment",)), "infrastructure", "commitment_less_used")


def _bought(evidence: Evidence) -> bool:
    """True where a commitment is in the later month's bill and not in the earlier one's."""
    if evidence.commitments is None:
        return False
    months = evidence.commitments.groupby("BillingPeriodStart")["CommitmentDiscountId"].agg(set)
    now, then = (months.get(pd.Timestamp(period.start), set()) for period in (evidence.after, evidence.before))
    return bool(now - then)


def _known_purpose(keys: pd.DataFrame, rows: pd.DataFrame, before: Period) -> Mask:
    """Keys under a cost center, project or the like that already had charges in the month before."""
    then = rows[rows["BillingPeriodStart"] == pd.Timestamp(before.start)]
    known = np.zeros(len(keys), dtype=bool)
    for column in keys.columns:
        if column.startswith(TAG_PREFIX) and _PURPOSE.search(column.lower()):
            known |= keys[column].isin(then[column].dropna().unique()).to_numpy(dtype=bool)
    return known


def _growth(found: Classified, change: Change, evidence: Evidence) -> Classified:
    """Volume of existing workloads: what the business metric explains, then what moved in proportion."""
    effect = _is(found, ("volume", "mix", "unrated_usage"))
    before = change.usage[0]
    if evidence.kpi is not None:
        explained = before * evidence.kpi.growth
        found = found.take_up_to(_by_key(found, effect, explained), "business_growth", "kpi_elasticity")
        effect = _is(found, ("volume", "mix", "unrated_usage"))
    moved = sums_by(found.lines.key[effect], found.lines.amount[effect], len(before))
    together = abs(float(moved.sum())) / max(float(before.sum()), 1e-9)
    close = abs(moved) <= max(BAND, 3 * together) * before
    return found.take(effect & close[found.lines.key], "business_growth", "in_proportion")


def _by_key(found: Classified, effect: Mask, explained: Floats) -> Floats:
    """Each key's explained amount, given to its open lines of its sign, capped at them."""
    amount, key = found.lines.amount, found.lines.key
    here = effect & found.open & (amount * explained[key] > 0)
    total = sums_by(key[here], abs(amount[here]), len(explained))
    share = np.divide(abs(explained), total, out=np.zeros_like(total), where=total > 0)
    return np.where(here, amount * np.minimum(share, 1.0)[key], 0.0)
