"""The change as leaves: a row an account, service, region, usage type, tags and kind of charge, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.calendar_days import elapsed
from finops_lib.analyses.effects import effect_of_rows
from finops_lib.analyses.retagged import RETAGGED
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.core.periods import Period

ATTRIBUTES: Final = ("SubAccountId", "ServiceName", "RegionId", "x_UsageType")

CHARGE: Final = "charge"
"""The attribute that tells usage from charges that are no usage."""

USAGE: Final = "usage"

_APART: Final = frozenset(
    {"unused_commitment", "one_off_fees", "marketplace", "support", "credits", "refunds", "tax", "unclassified"}
)
_ACCRUING: Final = ("usage", "commitment")


def leaves(result: VarianceResult, monthly: pd.DataFrame, snapshots: pd.DataFrame | None = None) -> pd.DataFrame:
    """The attributes with ``expected`` (the month before) and ``actual`` (that and the change but the calendar's)."""
    columns = _columns(result)
    then = pd.concat([_before(result, monthly, snapshots)[[*columns, "cost"]], _transfers(result)[[*columns, "cost"]]])
    change = charges(result)
    sums = [
        then.groupby(columns, dropna=False, sort=True)["cost"].sum().rename("expected"),
        change.groupby(columns, dropna=False, sort=True)["amount"].sum().rename("change"),
    ]
    table = pd.merge(sums[0].reset_index(), sums[1].reset_index(), on=columns, how="outer")
    table = table.fillna({"expected": 0.0, "change": 0.0})
    return table.assign(actual=table["expected"] + table["change"]).drop(columns="change")


def charges(result: VarianceResult) -> pd.DataFrame:
    """The lines of the change but the calendar's and new tags', with the kind of charge that each is about."""
    lines = result.lines()[~_retags(result)]
    lines = lines[lines["effect"] != "calendar"].reset_index(drop=True)
    return lines.assign(**{CHARGE: _kinds(lines["effect"])})


def _transfers(result: VarianceResult) -> pd.DataFrame:
    """What usage that only changed its tags takes over of the month before, from its old tags to its new ones."""
    lines = result.lines()[_retags(result)].rename(columns={"amount": "cost"})
    return lines.assign(**{CHARGE: USAGE})


def _retags(result: VarianceResult) -> npt.NDArray[np.bool_]:
    """The lines that take cost from one tag value to another."""
    retags: npt.NDArray[np.bool_] = result.parts.lines.move == RETAGGED
    return retags


def matching(frame: pd.DataFrame, combination: Mapping[str, Any]) -> pd.Series[bool]:
    """The rows that have a combination's values; its null matches nulls."""
    keep = pd.Series(True, index=frame.index)
    for name, value in combination.items():
        keep &= frame[name].isna() if value is None else (frame[name] == value).fillna(False).astype(bool)
    return keep


def _columns(result: VarianceResult) -> list[str]:
    tags = [str(column) for column in result.keys.columns if column.startswith(TAG_PREFIX)]
    return [*ATTRIBUTES, *tags, CHARGE]


def _before(result: VarianceResult, monthly: pd.DataFrame, snapshots: pd.DataFrame | None) -> pd.DataFrame:
    """The month before by row, brought to its full length where it is not over."""
    previous = Period.parse(result.period).shift(-1)
    rows = monthly[monthly["BillingPeriodStart"] == pd.Timestamp(previous.start)]
    cost = rows[METRIC].fillna(0.0)
    scaled = cost * elapsed(snapshots, previous).scale
    cost = scaled.where(rows["x_charge_kind"].isin(_ACCRUING), cost)
    kinds = _kinds(pd.Series(effect_of_rows(rows), index=rows.index, dtype=object))
    texts = dict.fromkeys(_columns(result)[:-1], "str")  # a column without any value may come as another type
    return rows.astype(texts).assign(cost=cost, **{CHARGE: kinds})


def _kinds(effects: pd.Series[Any]) -> pd.Series[Any]:
    """The kind of charge: its effect where that stands by itself, else usage."""
    return effects.where(effects.isin(_APART), USAGE).astype("str")
