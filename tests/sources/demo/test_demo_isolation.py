"""No row of one account may name another account: reports per account are searched for such leaks."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
from demo_checks import chunks

from finops_lib.sources.demo import DemoFiles, DemoSize
from finops_lib.sources.demo.organization import accounts
from finops_lib.sources.demo.rates import services

PAYER_COLUMNS = ("bill_payer_account_id", "bill_payer_account_name", "savings_plan_savings_plan_a_r_n")


def test_ids_and_names_are_distinct_and_none_holds_another() -> None:
    organization = accounts(500, 7)
    ids, names = [account.id for account in organization], [account.name for account in organization]
    assert len(set(ids)) == len(set(names)) == 500
    assert all(len(account) == 12 for account in ids)
    assert not [(a, b) for a in names for b in names if a != b and a in b]


def test_sizes_are_skewed() -> None:
    weights = sorted((account.weight for account in accounts(500, 7)), reverse=True)
    assert sum(weights[:50]) > 0.4 * sum(weights)


def test_no_text_of_an_account_names_another(demo: DemoFiles, bill: pd.DataFrame) -> None:
    organization = accounts(8, DemoSize().seed)
    words = {account.id: (account.id, account.name) for account in organization}
    for path in (chunks(demo)[0], chunks(demo)[-2]):
        table = pq.read_table(path)
        texts = [
            field.name for field in table.schema if str(field.type) == "string" and field.name not in PAYER_COLUMNS
        ]
        frame = table.select(texts).to_pandas()
        for account, rows in frame.groupby("line_item_usage_account_id"):
            text = "\n".join(str(value) for name in texts for value in rows[name].dropna().unique())
            others = [word for other, pair in words.items() if other != account for word in pair]
            assert not [word for word in others if word in text]


def test_no_account_name_is_part_of_a_tag_or_a_service(demo: DemoFiles) -> None:
    names = [account.name for account in accounts(8, DemoSize().seed)]
    maps = pq.read_table(chunks(demo)[-2], columns=["resource_tags", "tags", "product", "cost_category"])
    values = {str(value) for column in maps.itercolumns() for pairs in column.to_pylist() for _, value in pairs}
    values |= {service.name for service in services().values()}
    assert not [(name, value) for name in names for value in values if name in value]


def test_only_the_payers_arns_cross_accounts(bill: pd.DataFrame) -> None:
    arns = bill["savings_plan_savings_plan_a_r_n"].dropna().unique()
    assert len(arns) == 5
    assert all("::739204518836:" in arn for arn in arns)
    reserved = bill[bill["reservation_reservation_a_r_n"].notna()]
    pairs = reserved[["reservation_reservation_a_r_n", "line_item_usage_account_id"]].drop_duplicates()
    assert all(account in arn for arn, account in pairs.itertuples(index=False))
