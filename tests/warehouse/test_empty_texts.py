"""Empty text is null in the canonical table; files whose statistics rule it out are read without looking for it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support import bills, workspaces
from support.bills import row

from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse.containers import inspect
from finops_lib.warehouse.duckdb import DuckDBEngine

MAP = pa.map_(pa.string(), pa.string())
COLUMNS = {
    "full": pa.array(["a", "b"]),
    "absent": pa.array([None, None], pa.string()),
    "partly": pa.array([None, "ä"]),
    "blank": pa.array(["", "b"]),
    "tags": pa.array([[("k", "v")], []], MAP),
    "blank_tags": pa.array([[("k", "v"), ("l", "")], None], MAP),
    "full.of": pa.array(["", "b"]),
    "number": pa.array([0, 1]),
}


def test_statistics_say_which_texts_are_never_empty(tmp_path: Path) -> None:
    pq.write_table(pa.table(COLUMNS), tmp_path / "bill")
    assert inspect(tmp_path / "bill", "bill").filled == {"full", "absent", "partly", "tags"}


def test_each_row_group_must_say_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x", "y", ""], "b": ["x", "y", "z"]}), tmp_path / "bill", row_group_size=1)
    assert inspect(tmp_path / "bill", "bill").filled == {"b"}


def test_without_statistics_nothing_is_known(tmp_path: Path) -> None:
    pq.write_table(pa.table(COLUMNS), tmp_path / "bill", write_statistics=False)
    assert inspect(tmp_path / "bill", "bill").filled == frozenset()


def test_a_chunk_without_empty_text_does_not_speak_for_its_neighbor(tmp_path: Path) -> None:
    for chunk, resource in enumerate(("i-1", ""), start=1):
        tags = [{"resourceTags/Team": resource}]
        bill = [row("Usage", float(chunk), line_item_resource_id=resource)]
        bills.cur2_parquet(tmp_path / "export" / f"bill-0000{chunk}.parquet", bill, tags)
    workspace, report = workspaces.pulled(tmp_path / "w", tmp_path / "export")
    assert report.problems == ()
    found = DuckDBEngine(workspace.warehouse).sql(
        'SELECT "ResourceId", x_tag_team, "BilledCost" FROM cost', ORGANIZATION
    )
    records = found.astype({"BilledCost": float}).astype(object).where(found.notna(), None).values.tolist()
    assert sorted(records, key=lambda record: record[2]) == [["i-1", "i-1", 1.0], [None, None, 2.0]]


def test_a_sku_takes_its_attributes_from_the_rows_that_have_them(tmp_path: Path) -> None:
    nameless = row("Credit", -1.0, product_product_name=None)
    tax = row("Tax", 2.0, product_sku=None, line_item_product_code="AmazonS3", product_product_name="Storage")
    rows = [nameless, *[row("Usage", 1.0)] * 3, tax]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.cur2_parquet(tmp_path / "bill.parquet", rows))
    engine = DuckDBEngine(workspace.warehouse)
    skus = engine.sql('SELECT "SkuId", map_entries(attributes)[1].value AS name FROM sku', ORGANIZATION)
    assert skus.values.tolist() == [["SKU1", "Amazon Elastic Compute Cloud"]]
    names = engine.sql('SELECT DISTINCT "x_ServiceCode", "ServiceName" FROM cost ORDER BY 1', ORGANIZATION)
    assert names.values.tolist() == [["AmazonEC2", "Amazon Elastic Compute Cloud"], ["AmazonS3", "Storage"]]


@pytest.mark.parametrize("first", [None, [], [("product_name", "")], [("region", "us-east-1")]])
def test_a_sku_whose_first_row_tells_no_name_takes_that_of_a_later_one(
    tmp_path: Path, first: list[tuple[str, str]] | None
) -> None:
    path = bills.cur2_parquet(tmp_path / "bill.parquet", [row("Usage", 1.0)] * 3)
    bill = pq.read_table(path)
    maps = pa.array([first, first, [("product_name", "Elastic"), ("region", "us-east-1")]], MAP)
    pq.write_table(bill.set_column(bill.column_names.index("product"), "product", maps), path)
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    engine = DuckDBEngine(workspace.warehouse)
    skus = engine.sql("SELECT attributes['product_name'] AS name, cardinality(attributes) AS n FROM sku", ORGANIZATION)
    assert skus.values.tolist() == [["Elastic", 2]]
    assert engine.sql('SELECT DISTINCT "ServiceName" FROM cost', ORGANIZATION).values.tolist() == [["Elastic"]]
