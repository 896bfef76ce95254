"""Root causes: planted combinations are found by name, sums add up, and odd input is told."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.analyses.causes import CausesResult, locate
from finops_lib.core.errors import InputError, InsufficientDataError, SchemaMismatch, UsageError

SIZES = {"account": 6, "service": 8, "region": 5, "usage": 4}


def cube(noise: float = 0.05, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        list(itertools.product(*([f"{name[0]}{i}" for i in range(size)] for name, size in SIZES.items()))),
        columns=list(SIZES),
    )
    expected = rng.lognormal(3, 1.2, len(frame))
    return frame.assign(actual=expected * (1 + rng.normal(0, noise, len(frame))), expected=expected)


def under(frame: pd.DataFrame, **values: str) -> pd.Series:
    return np.logical_and.reduce([frame[name] == value for name, value in values.items()])


def combinations(result: CausesResult) -> list[dict[str, object]]:
    return [dict(cause.combination) for cause in result.causes]


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.4, 3.0])
@pytest.mark.parametrize(
    "cause",
    [{"region": "r2"}, {"account": "a1", "service": "s3"}, {"account": "a4", "service": "s0", "region": "r1"}],
    ids=str,
)
def test_a_planted_combination_is_found_by_name(cause: dict[str, str], factor: float) -> None:
    frame = cube()
    hit = under(frame, **cause)
    frame.loc[hit, "actual"] *= factor
    result = locate(frame)
    assert combinations(result) == [cause]
    found = result.causes[0]
    assert found.leaves == hit.sum()
    assert found.change == pytest.approx((frame["actual"] - frame["expected"])[hit].sum())
    assert result.share_explained == pytest.approx(found.change / result.change)


def test_three_causes_in_both_directions_come_by_dollars() -> None:
    frame = cube()
    planted = [
        ({"service": "s5"}, 2.0),
        ({"account": "a0", "region": "r0"}, 0.2),
        ({"usage": "u3", "account": "a2"}, 1.6),
    ]
    for values, factor in planted:
        frame.loc[under(frame, **values), "actual"] *= factor
    result = locate(frame)
    assert {frozenset(found.items()) for found in combinations(result)} == {
        frozenset(values.items()) for values, _ in planted
    }
    sizes = [abs(cause.change) for cause in result.causes]
    assert sizes == sorted(sizes, reverse=True)
    assert combinations(locate(frame, max_causes=1)) == combinations(result)[:1]


def test_the_dollars_of_overlapping_causes_are_counted_once() -> None:
    frame = cube(noise=0.0)
    frame.loc[under(frame, region="r1"), "actual"] *= 2
    frame.loc[under(frame, account="a1", service="s1"), "actual"] *= 4
    result = locate(frame)
    assert len(result.causes) == 2
    assert result.explained == pytest.approx(result.change)
    assert result.share_explained == pytest.approx(1.0)


def test_a_large_leaf_speaks_by_its_dollars() -> None:
    frame = cube(noise=0.02)
    leaf = under(frame, account="a1", service="s2", region="r3", usage="u0")
    frame.loc[leaf, "actual"] = frame.loc[leaf, "expected"] + 5_000
    assert combinations(locate(frame)) == [{"account": "a1", "service": "s2", "region": "r3", "usage": "u0"}]


def test_the_shortest_name_is_taken_and_what_comes_with_it_is_told() -> None:
    frame = cube().assign(payer="p", country=lambda table: table["region"].map(lambda name: f"country of {name}"))
    frame.loc[under(frame, region="r2"), "actual"] *= 2
    (cause,) = locate(frame).causes
    assert len(cause.combination) == 1
    assert dict(cause.combination) | dict(cause.always) == {"region": "r2", "country": "country of r2", "payer": "p"}


@pytest.mark.parametrize("count", [1, 2, 10, 2_000])
def test_all_leaves_changed_alike(count: int) -> None:
    frame = pd.DataFrame({"service": [f"s{i}" for i in range(count)], "expected": 10.0 + np.arange(count) % 7})
    result = locate(frame.assign(actual=frame["expected"] * 1.2))
    assert combinations(result) == [{}]
    assert result.causes[0].change == pytest.approx(result.change)
    assert result.share_explained == pytest.approx(1.0)


def test_a_cause_on_top_of_a_common_drift() -> None:
    frame = cube(noise=0.01)
    frame["actual"] *= 1.10
    frame.loc[under(frame, account="a3", service="s4"), "actual"] *= 3
    result = locate(frame)
    assert sorted(combinations(result), key=len) == [{}, {"account": "a3", "service": "s4"}]
    assert result.explained == pytest.approx(result.change, rel=0.02)


def test_nothing_changed() -> None:
    frame = cube(noise=0.0)
    result = locate(frame)
    assert (result.causes, result.change, result.share_explained) == ((), 0.0, None)
    assert [note.code for note in result.notes] == ["causes.no_change"]


def test_noise_alone_has_no_cause() -> None:
    found = [locate(cube(noise=0.1, seed=seed)) for seed in range(20)]
    assert sum(bool(result.causes) for result in found) <= 2
    assert {note.code for result in found if not result.causes for note in result.notes} == {"causes.spread"}


def test_rises_and_falls_that_cancel() -> None:
    frame = pd.DataFrame({"service": list("abcdef"), "expected": [100.0] * 6, "actual": [160.0, 40.0] + [100.0] * 4})
    result = locate(frame)
    assert sorted(map(str, combinations(result))) == ["{'service': 'a'}", "{'service': 'b'}"]
    assert result.share_explained is None
    assert "causes.offset" in [note.code for note in result.notes]


def test_nulls_are_values_and_come_out_as_none() -> None:
    frame = cube()
    frame.loc[frame["service"] == "s1", "service"] = None
    frame.loc[frame["service"].isna(), "actual"] *= 2
    result = locate(frame)
    assert combinations(result) == [{"service": None}]
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["causes"][0]["combination"] == {"service": None}


def test_new_and_vanished_leaves() -> None:
    frame = cube()
    frame.loc[under(frame, service="s2"), "expected"] = 0.0
    frame.loc[under(frame, service="s6", region="r0"), "actual"] = math.nan
    result = locate(frame)
    assert combinations(result) == [{"service": "s2"}, {"service": "s6", "region": "r0"}]
    assert [note.code for note in result.notes] == ["causes.missing_amounts"]


def test_credits_are_costs_below_zero() -> None:
    frame = cube()
    credits = under(frame, service="s7")
    frame.loc[credits, ["actual", "expected"]] *= -1
    frame.loc[credits & (frame["account"] == "a5"), "actual"] = 0.0
    (cause,) = locate(frame).causes
    assert cause.combination == {"account": "a5", "service": "s7"}
    assert cause.change > 0


def test_one_attribute_only_and_repeated_rows() -> None:
    frame = pd.DataFrame({"x": list("abcabc"), "expected": [5.0] * 6, "actual": [5.0, 50.0, 5.0, 5.0, 50.0, 5.0]})
    result = locate(frame)
    assert combinations(result) == [{"x": "b"}]
    assert (result.causes[0].before, result.causes[0].after) == (10.0, 100.0)
    assert [note.code for note in result.notes] == ["causes.repeated_leaves"]


def test_decimals_and_whole_numbers_are_amounts_and_any_value_an_attribute() -> None:
    frame = pd.DataFrame({7: [1, 2, 3, 4], "expected": [Decimal(1)] * 4, "actual": [1, 1, 9, 1]})
    assert combinations(locate(frame)) == [{"7": 3}]
    assert combinations(locate(frame.assign(kind=pd.Categorical(list("abca"))))) == [{"7": 3}]


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        (pd.DataFrame({"a": ["x"], "actual": [1.0]}), SchemaMismatch, "no column expected"),
        (pd.DataFrame({"expected": [1.0], "actual": [1.0]}), SchemaMismatch, "no attribute"),
        (pd.DataFrame({"a": [], "expected": [], "actual": []}), InsufficientDataError, "no leaves"),
        (
            pd.DataFrame({"a": ["x"], "expected": ["?"], "actual": [1.0]}),
            SchemaMismatch,
            "expected in the leaves is no number",
        ),
        (
            pd.DataFrame({"a": [["x"]], "expected": [1.0], "actual": [1.0]}),
            InputError,
            "attribute a of the leaves holds",
        ),
        (pd.DataFrame([["x", "y", 1.0, 2.0]], columns=["a", "a", "expected", "actual"]), InputError, "column a twice"),
        ([{"a": "x", "expected": 1.0, "actual": 2.0}], InputError, "no frame but a list"),
        (
            pd.DataFrame({"a": ["x"], "b": ["y"], "c": ["z"], "expected": [1.0], "actual": [2.0]}).set_index(
                ["a", "b"]
            ),
            InputError,
            "index of several levels",
        ),
        (
            pd.DataFrame(
                [["x", 1.0, 2.0]], columns=pd.MultiIndex.from_product([["leaf"], ["a", "expected", "actual"]])
            ),
            InputError,
            "column names of several levels",
        ),
        (
            pd.DataFrame(
                {"a": [dt.date(2026, 1, 1), pd.Timestamp(0), "x"], "expected": 1.0, "actual": [1.0, 2.0, 3.0]}
            ),
            InputError,
            "cannot be told apart",
        ),
        (pd.DataFrame({"a": ["x"], "expected": [math.inf], "actual": [1.0]}), SchemaMismatch, "infinite"),
    ],
)
def test_input_that_cannot_be_read(frame: pd.DataFrame, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        locate(frame)


@pytest.mark.parametrize("count", [0, 2.5, None, "3"])
def test_no_count_of_causes(count: object) -> None:
    with pytest.raises(UsageError, match=f"max_causes is {count!r}"):
        locate(cube(), max_causes=count)  # type: ignore[arg-type]


def test_any_value_of_an_attribute_is_json() -> None:
    """A day, a time, a decimal and a stretch of time name a cause as text."""
    day, time = pd.Timestamp("2026-05-01"), pd.Timestamp("2026-05-01 06:30")
    for value, told in (
        (day, "2026-05-01"), (time, "2026-05-01T06:30:00"), (Decimal("0.5"), "0.5"),
        (pd.Period("2026-05", "M"), "2026-05"), (dt.date(2026, 5, 1), "2026-05-01"), (0.5, 0.5), (True, True),
    ):  # fmt: skip
        frame = pd.DataFrame({"a": ["x", "y", "z", value], "expected": [1.0] * 4, "actual": [1.0, 1.0, 1.0, 9.0]})
        form = json.loads(json.dumps(locate(frame).to_dict(), allow_nan=False))
        assert [cause["combination"] for cause in form["causes"]] == [{"a": told}]


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    frame = cube()
    frame.loc[under(frame, account="a1", service="s3"), "actual"] *= 2
    mixed = frame.sample(frac=1, random_state=3)[["expected", "usage", "region", "actual", "service", "account"]]
    one, other = locate(frame), locate(mixed)
    assert combinations(one) == combinations(other)
    assert one.explained == pytest.approx(other.explained)


LEAF = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.sampled_from(["x", "y", "z"]),
    st.floats(-1e7, 1e7) | st.just(0.0),
    st.floats(-1e7, 1e7) | st.sampled_from([0.0, 1e-9]),
)


@given(st.lists(LEAF, min_size=1, max_size=30), st.integers(1, 4))
def test_any_table_has_an_answer_that_adds_up(rows: list[tuple[object, ...]], most: int) -> None:
    frame = pd.DataFrame(rows, columns=["p", "q", "actual", "expected"])
    result = locate(frame, max_causes=most)
    assert len(result.causes) <= most
    assert result.explained == pytest.approx(sum(cause.change for cause in result.causes), abs=1e-6)
    assert all(cause.change == pytest.approx(cause.after - cause.before, abs=0.01) for cause in result.causes)
    assert len({str(found) for found in combinations(result)}) == len(result.causes)
    json.dumps(result.to_dict(), allow_nan=False)
    assert list(result.frames()["causes"].columns) == ["p", "q", "before", "after", "change", "share", "leaves"]
