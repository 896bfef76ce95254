"""Business metrics that people keep as a CSV: a column a metric, or a row a metric and date."""

from __future__ import annotations

import pandas as pd

from finops_lib.contracts.commercial import validate_kpis
from finops_lib.core.errors import InputError
from finops_lib.sources.files.csv_table import Row, rows


def read_kpis(data: bytes, name: str = "kpis.csv") -> pd.DataFrame:
    """The metrics of a CSV as :class:`~finops_lib.contracts.commercial.Kpis`.

    Long form: ``date, metric, value``. Wide form: ``date`` and a column a metric. Dates are days or months
    (``2026-03`` is its first day); empty cells are unknown. Raises :class:`InputError` with file, line and what
    to do. The metrics come in the file's order, each by date.
    """
    header, lines = rows(data, name, ("date",))
    long = {"metric", "value"} <= set(header)
    metrics = [column for column in header if column != "date"]
    if not metrics:
        raise InputError(f"{name}, line 1: no metric beside date.", hint="Give each metric a column.")
    records = [record for row in lines for record in ([_long(row)] if long else _wide(row, metrics))]
    frame = pd.DataFrame(records, columns=["date", "metric", "value", "line"])
    twice = frame[frame.duplicated(["date", "metric"])]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(
            f"{name}, line {row['line']}: {row['metric']} comes twice for {row['date']}.",
            hint="Keep one line a date, or add the parts.",
        )
    place = frame["metric"].map({metric: place for place, metric in enumerate(frame["metric"].unique())})
    ordered = frame.assign(place=place).sort_values(["place", "date"], kind="stable").reset_index(drop=True)
    return validate_kpis(ordered.drop(columns=["line", "place"]))


def _long(row: Row) -> dict[str, object]:
    return _record(row, row.text("metric"), "value")


def _wide(row: Row, metrics: list[str]) -> list[dict[str, object]]:
    return [_record(row, metric, metric) for metric in metrics]


def _record(row: Row, metric: str, column: str) -> dict[str, object]:
    value = None if row.cells[column] is None else row.number(column)
    return {"date": row.day("date"), "metric": metric, "value": value, "line": row.line}
