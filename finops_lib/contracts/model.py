"""What every contract of a frame is made of: its model, and the check that a frame keeps to it."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa


class Frame(pa.DataFrameModel):
    """Columns and their types; values are converted where they can be, and further columns may be there."""

    class Config:
        """How pandera reads the model."""

        coerce = True
        strict = False


def conformed(model: type[pa.DataFrameModel], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the model's types; raises pandera's ``SchemaError`` or ``SchemaErrors`` where it has not got them.

    pandera takes tens of milliseconds for a frame of any size, and a report checks hundreds: one that a look at types
    and nulls finds right passes as it is.
    """
    schema = _schema(model)
    if frame.columns.is_unique:
        with suppress(pd.errors.OutOfBoundsDatetime):
            frame = frame.assign(**_dates(schema, frame))
            if all(_fits(frame, column) for column in schema.columns.values()):
                return frame
    return schema.validate(frame)


@cache
def _schema(model: type[pa.DataFrameModel]) -> pa.DataFrameSchema:
    return model.to_schema()


def _dates(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Dates in the model's unit: engines give microseconds."""
    wanted = {name: _type(column) for name, column in schema.columns.items() if name in frame}
    return {
        name: frame[name].astype(kind)
        for name, kind in wanted.items()
        if kind != frame[name].dtype and kind.kind == frame[name].dtype.kind == "M" and frame[name].dt.tz is None
    }


def _fits(frame: pd.DataFrame, column: pa.Column) -> bool:
    if column.checks or column.name not in frame or frame[column.name].dtype != _type(column):
        return False
    return bool(column.nullable) or not frame[column.name].hasnans


def _type(column: pa.Column) -> Any:
    return column.dtype.type
