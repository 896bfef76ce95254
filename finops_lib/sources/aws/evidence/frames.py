"""From answers to the frames of contracts/inventory.py, and who was asked for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import pandas as pd

from finops_lib.contracts.inventory import checked, none_of
from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence import compute, databases, network, observability, price_list, storage
from finops_lib.sources.aws.evidence.answer import ANSWERED, EVERYWHERE, Answer, Answers
from finops_lib.sources.aws.evidence.fields import Row
from finops_lib.sources.aws.evidence.kind import Kind
from finops_lib.sources.aws.evidence.recommendations import SOURCES, recommendations

KINDS: Final = (*compute.KINDS, *storage.KINDS, *network.KINDS, *databases.KINDS, *observability.KINDS)
_KEYS: Final = {
    "utilization": ["account", "resource", "namespace", "metric"],
    "recommendations": ["source", "account", "id"],
    "prices": ["region", "service_code", "usage_type", "operation", "unit", "price", "instance_type"],
}


def frames(answers: Answers, accounts: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """A frame a kind, and ``asked``; ``accounts`` are those that an answer for the whole organization speaks of."""
    found = {kind.name: _frame(kind.name, kind.read(answers)) for kind in KINDS}
    found["prices"] = _frame("prices", price_list.prices(answers))
    found["recommendations"] = _frame("recommendations", recommendations(answers))
    rows = pd.DataFrame(list(_asked(answers, accounts)))
    return found | {"asked": checked("asked", rows) if len(rows) else none_of("asked")}


def _frame(kind: str, rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a checked frame, what two answers tell of once in it; raises :class:`InputError` for a bad field."""
    try:
        made = pd.DataFrame(list(rows))
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
        raise InputError(
            f"An answer about {kind.replace('_', ' ')} cannot be read: {type(error).__name__} {error}.",
            hint="Its Response must be what the AWS API or the AWS CLI gives, unchanged.",
        ) from error
    if made.empty:
        return none_of(kind)
    keys = _KEYS.get(kind, ["resource"])
    return checked(kind, made.drop_duplicates(keys, keep="last", ignore_index=True))


def _asked(answers: Answers, accounts: Sequence[str]) -> Iterator[Row]:
    for kind in KINDS:
        for (account, region), told in _places(answers, (*kind.calls, *kind.details), accounts).items():
            yield _all_told(kind, account, region, told)
    for source, calls in SOURCES.items():
        for name, chosen in ((source, calls), *((call, (call,)) for call in calls)):
            for (account, region), told in _places(answers, chosen, accounts).items():
                yield _any_told(name, account, region, told)
    every = tuple(call for calls in SOURCES.values() for call in calls)
    for (account, region), told in _places(answers, every, accounts).items():
        yield _any_told("recommendations", account, region, told)


def _places(
    answers: Answers, calls: Iterable[str], accounts: Sequence[str]
) -> dict[tuple[str, str], tuple[Answer, ...]]:
    groups: dict[tuple[str, str], tuple[Answer, ...]] = defaultdict(tuple)
    for call in calls:
        for answer in answers.asked(call):
            for account in accounts if answer.account == EVERYWHERE else (answer.account,):
                groups[account, answer.region] += (answer,)
    return groups


def _all_told(kind: Kind, account: str, region: str, told: Sequence[Answer]) -> Row:
    """A place has told when every call was answered; a call that was not made there is a reason of its own."""
    problems = [answer for answer in told if not answer.answered]
    missing = [call for call in kind.calls if call not in {answer.operation for answer in told}]
    if problems or not missing:
        return _row(kind.name, account, region, told, problems[0] if problems else None)
    lacking = Answer(missing[0], account, region, told[0].taken, status="failed", reason=f"{missing[0]} was not asked.")
    return _row(kind.name, account, region, told, lacking)


def _any_told(name: str, account: str, region: str, told: Sequence[Answer]) -> Row:
    problem = None if any(answer.answered for answer in told) else told[0]
    return _row(name, account, region, told, problem)


def _row(kind: str, account: str, region: str, told: Sequence[Answer], problem: Answer | None) -> Row:
    return {
        "kind": kind,
        "account": account,
        "region": region,
        "status": problem.status if problem else ANSWERED,
        "reason": problem.reason if problem else None,
        "taken": min(answer.taken for answer in told),
    }


def of_account(frame: pd.DataFrame, account: str | None, clean: Callable[[str], str]) -> pd.DataFrame:
    """The rows of one account (None: all of them), with what its tags say put through ``clean``."""
    mine = frame if account is None else frame[frame["account"] == account].reset_index(drop=True)
    if "tags" not in mine:
        return mine
    told = [
        None if tags is None else {clean(key): clean(value) for key, value in tags.items()} for tags in mine["tags"]
    ]
    return mine.assign(tags=pd.Series(told, index=mine.index, dtype=object))
