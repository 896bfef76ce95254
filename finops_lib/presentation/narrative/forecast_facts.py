"""Small readings of an outlook that several of its sentences share."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.core.periods import Period
from finops_lib.presentation import formats, subject
from finops_lib.presentation.shown import Title

if TYPE_CHECKING:
    from finops_lib.analyses.budgeting import BudgetsResult
    from finops_lib.analyses.forecast_result import End, ForecastResult
    from finops_lib.analyses.outlook_result import ProspectResult
    from finops_lib.analyses.trajectory import Breach

CENT = HALF_CENT  # amounts nearer to each other than this are equal
IN_80 = f"in 80{formats.SPACE}% of cases"
WEEK = 7
JUDGED = 30  # days ahead: the horizon whose track record stands for the month's


def money(result: ProspectResult, value: Any) -> str:
    """An amount in the result's currency, for a sentence."""
    return formats.money(value, result.currency)


def between(result: ProspectResult, low: float, high: float) -> str:
    """Both ends of an interval: ``24.1 k USD to 26.6 k USD``."""
    return f"{money(result, low)} to {money(result, high)}"


def is_over(result: ProspectResult) -> bool:
    """True where no day of the month is to come: its figure is an actual, and the next month leads."""
    return result.forecast is not None and result.as_of >= result.forecast.month_end.last_day


def lead(result: ProspectResult) -> End | None:
    """The nearest end that is ahead: the month's, or the next month's once it is over; None without a forecast."""
    if result.forecast is None:
        return None
    return result.next_month if is_over(result) else result.forecast.month_end


def lead_month(result: ProspectResult) -> Period:
    """The month that leads."""
    return subject.period(result).shift(1 if is_over(result) else 0)


def ends(found: ForecastResult) -> dict[str, End]:
    """The three ends by the word for what ends."""
    return {"month": found.month_end, "quarter": found.quarter_end, "year": found.year_end}


def is_actual(result: ProspectResult, end: End) -> bool:
    """True where the end is reached."""
    return end.last_day <= result.as_of


def since(result: ProspectResult, end: End) -> str:
    """From when on a quarter or year is counted, where its first days are not held: `` from 1 July 2025 on``."""
    if result.held_from is None or result.held_from <= end.first_day:
        return ""
    return f" from {formats.day(result.held_from)} on"


def why_not(result: ProspectResult, *names: str) -> str:
    """The reason why something could not be told."""
    codes = {f"not_checked.{name}" for name in names}
    return next((str(note.data.get("reason", "")) for note in result.not_checked if note.code in codes), "")


def title(result: ProspectResult, what: str, when: str) -> Title:
    """The title of a figure that looks ahead of the month."""
    return Title(subject.who(result), what, f"{when}, as of {formats.day(result.as_of)}")


def short(day: Any) -> str:
    """A day in a table: ``5 Nov 2026``."""
    stamp = pd.Timestamp(day)
    return f"{stamp.day}{formats.SPACE}{stamp:%b}{formats.SPACE}{stamp.year}"


def year_word(end: End) -> str:
    """``year``, or ``fiscal year`` where it does not begin in January."""
    return "year" if dt.date.fromisoformat(end.first_day).month == 1 else "fiscal year"


def quarter_word(result: ProspectResult) -> str:
    """``quarter``, or ``fiscal quarter`` where the year does not begin in January."""
    return "quarter" if result.forecast is None or year_word(result.forecast.year_end) == "year" else "fiscal quarter"


def later_ends(result: ProspectResult) -> list[tuple[str, End]]:
    """Quarter and year by their names; one where no more of the year is held than the quarter."""
    if result.forecast is None:
        return []
    quarter, year = result.forecast.quarter_end, result.forecast.year_end
    words = quarter_word(result).capitalize(), year_word(year)
    if quarter.last_day == year.last_day and result.held_from is not None and result.held_from >= quarter.first_day:
        return [(f"{words[0]}{since(result, quarter)}, all that is held of the {words[1]}", quarter)]
    return [
        (f"{words[0]}{since(result, quarter)}", quarter),
        (f"{words[1].capitalize()}{since(result, year)}", year),
    ]


def pace(result: ProspectResult) -> tuple[float, float, int] | None:
    """A typical day of the last week and of the month's days before, and how many these are; None where too few."""
    daily = result.forecast.path["actual"].dropna() if result.forecast and len(result.forecast.path) else None
    if daily is None or len(daily) < 2 * WEEK:
        return None
    return float(daily.iloc[-WEEK:].median()), float(daily.iloc[:-WEEK].median()), len(daily) - WEEK


def track(result: ProspectResult) -> dict[str, Any] | None:
    """The track record that stands for the month: of 30 days ahead, else of the longest horizon below."""
    rows = [row for row in (result.forecast.backtest if result.forecast else ()) if row["days"] <= JUDGED]
    return max(rows, key=lambda row: row["days"], default=None)


def budgets(result: ProspectResult) -> BudgetsResult | None:
    """The budgets that are still to be kept: the next month's once the month is over."""
    return (result.budgets_ahead or None) if is_over(result) else result.budgets


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows; what is not known is None."""
    return [
        {str(key): None if _unknown(value) else value for key, value in row.items()} for row in frame.to_dict("records")
    ]


def _unknown(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def beyond(result: ProspectResult) -> str:
    """``by more than 100 USD and 10 %``: what is off its forecast by less is not told, though outside its band."""
    assert result.trajectory is not None
    limit = result.trajectory.threshold
    return f"by more than {money(result, limit.dollars)} and {limit.percent:g}{formats.SPACE}%"


def breached(result: ProspectResult, breach: Breach) -> str:
    """What left its band, as a sentence names it."""
    if breach.level == "total":
        return "the total"
    if breach.level == "account":
        return subject.account(breach.key, result.account_names.get(str(breach.key)))
    if breach.level == "service":
        return subject.service(breach.key)
    tag = breach.level.partition(":")[2]
    return f"{tag} {breach.key}" if breach.key is not None else f"without {tag}"


def cell(result: ProspectResult, row: dict[str, Any]) -> str:
    """A service, in its account where the scope has several."""
    service = subject.service(row["ServiceName"])
    if not subject.is_organization(result):
        return service
    return f"{service} in {subject.account(row['SubAccountId'], result.account_names.get(str(row['SubAccountId'])))}"


def calendar(result: ProspectResult) -> pd.DataFrame:
    """The calendar charges of the month that leads, one row a kind, account and service, the largest first."""
    if result.forecast is None:
        return pd.DataFrame(columns=["kind", "SubAccountId", "ServiceName", "day", "days", "cost"])
    frame, month = result.forecast.calendar, lead_month(result)
    inside = frame[(frame["day"] >= pd.Timestamp(month.start)) & (frame["day"] < pd.Timestamp(month.end))]
    inside = inside.assign(days=inside.get("days", 1))  # a row may stand for several days
    groups = inside.groupby(["kind", "SubAccountId", "ServiceName"], dropna=False, sort=True)
    told = groups.agg(day=("day", "min"), days=("days", "sum"), cost=("cost", "sum")).reset_index()
    return told[told["cost"].abs() >= CENT].sort_values("cost", key=abs, ascending=False, kind="stable")


def once(result: ProspectResult, row: dict[str, Any]) -> str:
    """`` (as on 5 November 2025, once)`` behind a charge that is expected though it came but once; else nothing."""
    day = charged_once(result, row)
    return f" (as on {formats.day(day)}, once)" if day else ""


def charged_once(result: ProspectResult, row: dict[str, Any]) -> str:
    """The day on which a charge of the calendar came, where it is expected again though it came but once."""
    for note in result.forecast.notes if result.forecast else ():
        data = note.data
        same = data.get("kind") == row["kind"] and data.get("day") == str(pd.Timestamp(row["day"]).date())
        place = (data.get("account"), data.get("service")) == (row["SubAccountId"], row["ServiceName"])
        if note.code == "forecast.single_charge" and same and place:
            return str(data["charged"])
    return ""


def odds(chance: float | None) -> str:
    """A probability of a model, which is never a certainty: ``over 99 %``; 1 is one, as what has happened."""
    if chance is None:
        return formats.UNKNOWN
    if 0 < chance < 0.01:
        return f"under 1{formats.SPACE}%"
    return f"over 99{formats.SPACE}%" if chance > 0.99 else f"{formats.fixed(100 * chance)}{formats.SPACE}%"


def followed(result: ProspectResult) -> bool:
    """True where the history shows that cost follows the business metric."""
    found = result.unit_economics
    return found is not None and not found.elasticity.low <= 0 <= found.elasticity.high


def batch(result: ProspectResult) -> float:
    """How many units a unit cost is told for, so that it has digits to read: 1, 1 000 or a million."""
    price = abs(result.unit_economics.unit_cost) if result.unit_economics else 1.0
    return 1.0 if price >= 0.1 else 1e3 if price >= 1e-4 else 1e6


def units(result: ProspectResult) -> str:
    """The units that a unit cost is told for: ``1 000 active users``, ``each of the orders``."""
    many = batch(result)
    return f"each of the {driver(result)}" if many == 1 else f"{formats.count(many)} {driver(result)}"


def driver(result: ProspectResult) -> str:
    """The business metric's name in a sentence: ``active users``."""
    return (result.driver or "the business metric").replace("_", " ")
