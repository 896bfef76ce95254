"""The outlook in sentences: where it ends, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.values import Group, Kpi, Kpis, Text

if TYPE_CHECKING:
    from finops_lib.analyses.forecast_result import End
    from finops_lib.analyses.outlook_result import ProspectResult


def headline(result: ProspectResult) -> Text:
    """Where will it end? The message of the section."""
    return Text((_headline(result),), "message")


def _headline(result: ProspectResult) -> str:
    end = facts.lead(result)
    if end is None:
        return messages.no_forecast(result)
    month, expected = facts.lead_month(result).label, facts.money(result, end.expected)
    around = facts.between(result, end.low80, end.high80)
    who = subject.subject(result)
    if facts.is_over(result):
        return f"{who} is expected to cost {expected} in {month} ({facts.IN_80} {around}){_against(result, end)}."
    return f"{who} is expected to end {month} at {expected} ({facts.IN_80} {around}){_against(result, end)}."


def _against(result: ProspectResult, end: End) -> str:
    """The last whole month beside it."""
    if result.previous is None:
        return ""
    before = facts.lead_month(result).shift(-1)
    gap = end.expected - result.previous
    share = formats.ratio(gap, result.previous)
    if abs(gap) < facts.CENT or (share is not None and abs(share) < 0.0005):
        return f", as {before.label} cost"
    relative = f" ({formats.percent(abs(share))})" if share is not None else ""
    return f", {facts.money(result, abs(gap))}{relative} {'more' if gap > 0 else 'less'} than {before.label}"


def summary(result: ProspectResult) -> Text | Group:
    """What the figures below do not say: what is no forecast any more, and whether the last days ran as the others."""
    if facts.lead(result) is None:
        return Group(())  # the headline says why
    found = [sentence for sentence in (_actual(result), messages.pace(result)) if sentence]
    return Text(tuple(found)) if found else Group(())


def _actual(result: ProspectResult) -> str:
    """Of a month that is over: its cost is none."""
    if result.forecast is None or not facts.is_over(result):
        return ""
    spent = facts.money(result, result.forecast.month_end.actual_to_date)
    return f"{subject.month(result)} is over: its {spent} is an actual, not a forecast."


def kpis(result: ProspectResult) -> Kpis | Text:
    """The ends with their intervals, the past error, the budget and the unit cost."""
    end = facts.lead(result)
    if end is None or result.forecast is None:
        return Text((messages.ends(result),), "empty")
    items = [
        _end(result, facts.lead_month(result).label, end, leads=True),
        *(_end(result, label, one) for label, one in facts.later_ends(result)),
        *_error(result),
        *_budget(result),
        *_unit(result),
    ]
    return Kpis(tuple(items))


def _end(result: ProspectResult, label: str, end: End, *, leads: bool = False) -> Kpi:
    if facts.is_actual(result, end):
        return Kpi(f"{label}, actual", facts.money(result, end.actual_to_date), "", f"to {formats.day(end.last_day)}")
    around = facts.between(result, end.low80, end.high80)
    return Kpi(
        f"{label}, expected", facts.money(result, end.expected), "", f"80{formats.SPACE}%: {around}", leads=leads
    )


def _error(result: ProspectResult) -> list[Kpi]:
    row = facts.track(result)
    if row is None:
        return []
    label = f"Past error, {formats.count(row['days'], 'day')} ahead"
    return [Kpi(label, formats.percent(row["wape"]), "", f"run-rate {formats.percent(row['run_rate_wape'])}")]


def _budget(result: ProspectResult) -> list[Kpi]:
    """The budget of the scope itself: how probable is it that it breaks?"""
    found = facts.budgets(result)
    lines = [line for line in facts.rows(found.budgets) if line["scope"] == result.scope] if found else []
    line = next((line for line in lines if line["probability_to_exceed"] is not None), None)
    if line is None:
        return []
    against = f"{line['budget']}, limit {facts.money(result, line['limit'])}"
    odds = facts.odds(line["probability_to_exceed"])
    return [Kpi("Budget to be exceeded", odds, "", against, leads=not facts.is_over(result))]


def _unit(result: ProspectResult) -> list[Kpi]:
    found = result.unit_economics
    if found is None:
        return []
    last = facts.rows(found.unit_costs.tail(1))[0]
    many = facts.batch(result)
    against = f"usual {facts.between(result, many * last['low'], many * last['high'])}"
    return [Kpi(f"Cost of {facts.units(result)}", facts.money(result, many * last["unit_cost"]), "", against)]


def track_record(result: ProspectResult) -> Text | Group:
    """Bias and interval, in words."""
    row = facts.track(result)
    if row is None:
        return Group(())  # the table above says why
    return Text((messages.bias(row), messages.interval(row)))


def elasticity(result: ProspectResult) -> Text | Group:
    """Does cost follow the business, and how much of it is fixed?"""
    found = result.unit_economics
    if found is None:
        return Group(())  # the figure above says why
    unit, even = facts.driver(result), found.elasticity
    span = f"{formats.fixed(even.low, 2)} to {formats.fixed(even.high, 2)}"
    value = f"{formats.fixed(even.expected, 2)} (95{formats.SPACE}% interval {span})"
    periods = formats.count(found.periods, found.frequency)
    if not facts.followed(result):
        link = f"{periods} do not show that cost follows {unit}: the elasticity is {value}, and may be nothing."
        return Text((link, "So neither a fixed share nor growth can be told from it with confidence."))
    fixed = f"{formats.percent(found.fixed_share.expected)} of the cost of usage does not move with {unit}"
    around = f"{formats.percent(found.fixed_share.low)} to {formats.percent(found.fixed_share.high)}"
    return Text(
        (
            f"Cost follows {unit} with an elasticity of {value}, over {periods}.",
            f"{fixed} (95{formats.SPACE}% interval {around}).",
        )
    )


def method(result: ProspectResult) -> Text:
    """How the numbers are made."""
    end = facts.lead(result)
    ahead = [
        f"{facts.lead_month(result).label} is the sum of what its accounts and services are expected to cost; its "
        "interval is as wide as past forecasts of the total were wrong."
    ]
    return Text(
        (
            "The forecast of usage is the median of eight simple models by account and service, drawn to the last "
            "seven days while a level is younger than a week, and made to add up; commitment charges, taxes, credits "
            "and fees, with the tax and support that follow them, come from the calendar, known changes from the "
            "settings.",
            "An interval is as wide as past forecasts of the same number of days were wrong.",
            *(ahead if end is not None and facts.is_over(result) else ()),
            "The forecast knows no season of the year.",
            f"Costs are effective costs ({result.cost_basis}).",
        )
    )
