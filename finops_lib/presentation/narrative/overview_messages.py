"""The message above each figure and table of the overview: the finding, with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pandas import DataFrame, Series

from finops_lib.analyses.last_week import unlike
from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import overview_facts as facts

if TYPE_CHECKING:
    from finops_lib.analyses.overview import OverviewResult


def trend(result: OverviewResult) -> str:
    """How this month stands among the months in the data."""
    now, history = result.totals.EffectiveCost, result.trend["EffectiveCost"]
    stands = f"{subject.month(result)} {{}} {facts.money(result, now)}"
    if subject.partial(result):
        reached = f"after {formats.count(subject.days(result))} of {formats.count(subject.period(result).days)} days"
        before = result.previous
        closed = (
            f"; {subject.previous_month(result)} ended at {facts.money(result, before.EffectiveCost)}" if before else ""
        )
        return f"{stands.format('stands at')} {reached}{closed}."
    if len(history) < 2:
        return f"{subject.month(result)} is the only month in the data: {facts.money(result, now)}."
    if history.max() - history.min() < facts.CENT:
        return f"All {formats.count(len(history))} months in the data cost the same: {facts.money(result, now)}."
    place = {history.max(): "the costliest", history.min(): "the least costly"}.get(history.iloc[-1])
    if place:
        months = f"{formats.count(len(history))} months in the data"
        return f"{subject.month(result)} is {place} of {months}: {facts.money(result, now)}."
    return f"{stands.format('cost')}, {_against_year(result) or against_mean(result, history)}."


def _against_year(result: OverviewResult) -> str:
    """This month against the same a year before, where that is held."""
    before, now = facts.year_before(result), result.totals.EffectiveCost
    share = formats.ratio(now - before, before) if before is not None else None
    if before is None or share is None:
        return ""
    name = f"{subject.period(result).shift(-12).label} ({facts.money(result, before)})"
    if abs(share) < facts.SMALL:
        return f"as much as {name}"
    return f"{formats.percent(abs(share))} {'above' if share > 0 else 'below'} {name}"


def against_mean(result: OverviewResult, history: Series[float]) -> str:
    """This month against the mean of the months before it."""
    now, mean, count = float(history.iloc[-1]), float(history.iloc[:-1].mean()), len(history) - 1
    months = f"the average of the {formats.count(count)} months before" if count > 1 else "the one month before"
    share = formats.ratio(now - mean, mean)
    if share is None:
        gap = f"{facts.money(result, abs(now - mean))} {'more' if now > mean else 'less'}"
        return f"{gap} than {months} ({facts.money(result, mean)})"
    if abs(share) < facts.SMALL:
        return f"as much as {months}"
    return f"{formats.percent(abs(share))} {'above' if share > 0 else 'below'} {months} ({facts.money(result, mean)})"


def daily(result: OverviewResult) -> str:
    """The day that stands out, or that none does."""
    costs = result.daily.set_index("x_charge_day")["EffectiveCost"]
    median, peak = float(costs.median()), float(costs.max())
    day = formats.day(str(costs.idxmax()))
    if peak < facts.CENT:
        least, lowest = formats.day(str(costs.idxmin())), float(costs.min())
        if lowest > -facts.CENT:
            return f"No day of {subject.month(result)} cost a cent."
        most = facts.money(result, -lowest)
        return f"Credits and refunds outweigh the cost of every day; they returned most on {least}: {most}."
    if len(costs) > 1 and median > 0 and peak < 1.5 * median:
        return _drift(result, costs) or (
            f"No day stands out: {facts.money(result, median)} on the median day, "
            f"at most {facts.money(result, peak)} on {day}."
        )
    times = (
        f", {formats.fixed(peak / median, 1)} times the median day" if median >= facts.CENT and len(costs) > 1 else ""
    )
    return f"The costliest day was {day}: {facts.money(result, peak)}{times}{_booked(result, median)}."


def _booked(result: OverviewResult, median: float) -> str:
    """How much of the costliest day is no usage, where that makes most of what the day is above the others."""
    at = int(result.daily["EffectiveCost"].to_numpy().argmax())
    cost, usage = (float(result.daily[name].iloc[at]) for name in ("EffectiveCost", "usage"))
    other = cost - usage
    if other < (cost - median) / 2 or other < facts.CENT:
        return ""
    return f"; {facts.money(result, other)} of it is no usage but tax, fees and the like that are booked on that day"


def _drift(result: OverviewResult, costs: Series[float]) -> str:
    """The last week against the first, where they differ by a tenth; both have every weekday once."""
    first, last = float(costs.iloc[:7].mean()), float(costs.iloc[-7:].mean())
    share = formats.ratio(last - first, first)
    if len(costs) < 14 or share is None or abs(share) < 0.1:
        return ""
    weeks = f"{facts.money(result, first)} in the first week and {facts.money(result, last)} in the last"
    return f"A day cost {weeks} ({formats.change_percent(share)})."


def last_week(result: OverviewResult) -> str:
    """How the last week differs from the month's mean, where it does strongly; else nothing."""
    found = unlike(result.daily)
    if found is None:
        return ""
    share, days = (found.last - found.mean) / found.mean, formats.count(7, "day")
    last, mean, first = (facts.money(result, amount) for amount in (found.last, found.mean, found.first))
    gap = f"{formats.percent(abs(share))} {'below' if share < 0 else 'above'} the month's mean of {mean}"
    return (
        f"In its last {days} usage cost {last} a day, {gap} (first {days}: {first}), "
        "so its total tells little of the days to come."
    )


def services(result: OverviewResult) -> str:
    """The largest service, and how it changed."""
    return _largest(result, result.by_service, subject.service(_first(result.by_service, "ServiceName")), "service")


def accounts(result: OverviewResult) -> str:
    """The largest account, and how it changed."""
    frame = result.by_account
    name = subject.account(_first(frame, "SubAccountId"), _first(frame, "SubAccountName"))
    return _largest(result, frame, name, "account")


def _first(frame: DataFrame, column: str) -> Any:
    return frame[column].iloc[0] if len(frame) else None


def _largest(result: OverviewResult, frame: DataFrame, name: str, noun: str) -> str:
    spent = facts.positive(frame)
    if spent.empty:
        return facts.nothing_spent(result, frame, noun)
    first = spent.iloc[0]
    cost = facts.money(result, first["EffectiveCost"])
    moved = ""
    if facts.compared(result) and formats.known(first["previous"]):
        moved = (
            f", {facts.more_or_less(result, first['EffectiveCost'], first['previous'], subject.previous_month(result))}"
        )
    share = facts.share_words(first["EffectiveCost"], result.totals.EffectiveCost)
    part = f" ({share} of effective cost)" if share else ""
    if len(frame) == 1:
        return f"{name} is the only {noun}: {cost}{moved}."
    which = (
        "the only one with a cost" if int((frame["EffectiveCost"].abs() >= facts.CENT).sum()) == 1 else "the largest"
    )
    return f"{name} is {which} of {formats.count(len(frame), noun)}: {cost}{part}{moved}."


def moved(result: OverviewResult, frame: DataFrame, noun: str) -> str:
    """How many of a table's rows cost more, and how many less."""
    present = frame.loc[frame["EffectiveCost"].abs().gt(facts.CENT) | frame["previous"].abs().gt(facts.CENT)]
    if present.empty:
        return f"No {noun} cost a cent in {subject.month(result)}."
    if not facts.compared(result):
        verb, billed = "makes" if len(frame) == 1 else "make", facts.money(result, result.totals.BilledCost)
        return f"{formats.count(len(frame), noun, _plural(noun))} {verb} {billed} billed in {subject.month(result)}."
    more, less = int(present["change"].gt(facts.CENT).sum()), int(present["change"].lt(-facts.CENT).sum())
    before, rows = subject.previous_month(result), formats.count(len(present), noun, _plural(noun))
    some = " with a cost" if len(present) < len(frame) else ""
    if not more and not less:
        return f"{rows} cost the same as in {before}."
    for part, verb in ((more, "more"), (less, "less")):
        if part == len(present):
            all_of_them = {1: f"{rows} costs", 2: f"Both {_plural(noun)} cost"}.get(part, f"All {rows} cost")
            return f"{all_of_them} {verb} than in {before}."
    words = [f"{formats.count(more)} cost more than in {before}"] if more else []
    words += (
        [f"{formats.count(less)} less" if more else f"{formats.count(less)} cost less than in {before}"] if less else []
    )
    return f"Of {rows}{some}, {' and '.join(words)}."


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def changes(result: OverviewResult) -> str:
    """What the largest changes add and save."""
    found = facts.movers(result)
    added = sum(mover.change for mover in found if mover.change > 0)
    saved = -sum(mover.change for mover in found if mover.change < 0)
    words = [f"add {facts.money(result, added)}"] if added else []
    words += [f"save {facts.money(result, saved)}"] if saved else []
    if len(found) == 1:
        return movers(result)
    return f"The {formats.count(len(found))} largest changes {' and '.join(words)}."


def tag(result: OverviewResult, key: str) -> str:
    """How much of the cost of usage a tag key allocates."""
    usage, rest = result.usage.EffectiveCost, facts.untagged(result, key)
    if abs(usage) < facts.CENT and abs(rest) < facts.CENT:
        return f"{subject.month(result)} has no usage that the tag {key} could allocate."
    if abs(rest) < facts.CENT:
        return f"All usage of {subject.month(result)} carries the tag {key}: {facts.money(result, usage)}."
    if abs(usage - rest) < facts.CENT:
        return f"No usage of {subject.month(result)} carries the tag {key}: {facts.money(result, rest)} is without it."
    share = facts.tagged_share(result, key)
    carried = f"{share} of the cost of usage" if share else f"{facts.money(result, usage - rest)} of usage"
    return f"{carried} carries the tag {key}; {facts.money(result, rest)} does not."


def below_tag(result: OverviewResult, key: str) -> str:
    """The note below a breakdown by tag: what has none, and what only went from one value to another."""
    return " ".join(filter(None, (no_usage(result, key), retagged(result, key))))


def retagged(result: OverviewResult, key: str) -> str:
    """What of a breakdown by tag is no change because only the tag is another; nothing where there is none."""
    amount = facts.retagged(result, key)
    if amount < facts.CENT:
        return ""
    return f"Usage that cost {facts.money(result, amount)} before has another {key} now: that is no change of cost."


def no_usage(result: OverviewResult, key: str) -> str:
    """What of the cost is no usage and has no tag; nothing where all is usage."""
    amount = facts.untaggable(result, key)
    if result.untaggable[key].empty or abs(amount) < facts.CENT:
        return ""
    frame = result.by_charge_category
    others = frame.loc[(frame["ChargeCategory"] != "Usage") & (frame["EffectiveCost"].abs() >= facts.CENT)]
    kinds = formats.listing(str(name) for name in others["ChargeCategory"].dropna())
    named = f" ({kinds})" if kinds else ""
    return (
        f"No usage: {facts.money(result, amount)} of charges{named} that no resource makes, so that no tag is on them."
    )


def spellings(result: OverviewResult) -> str:
    """``The tag environment spells “production” in 5 ways``, what stands under the rarer ones, and what else."""
    found = result.spellings
    if found.empty:
        return ""
    first = found.iloc[0]
    ways = formats.count(first["spellings"], "way")
    rarer = "the rarer one" if first["spellings"] == 2 else f"the {formats.count(first['spellings'] - 1)} rarer ones"
    values = str(first["values"]).replace(" ”", f"{formats.SPACE}”").replace("“ ", f"“{formats.SPACE}")
    told = f"The tag {first['key']} spells one value in {ways} ({values}): {facts.money(result, first['other'])}"
    if len(found) == 1:
        return f"{told} stands under {rarer}."
    rest = facts.money(result, float(found["other"].iloc[1:].sum()))
    more = formats.count(len(found) - 1, "more value")
    return f"{told} stands under {rarer}; {more} in several spellings, {rest} under their rarer ones."


def movers(result: OverviewResult) -> str:
    """What made most of the change."""
    change, found = facts.effective_change(result), facts.movers(result)
    if change is None:
        return no_comparison(result)
    before = subject.previous_month(result)
    if not found:
        return f"Nothing changed from {before} to {subject.month(result)}: every service cost the same."
    first = found[0]
    verb = "rose" if first.change > 0 else "fell"
    if abs(change) < facts.CENT:
        most = f"{first.label} {verb} most, by {facts.money(result, abs(first.change))}"
        return f"Rises and falls cancel out since {before}; {most}."
    total = f"Cost {'rose' if change > 0 else 'fell'} by {facts.money(result, abs(change))} since {before}"
    if parts := facts.calendar_parts(result):
        return f"{total} ({parts}); {first.label} {verb} most, by {facts.money(result, abs(first.change))}."
    share = formats.ratio(first.change, change) if change > 0 else formats.ratio(-first.change, -change)
    if share is not None and 0 < share <= 1:
        part = f"explains {formats.percent(share)} of it" if share < 0.9995 else "explains all of it"
        return f"{total}; {first.label} {part} ({formats.change(first.change, result.currency)})."
    return f"{total}; {first.label} {verb} most, by {facts.money(result, abs(first.change))}."


def no_comparison(result: OverviewResult) -> str:
    """Why this month is not set against the one before."""
    if subject.partial(result):
        reached = f"{formats.count(subject.days(result))} of {formats.count(subject.period(result).days)} days are in"
        return f"Changes wait for the month's end: {reached}, and {subject.previous_month(result)} is a whole month."
    return f"There are no data for {subject.previous_month(result)}, so no change can be shown."


def categories(result: OverviewResult) -> str:
    """What the bill is made of, and the difference between billed and effective."""
    billed, effective = result.totals.BilledCost, result.totals.EffectiveCost
    gap = billed - effective
    if abs(gap) < facts.CENT:
        return f"Billed and effective cost are equal in {subject.month(result)}: {facts.money(result, billed)}."
    apart = f"{facts.money(result, abs(gap))} {'above' if gap > 0 else 'below'}"
    return f"AWS billed {facts.money(result, billed)}, {apart} the effective cost of {facts.money(result, effective)}."


def reconciliation(result: OverviewResult) -> str:
    """Whether the canonical totals equal those of the source files."""
    lines, gap = result.reconciliation_lines, result.reconciliation.difference
    off = lines.loc[lines["difference"].abs() > 0.01] if len(lines) else lines
    if off.empty and abs(gap) <= 0.01:
        checked = f" for all {formats.count(len(lines), 'account')}" if len(lines) > 1 else ""
        billed = f"{formats.cents(result.reconciliation.canonical)}{formats.SPACE}{result.currency} billed"
        return f"The totals equal those of the source files to the cent{checked}: {billed}."
    accounts = f" in {formats.count(len(off))} of {formats.count(len(lines), 'account')}" if len(lines) > 1 else ""
    return f"The totals differ from the source files by {formats.cents(abs(gap))} {result.currency}{accounts}."


def inputs(result: OverviewResult) -> str:
    """How much was read."""
    files, rows = result.inputs["files"].sum(), result.inputs["rows"].sum()
    periods = result.inputs["period"].nunique()
    read = f"{formats.count(files, 'file')} with {formats.count(rows, 'row')}"
    return f"The numbers come from {read}, for {formats.count(periods, 'month')}."


def notes(result: OverviewResult) -> str:
    """How many doubts travel with the numbers."""
    grave = sum(note.severity != "info" for note in result.notes)
    if not result.notes:
        return f"The bill of {subject.month(result)} gave no reason for doubt."
    warned = f", {formats.count(grave)} of them {'a warning' if grave == 1 else 'warnings'}" if grave else ""
    return f"{formats.count(len(result.notes), 'note')} on the data of {subject.month(result)}{warned}."
