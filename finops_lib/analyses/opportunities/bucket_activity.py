"""What the bill tells of S3 buckets: what they hold in Standard, and how much was read and written, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.usage import Held, lines, months_before
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

STANDARD: Final = r"TimedStorage-ByteHrs$"
MONTHS: Final = 3
_REQUESTS: Final = r"Requests-(?:[A-Z]+-)?Tier[12]$"
# An operation that the bill does not name counts as both: nothing is called unread for lack of a word.
_READS: Final = ("GetObject", "CopyObject", "SelectObject", "GetObjectForRepl", "")
_WRITES: Final = ("PutObject", "PostObject", "CopyObject", "UploadPart", "PutObjectForRepl", "")


@dataclass(frozen=True)
class Month:
    """GB-months stored in Standard, requests that read and that write, and GB that left the bucket."""

    stored: float
    reads: float
    writes: float
    sent: float


_MEASURES: Final = ("stored", "reads", "writes", "sent")
_NOTHING: Final = Month(0.0, 0.0, 0.0, 0.0)

Activity = Mapping[str, tuple[Month, ...]]
"""Of each bucket the month itself, then those before it; a month without a row of any kind is all zeros."""


def activity(evidence: Evidence, months: int = MONTHS) -> Activity:
    """What each bucket did in the period and the months before it, the newest first."""
    wanted = [pd.Timestamp(evidence.period.shift(-back).start) for back in range(months)]
    did = _by_month(evidence)
    buckets = {bucket for bucket, _ in did}
    return {bucket: tuple(did.get((bucket, start), _NOTHING) for start in wanted) for bucket in buckets}


@once
def _by_month(evidence: Evidence) -> Mapping[tuple[str, pd.Timestamp], Month]:
    held: tuple[Held, ...] = ("history", "bill")
    charges = pd.concat([lines(evidence, part, "AmazonS3", "") for part in held], ignore_index=True)
    sums = _quantities(charges).groupby(["bucket", "start"])[list(_MEASURES)].sum()
    return {(str(bucket), start): Month(*row) for (bucket, start), row in zip(sums.index, sums.to_numpy(), strict=True)}


def _quantities(charges: pd.DataFrame) -> pd.DataFrame:
    """The quantity of each line under what it measures."""
    usage, operation = plain_of(charges), charges["x_Operation"].fillna("")
    quantity = charges["PricingQuantity"]
    requests = usage.str.match(_REQUESTS)
    return pd.DataFrame(
        {
            "bucket": charges["ResourceId"],
            "start": charges["BillingPeriodStart"],
            "stored": quantity.where(usage.str.match(STANDARD), 0.0),
            "reads": quantity.where(requests & operation.isin(_READS), 0.0),
            "writes": quantity.where(requests & operation.isin(_WRITES), 0.0),
            "sent": quantity.where(usage.str.endswith("Out-Bytes") & (charges["PricingUnit"] == "GB"), 0.0),
        }
    )


def months_held(evidence: Evidence) -> int:
    """How many months in a row, the period last, the bill is there for."""
    held = months_before(evidence)
    count = 1
    while pd.Timestamp(evidence.period.shift(-count).start) in held:
        count += 1
    return count


def is_over(evidence: Evidence) -> bool:
    """True where the bill reaches the period's last day: a part of a month is not held against whole ones."""
    latest = evidence.bill["x_last_seen"].max()
    return bool(latest >= pd.Timestamp(evidence.period.end) - pd.Timedelta(days=1))


def standard_costs(evidence: Evidence) -> pd.DataFrame:
    """What each bucket's Standard storage costs and holds in the period (columns of ``billed.resources``)."""
    return billed.of(evidence, "AmazonS3", STANDARD)
