"""The usage that is held, by service and plain usage type: split once for all kinds that look into it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import pandas as pd

from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

Held = Literal["bill", "history", "months", "whole"]
"""The period's bill by resource; the months before; both; the period's bill with the lines that name no resource."""

_NOT_ASKED: Final = frozenset(
    {"ServiceName", "SkuId", "x_charge_kind", "BillingCurrency", "CommitmentDiscountType", "BilledCost", "x_rows"}
)
_TAG: Final = "x_tag_"


@once
def lines(evidence: Evidence, held: Held, service: str, pattern: str) -> pd.DataFrame:
    """The usage rows of a service code whose plain usage type matches a regular expression from its start."""
    split = _by_service(evidence, held)
    if service not in split:
        return _slim(frame_of(evidence, held)).head(0)
    rows, types = split[service]
    matches = re.compile(pattern).match
    chosen = [place for place, name in enumerate(types) if matches(name)]
    return rows if len(chosen) == len(rows) else rows.iloc[chosen] if chosen else rows.head(0)


def frame_of(evidence: Evidence, held: Held) -> pd.DataFrame:
    """All rows of what is held."""
    if held == "whole":
        return evidence.costs if len(evidence.costs) else evidence.bill
    if held == "months":
        past = evidence.history[evidence.history["BillingPeriodStart"] < pd.Timestamp(evidence.period.start)]
        return pd.concat([past, evidence.bill]) if len(past) else evidence.bill
    return evidence.history if held == "history" else evidence.bill


@once
def months_before(evidence: Evidence) -> frozenset[pd.Timestamp]:
    """The first days of the months before the period that are held."""
    return frozenset(evidence.history["BillingPeriodStart"].unique())


@once
def _by_service(evidence: Evidence, held: Held) -> Mapping[str, tuple[pd.DataFrame, Sequence[str]]]:
    """The usage rows of each service code, with their plain usage types."""
    frame = _slim(frame_of(evidence, held))
    usage = frame[frame["ChargeCategory"] == "Usage"]
    return {str(code): (rows, list(plain_of(rows))) for code, rows in usage.groupby("x_ServiceCode", sort=False)}


def _slim(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the columns that no kind asks for: each costs time whenever rows are chosen."""
    return frame[[name for name in frame if name not in _NOT_ASKED and not str(name).startswith(_TAG)]]
