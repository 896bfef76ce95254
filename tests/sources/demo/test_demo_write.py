from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from demo_checks import chunks

from finops_lib.core.errors import UsageError
from finops_lib.core.periods import Period
from finops_lib.sources.demo import DemoFiles, DemoSize, write_demo
from finops_lib.sources.demo.cur import export
from finops_lib.sources.demo.cur.table import schema

SMALL = DemoSize(months=1, open_days=2, rows=1)


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_equal_sizes_give_equal_bytes(tmp_path: Path) -> None:
    write_demo(tmp_path / "one", SMALL)
    write_demo(tmp_path / "two", SMALL)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert len(digests(tmp_path / "one")) > 20


def test_another_seed_gives_another_bill(tmp_path: Path) -> None:
    one = write_demo(tmp_path / "one", SMALL)
    two = write_demo(tmp_path / "two", DemoSize(months=1, open_days=2, rows=1, seed=8))
    assert digests(one.export) != digests(two.export)
    assert one.accounts == two.accounts  # the eight named accounts are the same in every demo


def test_a_smaller_demo_replaces_a_larger_one(tmp_path: Path) -> None:
    write_demo(tmp_path, DemoSize(months=2, open_days=2, rows=1))
    write_demo(tmp_path, SMALL)
    months = sorted(path.name for path in (tmp_path / "exports/saltglass/saltglass-cur2/data").iterdir())
    assert months == ["BILLING_PERIOD=2026-10", "BILLING_PERIOD=2026-11"]


def test_a_story_told_until_a_month_is_the_same_story(tmp_path: Path) -> None:
    whole = write_demo(tmp_path / "whole", DemoSize(months=3, open_days=0, rows=1))
    part = write_demo(tmp_path / "part", DemoSize(months=3, open_days=0, rows=1, until=Period(2026, 9)))
    assert part.last_closed == Period(2026, 9)
    told, all_of_it = digests(part.export), digests(whole.export)
    assert told == {name: digest for name, digest in all_of_it.items() if "BILLING_PERIOD=2026-10" not in name}
    facts = json.loads((part.truth / "truth.json").read_text(encoding="utf-8"))
    assert facts["last_closed"] == "2026-09"
    assert max(fact["start"] for fact in facts["facts"]) < "2026-10-01"
    days = pd.read_csv(part.papers / "kpis.csv")["date"]
    assert days.iloc[-1] == "2026-09-30"


def test_papers_are_of_the_month_told(tmp_path: Path) -> None:
    kinds = {}
    for until in (Period(2026, 7), Period(2026, 9), None):
        made = write_demo(tmp_path / str(until), DemoSize(months=4, open_days=0, rows=1, until=until))
        answers = json.loads((made.papers / "inventory/ec2.DescribeVolumes.json").read_text(encoding="utf-8"))[
            "answers"
        ]
        volumes = [item for answer in answers for item in answer["Response"]["Volumes"]]
        names = {tag["Value"]: item["VolumeType"] for item in volumes for tag in item["Tags"] if tag["Key"] == "Name"}
        kinds[until] = (names["shop-search-data"], names["stage-data"])
    assert list(kinds.values()) == [("gp2", "gp2"), ("gp3", "gp3"), ("gp2", "gp3")]  # one change was taken back


def test_the_answer_says_where_everything_is(demo: DemoFiles) -> None:
    assert demo.last_closed == Period(2026, 10)
    assert len(demo.accounts) == 8
    assert all(len(account) == 12 and account.isdigit() for account in demo.accounts)
    assert any(account.startswith("0") for account in demo.accounts)
    assert demo.rows == sum(pq.read_metadata(path).num_rows for path in chunks(demo))


def test_the_default_size_is_met(demo: DemoFiles) -> None:
    assert 350_000 * 0.85 <= demo.rows <= 350_000 * 1.15


@pytest.mark.parametrize(
    "size",
    [
        DemoSize(accounts=30, months=2, rows=120_000),
        DemoSize(accounts=60, months=3, open_days=0, rows=260_000, seed=1),
        DemoSize(months=2, rows=300_000, seed=3),
    ],
)
def test_other_sizes_are_met(tmp_path: Path, size: DemoSize) -> None:
    made = write_demo(tmp_path, size)
    assert len(made.accounts) == len(set(made.accounts)) == size.accounts
    assert size.rows * 0.85 <= made.rows <= size.rows * 1.15


def test_manifests_list_exactly_the_files(demo: DemoFiles) -> None:
    manifests = sorted(demo.export.rglob("*-Manifest.json"))
    assert len(manifests) == 17
    listed: list[str] = []
    for path in manifests:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        assert set(manifest) == {"exportArn", "executionId", "columns", "dataFiles"}
        assert [(column["name"], column["type"]) for column in manifest["columns"]] == list(schema())
        assert all(path.parent.name in name for name in manifest["dataFiles"])
        listed += manifest["dataFiles"]
    root = f"s3://{export.BUCKET}/"
    assert listed == [root + path.relative_to(demo.export).as_posix() for path in chunks(demo)]


def test_large_months_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "CHUNK_ROWS", 10_000)
    made = write_demo(tmp_path, DemoSize(months=1, open_days=0, rows=1))
    names = [path.name for path in chunks(made)]
    assert names == [f"saltglass-cur2-{number:05d}.snappy.parquet" for number in range(1, len(names) + 1)]
    ids = pd.concat([pq.read_table(path, columns=["identity_line_item_id"]).to_pandas() for path in chunks(made)])
    assert len(ids) == made.rows > 20_000
    assert ids["identity_line_item_id"].is_unique


def spelled(kind: pa.DataType) -> str:
    if pa.types.is_map(kind):
        return f"map<{spelled(kind.key_type)},{spelled(kind.item_type)}>"
    return {"timestamp[ms, tz=UTC]": "timestamp"}.get(str(kind), str(kind))


def test_files_have_the_schema_of_cur_2(demo: DemoFiles) -> None:
    for path in chunks(demo):
        arrow = pq.read_schema(path)
        assert [(field.name, spelled(field.type)) for field in arrow] == list(schema())
    assert len(schema()) == 120


def test_only_closed_months_have_invoices(bill: pd.DataFrame) -> None:
    open_month = bill["period"] == "2026-11"
    assert open_month.any()
    assert bill.loc[open_month, "bill_invoice_id"].isna().all()
    assert bill.loc[~open_month, "bill_invoice_id"].notna().all()
    assert set(bill.loc[open_month, "line_item_line_item_type"]).isdisjoint({"Tax", "Credit", "BundledDiscount"})


def test_row_ids_are_unique_within_a_month(bill: pd.DataFrame) -> None:
    assert not bill.duplicated(["period", "identity_line_item_id"]).any()


def test_rows_lie_in_their_month(bill: pd.DataFrame) -> None:
    assert (bill["line_item_usage_start_date"].dt.strftime("%Y-%m") == bill["period"]).all()
    last = bill.loc[bill["period"] == "2026-11", "line_item_usage_start_date"].max()
    assert last == pd.Timestamp("2026-11-18T23:00:00Z")


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    write_demo(tmp_path, SMALL, lambda *step: heard.append(step))
    assert heard == [("bill of 2026-10", 1, 3), ("bill of 2026-11", 2, 3), ("papers and truth", 3, 3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"accounts": 7},
        {"accounts": 10_000},
        {"months": 0},
        {"months": 121},
        {"open_days": 30},
        {"rows": 0},
        {"until": Period(2026, 11)},
        {"months": 2, "until": Period(2026, 8)},
    ],
)
def test_sizes_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        DemoSize(**wrong)  # type: ignore[arg-type]
