"""What credits and refunds pay for already: no more is saved than is paid. Method: docs/methods/waterfall.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from finops_lib.analyses.opportunities.protocol import Saving
from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.analyses.waterfall import Item
from finops_lib.core.estimate import Estimate
from finops_lib.core.note import Note

REASON = "Credits pay for it until they end"


def within(items: Iterable[Item], spend: float) -> tuple[Item, ...]:
    """The items with what they save together held to the spend; what is beyond it waits for the end of the credits."""
    held = tuple(items)
    total, room = sum(item.net.expected for item in held), max(0.0, spend)
    if total <= room:
        return held
    return tuple(_part(item, room / total) if item.net.expected > 0 else item for item in held)


def bounded(net: Estimate, spend: float) -> Estimate:
    """The sum's interval, no end of it above the spend."""
    room = max(0.0, spend)
    return Estimate(min(net.low, room), min(net.expected, room), min(net.high, room))


def note(before: Iterable[Item], spend: float, currency: str) -> tuple[Note, ...]:
    """Says that credits hold savings back; nothing where they do not."""
    total, room = sum(item.net.expected for item in before), max(0.0, spend)
    if total - room < HALF_CENT:
        return ()
    message = (
        f"Savings on usage come to {total:,.2f} {currency} a month, more than the {room:,.2f} {currency} that credits "
        "and refunds leave to pay: what is beyond that waits until they end."
    )
    return (Note.warning("scorecard.credits", message, savings=round(total, 6), spend=round(spend, 6)),)


def _part(item: Item, share: float) -> Item:
    net = Saving(item.net.low * share, item.net.expected * share, item.net.high * share)
    return replace(
        item,
        net=net,
        base=item.base * share,
        waiting=item.waiting + item.net.expected - net.expected,
        reason="; ".join(filter(None, (item.reason, REASON))),
    )
