"""AWS's own recommendations: one a resource, the stronger evidence first, and what those that lost would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.components import billed_as, part_of
from finops_lib.analyses.opportunities.once import once
from finops_lib.contracts.evidence import Evidence

OLD_DAYS: Final = 60
RIGHTSIZE: Final = frozenset({"rightsize"})
IDLE: Final = frozenset({"stop", "delete", "idle", "unattached", "scalein"})

_SOURCES: Final[Mapping[str, str]] = {
    "compute-optimizer": "Compute Optimizer",
    "cost-optimization-hub": "Cost Optimization Hub",
    "trusted-advisor": "Trusted Advisor",
}


@dataclass(frozen=True)
class Advice:
    """The recommendation that stands for a resource, how old it is, and the others that say something else."""

    row: Mapping[str, Any]
    days_old: int | None
    others: tuple[Mapping[str, Any], ...] = ()

    @property
    def action(self) -> str:
        """AWS's word for what to do, in small letters."""
        return _word(self.row["action"])

    @property
    def is_old(self) -> bool:
        """True past :data:`OLD_DAYS`, and where AWS does not say when it was made."""
        return self.days_old is None or self.days_old > OLD_DAYS

    @property
    def told(self) -> str:
        """Who says it, when, from how many days, and who says otherwise."""
        made = "on a day that it does not tell" if self.days_old is None else f"on {self.row['refreshed']:%Y-%m-%d}"
        over = f", from {self.row['lookback_days']:.0f} days" if self.row["lookback_days"] is not None else ""
        age = f" It is {self.days_old} days old." if self.days_old is not None and self.is_old else ""
        against = "".join(f" {source_of(item)} says otherwise: {_what(item)}." for item in self.others)
        return f"{source_of(self.row)}, {made}{over}: {_what(self.row)}.{age}{against}"


def standing(evidence: Evidence, actions: frozenset[str], sources: Sequence[str] | None = None) -> list[Advice]:
    """The recommendation that stands for each resource and part, of these actions, in a fixed order.

    Where a resource has several, a fresh one beats an old one, measured memory beats none, then the newer, then the
    longer look back; the rest are named where they want another thing.
    """
    frame = in_currency(evidence)
    frame = frame[frame["action"].map(_word).isin(actions)]
    if sources is not None:
        frame = frame[frame["source"].isin(sources)]
    made = _taken(evidence)
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in billed.records(frame):
        part = part_of(row["resource_type"], row["resource"])
        groups.setdefault((row["account"], billed_as(row["resource"]), part.name), []).append(row)
    return [_advice(groups[key], made) for key in sorted(groups)]


@once
def in_currency(evidence: Evidence) -> pd.DataFrame:
    """The recommendations, those in another currency than the bill's without their amounts, and ``foreign``."""
    frame = evidence.of("recommendations")
    if "currency" not in frame:
        return frame.assign(foreign=None)
    codes = [None if pd.isna(code) else str(code) for code in frame["currency"]]
    foreign = [code if evidence.is_foreign(code) else None for code in codes]
    same = pd.Series([code is None for code in foreign], index=frame.index, dtype=bool)
    amounts = {name: frame[name].where(same) for name in ("cost", "saving", "list_saving")}
    return frame.assign(**amounts, foreign=pd.Series(foreign, index=frame.index, dtype=object))


def advised(evidence: Evidence, action: str) -> Mapping[str, Mapping[str, Any]]:
    """By resource: AWS's fresh recommendation of one action, with ``amount`` and ``target``."""
    found = standing(evidence, frozenset({_word(action)}))
    return {
        billed_as(item.row["resource"]): {**item.row, "amount": amount(item.row)} for item in found if not item.is_old
    }


def amount(row: Mapping[str, Any], effective_share: float = 1.0) -> float | None:
    """AWS's saving a month: after discounts, else the one before them times what is paid of the list price."""
    if row["saving"] is not None:
        return float(row["saving"])
    return None if row["list_saving"] is None else float(row["list_saving"]) * effective_share


def source_of(row: Mapping[str, Any]) -> str:
    """The AWS service that a recommendation comes from, as people call it."""
    return _SOURCES.get(str(row["source"]), str(row["source"]))


def _advice(rows: list[Mapping[str, Any]], today: pd.Timestamp) -> Advice:
    ranked = sorted(rows, key=lambda row: _strength(row, today), reverse=True)
    best = ranked[0]
    others = {_what(row): row for row in ranked[1:] if _what(row) != _what(best)}
    return Advice(best, _age(best, today), tuple(others.values()))


def _strength(row: Mapping[str, Any], today: pd.Timestamp) -> tuple[Any, ...]:
    age = _age(row, today)
    fresh = age is not None and age <= OLD_DAYS
    newer = -age if age is not None else float("-inf")
    order = list(_SOURCES)
    source = -order.index(row["source"]) if row["source"] in order else -len(order)
    return (fresh, row["memory_known"] is True, newer, row["lookback_days"] or 0.0, source, str(row["id"]))


def _age(row: Mapping[str, Any], today: pd.Timestamp) -> int | None:
    made = row["refreshed"]
    return None if made is None else max(0, (today - _naive(made)).days)


def _taken(evidence: Evidence) -> pd.Timestamp:
    told = evidence.asked.loc[evidence.asked["kind"].isin(("recommendations", *_SOURCES)), "taken"]
    return _naive(pd.Timestamp(told.max())) if len(told) else pd.Timestamp(evidence.period.end)


def _naive(moment: pd.Timestamp) -> pd.Timestamp:
    return moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment


def _what(row: Mapping[str, Any]) -> str:
    words = [str(row["action"])]
    if row["current"]:
        words.append(f"{row['current']}" + (f" to {row['target']}" if row["target"] else ""))
    return " ".join(words)


def _word(action: object) -> str:
    return "".join(letter for letter in str(action).casefold() if letter.isalnum())
