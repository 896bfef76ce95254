"""The generator's own books: the four costs meant, per account and month, summed in whole ticks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from finops_lib.core.files import write_atomic
from finops_lib.core.periods import Period
from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.money import ticks, usd
from finops_lib.sources.demo.organization import Account

_COSTS = {"BilledCost": "billed", "EffectiveCost": "effective", "ListCost": "listed", "ContractedCost": "contracted"}


@dataclass
class Ledger:
    """Lines of account, month and four costs, in the order in which months are booked."""

    accounts: Sequence[Account]
    lines: list[tuple[str, ...]] = field(default_factory=list)

    def book(self, period: Period, rows: Charges) -> None:
        """Book a month: one line per account that has rows."""
        sums = [_totals(len(self.accounts), rows, column) for column in _COSTS.values()]
        for number in np.unique(rows.account):
            costs = (usd(int(total[number])) for total in sums)
            self.lines.append((self.accounts[int(number)].id, str(period), *costs))

    def spend(self) -> dict[str, dict[str, int]]:
        """Billed ticks by account id and period."""
        result: dict[str, dict[str, int]] = {}
        for account, period, billed, *_ in self.lines:
            result.setdefault(account, {})[period] = ticks(billed)
        return result

    def write(self, path: Path) -> None:
        """Write the ledger as CSV with exact decimal text."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("SubAccountId", "BillingPeriod", *_COSTS))
        writer.writerows(self.lines)
        write_atomic(path, text.getvalue())


def _totals(accounts: int, rows: Charges, column: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    sums = np.zeros(accounts, dtype=np.int64)
    np.add.at(sums, rows.account, getattr(rows, column))
    return sums
