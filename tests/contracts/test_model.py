"""A look finds what pandera finds: whatever a frame holds, both give the same frame or refuse it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts.model import Frame, conformed


class Model(Frame):
    day: Series[pd.Timestamp] = pa.Field(nullable=True)
    name: Series[str]
    tag: Series[str] = pa.Field(nullable=True)
    cost: Series[float] = pa.Field(nullable=True)
    share: Series[float] = pa.Field(ge=0, le=1)
    rows: Series[int]
    open: Series[bool]
    found: Series[object]


DAYS = pd.to_datetime(["2026-10-01", "2026-10-02"])
CHOICES: dict[str, list[Any]] = {
    "day": [DAYS, DAYS.as_unit("us"), DAYS.as_unit("s"), DAYS.tz_localize("UTC"), [None, "2026-10-02"], ["x", "y"],
            pd.to_datetime(["9999-12-31", None]).as_unit("us")],
    "name": [["a", "b"], ["a", None], [1, 2], pd.array(["a", "b"], dtype="object")],
    "tag": [["a", None], [None, None], pd.array([np.nan, "b"], dtype="string")],
    "cost": [[0.0, np.nan], [1, 2], ["1.5", "2"], ["x", "y"], [np.inf, -1e7]],
    "share": [[0.0, 1.0], [0.5, 1.5], [0.5, np.nan]],
    "rows": [[1, 2], [1.0, 2.0], [1.5, 2.0], [1, None]],
    "open": [[True, False], [0, 1], [None, True]],
    "found": [[(), {}], [1, 2]],
}  # fmt: skip


def outcome(check: Any, frame: pd.DataFrame) -> pd.DataFrame | None:
    try:
        checked: pd.DataFrame = check(frame)
    except (SchemaError, SchemaErrors):
        return None
    return checked


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}), st.data())
def test_a_look_and_pandera_agree(columns: dict[str, Any], data: st.DataObject) -> None:
    kept = data.draw(st.sampled_from([list(columns)] * 4 + [list(columns)[:-1], [*columns, "cost"]]))
    frame = pd.concat({at: pd.Series(columns[name]) for at, name in enumerate(kept)}, axis=1).set_axis(kept, axis=1)
    before = frame.copy()
    mine, theirs = outcome(lambda given: conformed(Model, given), frame), outcome(Model.validate, frame)
    assert (mine is None) == (theirs is None)
    if mine is not None and theirs is not None:
        pd.testing.assert_frame_equal(mine, theirs)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", CHOICES)
def test_one_odd_column_among_sound_ones(name: str) -> None:
    for odd in CHOICES[name]:
        frame = pd.DataFrame({key: pd.Series(odd if key == name else values[0]) for key, values in CHOICES.items()})
        mine, theirs = outcome(lambda given: conformed(Model, given), frame), outcome(Model.validate, frame)
        assert (mine is None) == (theirs is None), odd
        if mine is not None and theirs is not None:
            pd.testing.assert_frame_equal(mine, theirs)


def test_a_frame_that_is_right_is_not_handed_to_pandera(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sound(Frame):
        day: Series[pd.Timestamp]
        name: Series[str]
        cost: Series[float] = pa.Field(nullable=True)

    frame = pd.DataFrame({"day": DAYS[:1].as_unit("us"), "name": ["a"], "cost": [np.nan], "more": [1]})
    expected = Sound.validate(frame)
    monkeypatch.delattr(pa.DataFrameSchema, "validate")
    pd.testing.assert_frame_equal(conformed(Sound, frame), expected)
