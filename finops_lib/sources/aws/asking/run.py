"""One pull from AWS: accounts one after the other into regions side by side, each answer noted as it comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final, Literal

from finops_lib.sources.aws.asking import calls
from finops_lib.sources.aws.asking.ask import ask
from finops_lib.sources.aws.asking.call import Call
from finops_lib.sources.aws.asking.metrics import measure, subjects
from finops_lib.sources.aws.asking.places import HOME, Access, Organization, Refusal, regions
from finops_lib.sources.aws.evidence.answer import EVERYWHERE, Answer, Answers, Key

Part = Literal["inventory", "metrics", "recommendations"]
PARTS: Final[tuple[Part, ...]] = ("inventory", "metrics", "recommendations")
Progress = Callable[[str, int, int], None]
_OUT_AFTER: Final = 3


@dataclass(frozen=True)
class Wanted:
    """What to ask: which parts, of which accounts and regions (none: all), how many places side by side."""

    parts: Collection[Part]
    named: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    parallel: int = 8


@dataclass
class Pull:
    """What a pull knows as it goes: what was told today already, what was told now, and which calls are in vain."""

    organization: Organization
    wanted: Wanted
    now: dt.datetime
    known: Mapping[Key, Answer]
    note: Callable[[Answer], None]
    progress: Progress
    told: list[Answer] = field(default_factory=list)
    reused: int = 0
    _buckets: dict[str, tuple[Answer, ...]] = field(default_factory=dict)
    _silent: dict[str, int] = field(default_factory=dict)
    _spoke: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)

    @property
    def day(self) -> str:
        """The day of the answers, in UTC."""
        return self.now.date().isoformat()

    def run(self) -> None:
        """Ask everything. An interruption ends it between two calls; what was told stays noted."""
        organization = self.organization
        found = organization.accounts(self.wanted.named, self.wanted.accounts)
        if isinstance(found, Refusal):
            place = self._place(calls.ACCOUNTS, organization.own.account, EVERYWHERE)
            self._tell(place.untold(found.status, found.reason))
            found = (organization.own.account,)
        if "recommendations" in self.wanted.parts:
            self._hub()
        with ThreadPoolExecutor(self.wanted.parallel) as pool:
            try:
                places = [place for some in pool.map(self._account, found) for place in some]
                tasks = [pool.submit(self._region, access, region) for access, region in places]
                for done, task in enumerate(as_completed(tasks), start=1):
                    task.result()
                    self.progress("regions asked", done, len(tasks))
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _account(self, account: str) -> list[tuple[Access, str]]:
        """Ask what has no region; gives the account's regions, none where it refuses."""
        access = self.organization.access(account)
        parts = self.wanted.parts
        if isinstance(access, Refusal):
            self._refused(account, access, (*self._by_account(), *self._by_region()))
            return []
        if "inventory" in parts or "metrics" in parts:
            self._buckets[account] = self._ask_all(access, EVERYWHERE, calls.BY_ACCOUNT)
        if "recommendations" in parts:
            self._checks(access)
        found = regions(access, self.organization.home, self.wanted.regions)
        if isinstance(found, Refusal):
            self._refused(account, found, self._by_region())
            return []
        return [(access, region) for region in found]

    def _by_account(self) -> tuple[Call, ...]:
        parts = self.wanted.parts
        inventory = calls.BY_ACCOUNT if "inventory" in parts else ()
        return (*inventory, *(calls.ADVICE_BY_ACCOUNT if "recommendations" in parts else ()))

    def _by_region(self) -> tuple[Call, ...]:
        parts = self.wanted.parts
        inventory = calls.BY_REGION if "inventory" in parts else ()
        advice = calls.ADVICE_BY_REGION if "recommendations" in parts else ()
        return (*inventory, *advice)

    def _region(self, access: Access, region: str) -> None:
        parts = self.wanted.parts
        found: tuple[Answer, ...] = ()
        if "inventory" in parts or "metrics" in parts:
            found = self._ask_all(access, region, calls.BY_REGION)
        if "metrics" in parts and not self._stop.is_set():
            self._measure(access, region, found)
        if "recommendations" in parts:
            self._ask_all(access, region, calls.ADVICE_BY_REGION)

    def _ask_all(self, access: Access, region: str, several: Sequence[Call]) -> tuple[Answer, ...]:
        """The answers to calls that may build on each other, in order."""
        found: dict[str, list[Answer]] = {}
        for call in several:
            listings = found.get(call.each.listing, []) if call.each else []
            listed = next((answer.response for answer in listings if answer.answered), {})
            for request in call.requests(listed):
                if self._stop.is_set():
                    break
                place = self._place(call, access.account, region, request)
                found.setdefault(call.operation, []).append(self._one(access, call, place))
        return tuple(answer for answers in found.values() for answer in answers)

    def _one(self, access: Access, call: Call, place: Answer) -> Answer:
        """What was told today, else what AWS says now; what nobody answers is not asked again and again."""
        if (before := self._fresh(place)) is not None:
            return before
        if self._in_vain(call):
            return self._tell(place.untold("failed", f"{call.action} was not asked: AWS did not answer it elsewhere."))
        region = self.organization.home if place.region == EVERYWHERE else place.region
        answer, out = ask(access.client(call.service, region), call, place)
        for name in (call.operation, call.service):
            self._silent[name] = self._silent.get(name, 0) + 1 if out else 0
        if not out:
            self._spoke.add(call.service)
        return self._tell(answer)

    def _in_vain(self, call: Call) -> bool:
        """True for a call that went unanswered several times in a row, or of a service that never answered any."""
        names = [call.operation] if call.service in self._spoke else [call.operation, call.service]
        return any(self._silent.get(name, 0) >= _OUT_AFTER for name in names)

    def _fresh(self, place: Answer) -> Answer | None:
        before = self.known.get(place.key)
        if before is None or not before.answered or before.taken != self.day:
            return None
        with self._lock:
            self.reused += 1
        return before

    def _measure(self, access: Access, region: str, found: Sequence[Answer]) -> None:
        place = Answer("utilization", access.account, region, self.day)
        if self._fresh(place) is not None:
            return
        wanted = subjects(Answers.of_all([*self._buckets.get(access.account, ()), *found]), region)
        if wanted:
            self._tell(measure(access.client("cloudwatch", region), place, wanted, self.now))

    def _hub(self) -> None:
        """Cost Optimization Hub, once for everybody: asked only where somebody is enrolled."""
        own = self.organization.own
        if all(self._fresh(self._place(call, EVERYWHERE, EVERYWHERE)) for call in calls.ADVICE_OF_ALL):
            return
        enrolled, _ = ask(
            own.client("cost-optimization-hub", HOME),
            calls.ENROLLMENT,
            self._place(calls.ENROLLMENT, EVERYWHERE, EVERYWHERE),
        )
        items = enrolled.response.get("items") or ()
        if enrolled.answered and not any(item.get("status") == "Active" for item in items):
            enrolled = enrolled.untold("not_enabled", "Cost Optimization Hub is not switched on.")
        for call in calls.ADVICE_OF_ALL:
            place = self._place(call, EVERYWHERE, EVERYWHERE)
            if enrolled.answered:
                self._one(own, call, place)
            elif self._fresh(place) is None:
                self._tell(place.untold(enrolled.status, str(enrolled.reason)))

    def _checks(self, access: Access) -> None:
        """Trusted Advisor's checks of cost; the others are none of ours."""
        place = self._place(calls.CHECKS, access.account, EVERYWHERE)
        listed = self._fresh(place)
        if listed is None:
            listed, _ = ask(access.client("support", HOME), calls.CHECKS, place)
            checks = [item for item in listed.response.get("checks") or () if item.get("category") == "cost_optimizing"]
            listed = self._tell(listed.told({"checks": checks}) if listed.answered else listed)
        (result,) = [call for call in calls.ADVICE_BY_ACCOUNT if call.each]
        for request in result.requests(listed.response):
            self._one(access, result, self._place(result, access.account, EVERYWHERE, request))

    def _refused(self, account: str, refusal: Refusal, several: Sequence[Call]) -> None:
        for call in several:
            if call.each is None:
                self._tell(self._place(call, account, EVERYWHERE).untold(refusal.status, refusal.reason))

    def _place(self, call: Call, account: str, region: str, request: Mapping[str, str] | None = None) -> Answer:
        return Answer(call.operation, account, region, self.day, request=request or {})

    def _tell(self, answer: Answer) -> Answer:
        with self._lock:
            self.told.append(answer)
            self.note(answer)
        return answer
