"""The steps of the ledger: what may follow what, what stays, and what history makes of an estimate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from bills_by_resource import day, item
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.analyses.calibration import PRIOR, Factor, calibrated, calibration, factor
from finops_lib.analyses.ledger import (
    accept,
    done,
    exclude,
    excluded,
    proposals_of,
    propose,
    propose_records,
    summary,
)
from finops_lib.analyses.opportunities.protocol import Saving
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.ledger import empty, ledger_of, records_of
from finops_lib.core.errors import CurrencyMismatch, InputError

MAY = day("2026-05-01")


def proposed(*resources: str, expected: float = 50.0) -> pd.DataFrame:
    return propose(empty(), [item("delete", name, expected) for name in resources], on=MAY, currency="USD")


def only(ledger: pd.DataFrame) -> dict[str, Any]:
    (record,) = records_of(ledger)
    return record


def test_an_item_goes_from_proposed_to_done() -> None:
    ledger = proposed("vol-1")
    id_ = only(ledger)["id"]
    ledger = accept(ledger, [id_], owner="Team", on=day("2026-05-03"))
    record = only(done(ledger, [id_], on=day("2026-05-09")))
    assert (record["status"], record["owner"]) == ("done", "Team")
    assert [record[f"{step}_on"] for step in ("proposed", "accepted", "done")] == [
        MAY,
        day("2026-05-03"),
        day("2026-05-09"),
    ]


def test_ids_tell_the_thing_and_not_the_amount() -> None:
    one, other = only(proposed("vol-1")), only(proposed("vol-1", expected=60.0))
    assert one["id"] == other["id"]
    assert one["id"][0] == "s"
    ids = {
        only(propose(empty(), [item("delete", "vol-1", 5, component=part)], on=MAY, currency="USD"))["id"]
        for part in ("all", "storage")
    }
    assert len({one["id"], *ids}) == 2


def test_amounts_follow_the_scorecard_until_they_are_accepted() -> None:
    ledger = proposed("vol-1", "vol-2")
    accepted = ledger["id"][0]
    ledger = accept(ledger, [accepted], owner="Team", on=MAY)
    again = propose(
        ledger, [item("delete", name, 70.0) for name in ("vol-1", "vol-2")], on=day("2026-06-01"), currency="USD"
    )
    assert {record["id"] == accepted: record["expected"] for record in records_of(again)} == {True: 50.0, False: 70.0}


def test_alternatives_and_what_saves_nothing_are_not_proposed() -> None:
    taken = item("delete", "vol-1", 50.0)
    alternative = Item(taken.opportunity, taken.finding, taken.net, "alternative")
    assert propose(empty(), [alternative, item("delete", "vol-2", 0.0)], on=MAY, currency="USD").empty


def test_an_exclusion_ends_after_its_last_day_and_the_item_comes_up_again() -> None:
    ledger = proposed("vol-1")
    id_, end = only(ledger)["id"], day("2026-06-30")
    ledger = exclude(ledger, [id_], reason="Audit", owner="Legal", on=MAY, until=end)
    assert only(excluded(ledger, end))["excluded_because"] == "Audit"
    assert excluded(ledger, day("2026-07-01")).empty
    found = [item("delete", "vol-1", 60.0)]
    assert only(propose(ledger, found, on=end, currency="USD"))["status"] == "excluded"
    back = only(propose(ledger, found, on=day("2026-07-01"), currency="USD"))
    assert (back["status"], back["expected"], back["excluded_because"], back["excluded_until"]) == (
        "proposed",
        60.0,
        None,
        None,
    )


def test_an_exclusion_without_an_end_stays() -> None:
    ledger = proposed("vol-1")
    ledger = exclude(ledger, list(ledger["id"]), reason="Audit", owner="Legal", on=MAY)
    assert len(excluded(ledger, day("2099-01-01"))) == 1


WRONG: dict[str, tuple[Callable[[pd.DataFrame, str], pd.DataFrame], str]] = {
    "an unknown id": (lambda ledger, _: done(ledger, ["s000"], on=MAY), "has no item 's000'"),
    "done before accepted": (lambda ledger, id_: done(ledger, [id_], on=MAY), "is proposed, and cannot be done"),
    "accepted twice": (
        lambda ledger, id_: accept(accept(ledger, [id_], owner="A", on=MAY), [id_], owner="B", on=MAY),
        "is accepted, and cannot be accepted",
    ),
    "before it was proposed": (
        lambda ledger, id_: accept(ledger, [id_], owner="A", on=day("2026-04-30")),
        "was proposed on 2026-05-01",
    ),
    "an exclusion that ended": (
        lambda ledger, id_: exclude(ledger, [id_], reason="R", owner="O", on=MAY, until=day("2026-04-01")),
        "would end on 2026-04-01",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_step_is_one_sentence(case: str) -> None:
    step, sentence = WRONG[case]
    ledger = proposed("vol-1")
    with pytest.raises(InputError) as raised:
        step(ledger, only(ledger)["id"])
    assert sentence in raised.value.message
    assert raised.value.hint


def test_of_several_ids_all_move_or_none() -> None:
    ledger = proposed("vol-1", "vol-2")
    before = ledger.copy()
    with pytest.raises(InputError):
        accept(ledger, [ledger["id"][0], "s000"], owner="Team", on=MAY)
    pd.testing.assert_frame_equal(ledger, before)


def test_a_scorecards_json_gives_the_same_proposals() -> None:
    found = {
        "opportunity": "delete",
        "step": "delete",
        "account": "111122223333",
        "region": "us-east-1",
        "resource": "vol-1",
    }
    document = {
        "currency": "USD",
        "items": [found | {"component": "all", "saving": dict.fromkeys(("low", "expected", "high"), 50.0)}],
    }
    pd.testing.assert_frame_equal(propose_records(empty(), proposals_of(document), on=MAY), proposed("vol-1"))
    for broken in ({}, {"currency": "USD", "items": [{}]}, {"currency": "USD", "items": [3]}, {"items": []}):
        with pytest.raises(InputError):
            proposals_of(broken)
    with pytest.raises(InputError, match="no item 's000'"):
        proposals_of(document, ["s000"])


def test_the_summary_counts_each_status_and_refuses_two_currencies() -> None:
    ledger = proposed("vol-1", "vol-2")
    ledger = accept(ledger, [ledger["id"][0]], owner="Team", on=MAY)
    told = summary(ledger)
    assert (told["proposed"]["items"], told["accepted"]["expected"], told["done"]["items"]) == (1, 50.0, 0)
    euros = propose(ledger, [item("delete", "vol-3", 5.0)], on=MAY, currency="EUR")
    with pytest.raises(CurrencyMismatch):
        summary(euros)


# Calibration


def test_history_moves_the_factor_from_a_prior_of_three_items() -> None:
    half = factor([(100.0, 50.0)] * 3)
    assert half.mean == pytest.approx((3 * 1.0 + 3 * 0.5) / 6)
    assert (half.count, half.expected, half.realized) == (3, 300.0, 150.0)
    assert factor([(100.0, 50.0)] * 300).mean == pytest.approx(0.505, abs=0.001)
    assert PRIOR.mean == 1.0
    assert PRIOR.spread == pytest.approx(0.3 * math.sqrt(1 + 1 / 3))


def test_the_spread_by_hand() -> None:
    """Two items of 0.8 and 1.2: squares 0.08 around their mean 1.0, which is the prior's."""
    assert factor([(1.0, 0.8), (1.0, 1.2)]).spread == pytest.approx(math.sqrt((0.09 + 0.04) / 2 * (1 + 1 / 5)))


def test_a_single_odd_item_counts_within_bounds() -> None:
    assert factor([(1.0, 1e6)]).mean == pytest.approx((3 + 3) / 4)


def test_what_was_reverted_counts_as_nothing_and_what_is_in_doubt_not_at_all() -> None:
    records = records_of(proposed("a", "b", "c", "d"))
    cells = (
        {"status": "verified", "realized": 50.0},
        {"status": "reverted", "realized": 50.0},
        {"realized": 9.0, "doubt": "?"},
        {},
    )
    told = calibration(ledger_of(record | more for record, more in zip(records, cells, strict=True)))
    assert list(told) == ["delete"]
    assert told["delete"].mean == pytest.approx((3 + 1 + 0) / 5)


savings = st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)).map(lambda cells: Saving(*sorted(cells)))


@given(saving=savings, ratios=st.lists(st.floats(-2, 4), min_size=1, max_size=9))
def test_a_calibrated_saving_is_ordered_scaled_and_never_more_than_it_may(saving: Saving, ratios: list[float]) -> None:
    by = factor([(10.0, 10.0 * ratio) for ratio in ratios])
    free, capped = calibrated(saving, by), calibrated(saving, by, most=30.0)
    assert free.expected == pytest.approx(saving.expected * by.mean)
    assert capped.high <= 30.0
    assert free.high - free.low >= abs(by.mean) * (saving.high - saving.low) - 1e-9


def test_without_history_a_saving_is_as_it_was() -> None:
    saving = Saving(1.0, 2.0, 3.0)
    assert calibrated(saving, PRIOR) is saving
    assert calibrated(Saving.exactly(100.0), Factor(0.8, 0.9, 5)).low == 0.0  # what ends cannot cost more
    assert calibrated(Saving(-1.0, 100.0, 100.0), Factor(0.8, 0.9, 5)).low < -30.0
    assert calibrated(Saving.exactly(100.0), Factor(0.8, 0.1, 5)).low == pytest.approx(80 - 12.8155, abs=1e-3)
