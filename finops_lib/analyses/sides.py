"""What is ours and what is AWS's, check by check, and what of it cannot be compared: the makings of a cross-check."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

COLUMNS: Final = ("check", "key", "metric", "amount", "unit", "estimated")


def side(lines: Iterable[Mapping[str, object]] = ()) -> pd.DataFrame:
    """Lines of one side as a frame: ``check``, ``key``, ``metric``, ``amount``, and of AWS ``unit``, ``estimated``."""
    return pd.DataFrame(list(lines), columns=list(COLUMNS))


@dataclass(frozen=True)
class Sides:
    """Both sides, and by check why AWS ``refused``, why it stands ``aside``, and the ``likely`` reason for a gap."""

    ours: pd.DataFrame = field(default_factory=side)
    aws: pd.DataFrame = field(default_factory=side)
    refused: Mapping[str, str] = field(default_factory=dict)
    aside: Mapping[str, str] = field(default_factory=dict)
    likely: Mapping[str, str] = field(default_factory=dict)

    def in_currency(self, currency: str) -> Sides:
        """Amounts of AWS's in another currency than the bill's are not compared: there is no exchange rate here."""
        other = self.aws[self.aws["unit"].notna() & (self.aws["unit"] != currency)]
        units = other.drop_duplicates("check").set_index("check")["unit"]
        told = {str(check): f"AWS answers in {unit}, the bill is in {currency}." for check, unit in units.items()}
        return dataclasses.replace(self, refused={**self.refused, **told})


def joined(parts: Iterable[Sides]) -> Sides:
    """Several sides as one."""
    listed = list(parts)
    return Sides(
        _concat([part.ours for part in listed]),
        _concat([part.aws for part in listed]),
        {check: reason for part in listed for check, reason in part.refused.items()},
        {check: reason for part in listed for check, reason in part.aside.items()},
        {check: reason for part in listed for check, reason in part.likely.items()},
    )


def _concat(frames: list[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else side()
