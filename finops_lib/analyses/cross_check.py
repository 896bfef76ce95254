"""Do AWS's own figures agree with ours, and if not, why? Method: docs/methods/budgets.md."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import pandas as pd

from finops_lib.contracts import given
from finops_lib.core.errors import InputError
from finops_lib.core.note import Note

KEYS: Final = ("check", "key")
SAME_METRIC: Final = {
    "BilledCost": {"UnblendedCost", "UNBLENDED_COST", "NetUnblendedCost", "NET_UNBLENDED_COST"},
    "EffectiveCost": {"AmortizedCost", "AMORTIZED_COST", "NetAmortizedCost", "NET_AMORTIZED_COST"},
}
TOLERANCE: Final = 0.01
CLOSE: Final = 0.001
UNEXPLAINED: Final = "unexplained"


@dataclass(frozen=True)
class CrossCheckResult:
    """Ours beside AWS's. ``status`` is ``agrees``, ``differs`` or ``not checked``, with the reason that is likely.

    ``asked_on`` is the day on which AWS was asked; None where it was not.
    """

    name: ClassVar[str] = "cross_check"
    schema: ClassVar[str] = "finops.cross_check/1"

    checks: pd.DataFrame
    notes: tuple[Note, ...]
    scope: str = "organization"
    period: str | None = None
    currency: str | None = None
    asked_on: str | None = None

    @property
    def status(self) -> str:
        """All figures in a word: ``differs`` where one does, ``not checked`` where none could be."""
        found = set(self.checks["status"])
        return next((word for word in ("differs", "agrees") if word in found), "not checked")

    def to_dict(self) -> dict[str, Any]:
        """The public JSON form; what is not known is null."""
        rows = self.checks.to_dict("records")
        return {
            "schema": self.schema,
            "scope": self.scope,
            "period": self.period,
            "currency": self.currency,
            "asked_on": self.asked_on,
            "status": self.status,
            "checks": [{str(key): _plain(value) for key, value in row.items()} for row in rows],
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> dict[str, pd.DataFrame]:
        """``checks``."""
        return {"checks": self.checks}


def compare(
    ours: pd.DataFrame,
    aws: pd.DataFrame,
    *,
    not_asked: Mapping[str, str] | None = None,
    parts: pd.DataFrame | None = None,
    not_applicable: Mapping[str, str] | None = None,
    likely: Mapping[str, str] | None = None,
) -> CrossCheckResult:
    """Set our figures beside AWS's.

    ``ours`` has ``check`` (what is compared: ``cost``, ``forecast``, a driver), ``key`` (service, account or total),
    ``metric``, ``amount``; ``aws`` the same and, where known, ``estimated``. ``not_asked`` gives, by check, why AWS
    could not be asked, ``not_applicable`` why there was nothing to ask or to compare, which is no doubt about the data.
    ``parts`` has ``check``, ``key``, ``part``, ``amount``: credits, tax and the like within ours; a gap that they make
    up is laid to them. ``likely`` is, by check, the reason for a gap that nothing explains better.
    """
    _need(ours, "Our figures")
    _need(aws, "AWS's figures")
    refused, aside = dict(not_asked or {}), dict(not_applicable or {})
    unchecked = aside | refused
    left = ours[[*KEYS, "metric", "amount"]].assign(key=ours["key"].astype(object))
    both = left.merge(aws, on=list(KEYS), how="outer", suffixes=("", "_aws"), sort=True)
    known = _parts(parts)
    rows = [_row(row, unchecked, known.get((row["check"], row["key"]), {})) for row in both.to_dict("records")]
    rows = [_with_likely(row, likely or {}) for row in rows]
    silent = sorted(set(unchecked) - {row["check"] for row in rows})
    rows += [_row({"check": check, "key": None}, unchecked, {}) for check in silent]
    columns = ["check", "key", "metric", "metric_aws", "ours", "aws", "gap", "gap_share", "status", "reason"]
    return CrossCheckResult(pd.DataFrame(rows, columns=columns), tuple(_notes(rows, refused)))


def _row(row: Mapping[Any, Any], refused: Mapping[str, str], parts: Mapping[str, float]) -> dict[str, Any]:
    mine, theirs = _known(row.get("amount")), _known(row.get("amount_aws"))
    gap = None if mine is None or theirs is None else round(mine - theirs, 9) + 0.0  # no noise of floating point
    made = {
        "check": row["check"],
        "key": row["key"],
        "metric": _text(row.get("metric")),
        "metric_aws": _text(row.get("metric_aws")),
        "ours": mine,
        "aws": theirs,
        "gap": gap,
        "gap_share": None if gap is None or not theirs else gap / abs(theirs),
    }
    if row["check"] in refused:
        return {**made, "status": "not checked", "reason": refused[row["check"]]}
    if gap is None:
        here = "Only the bill here has it." if theirs is None else "Only AWS has it."
        return {**made, "status": "not checked", "reason": here}
    if abs(gap) <= max(TOLERANCE, CLOSE * abs(theirs or 0.0)):
        return {**made, "status": "agrees", "reason": None}
    return {**made, "status": "differs", "reason": _reason(made, gap, parts, row.get("estimated") is True)}


def _with_likely(row: dict[str, Any], likely: Mapping[str, str]) -> dict[str, Any]:
    return {**row, "reason": likely.get(row["check"], UNEXPLAINED)} if row["reason"] == UNEXPLAINED else row


def _reason(made: Mapping[str, Any], gap: float, parts: Mapping[str, float], estimated: bool) -> str:
    """The likeliest reason first: other metric, parts that make up the gap, an open month."""
    if made["metric"] in SAME_METRIC and made["metric_aws"] not in SAME_METRIC[made["metric"]]:
        return f"metric: ours is {made['metric']}, AWS's is {made['metric_aws']}"
    if named := _made_up_by(gap, parts):
        return f"{' and '.join(named)}: counted on one side only"
    if estimated:
        return "open month: AWS still estimates it"
    return UNEXPLAINED


def _made_up_by(gap: float, parts: Mapping[str, float]) -> tuple[str, ...]:
    """The fewest parts whose sum is the gap, to a cent or a thousandth of it."""
    names = sorted(name for name, amount in parts.items() if abs(amount) > TOLERANCE)[:8]
    for count in range(1, len(names) + 1):
        for chosen in itertools.combinations(names, count):
            if abs(abs(math.fsum(parts[name] for name in chosen)) - abs(gap)) <= max(TOLERANCE, CLOSE * abs(gap)):
                return chosen
    return ()


def _parts(parts: pd.DataFrame | None) -> dict[tuple[Any, Any], dict[str, float]]:
    known: dict[tuple[Any, Any], dict[str, float]] = {}
    for row in [] if parts is None else parts.to_dict("records"):
        named = known.setdefault((row["check"], row["key"]), {})
        named[str(row["part"])] = named.get(str(row["part"]), 0.0) + float(row["amount"])
    return known


def _notes(rows: Iterable[Mapping[str, Any]], refused: Mapping[str, str]) -> Iterable[Note]:
    for reason in dict.fromkeys(refused.values()):  # a note a reason: it is often the same for all
        checks = sorted(check for check, why in refused.items() if why == reason)
        told = ", ".join(check.replace("_", " ") for check in checks)
        yield Note.warning("not_checked.aws_figures", f"AWS's own figures for {told}: {reason}", checks=checks)
    unexplained = [row for row in rows if row["reason"] == UNEXPLAINED]
    if unexplained:
        message = f"{len(unexplained)} figures differ from AWS's for no reason that is known here."
        yield Note.warning("cross_check.unexplained", message, keys=[str(row["key"]) for row in unexplained][:20])


def _need(frame: pd.DataFrame, what: str) -> None:
    given.table(frame, what, (*KEYS, "metric", "amount"))
    if frame.duplicated(list(KEYS)).any():
        raise InputError(f"{what} tell a check and key twice.", hint="Add the rows first.")


def _known(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return round(value, 6) + 0.0 if isinstance(value, float) else value
