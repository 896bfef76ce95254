"""Did the savings of the ledger land? Each item that was done is held against the bill of its resource.

The method is told in docs/methods/realized-savings.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

import pandas as pd

from finops_lib.analyses.calibration import Factor, calibration, factors_to_dict
from finops_lib.analyses.landing import Landing, State, land
from finops_lib.analyses.ledger import lapse, summary
from finops_lib.analyses.plain import records
from finops_lib.analyses.resource_usage import usage
from finops_lib.contracts.ledger import ledger_of, records_of
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

_JUDGED: Final = ("done", "verified")
_TOLD: Final[tuple[State, ...]] = ("reverted", "not_seen", "unknown")
_ITEM: Final = ("id", "opportunity", "account", "resource", "component", "done_on", "low", "expected", "high")


@dataclass(frozen=True)
class Outcome:
    """An item that was done, as it stands now, and what the bill says of it."""

    item: Mapping[str, Any]
    landing: Landing

    @property
    def ratio(self) -> float | None:
        """Realized ÷ expected."""
        expected, realized = self.item["expected"], self.landing.realized
        return realized / expected if realized is not None and expected > 0 else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, flat."""
        told = asdict(self.landing) | {"replaced_by": list(self.landing.replaced_by)}
        return {**{key: self.item[key] for key in _ITEM}, **told, "ratio": self.ratio, "status": self.item["status"]}


@dataclass(frozen=True)
class RealizedResult:
    """What the ledger's items that were done save a month; ``ledger`` is the ledger after this."""

    name: ClassVar[str] = "realized"
    schema: ClassVar[int] = 1

    scope: Scope
    period: Period
    as_of: dt.date
    ledger: pd.DataFrame
    outcomes: tuple[Outcome, ...]
    lapsed: tuple[str, ...]
    calibration: Mapping[str, Factor]
    notes: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; money rounded to a millionth."""
        return {
            "schema": self.schema,
            "scope": str(self.scope),
            "period": str(self.period),
            "as_of": self.as_of.isoformat(),
            "summary": summary(self.ledger),
            "items": records(self.frames()["items"]),
            "lapsed": list(self.lapsed),
            "calibration": factors_to_dict(self.calibration),
            "notes": [note.to_dict() for note in self.notes],
        }

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The items that were done with what the bill says, and the factor of each kind."""
        items = [one.to_dict() for one in self.outcomes]
        columns = [*_ITEM, *Landing.__dataclass_fields__, "ratio", "status"]
        told = pd.DataFrame(items, columns=columns)
        told["replaced_by"] = told["replaced_by"].map(", ".join)
        factors = ["opportunity", "mean", "spread", "count", "expected", "realized"]
        return {"items": told, "calibration": pd.DataFrame(factors_to_dict(self.calibration), columns=factors)}


def verify(
    ledger: pd.DataFrame, resource_monthly: pd.DataFrame, *, scope: Scope, period: Period, as_of: dt.date
) -> RealizedResult:
    """Did the scope's items land, by the bill of all months up to ``period``, whose last day told is ``as_of``?

    ``resource_monthly`` is the mart of all months held. Raises :class:`InsufficientDataError` where it is empty.
    """
    if resource_monthly.empty:
        raise InsufficientDataError("No month held has costs by resource.", hint="Pull bills with resource ids.")
    before = {record["id"]: record for record in records_of(ledger)}
    items = {record["id"]: record for record in records_of(lapse(ledger, as_of))}
    mine = [item for item in items.values() if scope.is_organization or item["account"] == scope.account]
    landings = _landings([item for item in mine if item["status"] in _JUDGED], resource_monthly, period, as_of)
    for id_, landing in landings.items():
        items[id_] = _moved(items[id_], landing, as_of)
    after = ledger_of({**before, **{item["id"]: items[item["id"]] for item in mine}}.values())
    outcomes = tuple(Outcome(items[id_], landing) for id_, landing in landings.items())
    lapsed = tuple(item["id"] for item in mine if item["status"] == "lapsed" != before[item["id"]]["status"])
    return RealizedResult(
        scope, period, as_of, after, outcomes, lapsed, calibration(after), tuple(_notes(outcomes, lapsed))
    )


def _landings(
    items: list[dict[str, Any]], resource_monthly: pd.DataFrame, period: Period, as_of: dt.date
) -> dict[str, Landing]:
    held = (Period.of(day) for day in resource_monthly["BillingPeriodStart"].unique())
    months = sorted(month for month in held if month <= period)
    concerned = resource_monthly["SubAccountId"].isin({item["account"] for item in items})
    accounts = dict(list(usage(resource_monthly[concerned]).groupby("account"))) if items else {}
    nothing = usage(resource_monthly.iloc[:0])
    return {item["id"]: land(item, accounts.get(item["account"], nothing), months, as_of) for item in items}


def _moved(item: dict[str, Any], landing: Landing, day: dt.date) -> dict[str, Any]:
    """The item after its landing: what was verified once keeps its measure, until it is reverted."""
    if landing.state == "reverted":
        measured = item["realized"] if item["status"] == "verified" else landing.realized
        return item | {"status": "reverted", "reverted_on": day, "realized": measured}
    if item["status"] == "verified" or landing.state not in ("verified", "not_seen"):
        return item
    doubt = f"replaced by {', '.join(landing.replaced_by)}" if landing.replaced_by else None
    verified = {"status": "verified", "verified_on": day} if landing.state == "verified" else {}
    return item | verified | {"realized": landing.realized, "doubt": doubt}


def _notes(outcomes: tuple[Outcome, ...], lapsed: tuple[str, ...]) -> Iterable[Note]:
    for one in outcomes:
        successors = one.landing.replaced_by
        if successors:
            told = f"{one.item['resource']} went, and {', '.join(successors)} may have taken its place."
            yield Note.warning("realized.replaced", told, id=one.item["id"], replaced_by=list(successors))
    by_state = {state: [one.item["id"] for one in outcomes if one.landing.state == state] for state in _TOLD}
    if ids := by_state["reverted"]:
        yield Note.warning("realized.reverted", f"{_items(ids)} reverted: the cost is back.", ids=ids)
    if ids := by_state["not_seen"]:
        yield Note.warning("realized.not_seen", f"{_items(ids)} done, but the bill does not show the saving.", ids=ids)
    if ids := by_state["unknown"]:
        yield Note.warning("realized.unknown", f"{_items(ids)} done; the bill cannot tell what came of it.", ids=ids)
    if lapsed:
        yield Note.info("realized.lapsed", f"{_items(lapsed)} accepted and not done in time.", ids=list(lapsed))


def _items(ids: tuple[str, ...] | list[str]) -> str:
    return "1 item was" if len(ids) == 1 else f"{len(ids)} items were"
