"""Savings over time in tables: what is planned for which quarter, and what became of what was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from finops_lib.analyses.landing import SUSTAINED
from finops_lib.analyses.ledger import LAPSES_AFTER, summary
from finops_lib.analyses.opportunities import every
from finops_lib.contracts.ledger import STATUSES, records_of
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import scorecard_facts as facts
from finops_lib.presentation.narrative import scorecard_messages as messages
from finops_lib.presentation.table import CAP
from finops_lib.presentation.tables.scorecard_table import table
from finops_lib.presentation.values import Column, Group, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.roadmap import Stop
    from finops_lib.analyses.scorecard_result import ScorecardResult

_FOLLOWED: Final = 15
_MEANING: Final[Mapping[str, str]] = {
    "proposed": "nobody has taken it on",
    "accepted": "its owner will do it",
    "done": "done, and not verified by the bill",
    "verified": f"the bill has shown it for {SUSTAINED} days",
    "reverted": "it was saved, and its cost is back",
    "lapsed": f"accepted, and not done within {LAPSES_AFTER} days",
    "excluded": "left as it is on purpose",
}


def roadmap(result: ScorecardResult) -> Table | Text:
    """What fits in which quarter: the plan of most value under the hours that there are."""
    stops = _planned(result)
    if not stops:
        return Text((messages.roadmap(result),), "empty")
    columns = (
        Column("quarter", "Quarter", "code"),
        Column("items", "Items", "count"),
        Column("quick", "Of them quick wins", "count"),
        Column("hours", "Hours of work", "code"),
        Column("expected", "Saving a month", "money"),
        Column("worth", "Worth", "money"),
    )
    quarters = sorted({stop.quarter for stop in stops if stop.quarter is not None})
    rows = [
        (facts.quarter(result, number), *_sums([stop for stop in stops if stop.quarter == number]))
        for number in quarters
    ]
    total = ("All quarters", *_sums(stops)) if len(rows) > 1 else None
    note = f"{_worth(result)} A quarter has {facts.hours(result.roadmap.effort_per_quarter)}."
    return table(result, messages.roadmap(result), "the plan of most value", columns, rows, total=total, note=note)


def plan(result: ScorecardResult) -> Table | Group:
    """The plan item by item."""
    stops = _planned(result)
    if not stops:
        return Group(())  # the shorter table says why
    columns = (
        Column("quarter", "Quarter"),
        Column("what", "What to do"),
        Column("resource", "Resource"),
        Column("hours", "Hours", "code"),
        Column("risk", "Risk", "code"),
        Column("expected", "Saving a month", "money"),
        Column("worth", "Worth", "money"),
    )
    rows = [_row(result, stop) for stop in stops[:CAP]]
    more, message = max(0, len(stops) - CAP), messages.plan(result)
    note = _worth(result)
    return table(result, message, "the plan by item", columns, rows, note=note, more=more, more_in="roadmap")


def _planned(result: ScorecardResult) -> list[Stop]:
    stops = [stop for stop in result.roadmap.stops if stop.quarter is not None]
    return sorted(stops, key=lambda stop: (stop.quarter or 0, -stop.value))


def _sums(stops: list[Stop]) -> tuple[Any, ...]:
    return (
        len(stops),
        sum(stop.quick_win for stop in stops),
        facts.hours(sum(stop.finance.effort_hours for stop in stops), unit=False),
        sum(stop.item.net.expected for stop in stops),
        sum(stop.value for stop in stops),
    )


def _row(result: ScorecardResult, stop: Stop) -> tuple[Any, ...]:
    item = stop.item
    return (
        facts.quarter(result, stop.quarter or 0),
        f"{item.opportunity.title}{' (quick win)' if stop.quick_win else ''}",
        facts.resource(item.finding.resource),
        facts.hours(stop.finance.effort_hours, unit=False),
        item.opportunity.risk,
        item.net.expected,
        stop.value,
    )


def _worth(result: ScorecardResult) -> str:
    rate = formats.percent(result.roadmap.discount_rate)
    return f"Worth: three years' savings less the work, cautious by risk, discounted by {rate} a year."


def ledger(result: ScorecardResult) -> Table | Text:
    """What became of savings: potential, proposed, accepted, done, verified."""
    if result.ledger.empty:
        return Text((messages.ledger(result),), "empty")
    month = subject.month(result)
    columns = (
        Column("status", "Status", "code"),
        Column("meaning", "Which means"),
        Column("items", "Items", "count"),
        Column("expected", "Expected", "money"),
        Column("realized", "Realized", "money"),
        Column("found", f"Found in {month}", "money"),
    )
    found = {
        status: sum(item.net.expected for item in items) for status, items in facts.found_by_status(result).items()
    }
    rows: list[tuple[Any, ...]] = [
        (status.capitalize(), _MEANING[status], *_amounts(status, held), found.get(status, 0.0))
        for status, held in summary(result.ledger).items()
        if held["items"]
    ]
    new = facts.found_by_status(result).get(None, [])
    if new:
        rows.insert(0, ("New", "found, and not in the ledger yet", len(new), None, None, found[None]))
    note = (
        "Expected: as it was proposed or accepted. Realized: what the bill of each resource shows, without changes of "
        "price and volume; – : not measured. Found: what these items still have to save, in all the net saving."
    )
    message, what = messages.ledger(result), "savings a month by what became of them"
    return table(result, message, what, columns, rows, note=note)


def _amounts(status: str, held: Mapping[str, float | int]) -> tuple[Any, ...]:
    """Items, expected and realized: what landed once and was taken back is no saving now."""
    return held["items"], held["expected"], held["realized"] if held["measured"] and status != "reverted" else None


def followed(result: ScorecardResult) -> Table | Group:
    """Each saving that somebody took on or ruled out: whose it is, since when, and what came of it."""
    taken = [item for item in records_of(result.ledger) if item["status"] != "proposed"]
    if not taken:
        return Group(())
    columns = (
        Column("status", "Status"),
        Column("what", "What to do"),
        Column("resource", "Resource"),
        Column("owner", "Owner"),
        Column("since", "Since"),
        Column("expected", "Expected", "money"),
        Column("realized", "Realized", "money"),
    )
    taken.sort(key=lambda item: (STATUSES.index(item["status"]), -item["expected"], item["id"]))
    titles = {kind.id: kind.title for kind in every()}
    rows = [_followed(item, titles) for item in taken[:_FOLLOWED]]
    more = max(0, len(taken) - _FOLLOWED)
    what = "savings a month that were taken on or ruled out"
    return table(result, messages.followed(result), what, columns, rows, more=more, more_in="ledger")


def _followed(item: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[Any, ...]:
    status, title = item["status"], titles.get(item["opportunity"], item["opportunity"])
    excluded = status == "excluded"
    return (
        "Done, not seen" if status == "done" and item["realized"] is not None else status.capitalize(),
        f"{title}: {item['excluded_because']}" if excluded else title,
        facts.resource(item["resource"]),
        item["excluded_by"] if excluded else item["owner"],
        formats.day(item[f"{status}_on"]) if item[f"{status}_on"] is not None else None,
        item["expected"],
        None if status == "reverted" else item["realized"],
    )
