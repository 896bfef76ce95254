"""Which files of a store hold answers of AWS, told by their content, and what they say.

Known are files of ``{"operation", "answers"}``, single answers of the recommendation calls as the AWS CLI prints them,
and CSVs of metrics. Bills beside them are left to others; other papers are passed over.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence import price_list
from finops_lib.sources.aws.evidence.answer import EVERYWHERE, Answer
from finops_lib.sources.protocol import Store, StoredObject

METRICS: Final = ("AccountId", "Region", "ResourceId", "Namespace", "MetricName")
_MANIFEST: Final = re.compile(r"-manifest\.json\Z", re.IGNORECASE)
_BILLED: Final = re.compile(rb"lineitem/|line_item_|billedcost", re.IGNORECASE)
_HEAD: Final = 1 << 14
_BARE: Final = {
    "instanceRecommendations": "compute-optimizer.GetEC2InstanceRecommendations",
    "autoScalingGroupRecommendations": "compute-optimizer.GetAutoScalingGroupRecommendations",
    "volumeRecommendations": "compute-optimizer.GetEBSVolumeRecommendations",
    "lambdaFunctionRecommendations": "compute-optimizer.GetLambdaFunctionRecommendations",
    "ecsServiceRecommendations": "compute-optimizer.GetECSServiceRecommendations",
    "rdsDBRecommendations": "compute-optimizer.GetRDSDatabaseRecommendations",
    "idleRecommendations": "compute-optimizer.GetIdleRecommendations",
    "estimatedTotalDedupedSavings": "cost-optimization-hub.ListRecommendationSummaries",
}


@dataclass(frozen=True)
class Found:
    """What a store holds beside bills: answers, the files that they stand in, and files that are neither, by key.

    ``asked`` where AWS itself was the store; ``reused`` counts what it had told before on the same day.
    """

    answers: tuple[Answer, ...] = ()
    files: frozenset[str] = frozenset()
    passed_over: tuple[str, ...] = ()
    asked: bool = False
    reused: int = 0


def find(store: Store, *, today: str) -> Found:
    """The answers in a store. A file that does not say when AWS was asked is as old as the newest one beside it."""
    told: dict[str, list[Answer]] = {}
    others = []
    for item in store.list():
        lower = item.name.lower()
        if lower.endswith((".json", ".csv")) and price_list.is_offer(store.head(item.key, _HEAD)):
            told |= {item.key: [_of_offer(store, item)]}
        elif lower.endswith(".json") and not _MANIFEST.search(item.name):
            told |= _filled(item, _of_json(store.read(item.key), item.name))
        elif lower.endswith(".csv"):
            head = store.head(item.key, _HEAD)
            if _is_metrics(head):
                told |= _filled(item, _of_csv(store.read(item.key), item.name))
            elif not _BILLED.search(head):
                others.append(item)
    listed = [answer for some in told.values() for answer in some]
    days = [answer.taken for answer in listed if answer.taken and answer.operation != price_list.CALL]
    answers = tuple(_joined(listed))
    dated = tuple(answer if answer.taken else answer.on(max(days, default=today)) for answer in answers)
    passed = tuple(item.key for item in others) if told else ()
    return Found(dated, frozenset({*told, *passed}), passed)


def _filled(item: StoredObject, answers: list[Answer]) -> dict[str, list[Answer]]:
    return {item.key: answers} if answers else {}


def _of_offer(store: Store, item: StoredObject) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer"
        store.fetch(item, path, lambda _: None)
        return price_list.read(path, item.name)


def _of_json(data: bytes, name: str) -> list[Answer]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return []
    if not isinstance(content, Mapping):
        return []
    listed = content.get("answers")
    if isinstance(listed, list) and isinstance(content.get("operation"), str):
        day = str(content.get("taken") or "")[:10]
        return [Answer.from_dict(content["operation"], entry, taken=day, file=name) for entry in listed]
    call = next((call for key, call in _BARE.items() if key in content), None) or _hub(content)
    return [Answer(call, EVERYWHERE, EVERYWHERE, "", content)] if call else []


def _hub(content: Mapping[str, Any]) -> str | None:
    items = content.get("items")
    first = items[0] if isinstance(items, list) and items else None
    known = isinstance(first, Mapping) and {"recommendationId", "actionType"} <= set(first)
    return "cost-optimization-hub.ListRecommendations" if known else None


def _is_metrics(head: bytes) -> bool:
    columns = head.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip().split(",")
    return set(METRICS) <= {column.strip('" ') for column in columns}


def _of_csv(data: bytes, name: str) -> list[Answer]:
    groups: dict[tuple[str, str], list[dict[str, str | None]]] = defaultdict(list)
    try:
        for line in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            facts = {key: value or None for key, value in line.items() if key not in METRICS[:2]}
            groups[str(line["AccountId"]), str(line["Region"])].append(facts)
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{name} is no CSV of metrics: {error}.", hint="Save it as CSV UTF-8.") from error
    return [Answer("utilization", *place, "", {"rows": rows}) for place, rows in groups.items()]


def _joined(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Answers of one place in one pull belong together: they are its pages."""
    groups: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.key].append(answer)
    for pages in groups.values():
        told = [page for page in pages if page.answered]
        yield told[0].with_pages(told[1:]) if told else pages[-1]
