"""What a bad file gets: one clear sentence, the right exit code, nothing lost and nothing half-written."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from support import bills, workspaces
from support.bills import row

from finops_lib.cli.main import cli
from finops_lib.core.errors import CurrencyMismatch, FinOpsError, InsufficientDataError, SchemaMismatch, Unreconciled
from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse import canonicalize
from finops_lib.warehouse.catalog import Catalog
from finops_lib.warehouse.duckdb import DuckDBEngine


def only_problem(report: workspaces.Report) -> FinOpsError:
    assert report.outcomes == ()
    assert len(report.problems) == 1
    return report.problems[0]


def truncated_gzip(path: Path) -> Path:
    bills.legacy_csv(path, [row("Usage", float(i), line_item_resource_id=f"i-{i * 7919}") for i in range(2000)])
    path.write_bytes(path.read_bytes()[:-200])
    return path


def truncated_csv(path: Path) -> Path:
    bills.legacy_csv(path, [row("Usage", 1.0), row("Usage", 2.0)])
    path.write_bytes(path.read_bytes()[:-150])
    return path


def truncated_parquet(path: Path) -> Path:
    bills.legacy_parquet(path, [row("Usage", 1.0)])
    path.write_bytes(path.read_bytes()[:-30])
    return path


def damaged_parquet(path: Path) -> Path:
    bills.legacy_parquet(path, [row("Usage", float(i), line_item_resource_id=f"i-{i}") for i in range(5000)])
    content = bytearray(path.read_bytes())
    content[200:4000] = b"\x00" * 3800
    path.write_bytes(bytes(content))
    return path


def wrong_encoding(path: Path, encoding: str) -> Path:
    text = bills.frame([row("Usage", 1.0, line_item_line_item_description="Gebühr")]).rename(columns=bills.csv_name)
    path.write_bytes(text.to_csv(index=False).encode(encoding))
    return path


def without(path: Path, column: str) -> Path:
    return bills.legacy_parquet(path, [{k: v for k, v in row("Usage", 1.0).items() if k != column}])


def text_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


CASES = {
    "empty": (lambda p: text_file(p / "a.csv", b""), "a.csv is empty"),
    "empty gzip": (lambda p: text_file(p / "a.csv.gz", gzip.compress(b"")), "a.csv.gz is empty"),
    "truncated gzip": (lambda p: truncated_gzip(p / "a.csv.gz"), "a.csv.gz is truncated or corrupt"),
    "truncated csv": (lambda p: truncated_csv(p / "a.csv"), r"a.csv breaks off or is malformed at line \d"),
    "truncated parquet": (lambda p: truncated_parquet(p / "a.parquet"), "a.parquet is truncated or corrupt"),
    "damaged parquet": (lambda p: damaged_parquet(p / "a.parquet"), "a.parquet is truncated or corrupt"),
    "not a zip": (lambda p: text_file(p / "a.zip", b"PK\x03\x04 nothing"), "a.zip is truncated or corrupt"),
    "latin-1": (lambda p: wrong_encoding(p / "a.csv", "latin-1"), "a.csv is not UTF-8"),
    "utf-16": (lambda p: wrong_encoding(p / "a.csv", "utf-16"), "a.csv is not UTF-8"),
    "unknown schema": (lambda p: text_file(p / "a.csv", b"a,b\n1,2\n"), "no billing export that is known"),
    "missing column": (lambda p: without(p / "a.parquet", "line_item_currency_code"), "column line_item_currency_code"),
    "no period": (
        lambda p: bills.legacy_parquet(p / "a.parquet", [row("Usage", 1.0, bill_billing_period_start_date=None)]),
        "without a readable billing period",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, case: str) -> None:
    make, words = CASES[case]
    workspace, report = workspaces.pulled(tmp_path / "w", make(tmp_path))
    problem = only_problem(report)
    assert isinstance(problem, SchemaMismatch)
    assert problem.exit_code == 5
    assert problem.hint
    with pytest.raises(SchemaMismatch, match=words):
        raise problem
    assert Catalog.load(workspace.warehouse).periods() == ()


def test_a_header_without_rows_holds_no_month(tmp_path: Path) -> None:
    path = bills.legacy_csv(tmp_path / "a.csv", [row("Usage", 1.0)])
    path.write_text(path.read_text().splitlines()[0] + "\n")
    _, report = workspaces.pulled(tmp_path / "w", path)
    problem = only_problem(report)
    assert isinstance(problem, InsufficientDataError)
    assert "a header and no rows" in problem.message


def test_a_bad_restatement_leaves_the_standing_month(tmp_path: Path) -> None:
    good = bills.legacy_csv(tmp_path / "bill.csv.gz", [row("Usage", 7.0)])
    workspaces.pulled(tmp_path / "w", good)
    workspace, report = workspaces.pulled(tmp_path / "w", truncated_gzip(good))
    only_problem(report)
    assert workspaces.totals(workspace)[0] == 7.0


def test_text_in_numbers_is_counted_and_left_out(tmp_path: Path) -> None:
    rows = [
        row("Usage", 5.0),
        row("Usage", 3.0) | {"line_item_unblended_cost": ""},
        row("Usage", 2.0) | {"line_item_usage_amount": "convertible"},
    ]
    workspace, report = workspaces.pulled(tmp_path / "w", bills.legacy_csv(tmp_path / "bill.csv", rows))
    assert report.problems == ()
    result = workspaces.overview(workspace)
    notes = {note.code: note for note in result.notes}
    assert notes["cost.unreadable_numbers"].data == {"cells": 1, "columns": ["line_item_usage_amount"]}
    assert notes["cost.costless_rows"].data == {"rows": 1}
    assert (result.totals.BilledCost, result.reconciliation.difference) == (7.0, 0.0)


@pytest.mark.parametrize("text", ["inf", "-Infinity", "nan", "n/a", "1,200.50"])
def test_a_cost_that_cannot_be_read_makes_the_total_unknown(tmp_path: Path, text: str) -> None:
    """No total may leave it out in silence: the overview is refused, and reconcile ends with 5 and names the row."""
    rows = [row("Usage", 5.0), row("Usage", 3.0) | {"line_item_unblended_cost": text}]
    workspace, report = workspaces.pulled(tmp_path / "w", bills.legacy_csv(tmp_path / "bill.csv", rows))
    assert report.problems == ()
    told = rf"1 Usage row of account \d+, where line_item_unblended_cost is '{re.escape(text)}'"
    with pytest.raises(Unreconciled, match=rf"The total of .* is not known: {told}"):
        workspaces.overview(workspace)
    found = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "reconcile"], standalone_mode=False)
    assert found.return_value == 5
    assert re.search(told, found.output)
    assert "Everything reconciles" not in found.output


@pytest.mark.parametrize("cost", [float("inf"), float("nan"), 1e300])
def test_a_cost_in_a_column_of_numbers_may_be_none_either(tmp_path: Path, cost: float) -> None:
    bill = bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0), row("Usage", 3.0), row("Usage", 1.0)])
    table = pq.read_table(bill)
    place = table.column_names.index("line_item_unblended_cost")
    pq.write_table(table.set_column(place, "line_item_unblended_cost", pa.array([5.0, cost, 1.0], pa.float64())), bill)
    workspace, report = workspaces.pulled(tmp_path / "w", bill)
    assert report.problems == ()
    with pytest.raises(
        Unreconciled, match=r"is not known: 1 Usage row of account \d+, where line_item_unblended_cost is"
    ):
        workspaces.overview(workspace)


def test_two_currencies_are_never_added(tmp_path: Path) -> None:
    rows = [row("Usage", 5.0), row("Usage", 3.0, line_item_currency_code="EUR", line_item_usage_account_id=bills.PAYER)]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        workspaces.overview(workspace)
    assert workspaces.totals(workspace, bills.PAYER)[0] == 3.0


def test_one_month_in_two_formats_is_refused(tmp_path: Path) -> None:
    bills.legacy_parquet(tmp_path / "in/legacy.parquet", [row("Usage", 5.0)])
    bills.cur2_parquet(tmp_path / "in/cur2.parquet", [row("Usage", 5.0)])
    _, report = workspaces.pulled(tmp_path / "w", tmp_path / "in")
    assert "comes as CUR 2.0 and as legacy CUR in one pull" in only_problem(report).message
    assert only_problem(report).exit_code == 5


def test_another_format_does_not_replace_a_month_by_itself(tmp_path: Path) -> None:
    workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "legacy.parquet", [row("Usage", 5.0)]))
    cur2 = bills.cur2_parquet(tmp_path / "cur2.parquet", [row("Usage", 6.0)])
    workspace, report = workspaces.pulled(tmp_path / "w", cur2)
    assert "stands already from legacy CUR" in only_problem(report).message
    workspace, report = workspaces.pulled(tmp_path / "w", cur2, replace=True)
    assert [outcome.state for outcome in report.outcomes] == ["replaced"]
    assert workspaces.totals(workspace)[0] == 6.0


def test_a_later_chunk_alone_does_not_replace_the_month(tmp_path: Path) -> None:
    first = bills.legacy_parquet(tmp_path / "bill-00001.parquet", [row("Usage", 5.0)])
    second = bills.legacy_parquet(tmp_path / "bill-00002.parquet", [row("Usage", 6.0)])
    workspaces.pulled(tmp_path / "w", first)
    workspace, report = workspaces.pulled(tmp_path / "w", second)
    assert "other chunks of the same export" in only_problem(report).message
    workspace, report = workspaces.pulled(tmp_path / "w", first, second)
    assert report.problems == ()
    assert workspaces.totals(workspace)[0] == 11.0


def test_a_copy_of_a_file_counts_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bills.legacy_parquet(tmp_path / f"in/{name}.parquet", [row("Usage", 5.0)])
    workspace, _ = workspaces.pulled(tmp_path / "w", tmp_path / "in")
    assert workspaces.totals(workspace)[0] == 5.0


def test_months_with_different_columns_stand_together(tmp_path: Path) -> None:
    january = row("Usage", 5.0, resource_tags_user_owner="a")
    february = {
        k: "2026-02-03T00:00:00Z" if k.startswith("line_item_usage_") and k.endswith("date") else v
        for k, v in row(
            "Usage", 6.0, resource_tags_user_project="p", bill_billing_period_start_date="2026-02-01T00:00:00Z"
        ).items()
        if k != "product_instance_type"
    }
    bills.legacy_parquet(tmp_path / "in/1.parquet", [january])
    bills.legacy_parquet(tmp_path / "in/2.parquet", [february])
    workspace, report = workspaces.pulled(tmp_path / "w", tmp_path / "in")
    assert report.problems == ()
    result = workspaces.overview(workspace, period="2026-02")
    assert (result.totals.BilledCost, result.previous.BilledCost if result.previous else None) == (6.0, 5.0)
    assert list(result.by_tag) == ["project"]


def test_chunks_of_one_month_may_differ_in_columns(tmp_path: Path) -> None:
    bills.legacy_parquet(tmp_path / "in/bill-1.parquet", [row("Usage", 5.0, resource_tags_user_owner="a")])
    bills.legacy_parquet(tmp_path / "in/bill-2.parquet", [row("Usage", 6.0)])
    workspace, _ = workspaces.pulled(tmp_path / "w", tmp_path / "in")
    assert workspaces.totals(workspace)[0] == 11.0


def test_rows_outside_the_month_stay_in_its_bill_and_are_told(tmp_path: Path) -> None:
    late = row(
        "Usage", 2.0, line_item_usage_start_date="2026-02-01T00:00:00Z", line_item_usage_end_date="2026-02-01T01:00:00Z"
    )
    workspace, _ = workspaces.pulled(
        tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0), late])
    )
    result = workspaces.overview(workspace)
    assert result.totals.BilledCost == 7.0
    assert {note.code: note.data for note in result.notes}["period.rows_outside"] == {"rows": 1, "BilledCost": 2.0}


def test_odd_account_ids_are_kept_and_told(tmp_path: Path) -> None:
    rows = [row("Usage", 1.0, line_item_usage_account_id=name) for name in ("9999999999999", "team a/b", None)]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    result = workspaces.overview(workspace)
    notes = {note.code: note.data for note in result.notes}
    assert notes["accounts.unusual_id"] == {"accounts": ["9999999999999", "team a/b"]}
    assert notes["accounts.missing_id"] == {"rows": 1}
    assert result.totals.BilledCost == 3.0
    assert workspaces.totals(workspace, "team a/b")[0] == 1.0


def test_amortization_that_does_not_add_up_stops_the_report_and_says_where(tmp_path: Path) -> None:
    covered, negation, fee = bills.savings_plan_month()
    fee |= {"savings_plan_used_commitment": 60.0}
    workspace, _ = workspaces.pulled(
        tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", [covered, negation, fee])
    )
    with pytest.raises(FinOpsError, match=rf"identity by -30.00, in {bills.PLAN}") as caught:
        workspaces.overview(workspace)
    assert caught.value.exit_code == 5


def test_a_member_accounts_own_bill_uses_commitments_that_another_bill_pays(tmp_path: Path) -> None:
    used = bills.savings_plan_month()[:2]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", used))
    result = workspaces.overview(workspace)
    assert (result.totals.BilledCost, result.totals.EffectiveCost) == (0.0, 90.0)
    assert "commitments.fees_elsewhere" in {note.code for note in result.notes}


def test_commitments_that_make_up_for_each_other_are_told(tmp_path: Path) -> None:
    rows = []
    for name, slip in (("plan-a", 5.0), ("plan-b", -5.0)):
        for item in bills.savings_plan_month():
            used = (
                {"savings_plan_used_commitment": 90.0 + slip}
                if item["line_item_line_item_type"] == "SavingsPlanRecurringFee"
                else {}
            )
            rows.append(item | used | {"savings_plan_savings_plan_a_r_n": name})
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    notes = {note.code: note.data for note in workspaces.overview(workspace).notes}
    assert notes["reconciliation.commitments_off"] == {"commitments": 2}


def test_an_account_that_is_missing_from_the_canonical_rows_does_not_reconcile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = canonicalize.cost_select
    lost = lambda *given: f"SELECT * FROM ({original(*given)}) WHERE \"SubAccountId\" <> '{bills.PAYER}'"  # noqa: E731
    monkeypatch.setattr(canonicalize, "cost_select", lost)
    rows = [row("Usage", 5.0), row("Usage", 3.0, line_item_usage_account_id=bills.PAYER)]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    with pytest.raises(Unreconciled, match=f"account {bills.PAYER} has 3.00 in the source and 0.00"):
        workspaces.overview(workspace)


def test_two_payers_of_a_month_are_kept_apart(tmp_path: Path) -> None:
    other = {
        "bill_payer_account_id": "777788889999",
        "line_item_usage_account_id": "777788889999",
        "bill_invoice_id": "INV-2",
    }
    rows = [row("Usage", 20.0), row("Usage", 10.0, **other)]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert sorted(workspaces.overview(workspace).inputs["BilledCost"]) == [10.0, 20.0]
    member = workspaces.overview(workspace, bills.MEMBER)
    assert (list(member.inputs["BilledCost"]), member.invoice_ids) == ([20.0], ("INV-1",))


def test_a_workspace_with_an_apostrophe_in_its_path(tmp_path: Path) -> None:
    workspace, _ = workspaces.pulled(
        tmp_path / "client's", bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0)])
    )
    answer = DuckDBEngine(workspace.warehouse).sql("SELECT sum(BilledCost) AS total FROM cost", ORGANIZATION)
    assert list(answer["total"]) == [5.0]


def test_all_payers_of_a_month_stand_after_one_pull(tmp_path: Path) -> None:
    payers = [f"{number}0000000000{number}" for number in range(1, 6)]
    rows = [row("Usage", 1.0, bill_payer_account_id=payer, line_item_usage_account_id=payer) for payer in payers]
    path = bills.legacy_parquet(tmp_path / "bill.parquet", rows)
    workspace, report = workspaces.pulled(tmp_path / "w", path)
    assert [outcome.payer for outcome in report.outcomes] == payers
    assert workspaces.totals(workspace)[0] == 5.0


def test_the_same_rows_in_two_wrappings_are_refused(tmp_path: Path) -> None:
    rows = [row("Usage", 1.0), row("Usage", 2.0, line_item_resource_id="i-2")]
    bills.legacy_csv(tmp_path / "in/bill.csv", rows)
    bills.legacy_csv(tmp_path / "in/bill.csv.gz", rows)
    _, report = workspaces.pulled(tmp_path / "w", tmp_path / "in")
    assert "hold the same rows of 2026-01" in only_problem(report).message


def test_a_damaged_mart_is_built_again_by_the_next_pull(tmp_path: Path) -> None:
    path = bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0)])
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    mart = next(workspace.warehouse.glob("builds/*/*/cost_monthly.parquet"))
    mart.write_bytes(mart.read_bytes()[:-10])
    _, report = workspaces.pulled(tmp_path / "w", path)
    assert [outcome.state for outcome in report.outcomes] == ["rebuilt"]
    assert workspaces.totals(workspace)[0] == 5.0


def test_a_month_in_another_currency_is_left_out_of_the_comparison(tmp_path: Path) -> None:
    february = {
        "bill_billing_period_start_date": "2026-02-01T00:00:00Z",
        "line_item_usage_start_date": "2026-02-03T00:00:00Z",
    }
    rows = [row("Usage", 5.0), row("Usage", 3.0, line_item_currency_code="EUR", **february)]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    result = workspaces.overview(workspace, period="2026-02")
    assert (result.currency, result.totals.BilledCost, result.previous) == ("EUR", 3.0, None)
    assert "not_checked.other_currency" in {note.code for note in result.not_checked}
