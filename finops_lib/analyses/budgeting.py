"""Where does each budget end? Method: docs/methods/budgets.md."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, ClassVar, Final

import pandas as pd

from finops_lib.contracts import commercial, given
from finops_lib.core.counted import counted
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

REGISTER: Final = ("owner", "approved_by", "approved_on", "exception", "exception_until")
COLUMNS: Final = ("budget", "scope", "period", "currency", "limit", "actual", "share_used", "low", "expected", "high",
                  "share_expected", "variance", "probability_to_exceed", "status", *REGISTER)  # fmt: skip
KEYS: Final = ("budget", "scope", "period", "amount", "currency")
FORECAST: Final = ("scope", "low", "expected", "high")


@dataclass(frozen=True)
class BudgetsResult:
    """Every budget of a month: limit, actual to date, forecast, and how probable it is to be exceeded.

    ``status`` is ``exceeded`` (actual above the limit), ``at risk`` (probability of a half or more, or expected above
    the limit), ``within``, ``not checked`` (``notes`` say why). An exception that still runs does not change it.
    """

    name: ClassVar[str] = "budgets"
    schema: ClassVar[str] = "finops.budgets/1"

    period: str
    currency: str
    level: float
    budgets: pd.DataFrame
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; what is not known is null."""
        return {
            "schema": self.schema,
            "period": self.period,
            "currency": self.currency,
            "level": self.level,
            "budgets": [
                {str(key): _plain(value) for key, value in row.items()} for row in self.budgets.to_dict("records")
            ],
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``budgets``."""
        return {"budgets": self.budgets}


def compare(
    budgets: pd.DataFrame,
    actuals: pd.DataFrame,
    forecasts: pd.DataFrame | None = None,
    *,
    period: Period,
    currency: str,
    level: float = 0.8,
    as_of: dt.date | None = None,
) -> BudgetsResult:
    """Answer for the budgets of a month.

    ``budgets`` as in contracts/commercial.py; ``actuals`` has ``scope`` and ``actual`` (the month to date, in
    ``currency``); ``forecasts`` has ``scope``, ``low``, ``expected``, ``high`` of the month's total, where low and high
    are the ends of a central interval of ``level``. Raises :class:`InsufficientDataError` without a budget for the
    month, :class:`InputError` for a missing column or an amount that is no number.
    """
    period, level = given.month(period, "The period"), given.share(level, "level")
    given.table(budgets, "The budgets", KEYS)
    given.table(actuals, "The actuals", ("scope", "actual"))
    budgets = commercial.of_scopes(budgets).assign(amount=given.money(budgets["amount"], "the budgets"))
    mine = budgets[(budgets["period"].astype("str") == str(period)) & budgets["amount"].notna()]
    if mine.empty:
        raise InsufficientDataError(f"There is no budget for {period}.", hint="Add lines for it to budgets.csv.")
    known = given.amounts(actuals["actual"], "the actuals").groupby(actuals["scope"]).sum(min_count=1).to_dict()
    ahead = _forecasts(forecasts)
    lines = [_line(row, known, ahead, currency, level) for row in mine.to_dict("records")]
    table = pd.DataFrame(lines, columns=list(COLUMNS)).sort_values(["scope", "budget"], kind="stable")
    unknown = table.loc[~table["scope"].isin(list(known)), "scope"]
    held = table[table["scope"].isin(list(known))]
    notes = [*_currencies(mine, currency), *unknown_scopes(unknown), *_gaps(held, currency), *_exceptions(table, as_of)]
    return BudgetsResult(str(period), currency, level, table.reset_index(drop=True), tuple(notes))


def probability_above(limit: float, *, low: float, expected: float, high: float, level: float = 0.8) -> float:
    """How probable is a total above the limit?

    A normal distribution in two halves: each side of the expected value has the spread that puts its end of the
    interval where the forecast has it. An interval without width is a certainty.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    spread = ((high - expected) if limit >= expected else (expected - low)) / z
    if spread <= 0:
        return 1.0 if expected > limit else 0.0
    return 1.0 - NormalDist().cdf((limit - expected) / spread)


Ahead = dict[Any, tuple[float, float, float]]


def _forecasts(forecasts: pd.DataFrame | None) -> Ahead:
    if forecasts is None:
        return {}
    given.table(forecasts, "The forecasts", FORECAST)
    told = forecasts.dropna(subset=list(FORECAST))
    ends = zip(*(given.amounts(told[name], "the forecasts") for name in FORECAST[1:]), strict=True)
    return dict(zip(told["scope"], ends, strict=True))


def _line(row: dict[Any, Any], actuals: dict[Any, float], ahead: Ahead, currency: str, level: float) -> dict[str, Any]:
    limit, same = float(row["amount"]), row["currency"] == currency
    actual = _known(actuals.get(row["scope"])) if same else None
    low, expected, high = ahead.get(row["scope"], (None, None, None)) if same else (None, None, None)
    chance = None
    if actual is not None and actual > limit and (low is None or low >= actual):
        chance = 1.0
    elif low is not None and expected is not None and high is not None:
        chance = probability_above(limit, low=low, expected=expected, high=high, level=level)
    return {
        **{name: row[name] for name in ("budget", "scope", "period", "currency")},
        "limit": limit,
        "actual": actual,
        "share_used": _share(actual, limit),
        "low": low,
        "expected": expected,
        "high": high,
        "share_expected": _share(expected, limit),
        "variance": None if expected is None else expected - limit,
        "probability_to_exceed": chance,
        "status": _status(actual, expected, limit, chance),
        **{name: _told(row.get(name)) for name in REGISTER},
    }


def _status(actual: float | None, expected: float | None, limit: float, chance: float | None) -> str:
    if actual is None:
        return "not checked"
    if actual > limit:
        return "exceeded"
    if (expected is not None and expected > limit) or (chance is not None and chance >= 0.5):
        return "at risk"
    return "within"


def _currencies(mine: pd.DataFrame, currency: str) -> list[Note]:
    other = mine[mine["currency"] != currency]
    if other.empty:
        return []
    names = sorted({str(name) for name in other["budget"]})
    message = (
        f"Not compared, for costs are billed in {currency} and there is no exchange rate here: "
        f"{counted(len(other), 'budget')} in another currency ({', '.join(names[:5])})."
    )
    return [Note.warning("budgets.other_currency", message, budgets=names)]


def unknown_scopes(scopes: Iterable[str]) -> list[Note]:
    """A note that names the budgets' scopes that the bill does not have."""
    names = sorted(set(scopes))
    if not names:
        return []
    message = (
        f"Budgets of an unknown scope were not compared: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}. Write "
        "'organization', or an account id as the bill spells it, with the zeros that it begins with."
    )
    return [Note.warning("budgets.unknown_scope", message, scopes=names)]


def _gaps(table: pd.DataFrame, currency: str) -> list[Note]:
    ours = table[table["currency"] == currency]
    notes = []
    without = sorted({str(name) for name in ours.loc[ours["actual"].isna(), "scope"]})
    if without:
        message = f"No cost is held for {', '.join(without[:5])} in this month: their budgets were not compared."
        notes.append(Note.warning("budgets.no_actual", message, scopes=without))
    unseen = sorted({str(name) for name in ours.loc[ours["actual"].notna() & ours["expected"].isna(), "scope"]})
    if unseen:
        message = f"No forecast for {', '.join(unseen[:5])}: how probable an excess is was not computed."
        notes.append(Note.info("budgets.no_forecast", message, scopes=unseen))
    zero = ours[ours["limit"] == 0]
    if len(zero):
        names = sorted({str(name) for name in zero["budget"]})
        notes.append(Note.info("budgets.zero_limit", "A limit of 0 has no share used.", budgets=names))
    return notes


def _exceptions(table: pd.DataFrame, as_of: dt.date | None) -> list[Note]:
    if as_of is None:
        return []
    until = pd.to_datetime(table["exception_until"], errors="coerce")
    over = table[table["exception"].notna() & (until < pd.Timestamp(given.day(as_of, "as_of")))]
    if over.empty:
        return []
    names = sorted({str(name) for name in over["budget"]})
    message = f"The exception of {', '.join(names[:5])} has run out."
    return [Note.warning("budgets.exception_over", message, budgets=names)]


def _share(part: float | None, whole: float) -> float | None:
    return None if part is None or whole == 0 else part / whole


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _told(value: Any) -> Any:
    return None if value is None or pd.isna(value) or value == "" else value


def _plain(value: Any) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return round(value, 6) + 0.0 if isinstance(value, float) else value
