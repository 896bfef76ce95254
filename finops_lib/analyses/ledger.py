"""The steps of the ledger of savings: propose, accept, do, exclude, lapse. Each gives a new ledger.

What a step may follow is told in docs/methods/realized-savings.md.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.ledger import AMOUNTS, STATUSES, identity, ledger_of, records_of
from finops_lib.core.errors import CurrencyMismatch, InputError

LAPSES_AFTER: Final = 90
"""Days after which what was accepted and not done lapses."""

_OUTCOME: Final = ("done_on", "verified_on", "reverted_on", "lapsed_on", "realized", "doubt")
_EXCLUSION: Final = ("excluded_on", "excluded_until", "excluded_by", "excluded_because")
_REFRESHED: Final = ("step", "region", "low", "expected", "high", "currency")
Record = dict[str, Any]


def propose(ledger: pd.DataFrame, items: Iterable[Item], *, on: dt.date, currency: str) -> pd.DataFrame:
    """The ledger with the items taken of a scorecard: new ones are proposed, proposed ones get the new amounts.

    What was accepted keeps its amounts; what is excluded stays so until its exclusion ends.
    """
    return propose_records(ledger, proposals(items, currency), on=on)


def proposals(items: Iterable[Item], currency: str) -> tuple[Record, ...]:
    """What a ledger keeps of the items that save something."""
    return tuple(
        _proposal(
            item.opportunity.id, item.opportunity.step, item.finding.account, item.finding.region,
            item.finding.resource, item.finding.component, item.net.low, item.net.expected, item.net.high, currency,
        )
        for item in items
        if item.status == "taken" and item.net.expected > 0
    )  # fmt: skip


def proposals_of(document: Mapping[str, Any], ids: Sequence[str] = ()) -> tuple[Record, ...]:
    """The same from a scorecard's JSON, or those of these ids; raises :class:`InputError` where it is none."""
    listed, currency = document.get("items"), document.get("currency")
    if not isinstance(listed, list) or not isinstance(currency, str):
        raise InputError(
            "The document is no scorecard: it has no items or no currency.",
            hint="Make one with: finops analyze scorecard --json",
        )
    taken = ((place, item) for place, item in enumerate(listed) if _taken(item))
    read = (_of_document(item, place, currency) for place, item in taken)
    found = tuple(record for record in read if record["expected"] > 0)
    if missing := [id_ for id_ in ids if id_ not in {record["id"] for record in found}]:
        raise InputError(f"The scorecard has no item '{missing[0]}'.", hint="Give ids of its items, or none for all.")
    return tuple(record for record in found if not ids or record["id"] in ids)


def propose_records(ledger: pd.DataFrame, proposed: Iterable[Record], *, on: dt.date) -> pd.DataFrame:
    """The ledger with what :func:`proposals` gives."""
    known = {record["id"]: record for record in records_of(ledger)}
    for record in proposed:
        held = known.get(record["id"])
        if held is None:
            known[record["id"]] = record | {"status": "proposed", "proposed_on": on}
        elif held["status"] == "proposed":
            held |= {key: record[key] for key in _REFRESHED}
        elif held["status"] == "excluded" and not _in_force(held, on):
            held |= {key: record[key] for key in _REFRESHED} | dict.fromkeys(_EXCLUSION)
            held |= {"status": "proposed", "proposed_on": on} | dict.fromkeys(("accepted_on", *_OUTCOME))
    return ledger_of(known.values())


def accept(ledger: pd.DataFrame, ids: Sequence[str], *, owner: str, on: dt.date) -> pd.DataFrame:
    """Someone will do it: from here on its amounts stand. What lapsed, was reverted or excluded may be accepted too."""
    cleared = dict.fromkeys((*_OUTCOME, *_EXCLUSION))

    def change(record: Record) -> Record:
        _not_before(record, "proposed_on", on)
        return record | cleared | {"status": "accepted", "accepted_on": on, "owner": owner}

    return _changed(ledger, ids, ("proposed", "lapsed", "reverted", "excluded"), "be accepted", change)


def done(ledger: pd.DataFrame, ids: Sequence[str], *, on: dt.date) -> pd.DataFrame:
    """It was done that day: from the next on the bill must show it."""

    def change(record: Record) -> Record:
        _not_before(record, "accepted_on", on)
        return record | {"status": "done", "done_on": on}

    return _changed(ledger, ids, ("accepted",), "be done", change)


def exclude(
    ledger: pd.DataFrame, ids: Sequence[str], *, reason: str, owner: str, on: dt.date, until: dt.date | None = None
) -> pd.DataFrame:
    """It will not be done, for this reason, until that day (included; for good without one)."""
    if until is not None and until < on:
        raise InputError(f"The exclusion would end on {until}, before {on}.", hint="Give a later day with --until.")
    cells = {"excluded_on": on, "excluded_until": until, "excluded_by": owner, "excluded_because": reason}
    return _changed(
        ledger, ids, ("proposed", "accepted", "lapsed", "reverted", "excluded"), "be excluded",
        lambda record: record | cells | {"status": "excluded"},
    )  # fmt: skip


def lapse(ledger: pd.DataFrame, day: dt.date, *, after: int = LAPSES_AFTER) -> pd.DataFrame:
    """What was accepted more than ``after`` days before and is not done has lapsed."""
    records = records_of(ledger)
    for record in records:
        if record["status"] == "accepted" and (day - record["accepted_on"]).days > after:
            record |= {"status": "lapsed", "lapsed_on": day}
    return ledger_of(records)


def excluded(ledger: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """The items whose exclusion is in force on a day, with reason, owner and end."""
    return ledger_of(record for record in records_of(ledger) if _in_force(record, day))


def summary(ledger: pd.DataFrame) -> dict[str, dict[str, float | int]]:
    """What each status holds: items, what they were expected to save a month, and what was measured of that."""
    if len(currencies := sorted(ledger["currency"].unique())) > 1:
        raise CurrencyMismatch(f"The ledger holds {' and '.join(currencies)}.", hint="Keep one ledger a currency.")
    found: dict[str, dict[str, float | int]] = {}
    for status in STATUSES:
        rows = ledger[ledger["status"] == status]
        amounts = {column: round(float(rows[column].sum()), 6) + 0.0 for column in AMOUNTS}
        found[status] = {"items": len(rows), **amounts, "measured": int(rows["realized"].notna().sum())}
    return found


def _changed(
    ledger: pd.DataFrame, ids: Sequence[str], allowed: Sequence[str], verb: str, change: Callable[[Record], Record]
) -> pd.DataFrame:
    known = {record["id"]: record for record in records_of(ledger)}
    for id_ in dict.fromkeys(ids):
        if id_ not in known:
            near = difflib.get_close_matches(id_, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "See its items with: finops ledger list"
            raise InputError(f"The ledger has no item '{id_}'.", hint=hint)
        status = known[id_]["status"]
        if status not in allowed:
            raise InputError(f"{id_} is {status}, and cannot {verb}.", hint=f"Only {_either(allowed)} items can.")
        known[id_] = change(known[id_])
    return ledger_of(known.values())


def _not_before(record: Record, column: str, on: dt.date) -> None:
    if record[column] is not None and on < record[column]:
        step = column.removesuffix("_on")
        raise InputError(f"{record['id']} was {step} on {record[column]}, after {on}.", hint="Give a later day.")


def _in_force(record: Record, day: dt.date) -> bool:
    until = record["excluded_until"]
    return record["status"] == "excluded" and (until is None or day <= until)


def _taken(item: Any) -> bool:
    return not isinstance(item, dict) or item.get("status", "taken") == "taken"


def _of_document(item: Mapping[str, Any], place: int, currency: str) -> Record:
    try:
        saving = item["saving"]
        return _proposal(
            item["opportunity"], item.get("step"), item["account"], item.get("region"), item["resource"],
            item.get("component", "all"), *(float(saving[key]) for key in ("low", "expected", "high")), currency,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"Item {place + 1} of the scorecard lacks opportunity, account, resource or a saving.",
            hint="Make the document again with: finops analyze scorecard --json",
        ) from error


def _proposal(*cells: Any) -> Record:
    keys = ("opportunity", "step", "account", "region", "resource", "component", "low", "expected", "high", "currency")
    record = dict(zip(keys, cells, strict=True))
    return record | {"id": identity(*(record[key] for key in ("opportunity", "account", "resource", "component")))}


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
