"""The demo organization's planted waste and traps: is all of it found, is nothing else, and is it told per account?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.workspaces import pulled

from finops_lib.analyses import ledger as steps
from finops_lib.analyses.opportunities import every
from finops_lib.analyses.realized import verify
from finops_lib.analyses.scorecard import EVIDENCE, assess
from finops_lib.analyses.scorecard_result import ScorecardResult
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts import ledger as contract
from finops_lib.contracts.evidence import Evidence
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION
from finops_lib.presentation import tables
from finops_lib.sources.demo import write_demo
from finops_lib.sources.demo.size import DemoSize
from finops_lib.workbench import Workbench

Fact = dict[str, Any]
ACCOUNTS = ("739204518836", "664190273358", "917330586042")  # the payer, one with overlaps, one with covered hours


class Demo:
    """The last closed month of a small demo with its papers, and its truth."""

    def __init__(self, root: Path) -> None:
        files = write_demo(root, DemoSize(months=4, rows=1, open_days=0))
        self._workspace, report = pulled(root / "workspace", files.export, files.papers)
        assert report.problems == ()
        facts = json.loads((files.truth / "truth.json").read_text(encoding="utf-8"))["facts"]
        self.waste = [fact for fact in facts if fact["kind"] == "waste"]
        self.traps = {fact["id"]: fact for fact in facts if fact["kind"] == "trap"}
        self.scorecard = cache(self._scorecard)

    def _scorecard(self, scope: str = "organization") -> ScorecardResult:
        return self.after(contract.empty(), scope)

    def after(self, ledger: pd.DataFrame, scope: str = "organization") -> ScorecardResult:
        """The scorecard with a ledger."""
        bench = Workbench.open(self._workspace.root, scope=scope, period="2026-10")
        return assess(
            bench.evidence(), *bench.frames(*EVIDENCE), ledger, scope=bench.scope, practice=bench.settings.scorecard
        )

    def evidence(self) -> Evidence:
        """What its kinds of saving are found in."""
        return Workbench.open(self._workspace.root, period="2026-10").evidence()

    def bill(self) -> pd.DataFrame:
        """The bill by resource of all months held."""
        bench = Workbench.open(self._workspace.root, period="2026-10")
        return bench.read("resource_monthly", bench.months_held)

    def of_trap(self, name: str) -> list[Item]:
        """The items on the resource of a trap."""
        (resource,) = self.traps[name]["resources"]
        return [item for item in self.scorecard().items if item.finding.resource == resource]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


def worth(fact: Fact) -> float:
    """What a fact is worth a month."""
    told = fact["usd"]
    return float(next(told[key] for key in ("saving_high", "avoidable", "billed") if key in told))


def tells(item: Item, fact: Fact) -> bool:
    """True where the item is what the fact says; a fact without resources stands for its account."""
    kinds = {fact["data"].get("opportunity", "ebs_gp2_to_gp3"), *fact["data"].get("alternatives", ())}
    finding = item.finding
    places = fact["resources"] or [finding.resource]
    return item.opportunity.id in kinds and finding.account == fact["account"] and finding.resource in places


def test_planted_waste_is_found_in_dollars(demo: Demo) -> None:
    found = [fact for fact in demo.waste if any(tells(item, fact) for item in demo.scorecard().items)]
    planted = sum(map(worth, demo.waste))
    assert len(demo.waste) >= 17
    assert sum(map(worth, found)) >= 0.98 * planted > 1_500.0


def test_what_is_found_was_planted(demo: Demo) -> None:
    # The volume of half a month is a trap for its size: gp3 does save on it.
    planted = [*demo.waste, demo.traps["trap-part-month-volume"]]
    items = demo.scorecard().items
    right = [item for item in items if any(tells(item, fact) for fact in planted)]
    assert sum(item.net.expected for item in right) >= 0.98 * sum(item.net.expected for item in items) > 1_500.0


def test_no_more_is_claimed_than_a_fact_is_worth(demo: Demo) -> None:
    for fact in demo.waste:
        mine = [item for item in demo.scorecard().items if tells(item, fact)]
        if "alternatives" in fact["data"]:  # half the size, and then office hours of what is left
            assert sum(item.net.expected for item in mine) <= float(fact["usd"]["billed"])
        else:
            assert sum(item.net.expected for item in mine) <= worth(fact) + 0.01, fact["id"]


EXACT = {  # whose worth the truth tells to the cent
    "waste-gp2-search", "waste-io1", "waste-idle-nat", "waste-idle-load-balancer", "waste-old-snapshot",
    "waste-unattached-volume", "waste-stopped-instance-volume", "waste-s3-class", "waste-rds-extended-support",
    "waste-eks-extended-support", "waste-duplicate-trail", "waste-idle-endpoint", "waste-idle-address-1",
}  # fmt: skip


def test_amounts_are_those_of_the_truth(demo: Demo) -> None:
    for fact in (fact for fact in demo.waste if fact["id"] in EXACT):
        mine = [item for item in demo.scorecard().items if tells(item, fact)]
        assert sum(item.net.expected for item in mine) == pytest.approx(worth(fact), abs=0.02), fact["id"]


@pytest.mark.parametrize("trap", ["legal-hold", "ami-snapshot", "small-objects", "multi-az", "covered-rightsizing"])
def test_a_trap_is_no_item(demo: Demo, trap: str) -> None:
    assert demo.of_trap(f"trap-{trap}") == []


def test_traps_were_looked_at(demo: Demo) -> None:
    counts = demo.scorecard().examined.set_index("opportunity")["examined"]
    assert counts[["unattached_volumes", "old_snapshots", "s3_class", "rightsizing"]].min() >= 1


def test_nat_gateways_were_looked_at_and_cleared(demo: Demo) -> None:
    rows = demo.scorecard().examined.set_index("opportunity")
    for kind in ("nat_to_gateway_endpoint", "nat_consolidation"):
        assert rows.loc[kind, "examined"] >= 4
        assert rows.loc[kind, "found"] == rows.loc[kind, "not_checked"] == 0


def test_covered_hours_are_told_for_later_alone(demo: Demo) -> None:
    trap = demo.traps["trap-covered-rightsizing"]
    (item,) = demo.scorecard().later
    assert [item.finding.resource] == trap["resources"]
    assert item.net.expected == 0.0
    assert 0.4 * float(trap["usd"]["effective"]) < item.waiting <= 0.5 * float(trap["usd"]["effective"])
    assert item.reason.endswith("pays for it until its end")


def test_half_a_month_of_a_volume_is_sized_as_what_it_is(demo: Demo) -> None:
    (item,) = demo.of_trap("trap-part-month-volume")
    assert item.finding.facts["size"] == 600.0
    assert item.net.expected == pytest.approx(float(demo.traps["trap-part-month-volume"]["usd"]["saving_high"]))


def test_the_sum_is_bounded_and_closes(demo: Demo) -> None:
    result = demo.scorecard()
    assert result.gross - result.overlap == pytest.approx(result.net.expected)
    assert sum(item.net.expected for item in result.items) == pytest.approx(result.net.expected)
    assert result.net.expected < result.spend
    by_resource: dict[str, float] = {}
    for item in result.items:
        by_resource[item.finding.resource] = by_resource.get(item.finding.resource, 0.0) + item.net.expected
    costs = {item.finding.resource: item.finding.current_cost for item in result.items}
    assert all(saved <= costs[resource] + 0.01 for resource, saved in by_resource.items())
    assert result.notes == ()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_has_the_items_that_the_organization_has_of_it(demo: Demo, account: str) -> None:
    # The one difference: whose commitment pays for what is later is another account's to know, and is masked.
    mine, all_of_it = demo.scorecard(account), demo.scorecard()
    for part in ("items", "left_out"):
        expected = [item for item in getattr(all_of_it, part) if item.finding.account == account]
        assert getattr(mine, part) == tuple(expected)
    later = [item for item in all_of_it.later if item.finding.account == account]
    assert [item.waiting for item in mine.later] == pytest.approx([item.waiting for item in later])
    assert all("739204518836" not in item.reason for item in mine.later)


# Refunds


def turned(frame: pd.DataFrame, which: slice, by: float) -> pd.DataFrame:
    """Costs with some rows' multiplied."""
    changed = frame.copy()
    costs = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
    changed.loc[changed.index[which], costs] *= by
    return changed


@pytest.mark.parametrize(
    ("which", "by"),
    [(slice(None), -1.0), (slice(0, None, 2), -1.0), (slice(1, None, 2), -1.0), (slice(None), 0.0)],
    ids=["all paid back", "every second line", "the others", "all free"],
)
def test_what_was_paid_back_is_no_saving_of_any_kind(demo: Demo, which: slice, by: float) -> None:
    told = demo.evidence()
    told = dataclasses.replace(
        told,
        bill=turned(told.bill, which, by),
        history=turned(told.history, which, by),
        costs=turned(told.costs, which, by),
    )
    given = {kind.id: kind.find(told) for kind in every()}
    found = [item for looked in given.values() for item in looked.found]
    assert [(item.resource, item.saving) for item in found if item.current_cost <= 0 or item.saving.expected < 0] == []
    assert {name: looked.examined_cost for name, looked in given.items() if looked.examined_cost < -0.001} == {}
    assert bool(found) == (which != slice(None))


# Months later


def gone(bill: pd.DataFrame, resource: str, *months: str) -> pd.DataFrame:
    """A bill on which a resource is not seen in some months."""
    away = (bill["ResourceId"] == resource) & bill["BillingPeriodStart"].isin(pd.to_datetime(list(months)))
    assert away.sum() >= len(months)
    return bill[~away]


def test_three_months_later_the_bill_tells_what_landed(demo: Demo) -> None:
    start, finished, last = dt.date(2026, 7, 31), dt.date(2026, 8, 1), dt.date(2026, 10, 31)
    by_kind = {item.opportunity.id: item for item in demo.scorecard().items}
    ledger = steps.propose(contract.empty(), demo.scorecard().items, on=start, currency="USD")
    ids = dict(zip(ledger["opportunity"], ledger["id"], strict=True))
    kinds = ("unattached_volumes", "nat_idle", "idle_endpoints", "alb_idle", "old_snapshots")
    ledger = steps.accept(ledger, [ids[kind] for kind in kinds[:4]], owner="Team Shop", on=start)
    ledger = steps.accept(ledger, [ids[kinds[4]]], owner="Team Shop", on=dt.date(2026, 10, 1))
    ledger = steps.done(ledger, [ids[kind] for kind in kinds[:3]], on=finished)
    # The volume is deleted, the gateway too but it comes back in October, and nobody touched the endpoint.
    bill = gone(demo.bill(), by_kind["unattached_volumes"].finding.resource, "2026-08", "2026-09", "2026-10")
    bill = gone(bill, by_kind["nat_idle"].finding.resource, "2026-08", "2026-09")
    told = verify(ledger, bill, scope=ORGANIZATION, period=Period(2026, 10), as_of=last)
    states = {one.item["opportunity"]: (one.landing.state, one.item["status"]) for one in told.outcomes}
    assert states == {
        "unattached_volumes": ("verified", "verified"),
        "nat_idle": ("reverted", "reverted"),
        "idle_endpoints": ("not_seen", "done"),
    }
    assert {note.code for note in told.notes} == {"realized.reverted", "realized.not_seen", "realized.lapsed"}
    (landed,) = (one.landing for one in told.outcomes if one.landing.state == "verified")
    assert landed.realized == pytest.approx(80.0, abs=0.01)
    result = demo.after(told.ledger)
    counts = {status: row["items"] for status, row in result.to_dict()["ledger"].items()}
    assert counts["verified"] == counts["reverted"] == counts["done"] == 1
    assert counts["lapsed"] == counts["accepted"] == 1
    assert counts["proposed"] == len(demo.scorecard().items) - 5
    page = tables.scorecard_plan.ledger(result)._repr_html_().lower()
    assert [
        word for word in ("proposed", "accepted", "done", "verified", "reverted", "lapsed") if word not in page
    ] == []
    # What was not seen and what came back make their kinds worth less than they claim.
    again = {item.opportunity.id: item.net.expected for item in result.items}
    assert again["idle_endpoints"] < by_kind["idle_endpoints"].net.expected
    assert again["nat_idle"] < by_kind["nat_idle"].net.expected


def test_the_story_goes_on_and_the_bill_tells_what_landed(tmp_path: Path) -> None:
    told = write_demo(tmp_path, DemoSize(months=4, rows=1, open_days=0, until=Period(2026, 7)))
    workspace, _ = pulled(tmp_path / "workspace", told.export, told.papers)
    bench = Workbench.open(workspace.root, period="2026-07")
    practice = bench.settings.scorecard
    july = assess(bench.evidence(), *bench.frames(*EVIDENCE), contract.empty(), scope=bench.scope, practice=practice)
    ledger = steps.propose(contract.empty(), july.items, on=dt.date(2026, 7, 31), currency="USD")
    ids = {(row["opportunity"], row["account"]): row["id"] for row in contract.records_of(ledger)}
    moved, reverted = ids["ebs_gp2_to_gp3", "301985472264"], ids["ebs_gp2_to_gp3", "058213947706"]
    ledger = steps.accept(ledger, [moved, reverted], owner="Team Platform", on=dt.date(2026, 7, 31))
    ledger = steps.done(ledger, [moved, reverted], on=dt.date(2026, 8, 1))
    later = write_demo(tmp_path, DemoSize(months=4, rows=1, open_days=0))
    pulled(workspace.root, later.export, later.papers)
    states = {}
    for month in (Period(2026, 8), Period(2026, 9), Period(2026, 10)):
        bench = Workbench.open(workspace.root, period=str(month))
        bill = bench.read("resource_monthly", bench.months_held)
        result = verify(ledger, bill, scope=ORGANIZATION, period=month, as_of=bench.as_of())
        ledger = result.ledger
        states[month.month] = {one.item["id"]: one.landing.state for one in result.outcomes}
    assert states == {
        8: {moved: "running", reverted: "running"},
        9: {moved: "verified", reverted: "verified"},
        10: {moved: "verified", reverted: "reverted"},
    }
