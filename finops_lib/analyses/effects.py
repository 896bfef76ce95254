"""What kinds of change are there, and which charges belong to which?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.totals import METRIC

EFFECTS: Final = (
    "calendar",
    "volume",
    "mix",
    "list_price",
    "private_discount",
    "commitment_coverage",
    "commitment_rate",
    "unsplit_price",
    "unused_commitment",
    "new_resources",
    "ended_resources",
    "new_services",
    "ended_services",
    "one_off_fees",
    "marketplace",
    "support",
    "credits",
    "refunds",
    "tax",
    "unrated_usage",
    "unclassified",
    "over_expected",
    "under_expected",
)
"""Every effect, in the order in which a report prints them."""

USAGE: Final = "usage"
"""What a row is whose price and volume are told apart: its change has several effects."""

CODE: Final = {name: number for number, name in enumerate((*EFFECTS, USAGE))}

TINY: Final = 1e-6
"""A quantity below this is none: no unit price can be told from it."""

_SUPPORT: Final = re.compile(r"^(?:AWS ?(?:\w+ ?)?Support|OCBPremiumSupport)|Support \(")
_OTHER_SELLER: Final = re.compile(r"^(?!.*(?:amazon|\baws\b)).*\S", re.IGNORECASE)

_BY_KIND: Final = {
    "commitment": "unused_commitment",
    "fee": "one_off_fees",
    "credit": "credits",
    "refund": "refunds",
    "discount": "private_discount",
    "tax": "tax",
}

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """Parts of the change, in order of computing: a key number, an effect's code and an amount each.

    ``move`` is −1 where resources moved between keys to a lower cost, 1 to a higher, 0 elsewhere.
    """

    key: Ints
    effect: Codes
    amount: Floats
    move: Codes

    @classmethod
    def of(cls, effect: str, key: Ints, amount: Floats, move: int = 0) -> Lines:
        """Lines of one effect; those of nothing are left out."""
        real = amount != 0
        count = int(real.sum())
        codes = (np.full(count, code, dtype=np.int8) for code in (CODE[effect], move))
        return cls(key[real], next(codes), amount[real], next(codes))

    def only(self, where: Mask) -> Lines:
        """Some of the lines."""
        return Lines(self.key[where], self.effect[where], self.amount[where], self.move[where])

    @classmethod
    def together(cls, *parts: Lines) -> Lines:
        """All the lines, one after the other."""
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__}
        return cls(**joined)


def is_support(service: object) -> bool:
    """Whether a service is AWS Support."""
    return isinstance(service, str) and bool(_SUPPORT.search(service))


def any_of(names: Iterable[str], effects: Codes) -> Mask:
    """Where an effect, by its code, is one of these."""
    wanted = np.zeros(len(CODE), dtype=bool)
    wanted[[CODE[name] for name in names]] = True
    return wanted[effects]


def effect_of_rows(rows: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The names of :func:`codes_of_rows`."""
    return np.array(list(CODE), dtype=object)[codes_of_rows(rows)]


def codes_of_rows(rows: pd.DataFrame) -> Codes:
    """The effect that each charge's change belongs to as a whole; ``usage`` where prices and volumes are told apart.

    Usage without a quantity or a cost is ``unrated_usage``: it has no unit price.
    """
    number, kinds = pd.factorize(rows["x_charge_kind"])
    known = [_BY_KIND.get(str(kind), USAGE if kind == USAGE else "unclassified") for kind in [*kinds, None]]
    effect = np.array([CODE[name] for name in known], dtype=np.int8)[number]
    rated = (rows["PricingQuantity"].to_numpy(dtype=float) > TINY) & rows[METRIC].notna().to_numpy()
    effect[(effect == CODE[USAGE]) & ~rated] = CODE["unrated_usage"]
    plain = any_of((USAGE, "unrated_usage", "one_off_fees"), effect)
    effect[plain & _support(rows)] = CODE["support"]
    effect[plain & _marketplace(rows)] = CODE["marketplace"]
    return effect


def _support(rows: pd.DataFrame) -> Mask:
    code = _told(rows, "x_ServiceCode", _SUPPORT)
    name = _told(rows, "ServiceName", _SUPPORT)
    return code | name


def _marketplace(rows: pd.DataFrame) -> Mask:
    """Charges of another seller than Amazon, by the publisher that the bill names."""
    return _told(rows, "PublisherName", _OTHER_SELLER)


def _told(rows: pd.DataFrame, column: str, pattern: re.Pattern[str]) -> Mask:
    """Rows whose text in a column matches; each distinct text is looked at once."""
    if column not in rows:
        return np.zeros(len(rows), dtype=bool)
    number, texts = pd.factorize(rows[column])
    return np.array([bool(pattern.search(str(text))) for text in texts] + [False], dtype=bool)[number]
