"""Why did cost change from one month to the next, to the cent? Method: docs/methods/variance.md."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed, both_elapsed
from finops_lib.analyses.categories import Evidence, KpiRelation, classify
from finops_lib.analyses.effects import Lines, any_of
from finops_lib.analyses.expected import against_expected, budget_of, forecast_of
from finops_lib.analyses.keys import BASE, coded, key_columns
from finops_lib.analyses.monthly_change import NAMES, READ, Change, change_lines
from finops_lib.analyses.retagged import RETAGGED
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.analyses.spikes import spikes
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.variance_evidence import Handed, admitted, admitted_kpi
from finops_lib.analyses.variance_result import Against, Amounts, VarianceResult, tables
from finops_lib.contracts import given
from finops_lib.contracts.focus import TAG_PREFIX
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = ("cost_monthly", "resource_monthly", "daily_history", "commitment_monthly", "snapshots")
"""The frames that :func:`explain` takes, of the period and the month before at least, in its order."""


_PLACE = ("SubAccountId", "ServiceName", "RegionId")


def explain(
    monthly: pd.DataFrame,
    resources: pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
    commitments: pd.DataFrame | None = None,
    snapshots: pd.DataFrame | None = None,
    *,
    scope: Scope,
    period: Period,
    against: Against = "previous",
    expected: pd.DataFrame | None = None,
    anomalies: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
    kpi: KpiRelation | None = None,
    doubts: Sequence[Note] = (),
) -> VarianceResult:
    """Explain the change of effective cost to ``period`` from the month before, a forecast or a budget.

    The marts hold (at least) both months. ``expected`` is the forecast (``SubAccountId``, ``ServiceName``,
    ``expected``, perhaps ``low`` and ``high``) or the budgets (``scope``, ``period``, ``amount``, perhaps
    ``currency``). ``anomalies``, ``actions`` and ``kpi`` are evidence for the categories: see
    :class:`categories.Evidence`. ``doubts`` about the evidence travel with the result.
    Raises :class:`InsufficientDataError` without the month or what it is compared with, :class:`CurrencyMismatch` for
    two currencies.
    """
    scope, period = given.scope(scope, "The scope"), given.month(period, "The period")
    if against not in get_args(Against):
        raise UsageError(f"against is {against!r}.", hint=f"Give one of {', '.join(get_args(Against))}.")
    handed = admitted(monthly, resources, daily, commitments, snapshots, anomalies, actions)
    kpi = admitted_kpi(kpi)
    previous = period.shift(-1)
    rows, held = _two_months(handed.monthly, handed.snapshots, scope, previous, period, needed=against == "previous")
    currency = one_currency(rows, f"{scope} in {previous} and {period}")
    months = both_elapsed(handed.snapshots, previous, period)
    evidence = _evidence(handed, kpi, months)
    change = change_lines(rows, _only(handed.resources, previous, period), *months, evidence.anomalies)
    notes = [*_notes(months), *_pending_note(change.pending, previous), *_retagged_note(change, previous)]
    if against != "previous":
        accounts = handed.monthly["SubAccountId"].dropna().unique()
        table, expected_notes = _expected(against, expected, scope, period, currency, accounts)
        change = against_expected(change, table, held)
        notes += [_assumption(against, previous, held), *expected_notes, *_whole_amounts(against, change)]
    before = math.fsum(change.cost[0].tolist())
    return VarianceResult(
        scope=str(scope),
        period=str(period),
        against=against,
        currency=currency,
        total=Amounts(before, math.fsum(change.cost[1].tolist())),
        raw=Amounts(change.raw[0] if against == "previous" else before, change.raw[1]),
        **tables(change.keys, classify(change, evidence, rows)),
        notes=(*notes, *doubts),
    )


def _evidence(handed: Handed, kpi: KpiRelation | None, months: tuple[Elapsed, Elapsed]) -> Evidence:
    """What is known besides the bill; without a list of anomalies the daily costs tell of them."""
    previous, period = (month.period for month in months)
    anomalies = handed.anomalies
    if anomalies is None and handed.daily is not None:
        anomalies = spikes(_of(handed.daily, previous, period), *months)
    actions = _placed(handed.actions, handed.resources)
    return Evidence(previous, period, anomalies, actions, _only(handed.commitments, previous, period), kpi)


def _two_months(
    monthly: pd.DataFrame,
    snapshots: pd.DataFrame | None,
    scope: Scope,
    previous: Period,
    period: Period,
    *,
    needed: bool,
) -> tuple[pd.DataFrame, bool]:
    """The rows of both months, and whether the earlier is held; refuses where one that is needed is not."""
    rows = _of(monthly[_needed(monthly)], previous, period)
    now = rows["BillingPeriodStart"] == pd.Timestamp(period.start)
    if not now.any():
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    held = not now.all() or (snapshots is not None and bool((snapshots["period"] == str(previous)).any()))
    if needed and not held:
        raise InsufficientDataError(
            f"The change to {period} cannot be explained: {previous}, the month before, is not in the warehouse.",
            hint=f"Pull the bill of {previous} with: finops pull SOURCE",
        )
    return coded(rows, [*key_columns(rows), *NAMES]), held


def _needed(monthly: pd.DataFrame) -> list[str]:
    """The columns that are read, so that the others are not copied about."""
    wanted = {*key_columns(monthly), *READ}
    return [column for column in monthly.columns if column in wanted]


def _of(frame: pd.DataFrame, *periods: Period) -> pd.DataFrame:
    chosen = frame["BillingPeriodStart"].isin([pd.Timestamp(period.start) for period in periods])
    return frame if chosen.all() else frame[chosen]


def _placed(actions: pd.DataFrame | None, resources: pd.DataFrame | None) -> pd.DataFrame | None:
    """Actions on a resource with its account, service and region, where resources are known."""
    if actions is None or resources is None or "ResourceId" not in actions:
        return actions
    columns = [column for column in _PLACE if column not in actions]
    places = resources.drop_duplicates("ResourceId")[["ResourceId", *columns]]
    return actions.merge(places, on="ResourceId", how="left")


def _only(frame: pd.DataFrame | None, *periods: Period) -> pd.DataFrame | None:
    return None if frame is None else _of(frame, *periods)


def _expected(
    against: Against,
    expected: pd.DataFrame | None,
    scope: Scope,
    period: Period,
    currency: str,
    accounts: Collection[str],
) -> tuple[pd.DataFrame, list[Note]]:
    if against == "forecast":
        return forecast_of(expected, scope, period), []
    return budget_of(expected, scope, period, currency, accounts)


def _assumption(against: Against, previous: Period, held: bool) -> Note:
    """What a comparison with an expectation takes for granted."""
    if not held:
        message = f"{previous} is not in the warehouse: prices, credits and fees are not told from usage."
        return Note.warning("variance.previous_missing", message, previous=str(previous))
    message = (
        f"The {against} is taken to hold {previous}'s prices, commitments, credits and fees; their change is told."
    )
    return Note.info("variance.expected_at_previous_prices", message, previous=str(previous))


def _whole_amounts(against: Against, change: Change) -> list[Note]:
    """A budget is one amount for all usage: how much of a gap is no more than that, nobody can tell apart."""
    here = any_of(("over_expected", "under_expected"), change.lines.effect)
    gap = math.fsum(change.lines.amount[here])
    if against != "budget" or abs(gap) < HALF_CENT:
        return []
    message = (
        f"A budget is one amount for everything: {abs(gap):,.2f} {'over' if gap > 0 else 'under'} it is usage that no "
        "line of the budget names, so it stands as unclassified unless evidence tells its cause."
    )
    return [Note.info("variance.budget_without_usage", message, amount=round(gap, 6))]


def _pending_note(pending: Mapping[str, float], previous: Period) -> list[Note]:
    if not pending:
        return []
    names = ", ".join(name.replace("_", " ") for name in pending)
    message = f"Not charged yet, so taken as in {previous}: {names}."
    return [Note.warning("variance.pending_charges", message, **pending)]


def _retagged_note(change: Change, previous: Period) -> list[Note]:
    """What got other tags: it stands in the lines, from one tag value to another, and is no driver and no cause."""
    lines = change.lines.only(change.lines.move == RETAGGED)
    moved = math.fsum(lines.amount[lines.amount > 0])
    if moved < HALF_CENT:
        return []
    by_tag = dict(_by_tag(change.keys, lines))
    message = (
        f"Only the tags changed of usage that cost {moved:,.2f} in {previous}"
        f" ({', '.join(by_tag)}): it is the same usage, not a change."
    )
    return [Note.info("variance.retagged", message, amount=round(moved, 6), tags=by_tag)]


def _by_tag(keys: pd.DataFrame, lines: Lines) -> Iterator[tuple[str, float]]:
    """The tags whose values changed, and what went from one value to another."""
    moves = keys.iloc[lines.key].assign(amount=lines.amount)
    for column in (column for column in keys.columns if column.startswith(TAG_PREFIX)):
        sums = moves.groupby([*BASE, column], dropna=False, observed=True)["amount"].sum()
        if (moved := math.fsum(sums[sums > 0])) >= HALF_CENT:
            yield column.removeprefix(TAG_PREFIX), round(moved, 6)


def _notes(months: tuple[Elapsed, ...]) -> list[Note]:
    return [
        Note.warning(
            "variance.open_month",
            f"{month.period} holds {month.days} of {month.period.days} days: its usage is brought to the whole month.",
            period=str(month.period),
            days=month.days,
            of=month.period.days,
        )
        for month in months
        if month.is_open
    ]
