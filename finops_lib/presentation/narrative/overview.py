"""The overview in sentences: what it cost, why, and how far the numbers can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import overview_facts as facts
from finops_lib.presentation.narrative import overview_messages as messages
from finops_lib.presentation.narrative import unchecked
from finops_lib.presentation.narrative.opening import NONE
from finops_lib.presentation.values import Group, Kpi, Kpis, Text

if TYPE_CHECKING:
    from finops_lib.analyses.overview import OverviewResult

_DECISIVE = 0.01  # a rise below this share of the month's cost asks for no decision


def headline(result: OverviewResult) -> Text:
    """What did it cost, and what moved it? The message of the first page."""
    return Text((_headline(result),), "message")


def _headline(result: OverviewResult) -> str:
    now, who, month = result.totals.EffectiveCost, subject.subject(result), subject.month(result)
    if abs(now) < facts.CENT and abs(result.totals.BilledCost) < facts.CENT and result.by_service.empty:
        return f"{who} has no cost in {month}."
    if now <= -facts.CENT:
        return f"{who} was credited {facts.money(result, -now)} net in {month}: credits and refunds exceed the charges."
    cost = f"{who} cost {facts.money(result, now)} in "
    if subject.partial(result):
        return f"{cost}the first {formats.count(subject.days(result), 'day')} of {month}{_daily_pace(result)}."
    if result.previous is None:
        return f"{cost}{month}; there are no data for {subject.previous_month(result)} to compare with."
    compared = facts.more_or_less(result, now, result.previous.EffectiveCost, subject.previous_month(result))
    return f"{cost}{month}, {compared}{_parts(result)}."


def _daily_pace(result: OverviewResult) -> str:
    """An open month against a closed one: only by the day, and only usage, as the rest is charged at the end."""
    now, before = facts.usage_a_day(result)
    words = f": {facts.money(result, now)} of usage a day"
    if before is None:
        return words
    return f"{words}, against {facts.money(result, before)} a day in {subject.previous_month(result)}"


def _parts(result: OverviewResult) -> str:
    """What of the change the month's days make, and what is left; of equal months the largest mover."""
    parts = facts.calendar_parts(result)
    return f": {parts}" if parts else _driver(result)


def _driver(result: OverviewResult) -> str:
    """The largest mover, where it explains a good part of the change."""
    change, found = facts.effective_change(result), facts.movers(result)
    if not change or abs(change) < facts.CENT or not found:
        return ""
    share = found[0].change / change
    if not 0.25 <= share <= 1:
        return ""
    noun = "increase" if change > 0 else "decrease"
    return f"; {found[0].label} explains {formats.percent(share)} of the {noun}"


def summary(result: OverviewResult) -> Text:
    """The month in five sentences: bill, trend, concentration, movement, trust; its last week where that is news."""
    told = (_bill(result), _trend(result), messages.last_week(result), _concentration(result), _movement(result))
    return Text((*filter(None, told), _trust(result)))


def _bill(result: OverviewResult) -> str:
    billed, effective = result.totals.BilledCost, result.totals.EffectiveCost
    so_far = " so far" if subject.partial(result) else ""
    if abs(billed - effective) < facts.CENT:
        return (
            f"AWS billed {facts.money(result, billed)}{so_far}, and the {result.cost_basis} effective cost is the same."
        )
    return (
        f"AWS billed {facts.money(result, billed)}{so_far}; spread over the time that it pays for, "
        f"that is an effective cost ({result.cost_basis}) of {facts.money(result, effective)}."
    )


def _trend(result: OverviewResult) -> str:
    history = result.trend["EffectiveCost"]
    if len(history) < 2:
        return "The data hold no earlier month, so there is no trend yet."
    if len(history) == 2 and result.previous is not None:
        return "The data hold one earlier month, too few for a trend."
    if subject.partial(result):
        closed = history.iloc[:-1]
        months = formats.count(len(closed), "whole month")
        return f"The {months} before it cost {facts.money(result, closed.mean())} on average."
    return f"That is {messages.against_mean(result, history)}."


def _concentration(result: OverviewResult) -> str:
    spent, total = facts.positive(result.by_service), result.totals.EffectiveCost
    if spent.empty:
        return facts.nothing_spent(result, result.by_service, "service")
    name = subject.service(spent["ServiceName"].iloc[0])
    if len(result.by_service.loc[result.by_service["EffectiveCost"].abs() >= facts.CENT]) == 1:
        return f"All of it is {name}."
    first = facts.share_words(spent["EffectiveCost"].iloc[0], total)
    if not first:
        return f"{name} is the largest charge: {facts.money(result, spent['EffectiveCost'].iloc[0])}."
    top = facts.share_words(spent["EffectiveCost"].head(3).sum(), total)
    three = f", and the three largest services take {top}" if top and len(spent) > 3 else ""
    return f"{name} takes {first} of effective cost{three}{_largest_account(result)}."


def _largest_account(result: OverviewResult) -> str:
    frame = result.by_account
    if not subject.is_organization(result) or len(frame) < 2:
        return ""
    share = facts.share_words(frame["EffectiveCost"].iloc[0], result.totals.EffectiveCost)
    name = subject.account(frame["SubAccountId"].iloc[0], frame["SubAccountName"].iloc[0])
    return f"; {name} spends {share}, the most of {formats.count(len(frame), 'account')}" if share else ""


def _movement(result: OverviewResult) -> str:
    if not facts.compared(result):
        return messages.no_comparison(result)
    found = facts.movers(result)
    rises = [mover for mover in found if mover.change > 0][:1]
    falls = [mover for mover in found if mover.change < 0][:1]
    words = [f"{one.label} rose most, by {facts.money(result, one.change)}" for one in rises]
    words += [f"{one.label} fell most, by {facts.money(result, -one.change)}" for one in falls]
    if not words:
        return f"No service changed against {subject.previous_month(result)}."
    return f"{', while '.join(words)}."


def _trust(result: OverviewResult) -> str:
    ids = len(result.invoice_ids)
    invoices = f" ({formats.count(ids, 'invoice')})" if ids else ""
    status = {
        "final": f"The bill is final{invoices}",
        "open": "The month is open and its amounts may still change",
        "unknown": "The bill does not tell whether it is final",
    }[result.invoice_status]
    gap = result.reconciliation.difference
    ties = "its total equals the source files to the cent"
    if abs(gap) > 0.01:
        ties = f"its total differs from the source files by {formats.cents(abs(gap))}{formats.SPACE}{result.currency}"
    left = f"; not checked: {unchecked.names(result.not_checked)}" if result.not_checked else ""
    return f"{status}, and {ties}{left}."


def decision(result: OverviewResult) -> Text:
    """The decision that the month asks for, with its value and its date; a report has the other sections' too."""
    if not facts.compared(result):
        wait = f"before {subject.month(result)} is closed" if subject.partial(result) else "on one month alone"
        return Text((f"{NONE} {wait}.",), "decision")
    rise = next((mover for mover in facts.movers(result) if mover.change > 0), None)
    share = formats.ratio(rise.change, result.totals.EffectiveCost) if rise else None
    if rise is None or share is None or share < _DECISIVE:
        grown = _largest_rise(result, rise) if rise else "no service rose"
        return Text((f"{NONE}: {grown}.",), "decision")
    until = subject.period(result).shift(1)
    day = formats.day(until.start.replace(day=until.days))
    return Text(
        (
            f"Find out by {day} whether the {facts.money(result, rise.change)} by which "
            f"{rise.label} rose will stay, and decide what to do if it does.",
        ),
        "decision",
        rise.change,
    )


def _largest_rise(result: OverviewResult, rise: facts.Mover) -> str:
    """The largest rise and how it is measured: parts of a service may have risen by more than all of it."""
    by = "service and account" if rise.account else "service"
    return f"the largest rise, net by {by}, is {facts.money(result, rise.change)} ({rise.label})"


def kpis(result: OverviewResult) -> Kpis:
    """The month's key figures, each with the month before."""
    now, before = result.totals, result.previous
    compared = before if facts.compared(result) else None
    items = [
        _cost(result, "Effective cost", now.EffectiveCost, compared.EffectiveCost if compared else None),
        *(_year(result) or _largest_service(result)),
        _pace(result),
        _cost(result, "Billed cost", now.BilledCost, compared.BilledCost if compared else None),
        *_tagged(result),
    ]
    return Kpis(tuple(items))


def _cost(result: OverviewResult, label: str, now: float, before: float | None) -> Kpi:
    if before is None:
        against = "month not over" if subject.partial(result) else f"no data for {subject.previous_month(result)}"
        return Kpi(label, facts.money(result, now), "", against)
    against = f"{subject.previous_month(result)} {facts.money(result, before)}"
    share = formats.ratio(now - before, before)
    change = formats.change_percent(share) if share is not None else formats.change(now - before, result.currency)
    return Kpi(label, facts.money(result, now), change, against, _better(now - before))


def _year(result: OverviewResult) -> list[Kpi]:
    """The same month a year before, where the data hold it."""
    before = facts.year_before(result)
    if before is None:
        return []
    change, name = result.totals.EffectiveCost - before, subject.period(result).shift(-12).label
    share = formats.ratio(change, before)
    relative = formats.change_percent(share) if share is not None else ""
    against = f"{name} {facts.money(result, before)}"
    return [Kpi("Against a year before", formats.change(change, result.currency), relative, against, _better(change))]


def _better(change: float) -> bool | None:
    return None if abs(change) < facts.CENT else change < 0


def _pace(result: OverviewResult) -> Kpi:
    """Cost a day: the one measure in which months of other lengths can be compared; of usage alone in an open one."""
    if subject.partial(result):
        return _cost(result, "Usage a day", *facts.usage_a_day(result))
    now = result.totals.EffectiveCost / max(1, subject.days(result))
    before = result.previous.EffectiveCost / subject.period(result).shift(-1).days if result.previous else None
    return _cost(result, "Effective cost a day", now, before)


def _largest_service(result: OverviewResult) -> list[Kpi]:
    spent = facts.positive(result.by_service)
    share = facts.share_words(float(spent["EffectiveCost"].iloc[0]), result.totals.EffectiveCost) if len(spent) else ""
    return [Kpi("Largest service", share, "", subject.service(spent["ServiceName"].iloc[0]))] if share else []


def _tagged(result: OverviewResult) -> list[Kpi]:
    key = facts.main_tag(result)
    if key is None:
        return []
    share = facts.tagged_share(result, key)
    return [Kpi("Tagged, of the cost of usage", share, "", f"tag {key}")] if share else []


def spellings(result: OverviewResult) -> Text | Group:
    """Which tag values are one word in several spellings, and how much stands under the rarer ones? Else nothing."""
    found = messages.spellings(result)
    return Text((found,)) if found else Group(())


def method(result: OverviewResult) -> Text:
    """How the numbers are made, in the terms of the bill."""
    net = ", after the discounts that the bill nets" if result.cost_basis == "net amortized" else ""
    return Text(
        (
            "Billed cost is what AWS invoices for the month.",
            f"Effective cost ({result.cost_basis}) spreads commitments and prepayments over the hours "
            f"that they pay for{net}.",
            "List cost is the same use at public prices, contracted cost at negotiated ones; "
            f"where the bill does not tell them for all usage, “{formats.UNKNOWN}” is printed.",
            "A change compares whole months in effective cost.",
            "Totals are added before anything is rounded.",
        )
    )
