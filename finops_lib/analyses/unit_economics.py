"""What does a unit cost, and does cost follow the business? Method: docs/methods/unit-economics.md."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from finops_lib.analyses._kpi_series import Frequency, Series, series
from finops_lib.analyses._regression import Floats, Slope, slope
from finops_lib.contracts import given
from finops_lib.core.counted import counted
from finops_lib.core.errors import InputError, InsufficientDataError
from finops_lib.core.note import Note

LEAST = {"week": 12, "month": 8}
FLAGGED = 3.0
_FAR = 50.0  # in logarithms: growth beyond it is an error of a file, and no float would hold it


@dataclass(frozen=True)
class Interval:
    """A value with the ends of its interval of 95 %."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True)
class Growth:
    """A change of cost in two parts: what the KPI's growth explains at the elasticity, and the rest."""

    change: float
    growth: float
    growth_low: float
    growth_high: float
    rest: float


@dataclass(frozen=True)
class UnitEconomicsResult:
    """How cost follows a KPI. ``unit_costs`` has a row a week or month, ``split`` a row a month after the first."""

    name: ClassVar[str] = "unit_economics"
    schema: ClassVar[str] = "finops.unit_economics/1"

    frequency: Frequency
    start: str
    end: str
    periods: int
    elasticity: Interval
    correlation_levels: float | None
    correlation_differences: float | None
    fixed_share: Interval
    variable_share: Interval
    unit_cost: float
    unit_costs: pd.DataFrame
    latest: Growth | None
    split: pd.DataFrame
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; what is not known is null."""
        return {
            "schema": self.schema,
            "frequency": self.frequency,
            "start": self.start,
            "end": self.end,
            "periods": self.periods,
            "elasticity": _plain(asdict(self.elasticity)),
            "correlation_levels": _number(self.correlation_levels),
            "correlation_differences": _number(self.correlation_differences),
            "fixed_share": _plain(asdict(self.fixed_share)),
            "variable_share": _plain(asdict(self.variable_share)),
            "unit_cost": _number(self.unit_cost),
            "unit_costs": [_plain(row) for row in self.unit_costs.to_dict("records")],
            "latest": _plain(asdict(self.latest)) if self.latest else None,
            "split": [_plain(row) for row in self.split.to_dict("records")],
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``unit_costs`` and ``split``."""
        return {"unit_costs": self.unit_costs, "split": self.split}


def relate(frame: pd.DataFrame) -> UnitEconomicsResult:
    """Answer from a frame with ``date``, ``cost`` and ``kpi``, a row a day, week or month.

    Where they come at different cadences, the finer is added over the weeks or months of the other. Raises
    :class:`InputError` for missing columns, unreadable dates or numbers and dates told twice;
    :class:`InsufficientDataError` for dates without a cadence, a constant KPI and under 12 whole weeks (8 months).
    """
    told = series(frame)
    cost, kpi = told.table["cost"].to_numpy(), told.table["kpi"].to_numpy()
    _require(told, kpi)
    # A week's cost may follow the week before; a month holds its own lags.
    lags = 1 if told.frequency == "week" else 0
    found = slope(np.diff(np.log(cost)), np.diff(np.log(kpi)), lags=lags)
    elasticity = Interval(found.low, found.expected, found.high)
    variable = Interval(*(float(np.clip(value, 0.0, 1.0)) for value in (found.low, found.expected, found.high)))
    months = split(told.months, elasticity)
    return UnitEconomicsResult(
        frequency=told.frequency,
        start=told.start,
        end=told.end,
        periods=len(cost),
        elasticity=elasticity,
        correlation_levels=_correlation(cost, kpi),
        correlation_differences=_correlation(np.diff(np.log(cost)), np.diff(np.log(kpi))),
        fixed_share=Interval(1 - variable.high, 1 - variable.expected, 1 - variable.low),
        variable_share=variable,
        unit_cost=math.fsum(cost) / math.fsum(kpi),
        unit_costs=_unit_costs(told.table, elasticity.expected),
        latest=_latest(months),
        split=months,
        notes=(*told.notes, *_doubts(found, cost, kpi)),
    )


def attribute(before: float, after: float, *, kpi_before: float, kpi_after: float, elasticity: Interval) -> Growth:
    """How much of a change of cost does the growth of the KPI explain? The costs are of periods of equal length.

    Raises :class:`InputError` for what is no number, :class:`InsufficientDataError` where a KPI is not above 0: from
    nothing, or to nothing, there is no rate of growth.
    """
    told = {"before": before, "after": after, "kpi_before": kpi_before, "kpi_after": kpi_after}
    numbers = {name: given.number(value, name) for name, value in told.items()}
    if numbers["kpi_before"] <= 0 or numbers["kpi_after"] <= 0:
        raise InsufficientDataError(
            f"The KPI was {kpi_before:g} and is {kpi_after:g}: a rate of growth needs two values above 0.",
            hint="Leave the period out.",
        )
    return _growth(**numbers, elasticity=_known(elasticity))


def split(months: pd.DataFrame, elasticity: Interval) -> pd.DataFrame:
    """Growth and the rest for each month against the one before, in cost per day.

    ``months`` has ``month``, ``cost`` and ``kpi`` per day; pairs of months of which a KPI or the first cost is unknown
    or not above 0 are left out. ``score`` is the rest in robust deviations of what months usually leave unexplained;
    ``flagged`` from 3 on. Raises :class:`InputError` for a missing column or an amount that is no number.
    """
    given.table(months, "The months", ("month", "cost", "kpi"))
    cost, kpi = given.money(months["cost"], "the months"), given.amounts(months["kpi"], "the months")
    names, known = months["month"].to_list(), _known(elasticity)
    rows = []
    for i in range(1, len(months)):
        pair = (cost.iloc[i - 1], cost.iloc[i], kpi.iloc[i - 1], kpi.iloc[i])
        if min(pair[0], pair[2], pair[3]) > 0 and not np.isnan(pair).any():
            part = _growth(*pair, elasticity=known)
            rows.append({"month": names[i], "before": pair[0], "after": pair[1], **asdict(part)})
    columns = ["month", "before", "after", "change", "growth", "growth_low", "growth_high", "rest"]
    table = pd.DataFrame(rows, columns=columns)
    relative = (table["rest"] / table["before"]).to_numpy(dtype=float)
    usual = 1.4826 * float(np.median(np.abs(relative))) if len(relative) else 0.0
    table["score"] = relative / max(usual, 0.01)
    table["flagged"] = table["score"].abs() >= FLAGGED
    return table


def _growth(before: float, after: float, kpi_before: float, kpi_after: float, elasticity: Interval) -> Growth:
    powers = (elasticity.low, elasticity.expected, elasticity.high)
    steps = math.log(kpi_after) - math.log(kpi_before)
    if max(1.0, *map(abs, powers)) * abs(steps) > _FAR:
        raise InsufficientDataError(
            f"The KPI went from {kpi_before:g} to {kpi_after:g}: that is not the growth of one business.",
            hint="Look at the units of the KPI.",
        )
    low, middle, high = (before * ((kpi_after / kpi_before) ** power - 1) for power in powers)
    return Growth(after - before, middle, min(low, high), max(low, high), after - before - middle)


def _known(elasticity: Interval) -> Interval:
    if not isinstance(elasticity, Interval):
        raise InputError(
            f"The elasticity is no Interval but a {type(elasticity).__name__}.", hint="Take it of relate()."
        )
    return Interval(*(given.number(value, "The elasticity") for value in asdict(elasticity).values()))


def _latest(months: pd.DataFrame) -> Growth | None:
    if months.empty:
        return None
    row = months.iloc[-1]
    names = ("change", "growth", "growth_low", "growth_high", "rest")
    return Growth(*(float(row[name]) for name in names))


def _require(told: Series, kpi: Floats) -> None:
    least, found = LEAST[told.frequency], len(kpi)
    if found < least:
        unit: Literal["weeks", "months"] = "weeks" if told.frequency == "week" else "months"
        raise InsufficientDataError(
            f"Cost and KPI share {found} whole {unit} of amounts above 0; the elasticity needs {least}.",
            hint="Give a longer history, or cost and KPI by the day." if unit == "months" else "Give a longer history.",
            context={"notes": [note.to_dict() for note in told.notes]},
        )
    if float(np.ptp(np.log(kpi))) < 1e-9 or float(np.std(np.diff(np.log(kpi)))) < 1e-9:
        raise InsufficientDataError(
            "The KPI is constant, or grows by the same share every period: nothing tells how cost follows it.",
            hint="Choose a KPI that varies with the business.",
        )


def _unit_costs(table: pd.DataFrame, elasticity: float) -> pd.DataFrame:
    """Cost per unit by period, beside what it would be had cost followed the KPI as usual."""
    cost, kpi = table["cost"].to_numpy(), table["kpi"].to_numpy()
    level = np.log(cost) - elasticity * np.log(kpi)
    # Levels drift: a period is judged by the half year before it and itself, not by years long gone.
    usual = pd.Series(level).rolling(26 if len(level) > 26 else len(level), min_periods=1).median().to_numpy()
    wide = 1.96 * 1.4826 * float(np.median(np.abs(level - usual)))
    expected = np.exp(usual + elasticity * np.log(kpi)) / kpi
    return pd.DataFrame(
        {
            "start": table["start"].to_numpy(),
            "cost": cost,
            "kpi": kpi,
            "unit_cost": cost / kpi,
            "expected": expected,
            "low": expected * math.exp(-wide),
            "high": expected * math.exp(wide),
        }
    )


def _correlation(one: Floats, other: Floats) -> float | None:
    if len(one) < 3 or np.std(one) < 1e-12 or np.std(other) < 1e-12:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _doubts(found: Slope, cost: Floats, kpi: Floats) -> list[Note]:
    notes = []
    if found.low <= 0 <= found.high:
        message = "The interval of the elasticity holds 0: this history does not show that cost follows the KPI."
        notes.append(Note.warning("unit_economics.no_link", message, low=found.low, high=found.high))
    level, _ = np.polyfit(np.log(kpi), np.log(cost), 1)
    if level * found.expected < 0 or abs(level) > 2 * abs(found.expected):
        message = (
            f"Levels suggest an elasticity of {level:.2f}, changes one of {found.expected:.2f}: both series trend, so "
            "levels overstate the link."
        )
        notes.append(Note.warning("unit_economics.common_trend", message, levels=float(level)))
    if found.outliers:
        message = f"Left out of the elasticity: {counted(found.outliers, 'period')} in which cost moved by itself."
        notes.append(Note.info("unit_economics.outliers", message, periods=found.outliers))
    return notes


def _plain(values: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): _number(value) for key, value in values.items()}


def _number(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return round(value, 6) + 0.0 if isinstance(value, float) else value
