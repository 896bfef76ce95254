"""The finding of each figure and table of the outlook, in one sentence with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finops_lib.core.periods import Period
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import forecast_facts as facts

if TYPE_CHECKING:
    from finops_lib.analyses.budgeting import BudgetsResult
    from finops_lib.analyses.outlook_result import ProspectResult

PROMISED = 0.8  # what the interval says of itself
APART = 0.1  # a share of the level before: days less off than this ran as it did
NEAR = 0.075  # a hit rate this near to it keeps the promise


def no_forecast(result: ProspectResult) -> str:
    """Why there is no forecast."""
    what = f"No forecast can be made for {subject.who(result)} as of {formats.day(result.as_of)}."
    return f"{what} {facts.why_not(result, 'forecast')}".strip()


def fan(result: ProspectResult) -> str:
    """Where the line leads."""
    end = facts.lead(result)
    if end is None:
        return no_forecast(result)
    month, expected = facts.lead_month(result).label, facts.money(result, end.expected)
    if not facts.is_over(result):
        spent = f"{facts.money(result, end.actual_to_date)} is spent in {formats.count(subject.days(result), 'day')}"
        more = facts.money(result, end.expected - end.actual_to_date)
        return f"{spent}; {more} more is expected, so that {month} ends at {expected}."
    quarter = result.forecast.quarter_end if result.forecast else None
    if quarter is None or facts.is_actual(result, quarter):
        return f"{month} is expected to add {expected}."
    word, total = facts.quarter_word(result), facts.money(result, quarter.expected)
    if quarter.last_day == end.last_day:
        return f"{month} is expected to add {expected} and to end the {word} at {total}."
    return f"{month} is expected to add {expected}; the {word} to end at {total} on {formats.day(quarter.last_day)}."


def pace(result: ProspectResult) -> str:
    """Whether the last week ran at another level than the days of the month before it; nothing where it did not."""
    found = facts.pace(result)
    if found is None:
        return ""
    last, before, days = found
    if abs(last - before) < max(facts.CENT, APART * abs(before)):
        return ""
    return (
        f"A typical day of the last seven cost {facts.money(result, last)}, "
        f"of the {formats.count(days, 'day')} before in the month {facts.money(result, before)}."
    )


def ends(result: ProspectResult) -> str:
    """How far the year is, and where it ends."""
    if result.forecast is None:
        return no_forecast(result)
    year = result.forecast.year_end
    word = facts.year_word(year)
    if facts.is_actual(result, year):
        total = facts.money(result, year.actual_to_date)
        return f"The {word}{facts.since(result, year)} ended on {formats.day(year.last_day)} at {total}."
    spent = f"{facts.money(result, year.actual_to_date)} of the {word}{facts.since(result, year)} is spent"
    share = formats.ratio(year.actual_to_date, year.expected)
    part = f" ({formats.percent(share)} of what is expected)" if share is not None and 0 <= share <= 1 else ""
    around = facts.between(result, year.low80, year.high80)
    return f"{spent}{part}; it is expected to end at {facts.money(result, year.expected)}, {facts.IN_80} {around}."


def cells(result: ProspectResult) -> str:
    """What the month ahead is made of."""
    table, end = result.cells, facts.lead(result)
    if end is None or table.empty:
        return no_forecast(result)
    first = facts.rows(table.head(1))[0]
    month = facts.lead_month(result).label
    if first["ahead"] < facts.CENT:
        return f"No account and service is expected to cost a cent in {month}."
    amount = facts.money(result, first["ahead"])
    share = formats.ratio(first["ahead"], end.expected)
    part = f", {formats.percent(share)} of the month" if share is not None and share <= 1 else ""
    return f"{facts.cell(result, first)} is expected to cost most in {month}: {amount}{part}."


def calendar(result: ProspectResult) -> str:
    """What the calendar brings besides usage."""
    if facts.lead(result) is None:
        return no_forecast(result)
    table, month = facts.calendar(result), facts.lead_month(result).label
    if table.empty:
        return f"No fee, commitment charge, tax or credit is expected on a date in {month}."
    first = facts.rows(table.head(1))[0]
    total = facts.money(result, float(table["cost"].sum()))
    day = f" on {formats.day(first['day'])}{facts.once(result, first)}" if first["days"] == 1 else ""
    largest = f"{facts.cell(result, first)} with {facts.money(result, first['cost'])}{day}"
    if len(table) == 1:
        return f"Of {month}'s cost, {total} comes by the calendar and not from usage: {facts.cell(result, first)}{day}."
    return f"Of {month}'s cost, {total} comes by the calendar and not from usage, the largest {largest}."


def calendar_basis(result: ProspectResult) -> str:
    """What the calendar's charges are told from; of those that came but once it is said."""
    days = [(row, facts.charged_once(result, row)) for row in facts.rows(facts.calendar(result))]
    alone = [f"{facts.cell(result, row)} on {formats.day(day)}" for row, day in days if day]
    but_once = f"; charged but once before: {formats.listing(alone)}" if alone else ""
    return f"From what was charged before on such days{but_once}."


def events(result: ProspectResult) -> str:
    """Which known changes lie over the forecast."""
    found = result.forecast.events if result.forecast else ()
    if not found:
        return "No known change is laid over the forecast: the settings name none after this date (forecast.events)."
    first = found[0]
    amount = formats.change(first.amount, result.currency)
    per = f" a {first.per}" if first.per == "day" else ""
    listed = formats.count(len(found), "known change")
    return f"{listed} in the forecast, first {first.label} on {formats.day(first.date)}: {amount}{per}."


def track(result: ProspectResult) -> str:
    """How good has it been, honestly?"""
    row = facts.track(result)
    if row is None:
        held = f"the costs held begin on {formats.day(result.held_from)}" if result.held_from else "no cost is held"
        return f"No past forecast can be judged as of {formats.day(result.as_of)}: {held}."
    n = formats.count(row["forecasts"], "past forecast")
    rivals = f"run-rate {formats.percent(row['run_rate_wape'])}, the last week again {_percent(row)}"
    beaten = [
        name
        for name, key in (("run-rate", "run_rate_wape"), ("the last week again", "seasonal_naive_wape"))
        if row["wape"] < row[key] and formats.percent(row["wape"]) != formats.percent(row[key])
    ]
    verdict = {0: "neither was worse", 1: f"only {beaten[0] if beaten else ''} was worse", 2: "both were worse"}
    return (
        f"Over {formats.count(row['days'], 'day')} ahead, {n} missed regular cost by {formats.percent(row['wape'])} "
        f"({rivals}): {verdict[len(beaten)]}."
    )


def _percent(row: dict[str, Any]) -> str:
    return formats.percent(row["seasonal_naive_wape"])


def bias(row: dict[str, Any]) -> str:
    """Too high or too low?"""
    days, off = formats.count(row["days"], "day"), formats.percent(abs(row["bias"]))
    if abs(row["bias"]) < 0.005:
        return f"Over {days} they were neither too high nor too low on average ({off})."
    side = "high" if row["bias"] > 0 else "low"
    most = ", which is most of their error" if abs(row["bias"]) > row["wape"] / 2 else ""
    return f"Over {days} they were {off} too {side} on average{most}."


def interval(row: dict[str, Any]) -> str:
    """Did the interval keep its promise?"""
    hit = formats.percent(row["hit_rate_80"])
    told = f"The 80{formats.SPACE}% interval held {hit} of these outcomes"
    if row["hit_rate_80"] < PROMISED - NEAR:
        return f"{told}, fewer than it promises: take it as too narrow."
    if row["hit_rate_80"] > PROMISED + NEAR:
        return f"{told}, more than it promises: it has been wider than needed."
    return f"{told}, about what it promises."


def trajectory(result: ProspectResult) -> str:
    """What is outside its band and beyond both thresholds, or that nothing is."""
    watched = result.trajectory
    month = subject.month(result)
    if watched is None:
        why = facts.why_not(result, "trajectory")
        return f"{month} cannot be held against a forecast made before it. {why}".strip()
    parts, beyond = watched.paths[["level", "key"]].drop_duplicates(), facts.beyond(result)
    if not watched.breaches:
        watched_parts = formats.count(len(parts), "part")
        return f"Of {watched_parts} watched, none is outside its band and off its forecast {beyond}."
    first = watched.breaches[0]
    name = facts.breached(result, first)
    side = "above" if first.excess > 0 else "below"
    share = f" ({formats.percent(abs(first.percent) / 100)})" if first.percent is not None else ""
    off = f"{facts.money(result, abs(first.excess))}{share} {side} what was forecast before {month} began"
    one, count = len(watched.breaches) == 1, formats.count(len(watched.breaches))
    outside = "is outside its band and off its forecast" if one else "are outside their bands and off their forecasts"
    of_all = f"{count} of {formats.count(len(parts), 'part')} watched {outside} {beyond}"
    return f"{of_all}; {'' if one else 'most of all '}{name}: {off}."


def budgets(result: ProspectResult, found: BudgetsResult | None) -> str:
    """Which budgets break."""
    if found is None:
        return _no_budgets(result)
    lines, month = facts.rows(found.budgets), Period.parse(found.period).label
    checked = [line for line in lines if line["status"] != "not checked"]
    if not checked:
        return f"Not one of {formats.count(len(lines), 'budget')} of {month} could be compared."
    over = [line for line in checked if line["status"] in ("exceeded", "at risk")]
    count = formats.count(len(checked), "budget")
    if not over:
        closest = max(checked, key=lambda line: line["share_expected"] or line["share_used"] or 0.0)
        used = closest["share_expected"] if closest["share_expected"] is not None else closest["share_used"]
        near = f"; “{closest['budget']}” comes nearest, at {formats.percent(used)} of it" if used is not None else ""
        ended = "stayed within its limit" if len(checked) == 1 else "stayed within their limits"
        keeps = (
            "is expected to stay within its limit" if len(checked) == 1 else "are expected to stay within their limits"
        )
        return f"{count} of {month} {ended if found.period <= _over(result) else keeps}{near}."
    first = max(over, key=_excess)
    beyond = f"“{first['budget']}” by {facts.money(result, _excess(first))} ({_limit(result, first)})"
    if len(checked) == 1:
        verb = "ended" if found.period <= _over(result) else "is expected to end"
        gap, limit = (facts.money(result, amount) for amount in (_excess(first), first["limit"]))
        return f"The budget “{first['budget']}” of {month} {verb} {gap} above its limit of {limit}."
    if found.period <= _over(result):
        return f"{formats.count(len(over))} of {count} of {month} ended above the limit, the most {beyond}."
    verb = "is" if len(over) == 1 else "are"
    odds = f"; the probability is {facts.odds(first['probability_to_exceed'])}"
    return f"{formats.count(len(over))} of {count} of {month} {verb} expected to end above, the most {beyond}{odds}."


def _no_budgets(result: ProspectResult) -> str:
    """Why no budget is told: none is known, or there is no forecast to hold one against."""
    if result.forecast is None:
        return f"Budgets are not checked. {facts.why_not(result, 'budgets')}".strip()
    return (
        f"No budget of {facts.lead_month(result).label} is known for {subject.who(result)}, from a file or "
        "from AWS Budgets."
    )


def _over(result: ProspectResult) -> str:
    """The last month that is over."""
    month = subject.period(result)
    return str(month if facts.is_over(result) else month.shift(-1))


def _limit(result: ProspectResult, line: dict[str, Any]) -> str:
    return f"limit {facts.money(result, line['limit'])}"


def _excess(line: dict[str, Any]) -> float:
    """What it is, or is expected to be, above the limit."""
    reached = line["expected"] if line["expected"] is not None else line["actual"]
    return float(reached - line["limit"])


def unit_cost(result: ProspectResult) -> str:
    """What a unit costs, and whether cost follows the business."""
    found = result.unit_economics
    if found is None:
        return f"Unit cost is not computed. {facts.why_not(result, 'unit_economics')}".strip()
    last = facts.rows(found.unit_costs.tail(1))[0]
    many, price = facts.batch(result), facts.money(result, facts.batch(result) * last["unit_cost"])
    usual = facts.between(result, many * last["low"], many * last["high"])
    where = "inside" if last["low"] <= last["unit_cost"] <= last["high"] else "outside"
    when = f"the {found.frequency} from {formats.day(last['start'])}"
    return f"Usage cost {price} for {facts.units(result)} in {when}, {where} the usual {usual}."


def growth(result: ProspectResult) -> str:
    """Growth or waste, in the last whole month?"""
    found = result.unit_economics
    if found is None or found.latest is None:
        return "Growth cannot be told from waste: no two whole months of cost and business metric are there."
    row = facts.rows(found.split.tail(1))[0]
    month = Period.parse(str(row["month"])[:7]).label
    change, rest = (formats.change(row[key], result.currency) for key in ("change", "rest"))
    odd = ", which stands out" if row["flagged"] else ", as months usually leave"
    moved = f"Usage cost a day changed by {change} from the month before to {month}"
    if not facts.followed(result):
        return f"{moved}; how much of it is growth cannot be told, for cost does not follow {facts.driver(result)}."
    explained = formats.change(row["growth"], result.currency)
    return f"{moved}: {explained} goes with {facts.driver(result)}, {rest} does not{odd}."
