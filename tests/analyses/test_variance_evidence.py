"""What is handed to the explanation of a month: bad frames get one clear sentence, missing ones are missing."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from evidence import A, charge, daily, monthly, snapshots

from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.variance import explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.errors import InputError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION

MONTHS = ("2026-01", "2026-02")
ROWS = tuple(charge(cost, month, PricingQuantity=10.0) for cost, month in zip((10.0, 14.0), MONTHS, strict=True))
PLACE = {"SubAccountId": A, "ServiceName": "EC2", "RegionId": "us-east-1"}
USED = {"x_UsageType": "BoxUsage", "x_Operation": "RunInstances", "PricingUnit": "Hrs", "PricingQuantity": 10.0}


def sides() -> dict[str, pd.DataFrame]:
    """Every frame that may be handed over, sound."""
    return {side: frame.copy() for side, frame in _sides().items()}


@cache
def _sides() -> dict[str, pd.DataFrame]:
    days = pd.to_datetime(pd.Series(MONTHS))
    resource = PLACE | USED | {"ResourceId": "i-1", "EffectiveCost": 10.0}
    return {
        "monthly": monthly(*ROWS),
        "resources": pd.DataFrame([resource] * 2).assign(BillingPeriodStart=days, x_first_seen=days, x_last_seen=days),
        "daily": daily(*ROWS),
        "commitments": pd.DataFrame({"BillingPeriodStart": days, "CommitmentDiscountId": "plan"}),
        "snapshots": snapshots({"invoice_status": "open"}),
        "anomalies": pd.DataFrame({"SubAccountId": [A], "start": days[1:], "end": ["2026-02-03"], "excess": [3.0]}),
        "actions": pd.DataFrame({"ResourceId": ["i-1"], "date": ["2026-02-03"], "amount": [3.0]}),
    }


def told(**changes: Any) -> VarianceResult:
    frames = sides() | changes
    return explain(**frames, scope=ORGANIZATION, period=Period.parse("2026-02"))


def changed(side: str, column: str, value: object) -> pd.DataFrame:
    frame = sides()[side]
    return frame.assign(**{column: pd.Series([value] * len(frame), dtype=object, index=frame.index)})


@pytest.mark.parametrize("side", ["resources", "daily", "commitments", "snapshots", "anomalies", "actions"])
@pytest.mark.parametrize("rows", [None, 0])
def test_a_side_that_is_missing_or_empty_changes_no_total(side: str, rows: int | None) -> None:
    found = told(**{side: None if rows is None else sides()[side].iloc[:rows]})
    assert found.total.change == 4.0
    assert abs(found.residual) < 1e-9


@pytest.mark.parametrize("side", ["commitments", "snapshots", "anomalies", "actions"])
def test_evidence_of_nothing_needs_no_columns(side: str) -> None:
    assert told(**{side: pd.DataFrame()}).total.change == 4.0


@pytest.mark.parametrize("side", [*sides()])
@pytest.mark.parametrize("handed", [[1], {}, "costs", 5])
def test_what_is_no_frame_is_refused(side: str, handed: object) -> None:
    with pytest.raises(InputError, match=rf"The .*{side} are no frame|The .*costs are no frame"):
        told(**{side: handed})


@pytest.mark.parametrize(
    ("side", "column"),
    [
        ("monthly", "EffectiveCost"),
        ("resources", "ResourceId"),
        ("resources", "x_first_seen"),
        ("daily", "x_charge_day"),
        ("commitments", "CommitmentDiscountId"),
        ("snapshots", "last_day"),
        ("anomalies", "excess"),
        ("actions", "date"),
    ],
)
def test_a_column_that_is_lacking_is_named(side: str, column: str) -> None:
    with pytest.raises(InputError, match=rf"have no column {column}\."):
        told(**{side: sides()[side].drop(columns=column)})


@pytest.mark.parametrize(
    ("side", "column", "value", "words"),
    [
        ("monthly", "SubAccountId", ["a"], "SubAccountId in the monthly costs is .*, which is no text"),
        ("monthly", "ServiceName", Decimal(1), "which is no text"),
        ("monthly", "x_charge_kind", 5, "is 5, which is no text"),
        ("resources", "PricingQuantity", "many", "PricingQuantity in the resources is no number"),
        ("resources", "EffectiveCost", "much", "EffectiveCost in the resources is no number"),
        ("resources", "PricingQuantity", np.inf, "is infinite"),
        ("resources", "x_last_seen", "soon", "'soon', which is no certain day"),
        ("daily", "EffectiveCost", "much", "EffectiveCost in the daily costs is no number"),
        ("daily", "x_charge_day", 5, "which is no certain day"),
        ("commitments", "CommitmentDiscountId", ["plan"], "which is no text"),
        ("snapshots", "last_day", "soon", "'soon', which is no certain day"),
        ("snapshots", "invoice_status", [1], "which is no text"),
        ("anomalies", "SubAccountId", 111122223333, "is 111122223333, which is no text"),
        ("anomalies", "start", "soon", "'soon', which is no certain day"),
        ("anomalies", "end", None, "no date"),
        ("anomalies", "excess", "much", "excess in the anomalies is no number"),
        ("actions", "date", 20260203, "which is no certain day"),
        ("actions", "amount", "much", "amount in the actions is no number"),
        ("actions", "ResourceId", ["i-1"], "which is no text"),
    ],
)
def test_a_value_of_another_type_is_named(side: str, column: str, value: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        told(**{side: changed(side, column, value)})


@pytest.mark.parametrize("side", [*sides()])
def test_a_column_that_comes_twice_or_levels_are_refused(side: str) -> None:
    frame = sides()[side]
    with pytest.raises(InputError, match="twice"):
        told(**{side: pd.concat([frame, frame.iloc[:, :1]], axis=1)})
    with pytest.raises(InputError, match="index of several levels"):
        told(**{side: frame.set_index([frame.columns[0], frame.columns[-1]], drop=False)})


@pytest.mark.parametrize(
    ("side", "column", "value"),
    [
        ("snapshots", "last_day", dt.date(2026, 2, 28)),
        ("snapshots", "last_day", pd.Timestamp("2026-02-28")),
        ("actions", "amount", None),
        ("actions", "amount", Decimal("3")),
        ("anomalies", "excess", None),
        ("anomalies", "SubAccountId", None),
        ("resources", "x_first_seen", None),
    ],
)
def test_other_spellings_are_taken(side: str, column: str, value: object) -> None:
    assert told(**{side: changed(side, column, value)}).total.change == 4.0


def test_evidence_of_any_kind_has_a_json_form() -> None:
    odd = sides()["actions"].assign(tickets=[["T-1", "T-2"]], by=[Decimal(1)], share=[np.inf], on=[np.nan])
    rows = charge(10.0, "2026-01", PricingQuantity=10.0), charge(7.0, "2026-02", PricingQuantity=7.0)
    found = told(monthly=monthly(*rows), actions=odd)
    told_of = [driver["evidence"] for driver in found.to_dict()["drivers"] if driver["evidence"]]
    assert told_of[0]["tickets"] == "['T-1', 'T-2']"
    assert told_of[0]["share"] is None
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("kpi", [5, "visits", KpiRelation("visits", np.nan, 1.0), KpiRelation("visits", 0.1, None)])  # type: ignore[arg-type]
def test_a_relation_that_is_none_is_refused(kpi: object) -> None:
    with pytest.raises(InputError):
        told(kpi=kpi)
