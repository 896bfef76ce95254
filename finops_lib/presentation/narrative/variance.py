"""A variance in sentences: what changed, why, how much is the business's doing, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_causes
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Kpi, Kpis, Text

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport


def headline(result: VarianceReport) -> Text:
    """What changed, and the largest reasons: the section's message."""
    return Text((messages.effects(result),), "message")


def kpis(result: VarianceReport) -> Kpis:
    """The change, what the business did to it, what is not its doing, and what stays unexplained."""
    total, amount = result.change.total, facts.change(result)
    before = f"{subject.previous_month(result)} {facts.money(result, total.before)}"
    share = formats.ratio(amount, total.before)
    relative = formats.change_percent(share) if share is not None else ""
    better = None if facts.unchanged(result) else amount < 0
    items = [Kpi("Change", formats.change(amount, result.currency), relative, f"on {before}", better)]
    for code in ("not_business", "business_growth", "optimization", "infrastructure", "anomalous", "unclassified"):
        part = facts.category_amount(result, code)
        told = facts.share(part, amount)
        against = f"{told} of the change" if told else "against the change" if part * amount < 0 else ""
        items.append(Kpi(words.category(code), formats.change(part, result.currency), "", against))
    return Kpis(tuple(items))


def summary(result: VarianceReport) -> Text:
    """Whose doing it was, what carried it, and how it stands against what was expected."""
    return Text((_doing(result), messages.causes(result), _stays(result), _expected(result)))


def _doing(result: VarianceReport) -> str:
    amount, outside = facts.change(result), facts.category_amount(result, "not_business")
    if abs(outside) < facts.CENT:
        return "All of the change is the client's own doing." if not facts.unchanged(result) else "Nothing moved."
    own = amount - outside
    part = facts.share(outside, amount)
    of_it = f" ({part} of the change)" if part else ""
    rest = f"what the client did itself comes to {formats.change(own, result.currency)}"
    return f"{formats.change(outside, result.currency)}{of_it} is not the business's doing; {rest}."


def _stays(result: VarianceReport) -> str:
    """How much of the causes is temporary, how much here to stay."""
    found = [root for root in result.causes.causes if root.persistence is not None]
    if not found:
        return "No cause began on a day that stands out, so none is called temporary or structural."
    parts = []
    for state, phrase in (("temporary", "is temporary"), ("structural", "is here to stay")):
        mine = [root for root in found if root.lasting == state]
        if mine:
            total = sum(root.cause.change for root in mine)
            count = formats.count(len(mine), "cause")
            parts.append(f"{formats.change(total, result.currency)} of {count} {phrase}")
    if not parts:
        return f"Of {formats.count(len(found), 'cause')} it is too early to say whether they stay."
    return f"{', and '.join(parts)}."


def _expected(result: VarianceReport) -> str:
    return messages.comparisons(result)


def causes(result: VarianceReport) -> Text:
    """Each root cause in a sentence, most dollars first."""
    found = result.causes.causes
    if not found:
        return Text((messages.no_causes(result),), "empty")
    return Text(tuple(variance_causes.sentence(result, root) for root in found))


def comparisons(result: VarianceReport) -> Text:
    """The month against its forecast and its budget, or why not."""
    return Text(tuple(messages.comparison(result, one) for one in result.comparisons))


def residual(result: VarianceReport) -> Text:
    """Whether the parts close."""
    return Text((messages.residual(result),))


def method(result: VarianceReport) -> Text:
    """How the change is taken apart, in the terms of the bill."""
    kpi = result.kpi
    growth = (
        f"Volume that {kpi.kpi} explains ({formats.change_percent(kpi.change)}, elasticity "
        f"{formats.fixed(kpi.elasticity, 2)}) counts as growth first."
        if kpi
        else "No business metric is taken into account: volume that moved in proportion counts as growth."
    )
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
            growth,
            *open_month,
            "Causes are the fewest combinations of attributes that carry the change apart from the calendar's part.",
        )
    )
