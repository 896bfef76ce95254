"""Writing the export as AWS Data Exports delivers it: overwrite layout, Parquet chunks, then the manifest."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pyarrow.parquet as pq

from finops_lib.core.files import write_json
from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.cur.table import schema, table
from finops_lib.sources.demo.cur.wardrobe import Wardrobe
from finops_lib.sources.demo.timeline import Month

BUCKET = "kelp-billing-exports"
PREFIX = "saltglass"
NAME = "saltglass-cur2"
CHUNK_ROWS = 1_000_000


def clear(root: Path) -> None:
    """Remove an earlier demo's export below ``root``: months of another size must not stay beside the new ones."""
    shutil.rmtree(root / PREFIX / NAME, ignore_errors=True)


def write_month(root: Path, room: Wardrobe, month: Month, rows: Charges) -> None:
    """Write a month's chunks and manifest below ``root``, the local image of the bucket."""
    partition = f"BILLING_PERIOD={month.period}"
    folder = root / PREFIX / NAME / "data" / partition
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, start in enumerate(range(0, max(len(rows), 1), CHUNK_ROWS), start=1):
        path = folder / f"{NAME}-{number:05d}.snappy.parquet"
        part = rows.slice(start, start + CHUNK_ROWS)
        pq.write_table(table(part, room, month, start), path, compression="snappy", store_schema=False)
        files.append(f"s3://{BUCKET}/{path.relative_to(root).as_posix()}")
    manifest = root / PREFIX / NAME / "metadata" / partition / f"{NAME}-Manifest.json"
    write_json(manifest, _manifest(room, month, files))


def _manifest(room: Wardrobe, month: Month, files: list[str]) -> dict[str, object]:
    payer, seed = room.plan.estate.accounts[0].id, room.plan.timeline.size.seed
    return {
        "exportArn": f"arn:aws:bcm-data-exports:us-east-1:{payer}:export/{NAME}-{_uuid(f'{seed}/export')}",
        "executionId": _uuid(f"{seed}/{month.period}/{len(files)}"),
        "columns": [{"name": name, "type": kind} for name, kind in schema()],
        "dataFiles": files,
    }


def _uuid(name: str) -> str:
    text = hashlib.sha256(name.encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"
