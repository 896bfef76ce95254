"""What a forecast answers: ends with their intervals, the parts that add up to them, and the track record."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import pandas as pd

from finops_lib.analyses.known_events import Event
from finops_lib.analyses.plain import plain, records
from finops_lib.core.note import Note


@dataclass(frozen=True)
class End:
    """The effective cost of a month, quarter or year once it is over, and what of it is spent."""

    first_day: str
    last_day: str
    actual_to_date: float
    low80: float
    expected: float
    high80: float
    low95: float
    high95: float


@dataclass(frozen=True)
class ForecastResult:
    """The forecast of one scope as of one day. Costs are effective costs.

    ``next_month`` is the month after a month that is over (None while one runs): the one forecast of it, which budgets,
    trajectory and variance read too. ``by_cell`` has a row an account × service, its cost to date and its expected cost
    at the three ends and of the next month; its columns add up to the ends' figures. ``by_nature`` tells usage,
    calendar charges and known events apart. ``path`` is each day to the end of the month: actual or expected, with the
    band of the day and of the month so far.
    """

    name: ClassVar[str] = "forecast"
    schema: ClassVar[str] = "finops.forecast/1"

    scope: str
    as_of: str
    currency: str
    month_end: End
    quarter_end: End
    year_end: End
    next_month: End | None
    backtest: tuple[dict[str, Any], ...]
    by_cell: pd.DataFrame
    by_nature: pd.DataFrame
    calendar: pd.DataFrame
    path: pd.DataFrame
    events: tuple[Event, ...]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; money in units of the currency, rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": self.scope,
            "as_of": self.as_of,
            "currency": self.currency,
            "month_end": plain(asdict(self.month_end)),
            "quarter_end": plain(asdict(self.quarter_end)),
            "year_end": plain(asdict(self.year_end)),
            "next_month": plain(asdict(self.next_month)) if self.next_month else None,
            "backtest": [plain(row) for row in self.backtest],
            "by_cell": records(self.by_cell),
            "by_nature": records(self.by_nature),
            "calendar": records(self.calendar),
            "path": records(self.path),
            "events": [plain(asdict(event)) for event in self.events],
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables behind the figures, by name, unrounded."""
        tables = {name: getattr(self, name) for name in ("by_cell", "by_nature", "calendar", "path")}
        return tables | {"backtest": pd.DataFrame(list(self.backtest))}
