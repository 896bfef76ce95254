"""What was spent, on what, by whom, and can the figures be trusted? Method: docs/methods/overview.md."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import pandas as pd

from finops_lib.analyses import data_quality
from finops_lib.analyses.bill_facts import (
    CostBasis,
    InvoiceStatus,
    account_names,
    as_of,
    cost_basis,
    invoice_status,
    name_of,
)
from finops_lib.analyses.overview_tags import is_usage, spellings, unpriced, untaggable
from finops_lib.analyses.totals import CostTotals, by, one_currency, totals
from finops_lib.analyses.unread_costs import require_readable
from finops_lib.contracts import given, marts
from finops_lib.contracts.focus import COSTS, TAG_PREFIX, TOLERANCE
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = ("cost_monthly", "cost_daily", "accounts", "reconciliation", "profile", "snapshots")
"""The marts that :func:`summarize` takes, in its order."""

MONTHS = 13
MOVERS = 20


@dataclass(frozen=True)
class Reconciliation:
    """Billed cost of the scope and period: by the source's own columns, and by the canonical table."""

    source: float
    canonical: float
    difference: float


@dataclass(frozen=True)
class OverviewResult:
    """The spend overview of one scope and month. Frames are sorted by effective cost, largest first.

    ``usage`` is what of the totals resources made, which alone has list prices and can carry tags; ``untaggable`` is
    what lacks a tag because it is no usage, by key. ``unpriced`` is what usage without a list price costs, by account,
    service, charge category and tag; ``calendar`` is what the days of the month add to the change.
    """

    name: ClassVar[str] = "overview"
    schema: ClassVar[str] = "finops.overview/1"

    scope: str
    scope_name: str | None
    period: str
    as_of: str
    currency: str
    invoice_status: InvoiceStatus
    invoice_ids: tuple[str, ...]
    cost_basis: CostBasis
    totals: CostTotals
    previous: CostTotals | None
    usage: CostTotals
    usage_previous: CostTotals | None
    unpriced: pd.DataFrame
    unpriced_previous: float
    calendar: float | None
    trend: pd.DataFrame
    daily: pd.DataFrame
    by_service: pd.DataFrame
    by_account: pd.DataFrame
    by_charge_category: pd.DataFrame
    by_tag: Mapping[str, pd.DataFrame]
    untaggable: Mapping[str, pd.DataFrame]
    spellings: pd.DataFrame
    movers: pd.DataFrame
    reconciliation: Reconciliation
    reconciliation_lines: pd.DataFrame
    inputs: pd.DataFrame
    not_checked: tuple[Note, ...]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "scope_name": self.scope_name,
            "period": self.period,
            "as_of": self.as_of,
            "currency": self.currency,
            "invoice_status": self.invoice_status,
            "cost_basis": self.cost_basis,
            "totals": _money(asdict(self.totals)),
            "by_service": _records(self.by_service),
            "by_account": _records(self.by_account),
            "by_charge_category": _records(self.by_charge_category),
            "by_tag": {key: _records(frame) for key, frame in self.by_tag.items()},
            "untaggable": {key: _records(frame) for key, frame in self.untaggable.items()},
            "spellings": _records(self.spellings),
            "previous": _money(asdict(self.previous)) if self.previous else None,
            "usage": _money(asdict(self.usage)),
            "usage_previous": _money(asdict(self.usage_previous)) if self.usage_previous else None,
            "calendar": _plain(self.calendar),
            "trend": _records(self.trend),
            "movers": _records(self.movers),
            "reconciliation": _money(asdict(self.reconciliation)),
            "notes": [note.to_dict() for note in self.notes],
            "not_checked": [note.to_dict() for note in self.not_checked],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        tags = {f"by_tag_{key}": frame for key, frame in self.by_tag.items()}
        names = (
            "trend",
            "daily",
            "by_service",
            "by_account",
            "by_charge_category",
            "spellings",
            "movers",
            "reconciliation_lines",
            "inputs",
        )
        return {name: getattr(self, name) for name in names} | tags


def summarize(
    monthly: pd.DataFrame,
    daily: pd.DataFrame,
    accounts: pd.DataFrame,
    reconciliation: pd.DataFrame,
    profile: pd.DataFrame,
    snapshots: pd.DataFrame,
    *,
    scope: Scope,
    period: Period,
    calendar: float | None = None,
    doubts: Sequence[Note] = (),
) -> OverviewResult:
    """Answer for one scope and month from its marts (contracts/marts.py; up to 13 months ending at ``period``).

    ``calendar`` is what the days of the month add, and ``doubts`` what was only retagged, as
    :func:`overview_calendar.compare` tells them.

    Raises :class:`InsufficientDataError` without charges in the period, :class:`CurrencyMismatch` for two currencies,
    :class:`Unreconciled` where the totals cannot be trusted.
    """
    scope, period = given.scope(scope, "The scope"), given.month(period, "The period")
    frames = (monthly, daily, accounts, reconciliation, profile, snapshots)
    monthly, daily, accounts, reconciliation, profile, snapshots = (
        given.costs(frame, f"The rows of {name}", marts.columns(name))
        for name, frame in zip(EVIDENCE, frames, strict=True)
    )
    month = pd.Timestamp(period.start)
    current = monthly[monthly["BillingPeriodStart"] == month]
    if current.empty:
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    currency = one_currency(current, f"{scope} in {period}")
    same = monthly["BillingCurrency"].isna() | (monthly["BillingCurrency"] == currency)
    other_months = sorted({f"{start:%Y-%m}" for start in monthly.loc[~same, "BillingPeriodStart"]})
    monthly, snapshots = monthly[same], snapshots[~snapshots["period"].isin(other_months)]
    lines = reconciliation[reconciliation["BillingPeriodStart"] == month]
    data_quality.require_reconciled(lines, snapshots, str(period))
    require_readable(profile, snapshots, str(period))
    before = _before(monthly, snapshots, period)
    named = _named(current, accounts), None if before is None else _named(before, accounts)
    taken = snapshots[snapshots["period"] == str(period)]
    keys = _tag_keys(taken, monthly)
    by_tag = {key: by(current, before, [TAG_PREFIX + key]) for key in keys}
    lacking = unpriced(current, keys)
    return OverviewResult(
        scope=str(scope),
        scope_name=None if scope.is_organization else name_of(accounts),
        period=str(period),
        as_of=as_of(taken, period),
        currency=currency,
        invoice_status=invoice_status(taken),
        invoice_ids=tuple(sorted({invoice for listed in taken["invoices"] for invoice in listed})),
        cost_basis=cost_basis(taken),
        totals=totals(current),
        previous=None if before is None else totals(before),
        usage=totals(current[is_usage(current)]),
        usage_previous=None if before is None else totals(before[is_usage(before)]),
        unpriced=lacking,
        unpriced_previous=0.0 if before is None else float(unpriced(before, ())["cost"].sum()),
        calendar=calendar,
        trend=_trend(monthly, snapshots),
        daily=_daily(daily, period),
        by_service=by(current, before, ["ServiceName"]),
        by_account=by(named[0], named[1], ["SubAccountId", "SubAccountName"]),
        by_charge_category=by(current, before, ["ChargeCategory"]),
        by_tag=by_tag,
        untaggable={key: untaggable(current, before, key) for key in keys},
        spellings=spellings(by_tag),
        movers=_movers(named[0], named[1]),
        reconciliation=_reconciliation(lines),
        reconciliation_lines=_lines(lines),
        inputs=snapshots[["snapshot", "period", "format", "files", "rows", "BilledCost"]].reset_index(drop=True),
        not_checked=_not_checked(snapshots, period, before, other_months),
        notes=(
            *data_quality.with_unpriced(
                data_quality.notes(profile, snapshots, str(period), currency), float(lacking["cost"].sum()), currency
            ),
            *doubts,
        ),
    )


def _before(monthly: pd.DataFrame, snapshots: pd.DataFrame, period: Period) -> pd.DataFrame | None:
    """The month before; None where the warehouse does not hold it (a month held without charges is an empty frame)."""
    previous = period.shift(-1)
    if not (snapshots["period"] == str(previous)).any():
        return None
    return monthly[monthly["BillingPeriodStart"] == pd.Timestamp(previous.start)]


def _named(costs: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    return costs.assign(SubAccountName=costs["SubAccountId"].map(account_names(accounts)))


def _trend(monthly: pd.DataFrame, snapshots: pd.DataFrame) -> pd.DataFrame:
    """The months held, a month without charges of the scope as 0."""
    sums = monthly.groupby("BillingPeriodStart", sort=True)[list(COSTS)].sum(min_count=1)
    held = sorted({pd.Timestamp(Period.parse(text).start) for text in snapshots["period"]} - set(sums.index))
    silent = pd.DataFrame(0.0, index=pd.Index(held, name="BillingPeriodStart"), columns=list(COSTS))
    return pd.concat([sums, silent]).sort_index().reset_index() if held else sums.reset_index()


def _daily(daily: pd.DataFrame, period: Period) -> pd.DataFrame:
    days = pd.date_range(period.start, periods=period.days, freq="D")
    mine = daily[daily["BillingPeriodStart"] == pd.Timestamp(period.start)]
    mine = mine.assign(usage=mine["EffectiveCost"].where(is_usage(mine), 0.0))
    sums = mine.groupby("x_charge_day")[["BilledCost", "EffectiveCost", "usage"]].sum().reindex(days).dropna(how="all")
    return sums.rename_axis("x_charge_day").reset_index()


def _tag_keys(taken: pd.DataFrame, monthly: pd.DataFrame) -> list[str]:
    keys = {key for listed in taken["tag_keys"] for key in listed}
    return sorted(key for key in keys if TAG_PREFIX + key in monthly.columns)


def _movers(current: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["SubAccountId", "SubAccountName", "ServiceName", "previous", "current", "change"]
    if before is None:
        return pd.DataFrame(columns=columns)
    table = by(current, before, columns[:3]).rename(columns={"EffectiveCost": "current"})
    moved = table[table["change"].abs() >= float(TOLERANCE)]
    return (
        moved.sort_values("change", key=abs, ascending=False, kind="stable")[columns]
        .head(MOVERS)
        .reset_index(drop=True)
    )


def _reconciliation(lines: pd.DataFrame) -> Reconciliation:
    source, canonical = math.fsum(lines["source"]), math.fsum(lines["canonical"])
    return Reconciliation(source, canonical, math.fsum(lines["difference"]))


def _lines(lines: pd.DataFrame) -> pd.DataFrame:
    shown = lines.rename(columns={"source_rows": "rows"})[["SubAccountId", "source", "canonical", "difference", "rows"]]
    return shown.sort_values("SubAccountId", na_position="last").reset_index(drop=True)


def _not_checked(
    snapshots: pd.DataFrame, period: Period, before: pd.DataFrame | None, other_months: Sequence[str]
) -> tuple[Note, ...]:
    found = []
    if before is None:
        message = f"Changes against {period.shift(-1).label}: its bill is not in the warehouse."
        found.append(Note.warning("not_checked.previous_month", message))
    if other_months:
        message = f"Months billed in another currency: {', '.join(other_months)} cannot be compared with {period}."
        found.append(Note.warning("not_checked.other_currency", message, months=other_months))
    held = snapshots["period"].nunique()
    if held < MONTHS:
        message = f"A year's trend: {held} of {MONTHS} months in the warehouse."
        found.append(Note.info("not_checked.trend", message, months=held))
    if snapshots.loc[snapshots["period"] == str(period), "format"].str.startswith("FOCUS").any():
        message = "The amortization identity: FOCUS exports do not carry the amounts that it needs."
        found.append(Note.info("not_checked.amortization_identity", message))
    message = "The invoice document: totals are those of the export, not compared with the invoice that AWS sent."
    found.append(Note.info("not_checked.invoice_document", message))
    return tuple(found)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [_money(record) for record in frame.to_dict("records")]


def _money(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return round(value, 6) + 0.0 if isinstance(value, float) else value
