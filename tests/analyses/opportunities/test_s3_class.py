from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from buckets import GIR, PRICES, SIA, bucket, held, requests, stored
from storage_prices import of_s3

from finops_lib.analyses.opportunities import s3_intelligent_tiering
from finops_lib.analyses.opportunities.s3_class import find

_FLOOR = 40_000 * 128 / 2**20  # GB of 40,000 objects of the smallest size that is billed


def test_what_nobody_reads_moves_to_the_cheapest_class_that_answers_at_once() -> None:
    (finding,) = find(held()).found
    assert finding.saving.high == pytest.approx(8_000 * (0.023 - 0.004))
    assert finding.saving.low == pytest.approx(8_000 * 0.019 - _FLOOR * 0.004)
    assert finding.current_cost == pytest.approx(184.0)
    assert finding.one_off == pytest.approx(0.8)
    assert finding.facts["class"] == "Glacier Instant Retrieval"
    assert finding.evidence.startswith("8,000 GB in Standard, 40,000 objects of 205 MiB, next to unread for 3 months")
    assert (finding.component, finding.exclusive, finding.confidence) == ("storage", "class", "likely")


def test_small_objects_cost_more_in_a_colder_class() -> None:
    small = held(requests("GetObject", 61_000), of=bucket(210_000_000.0), gigabytes=900.0)
    found = find(small)
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


def test_reads_are_charged_at_the_class_s_retrieval_and_requests() -> None:
    found = find(held(requests("GetObject", 400), requests("GetObject", 100, "2026-09")))
    (finding,) = found.found
    read = 400 * 0.2 * 0.03 + 400 * (0.00001 - 0.0000004)
    assert finding.saving.low == pytest.approx(8_000 * 0.019 - _FLOOR * 0.004 - read)
    assert finding.saving.high == pytest.approx(8_000 * 0.019)


@pytest.mark.parametrize("operation", ["GetObject", "PutObject", "CopyObject", ""])
@pytest.mark.parametrize("month", ["2026-08", "2026-10"])
def test_a_bucket_that_any_of_three_months_used_is_not_cold(operation: str, month: str) -> None:
    found = find(held(requests(operation, 500, month)))
    assert (found.found, found.examined) == ((), 1)


def test_questions_about_the_bucket_are_no_reads() -> None:
    assert len(find(held(requests("HeadBucket", 5_000))).found) == 1


def test_data_that_are_taken_away_early_are_billed_all_the_same() -> None:
    assert find(held(history=(stored(9_500, "2026-08"), stored(9_500, "2026-09")))).found == ()


def test_bytes_that_leave_the_bucket_are_reads() -> None:
    sent = stored(500.0) | {"x_UsageType": "DataTransfer-Out-Bytes", "PricingUnit": "GB"}
    assert find(held(sent)).found == ()


def test_two_months_do_not_tell_that_nobody_reads() -> None:
    (gap,) = find(held(history=(stored(8_000, "2026-09"),))).not_checked
    assert gap.reason == "us-east-1: Fewer than 3 months of the bill are held."


def test_an_open_month_is_not_held_against_closed_ones() -> None:
    evidence = held()
    part = evidence.bill.assign(x_last_seen=pd.Timestamp("2026-10-20"))
    for kind in (find, s3_intelligent_tiering.find):
        (gap,) = kind(dataclasses.replace(evidence, bill=part)).not_checked
        assert gap.reason == "us-east-1: The month is not over."


def test_without_the_number_of_objects_nothing_is_said() -> None:
    found = find(held(of=bucket(None)))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.cost) == ((), 0, pytest.approx(184.0))
    assert "NumberOfObjects" in gap.needs


def test_a_class_without_a_price_is_named() -> None:
    (gap,) = find(held(prices=[])).not_checked
    assert gap.reason == "us-east-1: No price of TimedStorage-SIA-ByteHrs."


def test_the_price_of_retrieval_is_asked_for_only_where_something_is_read() -> None:
    storage = [of_s3("TimedStorage-GIR-ByteHrs", 0.004)]
    (finding,) = find(held(prices=storage)).found
    assert (finding.confidence, finding.facts["one_off_known"]) == ("possible", False)
    assert "What moving them costs once is not known." in finding.evidence
    assert "Requests-SIA" not in str(find(held(requests("GetObject", 9), prices=storage)).not_checked)
    assert find(held(requests("GetObject", 9), prices=storage)).found == ()


def test_standard_ia_is_not_one_zone_ia() -> None:
    one_zone = of_s3("TimedStorage-ZIA-ByteHrs", 0.01)
    (gap,) = find(held(prices=[one_zone])).not_checked
    assert "SIA" in gap.reason


def test_standard_ia_is_taken_where_it_is_the_one_that_is_priced() -> None:
    (finding,) = find(held(prices=SIA)).found
    assert finding.saving.high == pytest.approx(8_000 * (0.023 - 0.0125))


def test_the_deep_archive_is_for_want_of_a_class_that_answers_at_once() -> None:
    deep = of_s3("TimedStorage-GDA-ByteHrs", 0.00099)
    (first,) = find(held(prices=[*PRICES, deep])).found
    assert first.facts["class"] == "Glacier Instant Retrieval"
    (other,) = find(held(prices=[deep])).found
    index = 40_000 / 2**20 * (32 * 0.00099 + 8 * 0.023)
    assert other.saving.expected == pytest.approx(8_000 * (0.023 - 0.00099) - index)
    assert first.facts["by_class"]["Glacier Deep Archive"] == pytest.approx(other.saving.expected)  # type: ignore[index]
    assert other.confidence == "possible"


def test_a_transition_that_a_year_does_not_pay_back_is_none() -> None:
    # 7,000,000 objects of 1.2 MiB: 140 to move once, against 152 a month; at 100 times the objects not.
    assert len(find(held(of=bucket(7_000_000.0), prices=GIR)).found) == 1
    dear = [row | {"price": row["price"] * 50} if row["usage_type"] == "Requests-Tier4" else row for row in GIR]
    assert find(held(of=bucket(7_000_000.0), prices=dear)).found == ()


def test_a_protected_bucket_stays() -> None:
    found = find(held(of=bucket(tags={"legal-hold": "7"}), protected=("legal-hold",)))
    assert (found.found, found.examined) == ((), 1)
