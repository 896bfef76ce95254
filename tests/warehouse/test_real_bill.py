"""Two months of a real bill, published by AWS: they reconcile, in every form and by every road."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer
from support import bills, workspaces
from support.workspaces import Report, Workspace

from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse.dialects import normalize
from finops_lib.warehouse.duckdb import DuckDBEngine

REAL = Path(__file__).parents[2] / "../shared/data/aws-bills-2018"
BILLED = {"2018-10": 4064.48, "2018-11": 3505.33}
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real bill is not on this machine")


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Report]:
    return workspaces.pulled(tmp_path_factory.mktemp("real"), REAL)


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="real-bill")
        yield "real-bill"
    server.stop()


def answers(workspace: Workspace) -> dict[tuple[str, str], dict[str, Any]]:
    """The overview's JSON of each scope and month."""
    whole = {month: workspaces.overview(workspace, period=month) for month in BILLED}
    scopes = ["organization", *whole["2018-10"].by_account["SubAccountId"]]
    return {
        (scope, month): workspaces.overview(workspace, scope, month).to_dict() for scope in scopes for month in BILLED
    }


def legacy_csv(folder: Path) -> Path:
    """The bill in its classic form: slashed names, ISO times."""
    folder.mkdir()
    for path in sorted(REAL.glob("*.parquet")):
        columns = pq.read_schema(path).names
        assert [normalize(bills.csv_name(name)) for name in columns] == columns
        renamed = ", ".join(f'"{name}" AS "{bills.csv_name(name)}"' for name in columns)
        duckdb.execute(
            f"COPY (SELECT {renamed} FROM read_parquet('{path}')) TO '{folder / path.stem}.csv' "
            "(FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')"
        )
    return folder


def test_both_months_go_in_by_one_pull(pulled: tuple[Workspace, Report]) -> None:
    _, report = pulled
    assert report.problems == ()
    assert [(item.period, item.format, item.rows, item.state) for item in report.outcomes] == [
        ("2018-10", "legacy CUR", 119_307, "new"), ("2018-11", "legacy CUR", 124_340, "new"),
    ]  # fmt: skip


@pytest.mark.parametrize("month", BILLED)
def test_they_reconcile(pulled: tuple[Workspace, Report], month: str) -> None:
    result = workspaces.overview(pulled[0], period=month)
    assert result.totals.BilledCost == pytest.approx(BILLED[month], abs=0.005)
    assert result.reconciliation.source == pytest.approx(BILLED[month], abs=0.005)
    assert result.reconciliation.difference == 0.0
    assert len(result.by_account) == 2


def test_the_amortization_identity_holds(pulled: tuple[Workspace, Report]) -> None:
    engine = DuckDBEngine(pulled[0].warehouse)
    identity = """SELECT strftime("BillingPeriodStart", '%Y-%m') AS month, CAST(sum("BilledCost" - "EffectiveCost" - "x_true_up"
      - "x_upfront_fee") AS DOUBLE) AS residual, CAST(sum("BilledCost") AS DOUBLE) AS billed FROM cost GROUP BY 1 ORDER BY 1"""
    frame = engine.sql(identity, ORGANIZATION)
    assert dict(zip(frame["month"], frame["billed"], strict=True)) == pytest.approx(BILLED, abs=0.005)
    assert frame["residual"].abs().max() < 0.01


def test_types_of_charges_are_those_that_aws_published(pulled: tuple[Workspace, Report]) -> None:
    query = """SELECT "x_line_item_type" AS type, CAST(sum("BilledCost") AS DOUBLE) AS billed FROM cost
      WHERE "BillingPeriodStart" = DATE '2018-10-01' GROUP BY 1"""
    frame = DuckDBEngine(pulled[0].warehouse).sql(query, ORGANIZATION)
    assert dict(zip(frame["type"], frame["billed"], strict=True)) == pytest.approx(
        {"Usage": 3914.71, "DiscountedUsage": 0.0, "RIFee": 149.78}, abs=0.006
    )


def test_every_form_and_road_gives_the_same_answers(
    tmp_path: Path, pulled: tuple[Workspace, Report], bucket: str
) -> None:
    expected = answers(pulled[0])
    assert len(expected) == 6
    as_csv, report = workspaces.pulled(tmp_path / "csv", legacy_csv(tmp_path / "in"))
    assert report.problems == ()
    assert answers(as_csv) == expected
    client = boto3.client("s3", region_name="us-east-1")
    for path in REAL.glob("*.parquet"):
        client.upload_file(str(path), bucket, f"cur/{path.name}")
    over_s3, report = workspaces.pulled(tmp_path / "s3", f"s3://{bucket}/cur/")
    assert report.problems == ()
    assert answers(over_s3) == expected
