from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from savings import candidate

from finops_lib.analyses.opportunities.protocol import STEPS, Saving
from finops_lib.analyses.waterfall import Candidate, Item, net


def _by_kind(items: tuple[Item, ...]) -> dict[str, Item]:
    return {item.opportunity.id: item for item in items}


def test_an_uncovered_instance_goes_from_100_to_14_and_no_plan_is_offered() -> None:
    on_one = [
        candidate("rightsize", 100.0, 0.50),
        candidate("modernize", 100.0, 0.20),
        candidate("schedule", 100.0, 0.65, kept_hours=0.35),
        candidate("commit", 100.0, 0.27),
    ]
    assert sum(item.finding.saving.expected for item in on_one) == pytest.approx(162.0)
    items = _by_kind(net(on_one))
    assert [items[step].net.expected for step in ("rightsize", "modernize", "schedule")] == pytest.approx([50, 10, 26])
    assert [items[step].base for step in ("rightsize", "modernize", "schedule")] == pytest.approx([100, 50, 40])
    assert (items["commit"].status, items["commit"].net.expected) == ("not_worth", 0.0)
    assert items["commit"].reason == "It runs 35% of the time, less than the break-even of 73%"
    assert sum(item.net.expected for item in items.values()) == pytest.approx(86.0)


def test_a_plan_is_offered_where_the_hours_pay_for_it() -> None:
    items = _by_kind(net([candidate("rightsize", 100.0, 0.5), candidate("commit", 100.0, 0.27)]))
    assert items["commit"].net.expected == pytest.approx(13.5)


def test_covered_hours_save_nothing_before_the_plan_ends() -> None:
    covered = candidate("rightsize", 100.0, 0.5, covered_cost=100.0, covered_by=("sp-1",))
    (item,) = net([covered])
    assert (item.net.expected, item.waiting, item.status) == (0.0, 50.0, "taken")
    assert item.reason == "sp-1 pays for it until its end"


def test_covered_hours_that_other_usage_takes_over_save_what_that_usage_pays() -> None:
    covered = candidate("rightsize", 100.0, 0.5, covered_cost=60.0, covered_by=("sp-1",), absorbed=25.0)
    (item,) = net([covered])
    assert item.net.expected == pytest.approx(0.5 * 40 + 25)
    assert item.waiting == pytest.approx(5.0)


def test_of_actions_that_rule_each_other_out_the_best_is_taken_and_the_others_are_named() -> None:
    group: dict[str, Any] = {"exclusive": "type"}
    kinds = [("graviton", 0.2), ("amd", 0.1), ("newer", 0.05), ("spot", 0.6)]
    items = _by_kind(net([candidate("modernize", 100.0, share, id_=id_, **group) for id_, share in kinds]))
    assert {id_: item.net.expected for id_, item in items.items()} == {"graviton": 0, "amd": 0, "newer": 0, "spot": 60}
    assert items["amd"].reason == "Spot saves more"
    assert items["amd"].overlap == pytest.approx(10.0)


def test_what_is_deleted_needs_nothing_else() -> None:
    items = _by_kind(net([candidate("delete", 80.0, 1.0), candidate("modernize", 80.0, 0.2, component="storage")]))
    assert items["delete"].net.expected == 80.0
    assert (items["modernize"].status, items["modernize"].net.expected) == ("not_worth", 0.0)


def test_actions_on_different_parts_of_a_resource_add() -> None:
    parts = [
        candidate("modernize", 60.0, 0.5, id_="hours", component="hours"),
        candidate("modernize", 40.0, 0.5, id_="traffic", component="traffic"),
    ]
    assert sum(item.net.expected for item in net(parts)) == pytest.approx(50.0)


def test_a_negative_low_stays_with_its_item() -> None:
    unsure = candidate("modernize", 20.0, 0.1, saving=Saving(-1.0, 2.0, 4.0))
    (item,) = net([unsure])
    assert (item.net.low, item.net.expected, item.net.high) == pytest.approx((-1.0, 2.0, 4.0))


_shares = st.floats(0.0, 1.0)
_candidates = st.lists(
    st.builds(
        lambda step, cost, share, resource, component, exclusive, paid, kept: candidate(
            step, cost, share, id_=f"{step}-{share:.3f}-{component}", resource=resource, component=component,
            exclusive=exclusive, covered_cost=cost * paid, kept_hours=kept,
        ),
        st.sampled_from(STEPS), st.sampled_from([0.0, 1e-9, 3.0, 80.0, 1e7]), _shares, st.sampled_from(["a", "b"]),
        st.sampled_from(["all", "hours", "traffic"]), st.sampled_from(["", "type"]), _shares, _shares,
    ),
    max_size=8,
)  # fmt: skip


@given(_candidates)
def test_a_resource_never_saves_more_than_it_costs(candidates: list[Candidate]) -> None:
    for name in ("a", "b"):
        mine = [one for one in candidates if one.finding.resource == name]
        cost = _cost(mine)
        assert sum(item.net.expected for item in net(mine)) <= cost * (1 + 1e-9) + 1e-9


def _cost(candidates: list[Candidate]) -> float:
    """What the resource costs: its parts, or the whole where that is more."""
    parts: dict[str, float] = {}
    for finding in (one.finding for one in candidates):
        parts[finding.component] = max(parts.get(finding.component, 0.0), finding.current_cost)
    return max(parts.pop("all", 0.0), sum(parts.values()))


@given(_candidates, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(candidates: list[Candidate], random: Any) -> None:
    shuffled = random.sample(candidates, len(candidates))
    assert sum(i.net.expected for i in net(candidates)) == pytest.approx(sum(i.net.expected for i in net(shuffled)))


def test_two_equal_claims_stand_in_one_order_whoever_pays_for_them() -> None:
    """The uncovered one comes first, 50 of 100; the covered one finds its half paid for. Never 0 and then 25."""
    free, paid = (candidate("rightsize", 100.0, 0.5, id_="size", covered_cost=cost) for cost in (0.0, 100.0))
    for order in ([free, paid], [paid, free]):
        assert sum(item.net.expected for item in net(order)) == pytest.approx(50.0)


def test_every_order_of_the_fixture_gives_the_same_items() -> None:
    four = [
        candidate(step, 100.0, share) for step, share in (("rightsize", 0.5), ("modernize", 0.2), ("schedule", 0.65))
    ]
    assert len({tuple(round(item.net.expected, 9) for item in net(order)) for order in permutations(four)}) == 1


def test_the_waterfall_equals_the_bill_of_the_joint_action_priced_hour_by_hour() -> None:
    """Second route: a random fleet billed by hours × size × rate, each action changing one of the three."""
    random = np.random.default_rng(7)
    before = after = 0.0
    candidates: list[Candidate] = []
    for place in range(200):
        hours, rate = np.ones(730), random.uniform(0.02, 3.0)
        size, target, kept = random.choice([1.0, 0.5]), random.uniform(0.6, 1.0), random.choice([1.0, 0.36])
        on = (np.arange(730) % 100 < kept * 100).astype(float)
        cost = float((hours * rate).sum())
        off = 1.0 - float(on.mean())
        for step, share in (("rightsize", 1 - size), ("modernize", 1 - target), ("schedule", off)):
            if share:
                candidates.append(
                    candidate(
                        step, cost, share, resource=f"i-{place}", kept_hours=1 - off if step == "schedule" else 1.0
                    )
                )
        before += cost
        after += float((on * size * rate * target).sum())
    saved = sum(item.net.expected for item in net(candidates))
    assert saved == pytest.approx(before - after, rel=0.005)
