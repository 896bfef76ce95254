"""Which decision does a change of cost ask for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject
from finops_lib.presentation.narrative import variance_causes
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative.opening import NONE
from finops_lib.presentation.values import Text

if TYPE_CHECKING:
    from finops_lib.analyses.root_causes import RootCause
    from finops_lib.analyses.variance_report import VarianceReport

_DECISIVE = 0.01  # a rise below this share of the month's cost asks for no decision


def decision(result: VarianceReport) -> Text:
    """What to do about the largest rise that is not over, with its value and its date."""
    if result.change.normalized:
        reached = f"{formats.count(subject.days(result))} of {formats.count(subject.period(result).days)} days"
        return _none(f"only {reached} of {subject.month(result)} are in")
    rises = [root for root in result.causes.causes if root.cause.change > 0 and not root.undone]
    lasting = [root for root in rises if root.lasting != "temporary"]
    first = max(lasting, key=lambda root: root.cause.change, default=None)
    share = formats.ratio(first.cause.change, result.change.total.after) if first else None
    if first is None or share is None or share < _DECISIVE:
        return _none(_small(result, rises, first))
    return Text((_sentence(result, first),), "decision", first.cause.change)


def _none(reason: str) -> Text:
    return Text((f"{NONE}: {reason}.",), "decision")


def _small(result: VarianceReport, rises: list[RootCause], first: RootCause | None) -> str:
    """Why no rise is worth a decision: by root cause, net, while the actions are about parts of them."""
    if first is not None:
        name = variance_causes.name(result, first)
        return f"by root cause, the largest rise that may last is {_amount(result, first)} ({name})"
    if not rises:
        return f"no root cause of {subject.month(result)} is a rise"
    most = max(rises, key=lambda root: root.cause.change)
    return f"by root cause, the largest rise, {_amount(result, most)} in {variance_causes.name(result, most)}, is over"


def _sentence(result: VarianceReport, root: RootCause) -> str:
    """A rise that stays is to be accepted or taken back; of others it is to be found out whether they will."""
    until = subject.period(result).shift(1)
    day = formats.day(until.start.replace(day=until.days))
    noun, told = variance_causes.name(result, root), variance_causes.lasting(result, root)
    rise = f"the {_amount(result, root)} by which {noun} rose"
    if root.lasting == "structural":
        return f"Decide by {day}{_owner(result, root)}: accept {rise}, or take it back ({told})."
    return f"Find out by {day}{_owner(result, root)} whether {rise} will stay, and decide if it may ({told})."


def _amount(result: VarianceReport, root: RootCause) -> str:
    return facts.money(result, root.cause.change)


def _owner(result: VarianceReport, root: RootCause) -> str:
    """The owner of the largest corrective action at this place, where a tag names one."""
    told, actions = {**root.cause.always, **root.cause.combination}, result.change.actions
    for row in actions.to_dict("records"):
        same = all(
            subject.named(told.get(key), "") in ("", subject.named(row[key], ""))
            for key in ("SubAccountId", "ServiceName", "x_UsageType")
        )
        placed = any(subject.named(told.get(key), "") for key in ("ServiceName", "x_UsageType"))
        if same and placed and (owner := subject.named(row["owner"], "")):
            return f" with {owner.partition('@')[0]}"
    return ""
