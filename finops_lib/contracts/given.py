"""What people hand to an analysis in Python: taken as what it is, or refused in one sentence."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from finops_lib.contracts.focus import COST_COLUMNS, COSTS, TAG_PREFIX
from finops_lib.core.errors import InputError, UsageError
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

_ISO: Final = re.compile(r"\d{4}-\d{2}(-\d{2}([T ].*)?)?\Z")
MOST: Final = 1e15  # an amount beyond it is an error of its file
_MAY_LACK: Final = ("x_charge_day", "x_first_seen", "x_last_seen")
_DAYS: Final = ("BillingPeriodStart", *_MAY_LACK, "date", "start", "end")
_AMOUNTS: Final = (*COSTS, "PricingQuantity", "amount", "excess")
_TEXTS: Final = {name for name, kind in COST_COLUMNS.items() if kind == "VARCHAR"} | {"period", "invoice_status"}
_WRITE_DAYS: Final = "Write dates as YYYY-MM-DD."

Item = TypeVar("Item")

_EMPTY_DAY: Final = "Give each row its day, or leave it out."


def table(handed: object, what: str, needed: Sequence[str] = ()) -> pd.DataFrame:
    """Is this a frame with the columns that are needed, each once? ``what`` names it: ``The daily costs``."""
    if not isinstance(handed, pd.DataFrame):
        raise InputError(f"{what} are no frame but a {type(handed).__name__}.", hint="Give a pandas DataFrame.")
    if isinstance(handed.columns, pd.MultiIndex):
        raise InputError(f"{what} have column names of several levels.", hint="Give each column one name.")
    if missing := [name for name in needed if name not in handed.columns]:
        raise InputError(f"{what} have no column {' and '.join(missing)}.", hint=f"Give {_listed(needed)}.")
    if isinstance(handed.index, pd.MultiIndex):
        raise InputError(f"{what} have an index of several levels.", hint="Call reset_index() to make them columns.")
    if not handed.columns.is_unique:
        twice = handed.columns[handed.columns.duplicated()][0]
        raise InputError(f"{what} have the column {twice} twice.", hint="Rename one of them, or leave it out.")
    return handed


def costs(handed: object, what: str, needed: Sequence[str]) -> pd.DataFrame:
    """Costs as a mart holds them: the columns needed, days as days, amounts as numbers and names as text.

    A frame that an engine gave passes as it is. A charge may have no day. Policy tags are names, too.
    """
    frame = table(handed, what, needed)
    named = what[0].lower() + what[1:]
    tags = [name for name in frame.columns if str(name).startswith(TAG_PREFIX) and name not in needed]
    made: dict[str, pd.Series[Any]] = {}
    for name in (*needed, *tags):
        column, required = frame[name], name not in _MAY_LACK
        plain = isinstance(column.dtype, np.dtype) and column.dtype.kind in "Mf"
        if name in _DAYS:
            if not plain or (required and column.isna().any()):
                made[name] = days(column, named, all_known=required)
        elif name in _AMOUNTS:
            if not (plain and column.abs().max() <= MOST):
                made[name] = money(column, named)
        elif name in _TEXTS or name in tags:
            texts(column, named)
    return frame.assign(**made) if made else frame


def texts(column: pd.Series[Any], what: str) -> pd.Series[str]:
    """The texts of a column, as they are; empty cells are null. A number is none: ids begin with zeros."""
    values = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column
    if isinstance(values.dtype, pd.StringDtype) or values.isna().all():
        return column
    if pd.api.types.infer_dtype(values, skipna=True) not in ("string", "empty"):
        wrong = next(value for value in values if not isinstance(value, str) and not _is_null(value))
        raise InputError(
            f"A value of {column.name} in {what} is {wrong!r}, which is no text.", hint="Give names and ids as text."
        )
    return column


def days(column: pd.Series[Any], what: str, *, all_known: bool = True) -> pd.Series[Any]:
    """The days of a column, without time; with a time zone it is the day that is written.

    Numbers and dates such as 03/04/2026 could be several days, so they are refused.
    """
    stamps = _stamps(column, what)
    if all_known and stamps.isna().any():
        count = int(stamps.isna().sum())
        raise InputError(f"{count} of the rows of {what} {'has' if count == 1 else 'have'} no date.", hint=_EMPTY_DAY)
    days: pd.Series[Any] = (stamps if stamps.dt.tz is None else stamps.dt.tz_localize(None)).dt.normalize()
    return days


def amounts(column: pd.Series[Any], what: str) -> pd.Series[float]:
    """The numbers of a column; empty cells are NaN."""
    kinds = pd.api.types
    fault = f"A value of {column.name} in {what} is no number"
    others = (kinds.is_bool_dtype, kinds.is_datetime64_any_dtype, kinds.is_timedelta64_dtype, kinds.is_complex_dtype)
    if any(is_other(column) for is_other in others):
        raise InputError(f"{fault}: the column holds {column.dtype}.", hint="Give plain numbers.")
    try:
        told = pd.to_numeric(column, errors="raise").to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{fault}.", hint="Give plain numbers, without units or separators.") from error
    if np.isinf(told).any():
        raise InputError(f"A value of {column.name} in {what} is infinite.", hint="Leave unknown values empty.")
    return pd.Series(told, index=column.index, name=column.name)


def money(column: pd.Series[Any], what: str) -> pd.Series[float]:
    """The amounts of a column; one beyond all bills is an error of its file, and would drown the others' cents."""
    told = amounts(column, what)
    if (told.abs() > MOST).any():
        raise InputError(
            f"A value of {column.name} in {what} is too large to be one.", hint="Look at the file that it came from."
        )
    return told


def day(value: object, what: str) -> dt.date:
    """One day: a date, a timestamp or YYYY-MM-DD."""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if value is pd.NaT or not isinstance(value, dt.date | str) or (isinstance(value, str) and not _ISO.match(value)):
        raise UsageError(f"{what} is {value!r}, which is no day.", hint="Write it as YYYY-MM-DD.")
    try:
        return pd.Timestamp(value).date()
    except (ValueError, TypeError) as error:
        raise UsageError(f"{what} is {value!r}, which is no day.", hint="Write it as YYYY-MM-DD.") from error


def month(value: object, what: str) -> Period:
    """One billing month: a Period, or YYYY-MM."""
    if not isinstance(value, Period | str):
        raise UsageError(f"{what} is {value!r}, which is no billing month.", hint="Write it as YYYY-MM.")
    return value if isinstance(value, Period) else Period.parse(value)


def scope(value: object, what: str) -> Scope:
    """One account or everything: a Scope, or its text."""
    if not isinstance(value, Scope | str):
        raise UsageError(f"{what} is {value!r}, which is no scope.", hint="Give an account id or 'organization'.")
    return value if isinstance(value, Scope) else Scope.parse(value)


def share(value: object, what: str) -> float:
    """A number between 0 and 1, both left out."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not 0 < float(value) < 1:
        raise UsageError(f"{what} is {value!r}, which is no share.", hint="Give a number between 0 and 1, as 0.8.")
    return float(value)


def number(value: object, what: str) -> float:
    """One known number."""
    if not isinstance(value, numbers.Real | Decimal) or isinstance(value, bool) or not math.isfinite(value):
        raise InputError(f"{what} is {value!r}, which is no number.", hint="Give a plain, known number.")
    return float(value)


def count(value: object, what: str) -> int:
    """A whole number of 1 or more."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or int(value) < 1:
        raise UsageError(f"{what} is {value!r}.", hint="Give a whole number of 1 or more.")
    return int(value)


def items(value: object, what: str, kind: type[Item]) -> tuple[Item, ...]:
    """Several things of one kind: a list or another sequence of them."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise InputError(f"{what} are no list but a {type(value).__name__}.", hint=f"Give a list of {kind.__name__}.")
    for each in value:
        if not isinstance(each, kind):
            raise InputError(
                f"{what} hold {each!r}, which is no {kind.__name__}.", hint=f"Give {kind.__name__} values."
            )
    return tuple(value)


def _stamps(column: pd.Series[Any], what: str) -> pd.Series[Any]:
    kinds = pd.api.types
    if kinds.is_datetime64_any_dtype(column):
        return column
    if isinstance(column.dtype, pd.PeriodDtype):
        begun: pd.Series[Any] = column.dt.to_timestamp()
        return begun
    known = column.dropna()
    if known.empty:
        return pd.to_datetime(pd.Series(pd.NaT, index=column.index))
    wrong = [value for value in known if not _is_day(value)]
    if wrong:
        raise InputError(f"A date of {what} is {wrong[0]!r}, which is no certain day.", hint=_WRITE_DAYS)
    try:
        return pd.to_datetime(column, errors="raise", format="ISO8601")
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"A date of {what} is none: {str(error).splitlines()[0].rstrip('.')}.", hint=_WRITE_DAYS
        ) from error


def _is_null(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _is_day(value: object) -> bool:
    return bool(_ISO.match(value.strip())) if isinstance(value, str) else isinstance(value, dt.date | np.datetime64)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
