"""Mistakes that reports of savings are known for, and the tests that keep this one from them.

Not of the scorecard: amounts that refunds and yearly fees distort and an effective savings rate with three meanings belong
to cost metrics and commitments; the scorecard tells no such rate. Goals by coverage are not told either.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GUARDED = {
    "alternatives on one resource are added": (
        "test_waterfall::test_of_actions_that_rule_each_other_out_the_best_is_taken_and_the_others_are_named",
        "test_scorecard::test_whatever_is_found_no_more_is_saved_than_is_spent",
        "opportunities/test_coverage::test_alternatives_on_one_resource_do_not_ask_twice",
    ),
    "flat percentages where prices are known": (
        "opportunities/test_retyped::test_an_unknown_price_is_a_gap_and_no_flat_percent",
        "opportunities/test_spot::test_a_type_that_never_ran_on_spot_has_no_price",
    ),
    "savings on hours that a commitment pays for": (
        "test_waterfall::test_covered_hours_save_nothing_before_the_plan_ends",
        "test_scorecard_demo::test_covered_hours_are_told_for_later_alone",
    ),
    "negative savings netted into a positive total": (
        "opportunities/test_ebs_gp2_to_gp3::test_a_low_bound_below_zero_without_metrics_is_not_checked_and_never_netted",
        "opportunities/test_nat_consolidation::test_what_would_cost_more_is_not_recommended",
    ),
    "a goal's arithmetic of the wrong dimension": (
        "test_scorecard::test_the_score_is_what_is_well_spent_of_what_was_examined",
    ),
    "a query that measures another service": (
        "opportunities/test_nat_idle::test_a_transit_gateway_is_no_nat_gateway",
        "opportunities/test_log_retention::test_storage_of_other_services_under_the_same_usage_type_is_not_logs",
        "opportunities/test_cross_az_traffic::test_data_between_regions_and_to_the_internet_are_others",
    ),
    "a ratio read as saving and as what is left": (
        "opportunities/test_retyped::test_graviton_is_priced_by_the_target_itself",
        "test_scorecard_demo::test_amounts_are_those_of_the_truth",
    ),
    "one storage class under the label of another": (
        "opportunities/test_s3_class::test_a_transition_that_a_year_does_not_pay_back_is_none",
        "test_scorecard_demo::test_amounts_are_those_of_the_truth",
    ),
    "snapshots at their whole cost in spite of chains": (
        "opportunities/test_old_snapshots::test_of_a_chain_that_goes_on_nothing_is_certain",
        "opportunities/test_old_snapshots::test_a_chain_that_goes_as_a_whole_frees_all",
    ),
    "sizes matched as parts of words": (
        "opportunities/test_instance_types::test_family_and_size_are_read_exactly",
        "opportunities/test_retyped::test_another_region_or_size_is_no_price",
    ),
    "the whole fee of extended support counted as avoidable": (
        "opportunities/test_extended_support::test_only_the_difference_to_the_standard_hour_is_avoidable",
    ),
    "bytes divided again where the meter is in GB": (
        "opportunities/test_log_retention::test_the_bytes_that_logs_reports_are_not_the_bill",
        "opportunities/test_ebs_gp2_to_gp3::test_the_size_is_the_inventory_s_where_the_volume_lived_half_a_month",
    ),
    "two currencies added": (
        "test_scorecard::test_two_currencies_are_refused",
        "test_ledger::test_the_summary_counts_each_status_and_refuses_two_currencies",
    ),
    "an open month held against a closed one": (
        "opportunities/test_log_retention::test_an_open_month_is_not_held_against_a_closed_one",
        "opportunities/test_nat_consolidation::test_an_open_month_is_compared_by_its_pace",
    ),
    "a missing permission told as nothing found": (
        "opportunities/test_unattached_volumes::test_a_place_that_refused_is_not_checked",
        "test_scorecard::test_the_score_is_what_is_well_spent_of_what_was_examined",
    ),
    "list prices under private ones": (
        "opportunities/test_ebs_gp2_to_gp3::test_private_discounts_are_in_the_saving",
        "opportunities/test_rightsizing::test_a_figure_before_discounts_is_cut_to_what_is_paid",
    ),
    "resources counted instead of money": (
        "test_scorecard_demo::test_planted_waste_is_found_in_dollars",
    ),
    "zero in place of unknown": (
        "opportunities/test_nat_idle::test_bytes_that_name_no_gateway_are_unknown_and_not_zero",
        "test_scorecard::test_where_nothing_was_examined_there_is_no_score",
        "opportunities/test_rightsizing::test_a_negative_or_missing_figure_is_a_gap",
    ),
}  # fmt: skip


@cache
def names_in(module: str) -> frozenset[str]:
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("mistake", GUARDED)
def test_a_known_mistake_is_guarded(mistake: str) -> None:
    for guard in GUARDED[mistake]:
        module, _, name = guard.partition("::")
        assert name in names_in(module), guard
