"""Judging resources one by one: found, not found, or not known for lack of a price, a metric or an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap
from finops_lib.contracts.evidence import Evidence

Row = Mapping[str, Any]
Judge = Callable[[Row], Finding | None]


class Unknown(Exception):
    """A resource cannot be judged: why, and what would help."""

    def __init__(self, reason: str, needs: str) -> None:
        super().__init__(reason)
        self.reason, self.needs = reason, needs


def told(evidence: Evidence, kind: str) -> Callable[[Row], bool]:
    """Whether the place of a row told what it has of a kind."""
    return lambda row: evidence.knows(kind, row["account"], row["region"])


def findings(evidence: Evidence, rows: Sequence[Row], judge: Judge, not_checked: Iterable[Gap] = ()) -> Findings:
    """What judging each of these rows gives; those that a tag protects count as judged, and are left alone."""
    found: list[Finding] = []
    gaps = list(not_checked)
    known: list[float] = []
    for row in rows:
        try:
            finding = None if is_protected(row["tags"], evidence.protected) else judge(row)
        except Unknown as unknown:
            gaps.append(Gap(row["account"], f"{row['region']}: {unknown.reason}", unknown.needs, 1, float(row["cost"])))
            continue
        known.append(float(row["cost"]))
        found += [finding] if finding is not None and finding.saving.expected >= LEAST else []
    return Findings(tuple(found), len(known), sum(known), merged(gaps))


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """One gap for each account, reason and need, with the sum of their resources and costs."""
    together: dict[tuple[str, str, str], Gap] = {}
    for gap in gaps:
        key = (gap.account, gap.reason, gap.needs)
        before = together.get(key)
        together[key] = gap if before is None else _sum(before, gap)
    return tuple(together[key] for key in sorted(together))


def _sum(first: Gap, second: Gap) -> Gap:
    costs = [gap.cost for gap in (first, second) if gap.cost is not None]
    return Gap(first.account, first.reason, first.needs, first.count + second.count, sum(costs) if costs else None)
