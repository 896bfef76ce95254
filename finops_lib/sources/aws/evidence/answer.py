"""One answer of AWS as it came, or the reason why there is none: what was asked, of which account and region, when."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from finops_lib.core.errors import InputError

EVERYWHERE: Final = "*"
"""The region of what has none, and the account of what was asked for the whole organization."""

ANSWERED: Final = "answered"
_DAY: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
STATUSES: Final = ("refused", "not_enabled", "failed")


Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Answer:
    """``response`` is what a call gave, all pages in one; without one ``status`` and ``reason`` say why.

    ``operation`` is written as ``ec2.DescribeVolumes``; ``request`` are the parameters that tell two answers of one
    place apart, such as the bucket; ``taken`` is the day, ``YYYY-MM-DD``.
    """

    operation: str
    account: str
    region: str
    taken: str
    response: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    status: str = ANSWERED
    reason: str | None = None

    @property
    def answered(self) -> bool:
        """True where AWS told."""
        return self.status == ANSWERED

    @property
    def key(self) -> Key:
        """What a newer answer replaces."""
        return self.operation, self.account, self.region, json.dumps(self.request, sort_keys=True)

    def on(self, day: str) -> Answer:
        """The same answer, taken on a day."""
        return dataclasses.replace(self, taken=day)

    def told(self, response: Mapping[str, Any]) -> Answer:
        """The same place, answered."""
        return dataclasses.replace(self, response=response, status=ANSWERED, reason=None)

    def untold(self, status: str, reason: str) -> Answer:
        """The same place, with why there is no answer."""
        return dataclasses.replace(self, response={}, status=status, reason=reason)

    def with_pages(self, others: Sequence[Answer]) -> Answer:
        """One answer of several pages: what they list, one after the other."""
        whole = dict(self.response)
        for key, value in (pair for other in others for pair in other.response.items()):
            whole[key] = [*(whole.get(key) or ()), *value] if isinstance(value, list) else whole.get(key, value)
        return dataclasses.replace(self, response=whole, taken=max(page.taken for page in (self, *others)))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form of an entry of ``answers``."""
        form: dict[str, Any] = {"AccountId": self.account, "Region": self.region, "Taken": self.taken}
        form |= {"Request": dict(self.request)} if self.request else {}
        told = {"Response": dict(self.response)}
        return form | (told if self.answered else {"Problem": {"status": self.status, "reason": self.reason}})

    @classmethod
    def from_dict(cls, operation: str, entry: object, *, taken: str, file: str) -> Answer:
        """An entry of ``answers``; raises :class:`InputError` with what it lacks."""
        if not isinstance(entry, Mapping):
            raise _fault(file, "an answer is no JSON object")
        problem, response = entry.get("Problem"), entry.get("Response")
        account, region = str(entry.get("AccountId") or EVERYWHERE), str(entry.get("Region") or EVERYWHERE)
        day = str(entry.get("Taken") or taken)[:10]
        if day and not _DAY.match(day):
            raise _fault(file, f"an answer was taken on '{day}', which is no day")
        place = (operation, account, region, day)
        request = entry.get("Request") or {}
        if isinstance(problem, Mapping):
            status = str(problem.get("status"))
            if status not in STATUSES:
                raise _fault(file, f"a Problem has the status '{status}', which is none of {', '.join(STATUSES)}")
            reason = str(problem.get("reason") or "No reason is told.")
            return cls(*place, request=request, status=status, reason=reason)
        if not isinstance(response, Mapping):
            raise _fault(file, "an answer has neither Response nor Problem")
        return cls(*place, response=response, request=request)


@dataclass(frozen=True)
class Answers:
    """Many answers, found by the call that they answer."""

    every: tuple[Answer, ...]
    _by_operation: Mapping[str, tuple[Answer, ...]]

    @classmethod
    def of_all(cls, answers: Iterable[Answer]) -> Answers:
        """Ordered by place, so that equal answers give equal frames."""
        every = tuple(sorted(answers, key=lambda answer: answer.key))
        groups: dict[str, list[Answer]] = defaultdict(list)
        for answer in every:
            groups[answer.operation].append(answer)
        return cls(every, {name: tuple(group) for name, group in groups.items()})

    def asked(self, operation: str) -> tuple[Answer, ...]:
        """Every answer of a call, problems too."""
        return self._by_operation.get(operation, ())

    def items(self, operation: str, *keys: str) -> Iterator[tuple[Answer, Mapping[str, Any]]]:
        """The things listed below ``keys`` (lists in lists) in every answer of a call, each with its answer."""
        for answer in self.asked(operation):
            for item in _below(answer.response, keys):
                yield answer, item

    def about(self, operation: str, parameter: str) -> dict[tuple[str, str, str], Answer]:
        """The answers of a call that is made for one thing at a time, by account, region and that thing."""
        named = (answer for answer in self.asked(operation) if parameter in answer.request)
        return {(answer.account, answer.region, str(answer.request[parameter])): answer for answer in named}


def _below(item: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for inner in item.get(keys[0]) or ():
        if len(keys) > 1:
            yield from _below(inner, keys[1:])
        else:
            yield inner


def _fault(file: str, what: str) -> InputError:
    return InputError(f"{file}: {what}.", hint="See docs/reference/evidence.md for the form of such a file.")
