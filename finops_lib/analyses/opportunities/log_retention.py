"""Log groups that keep everything for ever: what their older part costs."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, months, nameless
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.usage import lines, months_before
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AmazonCloudWatch"
_STORAGE: Final = r"TimedStorage-ByteHrs$"
KEPT_MONTHS: Final = {"low": 12, "expected": 3, "high": 1}
"""How long logs would be kept in each case, in months: nobody but their owner knows what they are still read for."""


def find(evidence: Evidence) -> Findings:
    """Groups without retention, at what the logs older than a year, a quarter and a month cost."""
    storage = billed.rows(evidence, _SERVICE, _STORAGE)
    costs = billed.resources(storage)
    known = billed.known(evidence, "log_groups", costs)
    endless = unprotected(evidence, known[known["retention_days"].isna() & (known["quantity"] > 0)])
    past = months.quantities(lines(evidence, "history", _SERVICE, _STORAGE))
    shares = {row["resource"]: _older(evidence, past, row) for row in billed.records(endless)}
    dateless = endless.loc[[shares[name]["expected"] is None for name in endless["resource"]]]
    found = [
        _finding(row, shares[row["resource"]], sure=_is_billed(evidence))
        for row in billed.records(endless.drop(dateless.index))
    ]
    return Findings(
        tuple(finding for finding in found if finding.saving.high > LEAST),
        examined=len(known) - len(dateless),
        examined_cost=float(known["cost"].sum() - dateless["cost"].sum()),
        not_checked=billed.gaps(evidence, "log_groups", costs, "logs:DescribeLogGroups")
        + _dateless(dateless)
        + _nameless(evidence),
    )


def _older(evidence: Evidence, past: pd.DataFrame, row: dict[str, Any]) -> dict[str, float | None]:
    """The share of a group's stored logs that is older than each number of months; None where nothing tells it."""
    held = months_before(evidence)
    shares: dict[str, float | None] = {}
    for case, kept in KEPT_MONTHS.items():
        then = _then(evidence, kept)
        # Nothing expired: what was stored then is today's older part. The bill says it, if it reaches back that far.
        if then in held:
            shares[case] = min(1.0, _stored(past, row, then) * _elapsed(evidence) / row["quantity"])
        else:
            shares[case] = _older_at_a_steady_pace(evidence, kept, row["created"])
    return shares


def _stored(past: pd.DataFrame, row: dict[str, Any], month: pd.Timestamp) -> float:
    """What the bill of a month that is held has of a group; 0 where it was not there yet."""
    named = (row["account"], row["region"], row["resource"])
    amount = past[month].get(named) if month in past else None
    return 0.0 if amount is None or pd.isna(amount) else float(amount)


def _elapsed(evidence: Evidence) -> float:
    """The part of the period that its bill covers: GB-months of an open month are those of a part of it."""
    start, end = pd.Timestamp(evidence.period.start), pd.Timestamp(evidence.period.end)
    seen = evidence.bill["x_last_seen"].max()
    return 1.0 if pd.isna(seen) else float(min(1.0, (seen - start) / (end - start)))


def _older_at_a_steady_pace(evidence: Evidence, kept_months: int, created: pd.Timestamp | None) -> float | None:
    """The share where a group grew evenly since it was made."""
    if created is None:
        return None
    age = (evidence.period.end - created.date()) / dt.timedelta(days=1)
    kept = (evidence.period.end - evidence.period.shift(1 - kept_months).start) / dt.timedelta(days=1)
    return max(0.0, 1.0 - kept / age) if age > 0 else 0.0


def _is_billed(evidence: Evidence) -> bool:
    """True where the bill, rather than a steady pace, tells how much of what is stored is old."""
    return _then(evidence, KEPT_MONTHS["expected"]) in months_before(evidence)


def _then(evidence: Evidence, kept_months: int) -> pd.Timestamp:
    return pd.Timestamp(evidence.period.shift(-kept_months).start)


def _finding(row: dict[str, Any], shares: dict[str, float | None], *, sure: bool) -> Finding:
    low, expected, high = (float(row["cost"] * (shares[case] or 0.0)) for case in ("low", "expected", "high"))
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(min(low, expected), expected, max(high, expected)),
        confidence="likely" if sure else "possible",
        evidence=f"{row['quantity']:,.0f} GB-months stored and no retention; "
        f"{shares['expected'] or 0.0:.0%} of it is older than {KEPT_MONTHS['expected']} months.",
        component="storage",
        facts={"gigabyte_months": row["quantity"], "created": row["created"], "older": dict(shares)},
    )


def _dateless(groups: pd.DataFrame) -> tuple[Gap, ...]:
    return tuple(
        Gap(
            str(account),
            "How old the logs are is not known: neither earlier bills nor the day of creation tell it.",
            "earlier months of the bill",
            len(here),
            float(here["cost"].sum()),
        )
        for account, here in groups.groupby("account")
    )


def _nameless(evidence: Evidence) -> tuple[Gap, ...]:
    left = nameless.rest(evidence, (_SERVICE,), _STORAGE)
    return tuple(
        Gap(
            row["account"],
            f"{row['region']}: the bill does not say which log group the logs are of.",
            "resource ids in the export of the bill",
            cost=row["cost"],
        )
        for row in billed.records(left[left["cost"] > 0.01])
    )


OPPORTUNITY = Opportunity(
    id="log_retention",
    title="Let logs expire",
    area="observability",
    services=(_SERVICE,),
    step="delete",
    effort_hours=0.5,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("log_groups",),
    find=find,
)
