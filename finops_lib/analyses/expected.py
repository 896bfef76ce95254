"""How far is cost from what was forecast or budgeted, and which part of that could nobody have known from usage?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.budgeting import unknown_scopes
from finops_lib.analyses.effects import Lines, any_of
from finops_lib.analyses.keys import Ints, coded, sums, texts
from finops_lib.analyses.monthly_change import Change
from finops_lib.contracts import commercial, given
from finops_lib.core.errors import CurrencyMismatch, InputError, InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

KNOWN: Final = (
    "list_price",
    "private_discount",
    "commitment_coverage",
    "commitment_rate",
    "unsplit_price",
    "unused_commitment",
    "one_off_fees",
    "marketplace",
    "support",
    "credits",
    "refunds",
    "tax",
    "unclassified",
)
"""Effects since the month before that are told by themselves; the rest of a gap is usage, over or under."""

_PLACE: Final = ("SubAccountId", "ServiceName")
_AMOUNTS: Final = ("expected", "low", "high")


def forecast_of(expected: pd.DataFrame | None, scope: Scope, period: Period) -> pd.DataFrame:
    """The forecast's rows of the month: account, service, ``expected``, and ``low`` and ``high`` where it has them."""
    if expected is None:
        raise InsufficientDataError(f"There is no forecast of {period} to compare with.")
    given.table(expected, "The forecasts", (*_PLACE, "expected"))
    amounts = {name: given.money(expected[name], "the forecasts") for name in _AMOUNTS if name in expected}
    expected = expected.assign(**amounts)
    rows = expected if "period" not in expected else expected[expected["period"].astype("str") == str(period)]
    if not scope.is_organization:
        rows = rows[rows["SubAccountId"] == scope.account]
    return _known(rows, f"The forecast has no amount for {scope} in {period}.")


def budget_of(
    budgets: pd.DataFrame | None, scope: Scope, period: Period, currency: str, accounts: Collection[str]
) -> tuple[pd.DataFrame, list[Note]]:
    """The budgets of the month as expected amounts: the scope's own, and for the organization its accounts' too.

    What the organization's budget leaves after its accounts' is a line without account. A budget of none of the bill's
    ``accounts`` is not compared, and a note says so.
    """
    hint = "Give a budget with scope, period and amount."
    if budgets is None:
        raise InsufficientDataError(f"There is no budget to compare {scope} in {period} with.", hint=hint)
    rows = commercial.of_scopes(budgets)
    rows = rows[rows["period"].astype("str") == str(period)]
    rows = rows[(rows["scope"] == str(scope)) | scope.is_organization]
    known = rows["scope"].isin([*accounts, str(ORGANIZATION), str(scope)])
    unknown = sorted(set(rows.loc[~known, "scope"]))
    rows = _counted(rows[known])
    _one_currency(rows, currency)
    own = rows["scope"] == str(scope)
    table = pd.DataFrame({"SubAccountId": rows["scope"].where(rows["scope"] != "organization"), "ServiceName": None})
    table["expected"] = given.money(rows["amount"], "the budgets")
    but = f", only of unknown scopes ({', '.join(unknown[:5])})" if unknown else ""
    table = _known(table, f"There is no budget of {scope} for {period}{but}. {hint}")
    if scope.is_organization and own.any():
        total = table["SubAccountId"].isna()
        table.loc[total, "expected"] -= table.loc[~total, "expected"].sum()
    return table, unknown_scopes(unknown)


def _counted(budgets: pd.DataFrame) -> pd.DataFrame:
    """A scope's budget of the file; else the largest of AWS's, for those watch the same cost and do not add up.

    The file's must be one: of two nobody can tell whether they add up or watch the same cost.
    """
    aws = budgets["source"] == commercial.AWS if "source" in budgets else pd.Series(False, index=budgets.index)
    file = budgets[~aws]
    twice = file.loc[file.duplicated(["scope", "currency"] if "currency" in file else ["scope"], keep=False), "scope"]
    if len(twice):
        raise InputError(
            f"The budgets have {int((twice == twice.iloc[0]).sum())} of {twice.iloc[0]} for one month.",
            hint="Keep the one that holds, or give their sum.",
        )
    most = budgets[aws].sort_values("amount", kind="stable").drop_duplicates("scope", keep="last")
    return pd.concat([file, most[~most["scope"].isin(file["scope"])]])


def against_expected(change: Change, expected: pd.DataFrame, known: bool) -> Change:
    """The lines of actual − expected; the places that amounts are expected for follow the keys as further ones.

    A key's cost is held against the narrowest expectation that covers it (account and service, account, all); cost that
    none covers is all over. Without ``known``, the month before is not held and no effect is told by itself.
    """
    cells, cell = _cells(change.keys, expected)
    count = len(change.keys)
    actual = sums(cell, change.cost[1], len(cells))
    told = any_of(KNOWN, change.lines.effect) & known
    explained = sums(cell[change.lines.key[told]], change.lines.amount[told], len(cells))
    gap = actual - cells["expected"].to_numpy(dtype=float) - explained
    number = np.arange(len(cells)) + count
    lines = Lines.together(
        change.lines.only(told),
        Lines.of("over_expected", number, np.maximum(gap, 0.0)),
        Lines.of("under_expected", number, np.minimum(gap, 0.0)),
    )
    return _longer(change, cells, lines, _beyond(cells, actual))


def _beyond(cells: pd.DataFrame, actual: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Cells whose actual cost lies outside the interval that the forecast gave; none where it gave none."""
    if not {"low", "high"} <= set(cells.columns):
        return np.zeros(len(cells), dtype=bool)
    outside: npt.NDArray[np.bool_] = (actual < cells["low"].to_numpy()) | (actual > cells["high"].to_numpy())
    return outside


def _known(rows: pd.DataFrame, message: str) -> pd.DataFrame:
    table = rows.reindex(columns=[*_PLACE, *(name for name in _AMOUNTS if name in rows)])
    table = table[table["expected"].notna()]
    if table.empty:
        raise InsufficientDataError(message)
    # A place that no row names is a column of nothing but nulls: text all the same, for names join it later.
    places = dict.fromkeys(_PLACE, "str")
    return table.groupby(list(_PLACE), dropna=False, sort=True).sum().reset_index().astype(places)


def _one_currency(rows: pd.DataFrame, currency: str) -> None:
    found = set(rows["currency"].dropna()) - {currency} if "currency" in rows else set()
    if found:
        raise CurrencyMismatch(
            f"The budget is in {', '.join(sorted(found))} and the bill in {currency}.",
            hint="Give the budget in the currency of the bill; there is no exchange rate here.",
        )


def _cells(keys: pd.DataFrame, expected: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """The places that amounts are expected for, those without one after them at 0; the place of each key."""
    named = _texts(keys)
    cell = np.full(len(keys), -1)
    for depth in (2, 1, 0):
        table = {key: row for row, key in enumerate(_texts(expected)) if sum(part is not None for part in key) == depth}
        found = [table.get((*key[:depth], *(None,) * (2 - depth)), -1) for key in named]
        cell = np.where(cell < 0, found, cell)
    alone = {key: None for key, row in zip(named, cell, strict=True) if row < 0}
    after = {key: len(expected) + row for row, key in enumerate(sorted(alone, key=str))}
    more = pd.DataFrame(list(after), columns=list(_PLACE)).assign(expected=0.0)
    cells = pd.concat([expected, more.astype(expected.dtypes[more.columns].to_dict())], ignore_index=True)
    return cells, np.array([row if row >= 0 else after[key] for key, row in zip(named, cell, strict=True)], dtype=int)


def _texts(table: pd.DataFrame) -> list[tuple[str | None, ...]]:
    """Account and service of each row, None where null."""
    places = table[list(_PLACE)].astype("object")
    return [tuple(part if isinstance(part, str) else None for part in row) for row in places.to_numpy()]


def _longer(change: Change, cells: pd.DataFrame, lines: Lines, beyond: npt.NDArray[np.bool_]) -> Change:
    """The change with the cells as further keys."""
    more, expected = len(cells), cells["expected"].to_numpy(dtype=float)
    keys = pd.concat([texts(change.keys), cells.reindex(columns=change.keys.columns)], ignore_index=True)
    return replace(
        change,
        keys=coded(keys, keys.columns),
        substitutes=np.concatenate([change.substitutes, np.zeros(more, dtype=bool)]),
        lines=lines,
        beyond=np.concatenate([change.beyond, beyond]),
        cost=np.stack([np.concatenate([0.0 * change.cost[0], expected]), np.pad(change.cost[1], (0, more))]),
        usage=np.pad(change.usage, ((0, 0), (0, more))),
    )
