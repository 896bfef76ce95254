"""What finance hands over: budgets and business metrics, as typed frames."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts import given
from finops_lib.contracts.model import Frame, conformed
from finops_lib.core.errors import ContractError, InputError
from finops_lib.core.scope import Scope


class Budgets(Frame):
    """A row a budget and month. ``scope`` is an account id or ``organization``; who approved it may not be known."""

    budget: Series[str]
    scope: Series[str]
    period: Series[str] = pa.Field(str_matches=r"^\d{4}-(0[1-9]|1[0-2])$")
    amount: Series[float] = pa.Field(ge=0)
    currency: Series[str] = pa.Field(str_matches=r"^[A-Z]{3}$")
    owner: Series[str] = pa.Field(nullable=True)
    approved_by: Series[str] = pa.Field(nullable=True)
    approved_on: Series[pd.Timestamp] = pa.Field(nullable=True)
    exception: Series[str] = pa.Field(nullable=True)
    exception_until: Series[pd.Timestamp] = pa.Field(nullable=True)


class Kpis(Frame):
    """A row a metric and day (or first of a month)."""

    date: Series[pd.Timestamp]
    metric: Series[str]
    value: Series[float] = pa.Field(nullable=True)


FILE, AWS = "file", "AWS Budgets"


def both_sources(file: pd.DataFrame, aws: pd.DataFrame) -> pd.DataFrame:
    """Budgets of the file, and AWS's where the file has none of that name, scope and month; ``source`` tells which."""
    keys = ["budget", "scope", "period"]
    known = pd.MultiIndex.from_frame(file[keys])
    more = aws[~pd.MultiIndex.from_frame(aws[keys]).isin(known)] if len(aws) else aws
    parts = [part.assign(source=source) for part, source in ((file, FILE), (more, AWS)) if len(part)]
    if not parts:
        return file.assign(source=pd.Series(dtype="str"))
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def of_scopes(budgets: pd.DataFrame) -> pd.DataFrame:
    """Budgets with their scopes as the rest of the house spells them: ``organization`` in any casing is one.

    Raises :class:`InputError` for a frame without scope, period and amount, or with an empty scope.
    """
    given.table(budgets, "The budgets", ("scope", "period", "amount"))
    scopes = budgets["scope"].astype("str")
    if budgets["scope"].isna().any() or (scopes.str.strip() == "").any():
        raise InputError("A budget has no scope.", hint="Give an account id or 'organization'.")
    return budgets.assign(scope=[str(Scope.parse(scope)) for scope in scopes])


def validate_budgets(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as :class:`Budgets`; raises :class:`ContractError` that names the fault."""
    return _validate(Budgets, "budgets", frame)


def validate_kpis(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as :class:`Kpis`; raises :class:`ContractError` that names the fault."""
    return _validate(Kpis, "KPIs", frame)


def _validate(model: type[pa.DataFrameModel], what: str, frame: pd.DataFrame) -> pd.DataFrame:
    try:
        return conformed(model, frame)
    except (SchemaError, SchemaErrors) as error:
        raise ContractError(
            f"The {what} break their contract: {str(error).splitlines()[0]}", hint="Read them again from their source."
        ) from error
