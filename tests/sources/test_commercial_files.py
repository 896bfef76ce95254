"""Budget and KPI files as people keep them, and the mistakes that they make."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from finops_lib.contracts.commercial import validate_budgets
from finops_lib.core.errors import ContractError, SchemaMismatch
from finops_lib.sources.demo import DemoSize, write_demo
from finops_lib.sources.files.csv_budgets import read_budgets
from finops_lib.sources.files.csv_kpis import read_kpis

LONG = """budget,scope,period,amount,currency,owner,approved_by,approved_on,exception,exception_until
shop,111111111111,2026-03,1200.50,usd,ann@x,bob,2026-01-05,,
all,organization,2026-03,5000,USD,,,,migration,2026-06-30
"""


def test_budgets_a_row_a_month() -> None:
    frame = read_budgets(LONG.encode())
    assert frame[["budget", "scope", "period", "amount", "currency"]].values.tolist() == [
        ["shop", "111111111111", "2026-03", 1200.5, "USD"],
        ["all", "organization", "2026-03", 5000.0, "USD"],
    ]
    assert frame["approved_on"].tolist()[0] == pd.Timestamp("2026-01-05")
    assert frame[["owner", "approved_by", "exception"]].isna().values.tolist() == [
        [False, False, True],
        [True, True, False],
    ]


def test_budgets_a_column_a_month_with_gaps_semicolons_and_a_byte_order_mark() -> None:
    text = "budget;scope;currency;2026-01;2026-02\nshop;1;EUR;10;\nall;organization;EUR;;30.5\n\n"
    frame = read_budgets(text.encode("utf-8-sig"))
    assert frame[["budget", "period", "amount"]].values.tolist() == [
        ["shop", "2026-01", 10.0],
        ["all", "2026-02", 30.5],
    ]


def test_kpis_a_column_or_a_row_a_metric() -> None:
    wide = read_kpis(b"date,orders,users\n2026-01-01,5,7\n2026-01-02,6,\n")
    long = read_kpis(
        b"date,metric,value\n2026-01-02,orders,6\n2026-01-01,users,7\n2026-01-02,users,\n2026-01-01,orders,5\n"
    )
    pd.testing.assert_frame_equal(wide, long)
    assert wide["value"].tolist()[:3] == [5.0, 6.0, 7.0]
    assert pd.isna(wide["value"].iloc[3])


def test_metrics_stay_in_the_files_order() -> None:
    assert read_kpis(b"date,users,orders\n2026-01-01,7,5\n")["metric"].tolist() == ["users", "orders"]


def test_points_between_semicolons_that_group_no_thousands_are_decimal() -> None:
    told = read_kpis(b"date;orders\n2026-01-01;1.00\n2026-01-02;0.125\n2026-01-03;1.0000\n2026-01-04;1234.500\n")
    assert told["value"].tolist() == [1.0, 0.125, 1.0, 1234.5]


def test_empty_columns_that_a_spreadsheet_leaves_behind_are_no_metrics() -> None:
    told = read_kpis(b"date,orders,,\n2026-01-01,5,,\n")
    assert told["metric"].tolist() == ["orders"]


def test_a_month_is_its_first_day() -> None:
    assert read_kpis(b"date,orders\n2026-02,5\n")["date"].tolist() == [pd.Timestamp("2026-02-01")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("budget,scope,period,currency\n", "line 1: no column amount"),
        ("", r"line 1: no column budget, scope, currency \(found: nothing\)"),
        ("budget,scope,period,amount,currency\na,1,2026-03,12k,USD\n", "line 2: amount is '12k', not a number"),
        ("budget,scope,period,amount,currency\na,1,2026-03,nan,USD\n", "line 2: amount is 'nan'"),
        ("budget,scope,period,amount,currency\na,1,March,12,USD\n", "line 2: 'March' is not a billing period"),
        ("budget,scope,period,amount,currency\na,1,2026-03,1e300,USD\n", "line 2: the budget of 2026-03 is too large"),
        ("budget,scope,period,amount,currency\na,1,2026-03,-1,USD\n", "line 2: the budget of 2026-03 is below 0"),
        ("budget,scope,period,amount,currency\na,1,2026-03,1,dollars\n", "line 2: currency is 'DOLLARS'"),
        ("budget,scope,period,amount,currency\na,,2026-03,1,USD\n", "line 2: scope is empty"),
        (
            "budget,scope,period,amount,currency\na,1,2026-03,1,200,USD\n",
            "line 2: 6 cells where the first line names 5",
        ),
        (LONG.replace("2026-06-30", "June") + "", "line 3: exception_until is 'June', not a date"),
        (
            "budget,scope,period,amount,currency\na,1,2026-03,1,USD\na,1,2026-03,2,USD\n",
            "lines 2 and 3: 1 has 2 budgets for 2026-03",
        ),
        (
            "budget,scope,period,amount,currency\na,organization,2026-03,1,USD\n\nb,Organization,2026-3,2,USD\n",
            "line 4: '2026-3' is not a billing period",
        ),
        (
            "budget,scope,period,amount,currency\na,organization,2026-03,1,USD\n\nb,Organization,2026-03,2,usd\n",
            "lines 2 and 4: organization has 2 budgets for 2026-03",
        ),
        (
            "budget,scope,currency,2026-01,2026-02\na,1,USD,5,\nb,1,USD,6,7\n",
            "lines 2 and 3: 1 has 2 budgets for 2026-01",
        ),
    ],
)
def test_mistakes_in_budgets_name_the_line(text: str, words: str) -> None:
    with pytest.raises(SchemaMismatch, match=rf"b\.csv, {words}"):
        read_budgets(text.encode(), "b.csv")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"day,orders\n", "line 1: no column date"),
        (b"date\n2026-01-01\n", "line 1: no metric beside date"),
        (b"date,a,a\n", "line 1: a column comes twice"),
        (b"date,orders\n2026-01-01,many\n", "line 2: orders is 'many', not a number"),
        (b"date,orders\n01/02/2026,5\n", "line 2: date is '01/02/2026', not a date"),
        (b"date,orders\n2026-01-01,5\n2026-01-01,6\n", "line 3: orders comes twice for 2026-01-01"),
        (b"date,metric,value\n2026-01-01,,6\n", "line 2: metric is empty"),
        (b"date,orders\n2026-01-01,1_000\n", "line 2: orders is '1_000', not a number"),
        ("date,orders\n2026-01-01,\u0661\n".encode(), "line 2: orders is '\u0661', not a number"),
        (b"date;orders\n2026-01-01;5,5\n", "line 2: orders is '5,5', not a number"),
        (b"date,orders\n0001-01-01,5\n", "line 2: date is '0001-01-01', a year of no bill"),
        (b"date,orders\n2026-01-01," + b"5" * 200_000, "is no CSV: field larger than field limit"),
        (b"date;orders\n2026-01-01;1.000\n", "orders is '1.000', which between semicolons may be 1000 or a decimal"),
        (b"date;orders\n2026-01-01;-12.345.678\n", "'-12.345.678', not a number"),
        (b"date,\n2026-01-01,5\n", "line 2: '5' stands in a column without a name"),
        (b"date,\n2026-01-01,\n", "line 1: no metric beside date"),
        (b"date,,orders\n2026-01-01,7,5\n", "line 2: '7' stands in a column without a name"),
        (b"date,caf\xe9\n2026-01-01,6\n", "is not UTF-8 text"),
    ],
)
def test_mistakes_in_kpis_name_the_line(data: bytes, words: str) -> None:
    with pytest.raises(SchemaMismatch, match=words):
        read_kpis(data)


def test_a_scope_has_a_budget_in_each_of_two_currencies() -> None:
    """They are never added: the analysis says which one is not the bill's."""
    text = b"budget,scope,period,amount,currency\na,1,2026-03,1,USD\na,1,2026-03,1,EUR\n"
    assert read_budgets(text)["currency"].tolist() == ["USD", "EUR"]


def test_the_contract_names_the_column_at_fault() -> None:
    frame = read_budgets(LONG.encode())
    with pytest.raises(ContractError, match=r"budgets break their contract.*amount"):
        validate_budgets(frame.assign(amount=-1.0))


def test_the_demos_papers_are_read(tmp_path: Path) -> None:
    write_demo(tmp_path, DemoSize(accounts=8, months=2, rows=20_000, open_days=0))
    (budgets,), (kpis,) = sorted(tmp_path.rglob("budgets.csv")), sorted(tmp_path.rglob("kpis.csv"))
    read = read_budgets(budgets.read_bytes(), budgets.name)
    assert set(read["currency"]) == {"USD"}
    assert "organization" in set(read["scope"])
    assert set(read_kpis(kpis.read_bytes())["metric"]) == {
        "orders",
        "active_users",
        "deliveries",
        "revenue_usd",
        "employees",
    }
