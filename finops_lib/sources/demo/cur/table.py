"""The CUR 2.0 table of a run of charges: all columns of the schema, in its order."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pyarrow as pa

from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.cur.commitment_columns import reservation, savings_plan
from finops_lib.sources.demo.cur.line_items import bill, identity, line_item, pricing
from finops_lib.sources.demo.cur.tag_columns import tag_maps
from finops_lib.sources.demo.cur.wardrobe import MAP, Wardrobe
from finops_lib.sources.demo.timeline import Month

_TYPES = {
    "string": pa.string(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("ms", tz="UTC"),
    "map<string,string>": MAP,
    "map<string,double>": pa.map_(pa.string(), pa.float64()),
}


@cache
def schema() -> tuple[tuple[str, str], ...]:
    """Name and type of every column of the export, as its manifest spells them."""
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((line["column"], line["type"]) for line in csv.DictReader(stream))


def table(rows: Charges, room: Wardrobe, month: Month, offset: int = 0) -> pa.Table:
    """The rows as an Arrow table; ``offset`` is the number of the first one within its month."""
    filled = {
        **identity(rows, room, month, offset),
        **bill(rows, room, month),
        **line_item(rows, room),
        **pricing(rows, room),
        **savings_plan(rows, room),
        **reservation(rows, room),
        **tag_maps(rows, room, month),
        "product": room.products.take(pa.array(rows.sku)),
    }
    unknown = set(filled) - {name for name, _ in schema()}
    assert not unknown, unknown
    columns = {name: filled.get(name, pa.nulls(len(rows), _TYPES[kind])) for name, kind in schema()}
    return pa.table(columns)
