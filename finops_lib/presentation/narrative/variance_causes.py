"""Root causes in words: what it is, how much of the change, and whether it stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_words as words

if TYPE_CHECKING:
    from finops_lib.analyses.root_causes import RootCause
    from finops_lib.analyses.variance_report import VarianceReport

_TAG = "x_tag_"
_AT_ONCE = frozenset({"marketplace", "one_off_fees", "credits", "refunds"})  # and not month by month


def name(result: VarianceReport, root: RootCause) -> str:
    """A cause as a noun: ``AmazonCloudWatch (DataProcessing-Bytes) in saltglass-production``."""
    told = {**root.cause.always, **root.cause.combination}
    chosen = root.cause.combination
    if not chosen:
        alone = len(result.causes.causes) == 1
        return "everything together" if alone else "everything else"
    what, usage = _what(root, told)
    details = [usage] if usage else _tags(chosen)
    inside = f" ({formats.listing(details)})" if details else ""
    region = f" in {chosen['RegionId']}" if subject.named(chosen.get("RegionId"), "") else ""
    return f"{what}{inside}{facts.in_account(result, told.get('SubAccountId'))}{region}"


def what(result: VarianceReport, root: RootCause) -> str:
    """A cause in few words: its usage type, or its service or kind of charge."""
    if not root.cause.combination:
        noun = name(result, root)
        return noun[:1].upper() + noun[1:]
    told = {**root.cause.always, **root.cause.combination}
    thing, usage = _what(root, told)
    return usage or " ".join([thing, *(_tags(root.cause.combination)[:1] if thing == "all usage" else [])])


def where(result: VarianceReport, root: RootCause) -> str:
    """The account of a cause, where there are several; else the service of a usage type."""
    told = {**root.cause.always, **root.cause.combination}
    thing, usage = _what(root, told)
    return facts.in_account(result, told.get("SubAccountId")).removeprefix(" in ") or (thing if usage else "")


def _what(root: RootCause, told: Mapping[str, Any]) -> tuple[str, str]:
    """The thing itself, and its usage type where that is not the thing."""
    service, usage = (subject.named(told.get(key), "") for key in ("ServiceName", "x_UsageType"))
    if root.charge != "usage":
        kind = words.charge(root.charge)
        return (f"{kind} on {service}" if service and root.charge != "support" else kind), ""
    return (service, usage) if service else (usage or "all usage", "")


def _tags(chosen: Mapping[str, Any]) -> list[str]:
    """The tags that a cause is told by."""
    return [
        f"{key.removeprefix(_TAG)} {value}" if subject.named(value, "") else f"no {key.removeprefix(_TAG)}"
        for key, value in chosen.items()
        if key.startswith(_TAG)
    ]


def sentence(result: VarianceReport, root: RootCause) -> str:
    """One cause in one sentence: what, how much, by which effect, and whether it stays."""
    amount = root.cause.change
    noun = name(result, root)
    plain = root.charge != "usage" or noun.startswith(("all usage", "everything"))
    first = noun[:1].upper() + noun[1:] if plain else noun
    part = f", {formats.percent(abs(root.part))} of all {_moves(amount)}" if root.part and 0 < root.part <= 1 else ""
    moved = f"{facts.direction(amount)} by {facts.money(result, abs(amount))}{part}"
    return f"{first} {moved}: {_why(root)}; {lasting(result, root)}."


def in_all(result: VarianceReport, root: RootCause) -> str:
    """What the place of a cause changed by in all, and by what; empty where that is the cause itself."""
    told = {**root.cause.always, **root.cause.combination}
    account, service = told.get("SubAccountId"), told.get("ServiceName")
    found = facts.whole(result, account, service)
    if found is None or facts.money(result, found.change) == facts.money(result, root.cause.change):
        return ""
    rest = found.change - root.cause.change - found.calendar
    parts = [
        f"{formats.change(amount, result.currency)} by {what}"
        for amount, what in (
            (root.cause.change, "this cause"),
            (found.calendar, facts.days_of_month(result)),
            (rest, "all else"),
        )
        if abs(amount) >= facts.CENT
    ]
    if len(parts) < 2:
        return ""  # next to nothing
    place = f"{service}{facts.in_account(result, account)}"
    return f"In all, {place} changed by {formats.change(found.change, result.currency)}: {formats.listing(parts)}."


def _why(root: RootCause) -> str:
    """The effect, and how much of the cause it is."""
    reason = words.reason(root.effect, root.cause.change)
    share = formats.ratio(abs(root.effect_amount), abs(root.cause.change)) or 0.0
    if share >= 0.995:
        return reason
    return f"mostly {reason}" if share > 0.5 else f"{reason} and smaller reasons"


def _moves(amount: float) -> str:
    return "rises" if amount > 0 else "falls"


def lasting(result: VarianceReport, root: RootCause) -> str:
    """Whether a cause is over, here to stay, or cannot be told yet."""
    shift = root.persistence
    if shift is None:
        return {
            "monthly": "it is no charge by the day" if root.charge in _AT_ONCE else "it is charged by the month",
            "gradual": "it moved gradually, no day stands out",
            "unknown": "whether it stays is not known",
        }.get(root.lasting, words.state(root.lasting))
    began = formats.day(shift.changed_on)
    level = f"{facts.money(result, abs(shift.shift))} a day"
    now = f"{facts.money(result, abs(shift.shift_now or shift.shift))} a day"
    what = "a rise" if shift.shift > 0 else "a fall"
    if root.undone:
        return {
            "temporary": f"it ends {what} of up to {level} that began on {began}",
            "receding": f"{what} of up to {level} that began on {began} recedes",
        }.get(root.lasting, f"{what} of up to {level} that began on {began} is not over")
    return {
        "temporary": f"temporary: up to {level} from {began}, and over since",
        "receding": f"receding: up to {level} from {began}, {_left(shift.share_left)} of it left",
        "structural": f"structural: since {began} it costs {now} {'more' if shift.shift > 0 else 'less'}",
    }.get(root.lasting, f"too early to say whether it stays: it began on {began}")


def _left(share: float | None) -> str:
    return formats.percent(share) if share is not None else "part"
