"""What of the month so far was expected before it began, as far as AWS bills it by now?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from finops_lib.analyses.billed_at_close import AT_CLOSE, is_at_close
from finops_lib.analyses.charge_history import KEYS, Judged, Rows
from finops_lib.analyses.daily_series import Floats
from finops_lib.analyses.forecast_parts import Parts
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.month_ahead import on_the_eve
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period


@dataclass(frozen=True)
class EveForecast:
    """A month's forecast of its eve: ``expected`` has cells × the days so far, ``judged`` tells its errors.

    ``pending`` is what was expected by now and has not come, by what it is; it is not in ``expected``.
    """

    month: Period
    as_of: dt.date
    parts: Parts
    expected: Floats
    judged: Judged
    pending: Mapping[str, float]

    @property
    def all_cells(self) -> Rows:
        """Every cell."""
        return np.arange(len(self.parts.keys))

    def cells(self, column: str, value: str | None) -> Rows:
        """The cells with a value in a key column; None is without one."""
        keys = self.parts.keys[column]
        same = keys.isna() if value is None else keys == value
        return np.flatnonzero(same.fillna(False).to_numpy(dtype=bool))


def make(
    charges: pd.DataFrame, month: Period, as_of: dt.date, *, events: Sequence[Event] = (), runs: bool
) -> EveForecast:
    """The forecast of a month from its daily charges and those before it; ``runs`` where its bill is not closed.

    Raises :class:`InsufficientDataError` where no cost before the month is held.
    """
    before = charges["day"] < pd.Timestamp(month.start)
    if not before.any():
        raise InsufficientDataError(f"No cost before {month.label} is held.", hint="Pull the months before it.")
    cells = on_the_eve(charges[before], month, events)
    elapsed = (as_of - month.start).days + 1
    expected = cells.path[:, :elapsed]
    pending: dict[str, float] = {}
    for name, cell, cost in _late(cells, charges[~before], elapsed) if runs else ():
        expected[cell] -= cost
        pending[name] = pending.get(name, 0.0) + float(cost.sum())
    return EveForecast(month, as_of, cells, expected, cells.history.judged(), pending)


def _late(cells: Parts, charges: pd.DataFrame, elapsed: int) -> Iterator[tuple[str, int, Floats]]:
    """What AWS bills late, was expected by now and is not in the bill: its name, its cell, and the days' cost."""
    rows = charges[[*KEYS, "kind"]].drop_duplicates().astype(object).to_numpy().tolist()
    billed = {tuple(map(str, row)) for row in rows}
    for kind, table in cells.charges.items():
        for cell in np.flatnonzero(table[:, :elapsed].any(axis=1)):
            account, service = cells.keys.iloc[int(cell)]
            if is_at_close(kind, service) and (str(account), str(service), kind) not in billed:
                yield AT_CLOSE[kind], int(cell), table[cell, :elapsed]
