"""What the bill says of savings that were done: planted cases, each worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from bills_by_resource import ACCOUNT, bill, day, hours, item, used
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.analyses.ledger import accept, done, propose
from finops_lib.analyses.realized import Outcome, RealizedResult, verify
from finops_lib.analyses.realized_saving import measure, saved
from finops_lib.analyses.resource_usage import Rate
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.ledger import empty
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
BEFORE, AFTER = ("2026-05", "2026-06"), ("2026-08", "2026-09", "2026-10")
DONE, LATEST = day("2026-07-10"), day("2026-10-31")
OTHER = [used(month, "i-other", "BoxUsage:c5.large", hours(month), 0.085) for month in MONTHS]
Lines = Sequence[dict[str, Any]]


def done_items(*items: Item, on: dt.date = DONE) -> pd.DataFrame:
    """A ledger whose items were all proposed and accepted on May 1st and done later."""
    start = day("2026-05-01")
    ledger = propose(empty(), items, on=start, currency="USD")
    return done(accept(ledger, list(ledger["id"]), owner="Team", on=start), list(ledger["id"]), on=on)


def verified(ledger: pd.DataFrame, lines: Lines, as_of: dt.date = LATEST) -> RealizedResult:
    period = Period.of(as_of)
    return verify(ledger, bill(*OTHER, *lines), scope=ORGANIZATION, period=period, as_of=as_of)


def outcome(one: Item, lines: Lines, *, as_of: dt.date = LATEST, on: dt.date = DONE) -> Outcome:
    result = verified(done_items(one, on=on), lines, as_of)
    assert len(result.outcomes) == 1
    return result.outcomes[0]


def instance(price: float, months: Sequence[str], usage_type: str = "BoxUsage:m5.2xlarge", share: float = 1.0) -> Lines:
    return [used(month, "i-1", usage_type, hours(month) * share, price) for month in months]


# What lands


def test_a_smaller_instance_saves_the_difference_of_the_prices_at_the_hours_of_before() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.20, AFTER, "BoxUsage:m5.xlarge")]
    found = outcome(item("rightsize", "i-1", 150.0, component="compute"), lines)
    length = (31 + 30) / 2
    assert (found.landing.state, found.item["status"]) == ("verified", "verified")
    assert found.landing.baseline == pytest.approx(0.40 * 24 * length)
    assert found.landing.realized == pytest.approx(0.20 * 24 * length)
    assert found.ratio == pytest.approx(0.20 * 24 * length / 150)
    assert found.item["verified_on"] == LATEST
    assert found.landing.months == 3


def test_a_deleted_volume_saves_all_it_cost_whatever_the_months_length() -> None:
    lines = [used(month, "vol-1", "EBS:VolumeUsage.gp2", 500.0, 0.10) for month in BEFORE]
    lines.append(used("2026-07", "vol-1", "EBS:VolumeUsage.gp2", 500 * 10 / 31, 0.10, last=10))
    found = outcome(item("delete", "vol-1", 50.0), lines)
    assert (found.landing.state, found.landing.vanished, found.landing.replaced_by) == ("verified", True, ())
    assert found.landing.realized == pytest.approx(50.0)


def test_a_schedule_saves_the_hours_that_it_ends() -> None:
    lines = [*instance(0.10, BEFORE), *instance(0.10, AFTER, share=0.35)]
    found = outcome(item("schedule", "i-1", 47.0, component="compute"), lines)
    assert found.landing.realized == pytest.approx(0.65 * 0.10 * 24 * 30.5)


def test_cheaper_storage_keeps_the_new_meters_that_it_brings() -> None:
    lines = [used(month, "vol-1", "EBS:VolumeUsage.gp2", 1000.0, 0.10) for month in BEFORE]
    for month in AFTER:
        lines.append(used(month, "vol-1", "EBS:VolumeUsage.gp3", 1000.0, 0.08))
        lines.append(used(month, "vol-1", "EBS:VolumeP-IOPS.gp3", 1000.0, 0.005, PricingUnit="IOPS-Mo"))
    assert outcome(item("modernize", "vol-1", 15.0, component="storage"), lines).landing.realized == pytest.approx(15.0)


# What must not count


def test_a_price_cut_is_no_saving() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.20, AFTER)]
    for step in ("rightsize", "schedule"):
        found = outcome(item(step, "i-1", 146.0, component="compute"), lines)  # type: ignore[arg-type]
        assert (found.landing.state, found.item["status"]) == ("not_seen", "done")
        assert found.landing.realized == pytest.approx(0.0, abs=1e-9)


def test_a_commitment_on_the_new_size_is_no_saving_of_the_new_size() -> None:
    lines = [*instance(0.40, BEFORE)]
    for month in AFTER:
        new = used(month, "i-1", "BoxUsage:m5.xlarge", hours(month), 0.14, ListCost=hours(month) * 0.20)
        lines.append(new | {"CommitmentDiscountStatus": "Used", "CommitmentDiscountId": "plan-1"})
    found = outcome(item("rightsize", "i-1", 150.0, component="compute"), lines)
    assert found.landing.realized == pytest.approx(0.20 * 24 * 30.5)


def test_a_fall_of_volume_is_no_saving_of_a_new_size() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.40, AFTER, share=0.5)]
    found = outcome(item("rightsize", "i-1", 146.0, component="compute"), lines)
    assert (found.landing.state, found.landing.realized) == ("not_seen", pytest.approx(0.0, abs=1e-9))


def test_a_rise_of_volume_takes_nothing_from_a_saving() -> None:
    lines = [*instance(0.40, BEFORE, share=0.5), *instance(0.20, AFTER, "BoxUsage:m5.xlarge")]
    found = outcome(item("rightsize", "i-1", 73.0, component="compute"), lines)
    assert found.landing.realized == pytest.approx(0.20 * 12 * 30.5)


def test_another_part_of_the_resource_does_not_count() -> None:
    traffic = [used(month, "i-1", "DataTransfer-Out-Bytes", 900.0, 0.09, PricingUnit="GB") for month in BEFORE]
    lines = [*instance(0.40, BEFORE), *instance(0.40, AFTER), *traffic]
    found = outcome(item("rightsize", "i-1", 100.0, component="compute"), lines)
    assert found.landing.realized == pytest.approx(0.0, abs=1e-9)


# Too early, and too little known


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2026-06-30", "not_yet"),
        ("2026-07-31", "not_yet"),
        ("2026-08-30", "not_yet"),
        ("2026-08-31", "running"),
        ("2026-09-08", "verified"),
    ],
)
def test_before_60_days_it_stays_done(as_of: str, state: str) -> None:
    months = [month for month in AFTER if Period.parse(month) <= Period.of(day(as_of))]
    lines = [*instance(0.40, BEFORE), *instance(0.20, months, "BoxUsage:m5.xlarge")]
    found = outcome(item("rightsize", "i-1", 150.0), lines, as_of=day(as_of))
    assert found.landing.state == state
    assert found.item["status"] == ("verified" if state == "verified" else "done")
    assert (found.item["realized"] is None) == (state != "verified")
    assert (found.landing.realized is None) == (state == "not_yet")
    assert found.landing.days >= 0


UNKNOWN: dict[str, tuple[Item, Lines, str]] = {
    "no month before": (item("delete", "i-9", 10.0), [], "No month held before"),
    "a commitment": (item("commit", "i-1", 10.0), instance(0.4, MONTHS), "A commitment"),
    "another currency": (
        item("delete", "i-1", 10.0),
        [line | {"BillingCurrency": "EUR"} for line in instance(0.4, BEFORE)],
        "The bill is not in USD.",
    ),
    "no quantities": (
        item("rightsize", "i-1", 10.0),
        [line | {"PricingQuantity": None} for line in instance(0.4, MONTHS)],
        "lacks quantities",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_the_bill_cannot_tell_stays_done_with_its_reason(case: str) -> None:
    one, lines, reason = UNKNOWN[case]
    result = verified(done_items(one), lines)
    found = result.outcomes[0]
    assert (found.landing.state, found.item["status"], found.landing.realized) == ("unknown", "done", None)
    assert reason in found.landing.reason
    assert [note.code for note in result.notes] == ["realized.unknown"]


def test_a_bill_without_resources_is_refused() -> None:
    with pytest.raises(InsufficientDataError):
        verify(empty(), bill(*OTHER).iloc[:0], scope=ORGANIZATION, period=Period(2026, 10), as_of=LATEST)


# What comes back, and what only moved


def test_a_cost_that_is_back_the_month_after_is_reverted() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.20, AFTER[:2], "BoxUsage:m5.xlarge"), *instance(0.40, AFTER[2:])]
    result = verified(done_items(item("rightsize", "i-1", 150.0)), lines)
    found = result.outcomes[0]
    assert (found.landing.state, found.item["status"]) == ("reverted", "reverted")
    assert (found.landing.reason, found.item["reverted_on"]) == ("Its cost is back in October 2026.", LATEST)
    assert result.calibration["rightsize"].realized == 0.0


@pytest.mark.parametrize(("first", "state"), [(20, "reverted"), (26, "verified")])
def test_what_is_seen_again_counts_as_back_from_a_week_on(first: int, state: str) -> None:
    left = (31 - first + 1) * 24.0
    again = used("2026-10", "i-1", "BoxUsage:m5.2xlarge", left, 0.40, first=first)
    found = outcome(item("delete", "i-1", 292.8), [*instance(0.40, BEFORE), again])
    assert found.landing.state == state


def test_an_open_month_of_a_week_tells_of_a_return_and_a_shorter_one_does_not() -> None:
    for last, state in ((9, "reverted"), (5, "verified")):
        again = used("2026-11", "i-1", "BoxUsage:m5.2xlarge", last * 24.0, 0.40, last=last)
        found = outcome(
            item("delete", "i-1", 292.8),
            [*instance(0.40, BEFORE), again, *open_month()],
            as_of=day(f"2026-11-{last:02d}"),
        )
        assert found.landing.state == state


def open_month() -> Lines:
    return [used("2026-11", "i-other", "BoxUsage:c5.large", 24.0, 0.085)]


def test_what_was_verified_keeps_its_measure_until_it_is_reverted() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.20, AFTER, "BoxUsage:m5.xlarge")]
    first = verified(done_items(item("rightsize", "i-1", 150.0)), lines)
    again = verified(
        first.ledger, [*lines, *open_month(), *instance(0.20, ["2026-11"], "BoxUsage:m5.xlarge")], day("2026-11-30")
    )
    pd.testing.assert_frame_equal(again.ledger, first.ledger)
    back = verified(first.ledger, [*lines, *open_month(), *instance(0.40, ["2026-11"])], day("2026-11-30"))
    assert list(back.ledger["status"]) == ["reverted"]
    assert list(back.ledger["realized"]) == list(first.ledger["realized"])


def test_a_successor_of_the_same_usage_or_name_is_a_doubt() -> None:
    volume = [used(month, "vol-1", "EBS:VolumeUsage.gp2", 500.0, 0.10) for month in BEFORE]
    for successors in (
        [used(month, "vol-2", "EBS:VolumeUsage.gp2", 400.0, 0.10) for month in AFTER],
        [used(month, "vol-2", "EBS:VolumeUsage.gp3", 50.0, 0.08, x_tag_Name="db") for month in AFTER],
    ):
        named = [line | {"x_tag_Name": "db"} for line in volume]
        result = verified(done_items(item("delete", "vol-1", 50.0)), [*named, *successors])
        assert result.outcomes[0].landing.replaced_by == ("vol-2",)
        assert list(result.ledger["status"]) == ["verified"]
        assert list(result.ledger["doubt"]) == ["replaced by vol-2"]
        assert [note.code for note in result.notes] == ["realized.replaced"]
        assert result.calibration == {}


def test_new_resources_of_other_usage_are_no_doubt() -> None:
    volume = [used(month, "vol-1", "EBS:VolumeUsage.gp2", 500.0, 0.10) for month in BEFORE]
    new = [used(month, "vol-2", "EBS:VolumeUsage.gp2", 100.0, 0.10) for month in AFTER]
    assert outcome(item("delete", "vol-1", 50.0), [*volume, *new]).landing.replaced_by == ()


def test_an_instance_that_another_type_replaced_is_not_verified() -> None:
    new = [used(month, "i-2", "BoxUsage:m6g.2xlarge", hours(month), 0.32) for month in AFTER]
    found = outcome(item("modernize", "i-1", 58.0, component="compute"), [*instance(0.40, BEFORE), *new])
    assert (found.landing.state, found.landing.replaced_by, found.item["status"]) == ("unknown", ("i-2",), "done")


# The ledger around it


def test_what_was_accepted_and_not_done_lapses_after_90_days() -> None:
    start = day("2026-05-01")
    ledger = propose(empty(), [item("delete", "i-1", 9.0), item("delete", "i-2", 9.0)], on=start, currency="USD")
    ledger = accept(ledger, list(ledger["id"][:1]), owner="Team", on=start)
    assert list(verified(ledger, [], day("2026-07-30")).ledger["status"]) == ["accepted", "proposed"]
    result = verified(ledger, [], day("2026-07-31"))
    assert list(result.ledger["status"]) == ["lapsed", "proposed"]
    assert result.lapsed == (ledger["id"][0],)
    assert [note.code for note in result.notes] == ["realized.lapsed"]


def test_an_accounts_scope_leaves_the_others_items_alone() -> None:
    ledger = done_items(item("delete", "i-1", 292.8))
    args = {"period": Period(2026, 10), "as_of": LATEST}
    told = bill(*OTHER, *instance(0.40, BEFORE))
    elsewhere = verify(ledger, told, scope=Scope("999999999999"), **args)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(elsewhere.ledger, ledger)
    assert elsewhere.outcomes == ()
    assert list(verify(ledger, told, scope=Scope(ACCOUNT), **args).ledger["status"]) == ["verified"]  # type: ignore[arg-type]


def test_the_result_is_json_and_does_not_depend_on_the_order_of_rows() -> None:
    lines = [*instance(0.40, BEFORE), *instance(0.20, AFTER, "BoxUsage:m5.xlarge")]
    ledger = done_items(item("rightsize", "i-1", 150.0), item("delete", "i-9", 10.0))
    one, other = verified(ledger, lines).to_dict(), verified(ledger, lines[::-1]).to_dict()
    assert one == other
    assert [row["state"] for row in one["items"]].count("verified") == 1
    assert one["summary"]["verified"]["realized"] == pytest.approx(146.4)
    assert one["calibration"][0]["count"] == 1


# The formula

amounts = st.floats(0.01, 1e4)
METER, NEW = ("BoxUsage:a", "", "Hrs"), ("BoxUsage:b", "", "Hrs")


@given(quantity=amounts, price=amounts, volume=amounts, cut=amounts)
def test_price_and_volume_alone_never_save_by_price(quantity: float, price: float, volume: float, cut: float) -> None:
    before = {METER: Rate(quantity, quantity * price, None)}
    after = {METER: Rate(volume, volume * cut, None)}
    assert saved(before, after, "price") == pytest.approx(0.0, abs=1e-6 * quantity * price)
    assert saved(before, after, "volume") == pytest.approx((quantity - volume) * price)


@given(quantity=amounts, price=amounts, volume=amounts, new=amounts)
def test_a_cheaper_meter_saves_the_difference_at_the_volume_of_before(
    quantity: float, price: float, volume: float, new: float
) -> None:
    before = {METER: Rate(quantity, quantity * price, quantity * price)}
    after = {NEW: Rate(volume, volume * new, volume * new)}
    assert saved(before, after, "price") == pytest.approx(quantity * (price - new), abs=1e-6 * quantity * (price + new))
    assert saved(before, {}, "price") == pytest.approx(quantity * price)


def test_deleting_schedules_and_traffic_are_measured_by_volume() -> None:
    assert [measure(step, "all") for step in ("delete", "schedule", "rightsize", None)] == [
        "volume",
        "volume",
        "price",
        "price",
    ]
    assert measure("modernize", "traffic") == "volume"
