"""Root causes from bills made by hand: what carries the change, whether it lasts, which resources stand behind it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest
from bills_of_two_months import AUGUST, JULY, fee, resources, used, variance
from evidence import A, B, charge, daily, monthly, snapshots
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_lib.analyses import root_causes
from finops_lib.analyses.root_cause_leaves import leaves
from finops_lib.analyses.root_causes import RootCausesResult
from finops_lib.analyses.shifts import began_on
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period

SERVICES = [f"Service {number}" for number in range(12)]


def steady(*months: str) -> list[dict[str, Any]]:
    """Twelve services at 100 a month in two accounts: nothing happens here."""
    return [
        used(month, 100, 1.0, ServiceName=service, SubAccountId=account)
        for month in months
        for service in SERVICES
        for account in (A, B)
    ]


def found(*rows: dict[str, Any], **frames: Any) -> RootCausesResult:
    return root_causes.find(variance(*rows), monthly(*rows), **frames)


def days(cost: dict[str, list[float]], start: str = "2026-05-01", **columns: Any) -> pd.DataFrame:
    """cost_daily rows of one service a list of daily costs from a day on."""
    rows = []
    for service, amounts in cost.items():
        for number, amount in enumerate(amounts):
            day = dt.date.fromisoformat(start) + dt.timedelta(days=number)
            rows.append(charge(amount, f"{day:%Y-%m}", x_charge_day=str(day), ServiceName=service, **columns))
    return daily(*rows)


def test_the_place_that_grew_is_the_cause() -> None:
    grown = used(JULY, 100, 1.0, ServiceName="Glue"), used(AUGUST, 700, 1.0, ServiceName="Glue")
    result = found(*steady(JULY, AUGUST), *grown)
    (root,) = result.causes
    assert root.cause.combination == {"ServiceName": "Glue"}
    assert (root.cause.before, root.cause.after, root.cause.change) == (100.0, 700.0, 600.0)
    assert (root.charge, root.effect, root.effect_amount, root.part) == ("usage", "volume", 600.0, 1.0)
    assert (result.change, result.rises, result.falls) == (600.0, 600.0, 0.0)


def test_the_calendar_is_no_cause() -> None:
    rows = [used(month, count, 1.0, ServiceName="Glue") for month, count in (("2026-02", 280), ("2026-03", 310))]
    explained = variance(*rows, period="2026-03")
    result = root_causes.find(explained, monthly(*rows))
    assert explained.total.change == pytest.approx(30.0)
    assert (result.causes, result.change) == ((), 0.0)


def test_usage_that_only_changed_its_tags_is_no_cause() -> None:
    tagged = [
        {**row, "x_tag_owner": None if row["BillingPeriodStart"].startswith(JULY) else "ada"}
        for row in steady(JULY, AUGUST)
    ]
    grown = used(AUGUST, 50, 1.0, ServiceName="Glue", x_tag_owner="ada")
    (root,) = found(*tagged, grown).causes
    assert (root.cause.combination, root.cause.change) == ({"ServiceName": "Glue"}, 50.0)


def test_a_tag_that_no_row_has_stands_in_the_way_of_nothing() -> None:
    rows = [*steady(JULY, AUGUST), used(AUGUST, 50, 1.0, ServiceName="Glue")]
    bill = monthly(*rows).assign(x_tag_owner=pd.Series([None] * len(rows), dtype=object))
    (root,) = root_causes.find(variance(*({**row, "x_tag_owner": None} for row in rows)), bill).causes
    assert (root.cause.combination, root.cause.change) == ({"ServiceName": "Glue"}, 50.0)


def test_a_charge_that_is_no_usage_is_told_by_its_kind() -> None:
    result = found(*steady(JULY, AUGUST), fee(JULY, 50.0, "tax"), fee(AUGUST, 950.0, "tax"))
    (root,) = result.causes
    assert (root.charge, root.effect, root.lasting, root.cause.change) == ("tax", "tax", "monthly", 900.0)
    assert root.resources is None
    assert root.persistence is None


def test_a_missing_tag_is_one_of_usage_alone() -> None:
    tagged = [row | {"x_tag_owner": f"team {number % 4}"} for number, row in enumerate(steady(JULY, AUGUST))]
    bare = [
        used(month, amount, 1.0, ServiceName=service, x_tag_owner=None)
        for month, amount in ((JULY, 100), (AUGUST, 130))
        for service in SERVICES
    ]
    others = [
        fee(month, amount, kind, ServiceName=service, x_tag_owner=None)
        for month, amount in ((JULY, 10.0), (AUGUST, 13.0))
        for kind in ("tax", "fee")
        for service in SERVICES
    ]
    causes = {
        root.charge: (dict(root.cause.combination), round(root.cause.change, 9), root.cause.leaves)
        for root in found(*tagged, *bare, *others).causes
    }
    assert causes == {
        "usage": ({"x_tag_owner": None, "charge": "usage"}, 360.0, 12),
        "tax": ({"charge": "tax"}, 36.0, 12),
        "one_off_fees": ({"charge": "one_off_fees"}, 36.0, 12),
    }


def test_each_cause_has_the_part_of_its_own_direction() -> None:
    rise = used(JULY, 100, 1.0, ServiceName="Glue"), used(AUGUST, 400, 1.0, ServiceName="Glue")
    fall = used(JULY, 900, 1.0, ServiceName="Redshift"), used(AUGUST, 100, 1.0, ServiceName="Redshift")
    result = found(*steady(JULY, AUGUST), *rise, *fall)
    assert {root.cause.combination["ServiceName"]: (root.cause.change, root.part) for root in result.causes} == {
        "Redshift": (-800.0, 1.0),
        "Glue": (300.0, 1.0),
    }


@pytest.mark.parametrize(
    ("august", "lasting", "undone"),
    [
        ([10.0] * 11 + [110.0] * 3 + [10.0] * 17, "temporary", False),
        ([10.0] * 11 + [60.0] * 20, "structural", False),
        ([10.0] * 25 + [60.0] * 6, "undecided", False),
        ([10.0] * 31, "gradual", False),
    ],
)
def test_the_days_tell_whether_a_cause_lasts(august: list[float], lasting: str, undone: bool) -> None:
    grown = used(JULY, 310, 1.0, ServiceName="Glue"), used(AUGUST, 610, 1.0, ServiceName="Glue")
    history = days({"Glue": [10.0] * 92 + august})
    (root,) = found(*steady(JULY, AUGUST), *grown, daily=history).causes
    assert (root.lasting, root.undone) == (lasting, undone)
    if root.persistence:
        assert root.persistence.changed_on == ("2026-08-26" if lasting == "undecided" else "2026-08-12")


def test_the_end_of_an_earlier_spike_is_told_as_such() -> None:
    fallen = used(JULY, 610, 1.0, ServiceName="Glue"), used(AUGUST, 310, 1.0, ServiceName="Glue")
    history = days({"Glue": [10.0] * 61 + [10.0] * 9 + [110.0] * 3 + [10.0] * 19 + [10.0] * 31})
    (root,) = found(*steady(JULY, AUGUST), *fallen, daily=history).causes
    assert (root.lasting, root.undone) == ("temporary", True)
    assert root.persistence is not None
    assert root.persistence.changed_on == "2026-07-10"


def test_the_resources_behind_a_cause() -> None:
    grown = used(JULY, 100, 1.0, ServiceName="Glue"), used(AUGUST, 700, 1.0, ServiceName="Glue")
    behind = resources(
        (JULY, "job-1", 100, 1.0), (AUGUST, "job-1", 150, 1.0), (AUGUST, "job-2", 550, 1.0), ServiceName="Glue"
    )
    result = found(*steady(JULY, AUGUST), *grown, resources=behind)
    told = result.causes[0].resources
    assert told is not None
    assert told.resources[["ResourceId", "change", "state"]].to_numpy().tolist() == [
        ["job-2", 550.0, "new"],
        ["job-1", 50.0, "rose"],
    ]
    frames = result.frames()
    assert frames["resources"]["cause"].tolist() == [1, 1]
    assert frames["causes"][["cause", "ServiceName", "change"]].to_numpy().tolist() == [[1, "Glue", 600.0]]


def test_an_open_month_is_brought_to_its_whole() -> None:
    rows = (used(JULY, 310, 1.0, ServiceName="Glue"), used(AUGUST, 200, 1.0, ServiceName="Glue"))
    taken = snapshots(
        {"period": JULY, "last_day": "2026-07-31"},
        {"period": AUGUST, "last_day": "2026-08-10", "invoice_status": "open"},
    )
    explained = variance(*rows, snapshots=taken)
    behind = resources((JULY, "job", 310, 1.0), (AUGUST, "job", 200, 1.0), ServiceName="Glue")
    (root,) = root_causes.find(explained, monthly(*rows), behind, None, taken).causes
    assert root.cause.after == pytest.approx(620.0)
    assert root.resources is not None
    assert root.resources.after == pytest.approx(620.0)


def test_where_nothing_stands_out_the_largest_places_are_told() -> None:
    names = [(f"Type {number}", 100 - 13 * (number % 4)) for number in range(24)]
    fallen = [
        used(month, count if month == AUGUST else 100, 1.0, ServiceName="Glue", x_UsageType=name)
        for name, count in names
        for month in (JULY, AUGUST)
    ]
    result = found(*fallen, *steady(JULY, AUGUST))
    change = sum(count - 100 for _, count in names)
    assert sum(root.cause.change for root in result.causes) == pytest.approx(change)
    assert {**result.causes[0].cause.always, **result.causes[0].cause.combination}["ServiceName"] == "Glue"


def test_a_rise_that_falls_beside_it_cancel_is_told_by_its_usage_type() -> None:
    names = [(f"Type {number}", 100 - 13 * (number % 4)) for number in range(24)]
    moved = [*names, ("Large", 568)]
    rows = [
        used(month, count if month == AUGUST else 100, 1.0, ServiceName="Glue", x_UsageType=name)
        for name, count in moved
        for month in (JULY, AUGUST)
    ]
    ended = used(JULY, 900, 1.0, ServiceName="Old")
    costs = days({"Glue": [20.0] * 60}, start="2026-07-01")
    result = found(*rows, ended, *steady(JULY, AUGUST), daily=costs)
    (root,) = [root for root in result.causes if root.cause.change > 0]
    assert {**root.cause.always, **root.cause.combination}["x_UsageType"] == "Large"
    assert (root.cause.change, root.lasting) == (468.0, "unknown")


def test_only_a_change_from_the_month_before_has_causes() -> None:
    rows = used(JULY, 1, 1.0), used(AUGUST, 2, 1.0)
    budget = pd.DataFrame({"scope": ["organization"], "period": [AUGUST], "amount": [5.0]})
    against = variance(*rows, against="budget", expected=budget)
    with pytest.raises(InsufficientDataError):
        root_causes.find(against, monthly(*rows))


def test_the_json_form_is_plain() -> None:
    grown = used(JULY, 100, 1.0, ServiceName="Glue"), used(AUGUST, 700, 1.0, ServiceName="Glue")
    told = found(*steady(JULY, AUGUST), *grown).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["causes"][0]["lasting"] == "unknown"


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SERVICES), st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=12)
)
def test_leaves_sum_to_both_months_but_the_calendar(amounts: list[tuple[str, int, int]]) -> None:
    rows = [
        used(month, count, 1.0, ServiceName=service)
        for service, before, after in amounts
        for month, count in ((JULY, before), (AUGUST, after))
    ]
    table = leaves(variance(*rows), monthly(*rows))
    assert table["expected"].sum() == pytest.approx(sum(before for _, before, _ in amounts))
    assert table["actual"].sum() == pytest.approx(sum(after for _, _, after in amounts))


SINCE = Period.parse(JULY).start


def series(*amounts: float) -> pd.Series[float]:
    return pd.Series(amounts, index=pd.date_range("2026-05-01", periods=len(amounts)))


@pytest.mark.parametrize(
    ("amounts", "began"),
    [
        ([10.0] * 61 + [10.0] * 4 + [40.0] * 20, "2026-07-05"),
        ([10.0] * 61 + [10.0] * 4 + [40.0] * 2 + [10.0] * 20, "2026-07-05"),
        ([10.0, 10.0, 10.0, 10.0, 10.0, 2.0, 2.0] * 12, None),
        ([10.0 + 0.5 * day for day in range(90)], None),
        ([10.0] * 90, None),
        ([10.0] * 3, None),
        ([], None),
    ],
)
def test_the_day_that_a_shift_began(amounts: list[float], began: str | None) -> None:
    told = began_on(series(*amounts), since=SINCE, least=5.0)
    assert (str(told) if told else None) == began
