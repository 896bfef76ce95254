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


def name(result: VarianceReport, root: RootCause) -> str:
    """A cause as a noun: ``AmazonCloudWatch (DataProcessing-Bytes) in saltglass-production``."""
    told = {**root.cause.always, **root.cause.combination}
    chosen = root.cause.combination
    if not chosen:
        return "everything together"
    what = _what(root, told)
    detail = [str(told["x_UsageType"])] if subject.named(told.get("x_UsageType"), "") and what[1] else []
    inside = f" ({detail[0]})" if detail else ""
    where = facts.in_account(result, told.get("SubAccountId"))
    region = f" in {chosen['RegionId']}" if subject.named(chosen.get("RegionId"), "") else ""
    return f"{what[0]}{inside}{where}{region}{_tags(chosen, told)}"


def _what(root: RootCause, told: Mapping[str, Any]) -> tuple[str, bool]:
    """The thing itself, and whether its usage type may stand behind it."""
    service = subject.named(told.get("ServiceName"), "")
    if root.charge != "usage":
        kind = words.charge(root.charge)
        return (f"{kind} on {service}" if service and root.charge != "support" else kind), False
    usage = subject.named(told.get("x_UsageType"), "")
    if service:
        return service, bool(usage)
    return (usage, False) if usage else ("all usage", False)


def _tags(chosen: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Tags only where they narrow what service and account leave open."""
    if subject.named(told.get("x_UsageType"), "") and subject.named(told.get("SubAccountId"), ""):
        return ""
    parts = [
        f"{key.removeprefix(_TAG)} {value}" if subject.named(value, "") else f"no {key.removeprefix(_TAG)}"
        for key, value in chosen.items()
        if key.startswith(_TAG)
    ]
    return f", {formats.listing(parts)}" if parts else ""


def sentence(result: VarianceReport, root: RootCause) -> str:
    """One cause in one sentence: what, how much, by which effect, and whether it stays."""
    amount = root.cause.change
    subject_name = name(result, root)
    first = subject_name[:1].upper() + subject_name[1:] if not subject.named(_service(root), "") else subject_name
    part = f", {formats.percent(abs(root.part))} of all {_moves(amount)}" if root.part and 0 < root.part <= 1 else ""
    moved = f"{facts.direction(amount)} by {facts.money(result, abs(amount))}{part}"
    return f"{first} {moved}: {_why(root)}; {lasting(result, root)}."


def _service(root: RootCause) -> Any:
    return {**root.cause.always, **root.cause.combination}.get("ServiceName") if root.charge == "usage" else None


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
            "monthly": "it is charged by the month",
            "gradual": "it moved gradually, no day stands out",
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
