"""Which files of a folder are the bill, in every layout that AWS delivers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finops_lib.core.errors import SourceError
from finops_lib.sources import exports
from finops_lib.sources.files.store import LocalStore


def put(path: Path, content: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def manifest(path: Path, *keys: str, field: str = "dataFiles") -> Path:
    return put(path, json.dumps({field: list(keys), "columns": []}))


def found(root: Path) -> list[tuple[str | None, list[str]]]:
    return [
        (export.declared, [str(Path(item.key).relative_to(root)) for item in export.files])
        for export in exports.find(LocalStore(root))
    ]


@pytest.mark.parametrize("spelling", ["BILLING_PERIOD", "billing_period"])
def test_overwrite_layout_reads_only_what_the_manifest_names(tmp_path: Path, spelling: str) -> None:
    data = tmp_path / f"p/acme/data/{spelling}=2026-01"
    put(data / "acme-00001.snappy.parquet")
    put(data / "acme-00002.snappy.parquet", "a surplus chunk of a longer delivery")
    manifest(
        tmp_path / f"p/acme/metadata/{spelling}=2026-01/acme-Manifest.json",
        f"s3://bucket/p/acme/data/{spelling}=2026-01/acme-00001.snappy.parquet",
    )
    assert found(tmp_path) == [("2026-01", [f"p/acme/data/{spelling}=2026-01/acme-00001.snappy.parquet"])]


def test_create_new_layout_reads_the_latest_execution(tmp_path: Path) -> None:
    for run in ("20260201T0100Z-aa", "20260202T0100Z-bb"):
        put(tmp_path / f"acme/data/BILLING_PERIOD=2026-01/{run}/acme-00001.csv.gz")
        key = f"s3://b/acme/data/BILLING_PERIOD=2026-01/{run}/acme-00001.csv.gz"
        manifest(tmp_path / f"acme/metadata/BILLING_PERIOD=2026-01/{run}/acme-Manifest.json", key)
    latest = [("2026-01", ["acme/data/BILLING_PERIOD=2026-01/20260202T0100Z-bb/acme-00001.csv.gz"])]
    assert found(tmp_path) == latest
    # The month's own manifest tells the latest refresh, whatever the folder names say.
    first = "s3://b/acme/data/BILLING_PERIOD=2026-01/20260201T0100Z-aa/acme-00001.csv.gz"
    manifest(tmp_path / "acme/metadata/BILLING_PERIOD=2026-01/acme-Manifest.json", first)
    assert found(tmp_path) == [("2026-01", ["acme/data/BILLING_PERIOD=2026-01/20260201T0100Z-aa/acme-00001.csv.gz"])]


def test_legacy_layout_reads_the_assembly_that_the_month_names(tmp_path: Path) -> None:
    month = tmp_path / "cur/acme/20260101-20260201"
    for assembly in ("aaa", "bbb"):
        put(month / assembly / "acme-1.csv.gz")
        manifest(
            month / assembly / "acme-Manifest.json",
            f"cur/acme/20260101-20260201/{assembly}/acme-1.csv.gz",
            field="reportKeys",
        )
    manifest(month / "acme-Manifest.json", "cur/acme/20260101-20260201/aaa/acme-1.csv.gz", field="reportKeys")
    assert found(tmp_path) == [("2026-01", ["cur/acme/20260101-20260201/aaa/acme-1.csv.gz"])]


def test_athena_layout(tmp_path: Path) -> None:
    put(tmp_path / "cur/acme/acme/year=2026/month=1/acme-00001.snappy.parquet")
    key = "cur/acme/acme/year=2026/month=1/acme-00001.snappy.parquet"
    manifest(tmp_path / "cur/acme/20260101-20260201/acme-Manifest.json", key, field="reportKeys")
    assert found(tmp_path) == [("2026-01", [key])]


def test_several_months_and_exports(tmp_path: Path) -> None:
    for month in ("2026-01", "2026-02"):
        put(tmp_path / f"acme/data/BILLING_PERIOD={month}/acme-00001.csv.gz")
        key = f"s3://b/acme/data/BILLING_PERIOD={month}/acme-00001.csv.gz"
        manifest(tmp_path / f"acme/metadata/BILLING_PERIOD={month}/acme-Manifest.json", key)
    assert [month for month, _ in found(tmp_path)] == ["2026-01", "2026-02"]


def test_files_beside_their_manifest(tmp_path: Path) -> None:
    put(tmp_path / "acme-00001.csv.gz")
    manifest(tmp_path / "acme-Manifest.json", "s3://b/p/acme/data/BILLING_PERIOD=2026-01/acme-00001.csv.gz")
    assert found(tmp_path) == [(None, ["acme-00001.csv.gz"])]


def test_a_file_that_the_manifest_names_but_nobody_has(tmp_path: Path) -> None:
    put(tmp_path / "acme/data/BILLING_PERIOD=2026-01/old-run/acme-00001.csv.gz")
    key = "s3://b/acme/data/BILLING_PERIOD=2026-01/new-run/acme-00001.csv.gz"
    manifest(tmp_path / "acme/metadata/BILLING_PERIOD=2026-01/acme-Manifest.json", key)
    with pytest.raises(SourceError, match=r"new-run/acme-00001\.csv\.gz, which is not there"):
        found(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [("{not json", "is not JSON"), ("{}", "names no data files"), ('{"dataFiles": [1]}', "names no data files")],
)
def test_a_manifest_that_cannot_be_understood(tmp_path: Path, content: str, words: str) -> None:
    put(tmp_path / "acme-Manifest.json", content)
    put(tmp_path / "acme-00001.csv.gz")
    with pytest.raises(SourceError, match=words):
        found(tmp_path)


def test_deliveries_of_one_month_without_a_manifest_are_not_added(tmp_path: Path) -> None:
    for run in ("run-1", "run-2"):
        put(tmp_path / f"data/BILLING_PERIOD=2026-01/{run}/acme-00001.csv.gz")
    with pytest.raises(SourceError, match="2 deliveries of 2026-01"):
        found(tmp_path)


def test_loose_files(tmp_path: Path) -> None:
    put(tmp_path / "a.parquet")
    put(tmp_path / "sub/b.csv")
    put(tmp_path / "notes.txt")
    put(tmp_path / ".hidden.csv")
    assert found(tmp_path) == [(None, ["a.parquet", "sub/b.csv"])]


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no billing file"):
        found(tmp_path)
    with pytest.raises(SourceError, match="does not exist"):
        LocalStore(tmp_path / "absent")
