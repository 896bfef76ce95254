"""A variance in sentences: what changed, why, how much is the business's doing, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_causes
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Group, Kpi, Kpis, Text

if TYPE_CHECKING:
    from finops_lib.analyses.comparisons import Comparison
    from finops_lib.analyses.root_causes import RootCause
    from finops_lib.analyses.variance_report import VarianceReport


def headline(result: VarianceReport) -> Text:
    """What the month cost, what changed, and whose doing that was: the section's message."""
    return Text((_headline(result),), "message")


def _headline(result: VarianceReport) -> str:
    total, amount = result.change.total, facts.change(result)
    who, month, before = subject.subject(result), subject.month(result), subject.previous_month(result)
    cost = f"{who} cost {facts.money(result, total.after)} in {month}"
    if result.change.normalized:
        cost = f"{who} comes to {facts.money(result, total.after)} in {month} {facts.spread(result)}"
    if facts.unchanged(result):
        return f"{cost}, the same as in {before}."
    gap = f"{facts.money(result, abs(amount))}{facts.relative(amount, total.before)}"
    return f"{cost}, {gap} {'more' if amount > 0 else 'less'} than in {before}; {_doing(result)}."


def _doing(result: VarianceReport) -> str:
    """How much is not the business's doing, and which categories are the most of the rest."""
    outside = facts.category_amount(result, "not_business")
    if abs(outside) < facts.CENT:
        return f"none of it, net, comes from the calendar, prices, fees or tax{_rest(result, 'it')}"
    part = facts.share(outside, facts.change(result))
    of_it = f" ({part})" if part else ""
    return f"{formats.change(outside, result.currency)}{of_it} is not the business's doing{_rest(result, 'the rest')}"


_NAMED = 2  # categories in a headline


def _rest(result: VarianceReport, what: str) -> str:
    """The other categories, most first, each with its own amount: no sum of them is the business's doing."""
    rows = result.change.categories
    found = [
        (facts.printed(cents), words.category(str(code)).lower())
        for code, cents in zip(rows["category"], rows["cents"], strict=True)
        if code != "not_business" and cents
    ]
    if not found:
        return ""
    most = sorted(found, key=lambda one: -abs(one[0]))[:_NAMED]
    named = formats.listing(f"{formats.change(amount, result.currency)} {name}" for amount, name in most)
    return f"; {f'{what} is' if len(found) <= _NAMED else f'the largest of {what} are'} {named}"


def kpis(result: VarianceReport) -> Kpis | Group:
    """The month against each expectation that is known; a report's first page has them too once the month is over."""
    items = [_against(result, one) for one in result.comparisons if one.gap is not None]
    return Kpis(tuple(items)) if items else Group(())


def _against(result: VarianceReport, one: Comparison) -> Kpi:
    gap = 0.0 if abs(one.gap or 0.0) < facts.CENT else one.gap or 0.0
    share = formats.ratio(gap, one.expected)
    relative = formats.change_percent(share) if share is not None else ""
    pace = ", at this pace" if result.change.normalized else ""
    label, against = f"Against {one.against}{pace}", f"{one.against} {facts.money(result, one.expected)}"
    better = gap < 0 if gap else None
    return Kpi(label, formats.change(gap, result.currency), relative, against, better, leads=not pace)


def summary(result: VarianceReport) -> Text:
    """What of the change stays."""
    return Text(tuple(_stays(result)))


def _stays(result: VarianceReport) -> list[str]:
    """How much of the causes is over, only ends something earlier, or is here to stay."""
    found = [root for root in result.causes.causes if root.persistence is not None]
    if not found:
        return ["No cause began on a day that stands out, so none is called temporary or structural."]
    groups = (
        ("is temporary and over", [root for root in found if root.lasting == "temporary" and not root.undone]),
        (
            "only ends what was temporary before",
            [root for root in found if root.lasting == "temporary" and root.undone],
        ),
        ("is here to stay", [root for root in found if root.lasting == "structural"]),
        (
            "is too young to tell whether it stays",
            [root for root in found if root.lasting in ("undecided", "receding")],
        ),
    )
    parts = [
        f"{formats.change(sum(root.cause.change for root in mine), result.currency)} {phrase}"
        for phrase, mine in groups
        if mine
    ]
    return [f"Of the causes, {formats.listing(parts)}."]


def causes(result: VarianceReport) -> Group | Text:
    """Each root cause in a sentence, most dollars first, and what its place changed by in all."""
    found = result.causes.causes
    if not found:
        return Text((messages.no_causes(result),), "empty")
    return Group(tuple(Text(_cause(result, root)) for root in found))


def _cause(result: VarianceReport, root: RootCause) -> tuple[str, ...]:
    in_all = variance_causes.in_all(result, root)
    return (variance_causes.sentence(result, root), *([in_all] if in_all else []))


def comparisons(result: VarianceReport) -> Group:
    """The month against its forecast and its budget, or why not."""
    return Group(tuple(Text((messages.comparison(result, one), *_doubts(one))) for one in result.comparisons))


def _doubts(one: Comparison) -> tuple[str, ...]:
    """What must be known of a budget that a month is held against."""
    if one.gap is None:
        return ()  # the sentence is the reason
    return tuple(formats.prose(note.message) for note in one.notes if note.code.startswith(_OF_BUDGETS))


_OF_BUDGETS = ("budgets.", "variance.budget")


def residual(result: VarianceReport) -> Text:
    """Whether the parts close."""
    return Text((messages.residual(result),))


def _no_metric(result: VarianceReport) -> str:
    if not result.metric:
        return "No business metric is given"
    return f"It cannot be told how cost follows {result.metric.replace('_', ' ')}"


def growth(result: VarianceReport) -> Text:
    """What business-driven growth was told by."""
    kpi = result.kpi
    if kpi is None:
        return Text((f"{_no_metric(result)}: volume that moved in proportion counts as growth.",))
    relation = f"{formats.change_percent(kpi.change)}, elasticity {formats.fixed(kpi.elasticity, 2)}"
    return Text((f"Volume that {kpi.kpi} explains ({relation}) counts as growth first.",))


def method(result: VarianceReport) -> Text:
    """How the change is taken apart, in the terms of the bill."""
    open_month = (
        (f"Usage of {facts.spread(result).removeprefix('at the pace of ')} is brought to the whole month.",)
        if result.change.normalized
        else ()
    )
    return Text(
        (
            f"Effective cost ({result.cost_basis}) is compared key by key: account, service, region, usage type, "
            "operation and tags.",
            "Each key's change is split into calendar, volume, mix and prices by the average over all orders, so that "
            "no order matters; charges that are no usage are told whole.",
            "Categories follow fixed rules, the first that matches wins, and what none takes is unclassified.",
            *open_month,
            "Causes are the fewest combinations of attributes that carry the change apart from the calendar's part.",
        )
    )
