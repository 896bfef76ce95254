"""Resources behind a cause, and whether it stays: by hand."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from finops_lib.analyses.drilldown import persistence, resources
from finops_lib.core.errors import InsufficientDataError, SchemaMismatch

ROWS = pd.DataFrame(
    [
        ("EC2", "eu", "i-1", 10.0, 4.0),
        ("EC2", "eu", "i-1", 5.0, 1.0),
        ("EC2", "eu", "i-2", 0.0, 3.0),
        ("EC2", "eu", "i-3", 7.0, 0.0),
        ("EC2", None, "i-4", 9.0, 9.0),
        ("EC2", "eu", None, 2.0, 1.0),
        ("S3", "eu", "b-1", 99.0, 1.0),
    ],
    columns=["ServiceName", "RegionId", "ResourceId", "actual", "expected"],
)


def test_the_resources_of_a_cause_come_by_change() -> None:
    result = resources(ROWS, {"ServiceName": "EC2", "RegionId": "eu"}, top=3)
    rows = result.resources[["ResourceId", "before", "after", "change", "state"]].values.tolist()
    assert rows == [["i-1", 5.0, 15.0, 10.0, "rose"], ["i-3", 0.0, 7.0, 7.0, "new"], ["i-2", 3.0, 0.0, -3.0, "gone"]]
    assert (result.before, result.after, result.change, result.others) == (9.0, 24.0, 15.0, 1.0)
    assert (result.shown, result.total) == (3, 4)
    assert [note.code for note in result.notes] == ["resources.without_id"]
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["others"] == 1.0


def test_a_null_of_the_cause_matches_nulls() -> None:
    result = resources(ROWS, {"RegionId": None})
    assert result.resources["ResourceId"].tolist() == ["i-4"]
    assert result.resources["state"].tolist() == ["unchanged"]


def test_everything_is_all_rows() -> None:
    assert resources(ROWS, {}).total == 6


def test_what_cannot_be_drilled() -> None:
    with pytest.raises(SchemaMismatch, match="no column team"):
        resources(ROWS, {"team": "a"})
    with pytest.raises(InsufficientDataError, match="No resource row"):
        resources(ROWS, {"ServiceName": "RDS"})


START = dt.date(2026, 3, 1)


def days(after: list[float], before: int = 56) -> pd.DataFrame:
    week = [100.0, 100, 100, 100, 100, 40, 40]
    dates = pd.date_range(end=pd.Timestamp(START) - pd.Timedelta(days=1), periods=before)
    cost = [week[day.day_of_week] for day in dates]
    later = pd.date_range(START, periods=len(after))
    more = [week[day.day_of_week] + extra for day, extra in zip(later, after, strict=True)]
    return pd.DataFrame({"date": [*dates, *later], "cost": [*cost, *more]})


@pytest.mark.parametrize(
    ("after", "verdict", "left"),
    [
        ([60.0] * 20, "structural", 1.0),
        ([60.0] * 5 + [0.0] * 15, "temporary", 0.0),
        ([300.0] + [0.0] * 19, "temporary", 0.0),
        ([60.0] * 7 + [30.0] * 13, "receding", 0.5),
        ([-40.0] * 30, "structural", 1.0),
        ([60.0] * 13, "undecided", None),
        ([0.0] * 20, "no shift", None),
    ],
)
def test_temporary_or_structural(after: list[float], verdict: str, left: float | None) -> None:
    result = persistence(days(after), changed_on=START)
    assert result.verdict == verdict
    assert result.share_left == (None if left is None else pytest.approx(left))
    json.dumps(result.to_dict(), allow_nan=False)


def test_as_of_hides_what_came_later() -> None:
    after = [60.0] * 20 + [0.0] * 20
    assert persistence(days(after), changed_on=START).verdict == "temporary"
    assert persistence(days(after), changed_on=START, as_of=dt.date(2026, 3, 18)).verdict == "structural"


def test_noise_is_no_shift() -> None:
    frame = days([0.0] * 20)
    frame["cost"] += np.tile([4.0, -4.0, 0.0], 30)[: len(frame)]
    assert persistence(frame, changed_on=START).verdict == "no shift"


def test_too_little_history() -> None:
    with pytest.raises(InsufficientDataError, match="3 days before 2026-03-01, 9 from then on"):
        persistence(days([1.0] * 9, before=3), changed_on=START)
