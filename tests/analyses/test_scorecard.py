"""The scorecard of made-up kinds on a small bill: every sum by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest
from evidence import A, B, accounts, charge, held, monthly, snapshots
from hypothesis import given, settings
from hypothesis import strategies as st
from savings import finding, kind

from finops_lib.analyses.opportunities.protocol import Finding, Findings, Gap, Opportunity, Saving, Step
from finops_lib.analyses.scorecard import assess
from finops_lib.analyses.scorecard_result import ScorecardResult
from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.inventory import none_of
from finops_lib.contracts.ledger import empty, identity, ledger_of
from finops_lib.contracts.marts import MODELS
from finops_lib.contracts.scores import scores_of
from finops_lib.core.errors import CurrencyMismatch, InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION
from finops_lib.settings.model import Goals, Scorecard

# 600 of EC2 and 200 of S3 in A, 300 of EC2 in B, and 50 of tax: 1,150 in all.
BILL = (
    charge(600.0),
    charge(200.0, x_ServiceCode="AmazonS3", ServiceName="S3"),
    charge(300.0, SubAccountId=B),
    charge(50.0, ChargeCategory="Tax", x_ServiceCode="AmazonEC2"),
)
REFUSED = Gap(B, "us-east-1: Access is denied.", "ec2:DescribeVolumes", 2, 30.0)


def looks(step: Step, *found: Finding, gaps: Sequence[Gap] = (REFUSED,), **more: Any) -> Opportunity:
    """A kind that finds just this, having judged one resource more than it found."""
    findings = Findings(found, len(found) + 1, sum(item.current_cost for item in found), tuple(gaps))
    return kind(step, find=lambda _: findings, **more)


def cannot(_: Evidence) -> Findings:
    raise InsufficientDataError("No inventory of buckets.")


def asked(taken: str | None) -> pd.DataFrame:
    if taken is None:
        return none_of("asked")
    row = {"kind": "volumes", "account": A, "region": "us-east-1", "status": "answered", "reason": None}
    return pd.DataFrame([row | {"taken": pd.Timestamp(taken)}])


def scorecard(
    *kinds: Opportunity,
    bill: Sequence[dict[str, Any]] = BILL,
    ledger: pd.DataFrame | None = None,
    taken: str | None = "2026-02-27",
    period: str = "2026-02",
    deliveries: pd.DataFrame | None = None,
    earlier: pd.DataFrame | None = None,
    goals: Mapping[str, float] | None = None,
    **more: Any,
) -> ScorecardResult:
    nothing = MODELS["resource_monthly"].empty()
    evidence = Evidence(
        period=Period.parse(period), bill=nothing, history=nothing, prices=none_of("prices"), asked=asked(taken), **more
    )
    return assess(
        evidence,
        monthly(*bill),
        accounts(bill, {}),
        held(bill) if deliveries is None else deliveries,
        empty() if ledger is None else ledger,
        scope=ORGANIZATION,
        practice=Scorecard(goals=Goals(**(goals or {}))),
        earlier=earlier,
        kinds=kinds,
    )


VOLUME = finding(100.0, 1.0, "vol-1", account=A)
HALVED, GRAVITON = finding(400.0, 0.5, account=A), finding(400.0, 0.2, account=A)
BUCKETS = kind("modernize", "s3_class", area="storage", services=("AmazonS3",), needs=("buckets",), find=cannot)
KINDS = (looks("delete", VOLUME), looks("rightsize", HALVED), looks("modernize", GRAVITON), BUCKETS)


def row(opportunity: str, resource: str, **cells: Any) -> dict[str, Any]:
    """A record of the ledger."""
    usual = {
        "id": identity(opportunity, A, resource, "all"), "status": "proposed", "opportunity": opportunity, "account": A,
        "resource": resource, "component": "all", "low": 100.0, "expected": 100.0, "high": 100.0, "currency": "USD",
    }  # fmt: skip
    return usual | cells


def test_the_score_is_what_is_well_spent_of_what_was_examined() -> None:
    result = scorecard(*KINDS)
    # 100 deleted, 200 halved, 20% of the 200 that are left; examined is EC2 of A alone: B refused, buckets are unknown.
    assert result.net.expected == pytest.approx(340.0)
    assert result.examined_cost == pytest.approx(600.0)
    assert result.score == pytest.approx(100.0 * (1.0 - 340.0 / 600.0))
    assert result.grade == "E"


def test_a_place_that_answered_is_part_of_the_fraction() -> None:
    result = scorecard(looks("delete", VOLUME, gaps=()))
    assert result.score == pytest.approx(100.0 * (1.0 - 100.0 / 900.0))
    assert result.grade == "C"


@pytest.mark.parametrize(
    ("saving", "letter"), [(45.0, "A"), (46.0, "B"), (90.0, "B"), (91.0, "C"), (180.0, "C"), (181.0, "D"), (271.0, "E")]
)
def test_grades_begin_at_95_90_80_and_70(saving: float, letter: str) -> None:
    assert scorecard(looks("delete", finding(saving, 1.0, account=A), gaps=())).grade == letter


def test_where_nothing_was_examined_there_is_no_score() -> None:
    result = scorecard(BUCKETS)
    assert (result.score, result.grade, result.examined_cost) == (None, None, 0.0)
    assert [(row["area"], row["score"]) for row in result.to_dict()["areas"]] == [("storage", None), ("overall", None)]
    assert result.examined[["examined", "found", "not_checked"]].to_numpy().tolist() == [[0, 0, 1]]


def test_a_service_counts_as_far_as_its_kinds_could_look() -> None:
    blind = looks("modernize", gaps=(Gap(A, "No price.", "pricing:GetProducts", 3, 300.0),))
    judged = Findings((VOLUME,), 2, 100.0)
    # EC2 of A and B: 100 judged of 400 asked after, a quarter of 900; of S3 nothing; 1,100 of usage in all.
    result = scorecard(kind("delete", find=lambda _: judged), blind)
    assert result.examined_cost == pytest.approx(225.0)
    assert (result.usage_cost, result.reach) == (1100.0, pytest.approx(225.0 / 1100.0))


def test_no_score_is_told_of_what_was_hardly_examined() -> None:
    blind = looks("modernize", gaps=(Gap(A, "No price.", "pricing:GetProducts", 3, 300.0),))
    result = scorecard(kind("delete", find=lambda _: Findings((), 2, 100.0)), blind)
    assert (result.score, result.grade, result.net.expected) == (None, None, 0.0)
    (note,) = result.notes
    assert note.code == "scorecard.not_scored"
    assert note.message == (
        "No score: 20% of the usage cost could be examined, and a score is told from 50% on. What was not examined is not "
        "known to be well spent. No kind of saving concerns the services of 18% of it. Needed first: pricing:GetProducts."
    )
    assert {row["score"] for row in result.to_dict()["areas"]} == {None}


@pytest.mark.parametrize(("left_out", "scored"), [(80.0, True), (90.0, False)])
def test_half_of_the_usage_is_enough(left_out: float, scored: bool) -> None:
    # 900 of 1,100 is EC2's: the share of looks must be 11/18.
    judged = Findings((), 2, 132.0, ())
    blind = looks("modernize", gaps=(Gap(A, "No price.", "pricing:GetProducts", 3, left_out),))
    result = scorecard(kind("delete", find=lambda _: judged), blind)
    assert (result.score is not None) is scored


def before(*scores: tuple[str, str, float | None]) -> pd.DataFrame:
    return scores_of([(period, area, score, 0.9) for period, area, score in scores])


def test_goals_and_the_month_before_stand_beside_the_score() -> None:
    earlier = before(("2026-01", "overall", 50.0), ("2026-01", "compute", 40.0), ("2025-11", "overall", 30.0))
    goals = {"overall": 90.0, "storage": 95.0}
    result = scorecard(*KINDS, earlier=earlier, goals=goals)
    beside = {row["area"]: (row["goal"], row["before"]) for row in result.to_dict()["areas"]}
    assert beside == {"compute": (None, 40.0), "storage": (95.0, None), "overall": (90.0, 50.0)}


def test_the_trend_begins_with_the_first_month_known_and_leaves_unknown_months_unknown() -> None:
    earlier = before(("2025-10", "overall", None), ("2025-11", "overall", 30.0), ("2026-01", "overall", 50.0))
    told = scorecard(*KINDS, earlier=earlier).to_dict()
    months = [(row["period"], row["score"]) for row in told["trend"] if row["area"] == "overall"]
    assert months[:3] == [("2025-11", 30.0), ("2025-12", None), ("2026-01", 50.0)]
    assert [month for month, _ in months[3:]] == ["2026-02"]
    assert months[3][1] == pytest.approx(told["score"], abs=0.01)


def test_gross_less_overlap_is_net_and_less_than_the_spend() -> None:
    result = scorecard(*KINDS)
    assert (result.spend, result.gross, result.overlap) == pytest.approx((1150.0, 380.0, 40.0))
    assert result.gross - result.overlap == pytest.approx(result.net.expected)
    assert sum(item.net.expected for item in result.items) == pytest.approx(result.net.expected)
    assert [item.net.expected for item in result.items] == pytest.approx([200.0, 100.0, 40.0])


@given(st.lists(st.tuples(st.sampled_from(["delete", "rightsize", "schedule"]), st.floats(0, 1)), max_size=6))
def test_whatever_is_found_no_more_is_saved_than_is_spent(drawn: list[tuple[Step, float]]) -> None:
    kinds = [looks(step, finding(600.0, share, account=A), id_=f"k{n}") for n, (step, share) in enumerate(drawn)]
    result = scorecard(*kinds)
    assert result.net.expected <= 600.0 + 1e-9 <= result.spend
    assert result.net.high <= 600.0 + 1e-9
    assert result.gross - result.overlap == pytest.approx(result.net.expected)
    assert result.score is None or 0.0 <= result.score <= 100.0


@settings(max_examples=15)
@given(st.floats(0, 2000), st.lists(st.tuples(st.sampled_from(["delete", "rightsize"]), st.floats(0, 1)), max_size=4))
def test_with_credits_no_more_is_saved_than_is_left_to_pay(credit: float, drawn: list[tuple[Step, float]]) -> None:
    kinds = [looks(step, finding(600.0, share, account=A), id_=f"k{n}") for n, (step, share) in enumerate(drawn)]
    result = scorecard(*kinds, bill=(*BILL, charge(-credit, ChargeCategory="Credit", x_ServiceCode="AmazonEC2")))
    room = max(0.0, result.spend) + 1e-6
    assert sum(item.net.expected for item in (*result.items, *result.later)) <= room
    assert result.net.low <= result.net.expected <= result.net.high <= room
    assert result.gross - result.overlap == pytest.approx(result.net.expected)
    free = scorecard(*kinds)
    assert result.net.expected + result.waiting == pytest.approx(free.net.expected)
    assert (result.score, result.grade) == (free.score, free.grade)
    assert result.areas["score"].equals(free.areas["score"])


def test_a_month_that_still_runs_is_said() -> None:
    running = scorecard(deliveries=snapshots({"invoice_status": "open", "last_day": "2026-02-18"}))
    (note,) = (note for note in running.notes if note.code == "scorecard.open_month")
    assert note.message.startswith("The bill holds 18 of the 28 days of February 2026: ")
    assert "scorecard.open_month" not in {note.code for note in scorecard().notes}


def test_what_credits_pay_for_waits_and_is_said() -> None:
    credit = charge(-1100.0, ChargeCategory="Credit", x_ServiceCode="AmazonEC2")  # 50 of 1,150 are left to pay
    result = scorecard(looks("delete", VOLUME), bill=(*BILL, credit))
    (item,) = result.items
    assert (result.net.expected, result.waiting, item.reason) == (50.0, 50.0, "Credits pay for it until they end")
    (note,) = result.notes
    assert note.code == "scorecard.credits"
    free = scorecard(looks("delete", VOLUME), bill=(*BILL, charge(-1200.0, ChargeCategory="Credit")))
    assert (free.items, [item.waiting for item in free.later]) == ((), [100.0])


@pytest.mark.parametrize(("credit", "now"), [(0.0, 100.0), (1100.0, 50.0), (1200.0, 0.0)])
def test_credits_neither_raise_nor_lower_a_score(credit: float, now: float) -> None:
    covered = finding(400.0, 0.5, account=A, covered_cost=400.0, covered_by=("sp-1",))  # waits, and lowers no score
    kinds = looks("delete", VOLUME, gaps=()), looks("rightsize", covered, gaps=())
    result = scorecard(*kinds, bill=(*BILL, charge(-credit, ChargeCategory="Credit")))
    # 100 of the 900 that EC2 costs, whoever pays for it; what is to save now is what is left to pay.
    assert (result.score, result.grade) == (pytest.approx(100.0 * (1.0 - 100.0 / 900.0)), "C")
    assert list(result.areas["score"]) == pytest.approx([result.score, result.score])
    assert list(result.areas["saving"]) == pytest.approx([now, now])


def test_what_a_commitment_pays_for_is_later_and_not_counted() -> None:
    covered = finding(400.0, 0.5, account=A, covered_cost=400.0, covered_by=("sp-1",))
    result = scorecard(looks("delete", VOLUME), looks("rightsize", covered))
    assert [item.finding.resource for item in result.items] == ["vol-1"]
    assert [(item.net.expected, item.waiting, item.reason) for item in result.later] == [
        (0.0, 200.0, "sp-1 pays for it until its end")
    ]
    assert (result.gross, result.overlap, result.net.expected, result.waiting) == (300.0, 200.0, 100.0, 200.0)
    assert [stop.item.finding.resource for stop in result.roadmap.stops] == ["vol-1"]


def test_what_the_ledger_excludes_is_told_with_its_reason_and_not_counted() -> None:
    kept = row("delete", "vol-1", status="excluded", excluded_because="Evidence in a case", excluded_by="Legal")
    result = scorecard(*KINDS, ledger=ledger_of([kept]))
    assert [(item.finding.resource, item.reason) for item in result.excluded] == [("vol-1", "Evidence in a case")]
    assert (result.gross, result.net.expected) == pytest.approx((280.0, 240.0))
    assert result.score == pytest.approx(60.0)


def test_an_exclusion_that_ended_counts_again() -> None:
    ended = row(
        "delete", "vol-1", status="excluded", excluded_because="Audit", excluded_until=pd.Timestamp("2026-02-27")
    )
    result = scorecard(*KINDS, ledger=ledger_of([ended]))
    assert (result.excluded, result.net.expected) == ((), pytest.approx(340.0))


def test_a_kind_that_brought_half_is_expected_to_bring_less() -> None:
    cells = {"status": "verified", "realized": 50.0, "accepted_on": "2025-10-01", "done_on": "2025-10-02"}
    history = ledger_of([row("delete", "vol-0", **cells, verified_on="2026-01-05")])
    result = scorecard(looks("delete", VOLUME), looks("rightsize", HALVED), ledger=history)
    expected = {item.opportunity.id: item.net.expected for item in result.items}
    # Three items of the prior at 1 and one at 0.5: (3 + 0.5) ÷ 4.
    assert expected == pytest.approx({"rightsize": 200.0, "delete": 87.5})


def test_crumbs_are_left_out_and_examined_all_the_same() -> None:
    crumb = finding(5.0, 0.0, "vol-2", account=A, saving=Saving(0.0, 0.004, 0.009))
    result = scorecard(looks("delete", VOLUME, crumb))
    assert result.examined[["examined", "found"]].to_numpy().tolist() == [[3, 1]]
    assert result.gross == 100.0


def test_two_currencies_are_refused() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        scorecard(*KINDS, bill=(*BILL, charge(1.0, BillingCurrency="EUR")))


def test_a_month_without_charges_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="no charges in 2026-03"):
        scorecard(*KINDS, period="2026-03")


def test_the_month_alone_counts() -> None:
    assert scorecard(*KINDS, bill=(*BILL, charge(900.0, "2026-01"))).spend == 1150.0


def test_what_was_not_checked_is_a_note_with_what_it_needs() -> None:
    notes = scorecard(*KINDS).not_checked
    assert {note.code for note in notes} == {"scorecard.not_checked"}
    assert len(notes) == 4
    assert notes[0].message == (
        "Delete: 2 resources not checked. us-east-1: Access is denied. Needed: ec2:DescribeVolumes."
    )
    assert notes[3].message == "S3_class: not checked. No inventory of buckets. Needed: buckets."


@pytest.mark.parametrize(
    ("taken", "codes"),
    [
        ("2026-02-27", []),
        ("2025-12-31", []),  # 60 days before March
        ("2025-12-30", ["scorecard.stale_inventory"]),
        (None, ["scorecard.no_inventory"]),
    ],
)
def test_an_old_inventory_and_none_are_said(taken: str | None, codes: list[str]) -> None:
    assert [note.code for note in scorecard(*KINDS, taken=taken).notes] == codes


def test_a_resource_whose_tags_could_not_be_read_may_be_protected_and_says_so() -> None:
    facts = {"account": A, "region": "us-east-1", "mode": "", "storage_class": "", "size_bytes": None}
    tables = pd.DataFrame([facts | {"resource": "open", "tags": {}}, facts | {"resource": "shut", "tags": None}])
    looked = looks("delete", finding(50.0, 1.0, "open"), finding(60.0, 1.0, "shut"), gaps=())
    result = scorecard(looked, inventory={"tables": tables}, protected=("legal-hold",))
    said = {item.finding.resource: item.finding.evidence for item in result.items}
    assert said["open"] == "Written for a test."
    assert said["shut"] == "Written for a test. Its tags could not be read: whether one protects it is not known."
    assert [note.message for note in result.notes] == [
        "One item is on a resource whose tags could not be read: whether legal-hold protects it is not known. "
        "Needed: tag:GetResources."
    ]
    assert scorecard(looked, inventory={"tables": tables}).notes == ()


KEYS = {"score", "grade", "spend", "gross", "overlap", "net", "items", "examined", "ledger", "roadmap"}
ITEM_KEYS = {
    "opportunity", "resource", "account", "region", "current_cost", "saving", "confidence", "effort_hours", "risk",
    "payback_months", "roi", "step", "evidence",
}  # fmt: skip


def test_json_is_strict_and_has_what_readers_rely_on() -> None:
    facts = {"days": float("nan"), "since": pd.Timestamp("2026-02-01"), "sizes": (1, 2)}
    told = scorecard(*KINDS, looks("schedule", finding(10.0, 0.5, "i-2", account=A, facts=facts))).to_dict()
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again.keys() >= KEYS
    assert again["net"].keys() >= {"low", "expected", "high"}
    assert all(
        item.keys() >= ITEM_KEYS and item["saving"].keys() == {"low", "expected", "high"} for item in again["items"]
    )
    assert all(line.keys() >= {"opportunity", "examined", "found", "not_checked"} for line in again["examined"])
    assert {stop["id"] for stop in again["roadmap"]} == {item["id"] for item in again["items"]}
    assert set(again["ledger"]) == {"proposed", "accepted", "done", "verified", "reverted", "lapsed", "excluded"}
    (odd,) = (item["facts"] for item in again["items"] if item["resource"] == "i-2")
    assert odd == {"days": None, "since": "2026-02-01", "sizes": "(1, 2)"}
    bare = scorecard(BUCKETS, taken=None).to_dict()
    assert json.loads(json.dumps(bare, allow_nan=False))["items"] == []


def test_the_order_of_kinds_and_charges_does_not_matter() -> None:
    told = scorecard(*KINDS).to_dict()
    turned = scorecard(*reversed(KINDS), bill=BILL[::-1]).to_dict()
    assert {**turned, "examined": [], "unchecked": [], "not_checked": []} == {
        **told, "examined": [], "unchecked": [], "not_checked": []
    }  # fmt: skip


def test_awss_own_total_in_another_currency_is_not_compared() -> None:
    same = scorecard(*KINDS, deduped_savings=8.5, deduped_currency="USD")
    assert (same.hub, [note.code for note in same.notes if "hub" in note.code]) == (8.5, [])
    other = scorecard(*KINDS, deduped_savings=8.5, deduped_currency="CNY")
    assert other.to_dict()["cost_optimization_hub"] is None
    (note,) = (note for note in other.notes if note.code == "scorecard.hub_currency")
    assert note.message == "Cost Optimization Hub's total is in CNY and the bill in USD: they are not compared."
