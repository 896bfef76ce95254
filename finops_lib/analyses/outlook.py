"""What lies ahead, in one value: forecast, trajectory, budgets, unit cost, and what could not be told and why.

Method: docs/methods/forecast.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

import pandas as pd

from finops_lib.analyses import budget_outlook, business, outlook_fan, trajectory
from finops_lib.analyses.budgeting import BudgetsResult
from finops_lib.analyses.calendar_days import elapsed
from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.forecasting import daily_charges, forecast
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.outlook_result import ProspectResult
from finops_lib.analyses.statement import names, statement
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.trajectory import Threshold
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = ("daily_history", "accounts", "snapshots", "budgets", "kpis")
"""The frames that :func:`prospect` takes, in its order."""

Answer = TypeVar("Answer")


def prospect(
    costs: pd.DataFrame,
    accounts: pd.DataFrame,
    snapshots: pd.DataFrame,
    budgets: pd.DataFrame,
    kpis: pd.DataFrame,
    *,
    scope: Scope,
    period: Period,
    fiscal_year_start: int = 1,
    events: Sequence[Event] = (),
    threshold_dollars: float = 100.0,
    threshold_percent: float = 10.0,
    driver: str = "",
) -> ProspectResult:
    """What lies ahead of a scope at the end of what its month's bill holds?

    ``costs`` is cost_daily of up to 13 months that end with ``period``; the others are as the workbench gives them.
    What cannot be computed is None, and ``not_checked`` says why. Raises :class:`CurrencyMismatch` where the month is
    billed in two currencies.
    """
    day, limit = elapsed(snapshots, period).last_day, Threshold(threshold_dollars, threshold_percent)
    costs, currency, missing = _one_currency(costs, scope, period)
    telling = _Telling(missing)
    found = telling.ask(
        lambda told, reason: Note.info("not_checked.forecast", f"A forecast: {told}", reason=reason),
        lambda: forecast(costs, scope=scope, as_of=day, fiscal_year_start=fiscal_year_start, events=events),
    )
    labels = statement(accounts, snapshots, scope=scope, period=period)
    watched = telling.ask(
        lambda told, reason: Note.info("not_checked.trajectory", f"Spend against trajectory: {told}", reason=reason),
        lambda: trajectory.watch(
            costs, scope=scope, as_of=day, threshold=limit, events=events, is_open=labels.invoice_status == "open"
        ),
    )
    followed = telling.ask(
        lambda told, reason: Note.info("not_checked.unit_economics", f"Unit cost: {told}", reason=reason),
        lambda: business.follow(costs, kpis, driver=driver),
    )
    return ProspectResult(
        scope=str(scope),
        scope_name=labels.scope_name,
        period=str(period),
        as_of=day.isoformat(),
        currency=currency,
        invoice_status=labels.invoice_status,
        cost_basis=labels.cost_basis,
        forecast=found,
        held_from=_held_from(costs),
        previous=_previous(costs, Period.of(day), over=found is not None and found.next_month is not None),
        cells=_cells(found, names(accounts)),
        fan=_fan(costs, found),
        trajectory=watched,
        budgets=_budgets(costs, budgets, found, telling),
        budgets_ahead=_budgets_ahead(costs, budgets, found),
        unit_economics=followed,
        driver=business.name_of(kpis, driver) if followed else None,
        account_names=names(accounts),
        not_checked=tuple(telling.notes),
    )


class _Telling:
    """Collects why something could not be computed."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = list(notes)

    def ask(self, note: Callable[[str, str], Note], answer: Callable[[], Answer]) -> Answer | None:
        """The answer, or None and a note of what is told: the reason, for whoever runs the reports with what to do."""
        try:
            return answer()
        except (InsufficientDataError, UsageError) as error:
            self.notes.append(note(f"{error.message} {error.hint or ''}".strip(), error.message))
            return None


def _one_currency(costs: pd.DataFrame, scope: Scope, period: Period) -> tuple[pd.DataFrame, str, list[Note]]:
    """The rows in the currency of the month; earlier months in another stand aside, and a note says so."""
    mine = costs[costs["BillingPeriodStart"] == pd.Timestamp(period.start)]
    currency = one_currency(mine if len(mine) else costs, f"{scope} in {period}")
    same = costs["BillingCurrency"].isna() | (costs["BillingCurrency"] == currency)
    if same.all():
        return costs, currency, []
    months = sorted({f"{start:%Y-%m}" for start in costs.loc[~same, "BillingPeriodStart"]})
    message = f"Months billed in another currency: {', '.join(months)} tell the forecast nothing."
    return costs[same], currency, [Note.warning("not_checked.other_currency", message, months=months)]


def _held_from(costs: pd.DataFrame) -> str | None:
    """The first day that the forecast knows of."""
    first = costs["x_charge_day"].fillna(costs["BillingPeriodStart"]).min()
    return None if pd.isna(first) else first.date().isoformat()


def _previous(costs: pd.DataFrame, month: Period, *, over: bool) -> float | None:
    """The cost of the last whole month, where it is held."""
    last = month if over else month.shift(-1)
    mine = costs[costs["BillingPeriodStart"] == pd.Timestamp(last.start)]
    return float(mine["EffectiveCost"].sum()) if len(mine) else None


def _cells(found: ForecastResult | None, named: dict[str, str]) -> pd.DataFrame:
    """By account × service: the month to date, what is ahead (its end, or the next month), quarter and year."""
    keys = ["SubAccountId", "ServiceName"]
    if found is None:
        columns = ["SubAccountId", "SubAccountName", "ServiceName", "month_to_date", "ahead", "quarter_end", "year_end"]
        return pd.DataFrame(columns=columns)
    leads = "next_month" if found.next_month else "month_end"
    table = found.by_cell[[*keys, "month_to_date", leads, "quarter_end", "year_end"]].rename(columns={leads: "ahead"})
    table.insert(1, "SubAccountName", table["SubAccountId"].map(named))
    return table.sort_values(["ahead", *keys], ascending=[False, True, True], kind="stable", ignore_index=True)


def _fan(costs: pd.DataFrame, found: ForecastResult | None) -> pd.DataFrame:
    if found is None:
        return pd.DataFrame(columns=list(outlook_fan.COLUMNS))
    if found.next_month is None:
        return outlook_fan.of_month(found)
    daily = budget_outlook.daily(daily_charges(costs, dt.date.fromisoformat(found.as_of)))
    return outlook_fan.of_quarter(found, daily, found.next_month)


def _budgets(
    costs: pd.DataFrame, budgets: pd.DataFrame, found: ForecastResult | None, telling: _Telling
) -> BudgetsResult | None:
    def answer() -> BudgetsResult:
        if budgets.empty:
            raise InsufficientDataError(
                "No budget is known for this scope.", hint="Give one with budgets.file in finops.toml."
            )
        if found is None:
            raise InsufficientDataError("There is no forecast to hold them against.")
        charges = daily_charges(costs, dt.date.fromisoformat(found.as_of))
        return budget_outlook.of_month(budgets, charges, found)

    return telling.ask(lambda told, reason: Note.info("not_checked.budgets", f"Budgets: {told}", reason=reason), answer)


def _budgets_ahead(costs: pd.DataFrame, budgets: pd.DataFrame, found: ForecastResult | None) -> BudgetsResult | None:
    """The next month's budgets, where the month is over and they are there."""
    if found is None or found.next_month is None or not (budgets["period"] == found.next_month.first_day[:7]).any():
        return None
    charges = daily_charges(costs, dt.date.fromisoformat(found.as_of))
    return budget_outlook.of_next(budgets, charges, found)
