"""Savings on hours that commitments pay for already: what other usage takes over now, and what waits for their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.commitments_held import Commitment, described, held, may_pay
from finops_lib.analyses.opportunities.protocol import Finding

_COLUMNS: Final = ["resource", "account", "region", "component", "saving", "uncovered_share", "uncovered", "released"]
_Owner = tuple[str, str]


def freed(
    findings: Sequence[Finding], bill: pd.DataFrame, *, ends: Mapping[str, pd.Timestamp] | None = None
) -> pd.DataFrame:
    """What each finding saves a month now and later, given who pays for the hours; a row a finding, in their order.

    ``uncovered`` is saved at once. ``released`` is what commitments pay of the rest (effective). ``absorbed`` is the
    On-Demand cost of other usage that the released commitments would pay for; ``waiting`` the part of ``released``
    that nothing absorbs, and ``after`` what it saves a month at On-Demand prices from ``until`` on (the last end of
    ``ends``, commitment id to end; null where it is not known). uncovered + released = saving.
    """
    rows = described(bill)
    commitments = held(rows)
    table = _split(findings)
    paid = _paid(rows)
    shares = [
        _by_commitment(item, paid, float(amount)) for item, amount in zip(findings, table["released"], strict=True)
    ]
    wanted = _wanted(findings, shares)
    room = _taken(commitments, wanted, _left_over(findings, table["uncovered"], rows), rows)
    worth = {item.id: item.on_demand for item in commitments}
    absorbed = [sum(part * worth[id_] * room.get(id_, 0.0) for id_, part in own.items()) for own in shares]
    kept = [sum(part * (1 - room.get(id_, 0.0)) for id_, part in own.items()) for own in shares]
    after = [sum(part * worth[id_] * (1 - room.get(id_, 0.0)) for id_, part in own.items()) for own in shares]
    # Covered cost whose commitment the bill does not name waits in full.
    unknown = table["released"] - [sum(own.values()) for own in shares]
    return table.assign(
        absorbed=pd.Series(absorbed, dtype=float),
        waiting=pd.Series(kept, dtype=float) + unknown,
        after=pd.Series(after, dtype=float) + unknown,
        until=pd.Series([_until(own, ends or {}) for own in shares], dtype="datetime64[ns]"),
    )


def _split(findings: Sequence[Finding]) -> pd.DataFrame:
    """The saving of each finding, in the part on uncovered and the part on covered cost."""
    records = []
    for item in findings:
        covered = min(1.0, item.covered_cost / item.current_cost) if item.current_cost > 0 else 0.0
        saving = item.saving.expected
        place = (item.resource, item.account, item.region, item.component)
        records.append((*place, saving, 1 - covered, saving * (1 - covered), saving * covered))
    return pd.DataFrame(records, columns=_COLUMNS)


def _paid(rows: pd.DataFrame) -> Mapping[_Owner, Mapping[str, float]]:
    """What each commitment pays of each resource."""
    used = rows[rows["CommitmentDiscountStatus"] == "Used"]
    sums = used.groupby(["SubAccountId", "ResourceId", "CommitmentDiscountId"])["EffectiveCost"].sum()
    paid: dict[_Owner, dict[str, float]] = defaultdict(dict)
    for (account, resource, id_), cost in zip(sums.index, sums, strict=True):
        paid[(account, resource)][str(id_)] = float(cost)
    return paid


def _by_commitment(item: Finding, paid: Mapping[_Owner, Mapping[str, float]], released: float) -> dict[str, float]:
    """The released amount by commitment, in the proportion in which they pay for the resource."""
    own = {id_: cost for id_, cost in paid.get((item.account, item.resource), {}).items() if id_ in item.covered_by}
    total = sum(own.values())
    return {id_: released * cost / total for id_, cost in own.items()} if released > 0 and total > 0 else {}


def _wanted(findings: Sequence[Finding], shares: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """What comes free of each commitment: of a resource's several findings, which may exclude each other, the most."""
    most: dict[tuple[str, _Owner], float] = defaultdict(float)
    for item, own in zip(findings, shares, strict=True):
        for id_, part in own.items():
            key = (id_, (item.account, item.resource))
            most[key] = max(most[key], part)
    sums: dict[str, float] = defaultdict(float)
    for (id_, _), part in most.items():
        sums[id_] += part
    return sums


def _left_over(findings: Sequence[Finding], uncovered: pd.Series[float], rows: pd.DataFrame) -> pd.Series[float]:
    """What each row of uncovered usage still costs once the uncovered savings on its resource are taken."""
    most: dict[_Owner, float] = defaultdict(float)
    for item, amount in zip(findings, uncovered, strict=True):
        owner = (item.account, item.resource)
        most[owner] = max(most[owner], float(amount))
    open_cost = rows["EffectiveCost"].where(rows["CommitmentDiscountId"].isna(), 0.0).clip(lower=0.0)
    totals = open_cost.groupby([rows["SubAccountId"], rows["ResourceId"]]).transform("sum")
    owners = zip(rows["SubAccountId"], rows["ResourceId"], strict=True)
    gone = pd.Series([most.get(owner, 0.0) for owner in owners], index=rows.index, dtype=float)
    return open_cost * (1 - (gone / totals.where(totals > 0)).fillna(0.0)).clip(lower=0.0)


def _taken(
    commitments: Sequence[Commitment], wanted: Mapping[str, float], left: pd.Series[float], rows: pd.DataFrame
) -> Mapping[str, float]:
    """The share of each commitment's released part that other usage takes, the narrowest commitment first.

    A commitment of which part goes unused already finds no other usage in those hours: it takes none.
    """
    room: dict[str, float] = {}
    for item in commitments:
        need = wanted.get(item.id, 0.0) * item.on_demand
        if need <= 0 or not item.is_full:
            continue
        eligible = left.where(may_pay(item, rows), 0.0)
        pool = float(eligible.sum())
        room[item.id] = min(1.0, pool / need)
        left = left - eligible * min(1.0, need / pool) if pool > 0 else left
    return room


def _until(own: Mapping[str, float], ends: Mapping[str, pd.Timestamp]) -> pd.Timestamp | None:
    known = [ends[id_] for id_ in own if id_ in ends]
    return max(known) if own and len(known) == len(own) else None
