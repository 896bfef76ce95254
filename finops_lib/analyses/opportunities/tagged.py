"""The tags of a resource, by its inventory and by the bill, and the environment that they tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, Literal

import pandas as pd

from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.contracts.evidence import Evidence

Environment = Literal["production", "non-production", "other"]

_KEYS: Final = frozenset({"environment", "env", "stage", "environmenttype", "envtype", "deploymentenvironment"})
_PRODUCTION: Final = frozenset({"production", "prod", "prd", "live"})
_OTHERS: Final = frozenset(
    {"development", "develop", "dev", "test", "testing", "tst", "qa", "uat", "staging", "stage", "stg", "sandbox"}
    | {"sbx", "playground", "demo"}
)
_TAG: Final = "x_tag_"


def tags_of(evidence: Evidence, resources: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """The tags of each of these resources: the inventory's, and those that the bill has as columns."""
    told = _told(evidence)
    return {resource: told.get(resource, {}) for resource in resources}


@once
def _told(evidence: Evidence) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for resource, tags in _billed_tags(evidence.bill):
        found[resource].update(tags)
    for frame in evidence.inventory.values():
        if {"resource", "tags"} <= set(frame):
            for resource, tags in zip(frame["resource"], frame["tags"], strict=True):
                if isinstance(tags, Mapping):
                    found[resource].update({str(key): str(value) for key, value in tags.items()})
    return dict(found)


def unprotected(evidence: Evidence, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows whose ``resource`` no tag protects, wherever the tag is told."""
    tags = tags_of(evidence, frame["resource"])
    free = [not is_protected(tags[resource], evidence.protected) for resource in frame["resource"]]
    return frame[pd.Series(free, index=frame.index, dtype=bool)]


@once
def unread(evidence: Evidence) -> frozenset[str]:
    """The resources whose protection nobody told: neither the inventory nor a column of the bill."""
    keys = {word.partition("=")[0].casefold() for word in evidence.protected}
    billed = {name.casefold() for column in evidence.bill if str(column).startswith(_TAG) for name in _names(column)}
    if keys <= billed:
        return frozenset()
    tagged = [frame for frame in evidence.inventory.values() if {"resource", "tags"} <= set(frame)]
    read = {
        resource
        for frame in tagged
        for resource, tags in zip(frame["resource"], frame["tags"], strict=True)
        if isinstance(tags, Mapping)
    }
    named = set(evidence.bill["ResourceId"].dropna()).union(*(frame["resource"] for frame in tagged))
    return frozenset(map(str, named - read))


def environment(tags: Mapping[str, str]) -> Environment | None:
    """The environment that tags tell; production where they contradict each other, None where none is told."""
    told = [value for key, value in tags.items() if _joined(key) in _KEYS and _joined(value)]
    said = {_environment(value) for value in told}
    ranked: tuple[Environment, ...] = ("production", "other", "non-production")
    return next((kind for kind in ranked if kind in said), None)


def _environment(value: str) -> Environment:
    if _joined(value).startswith("nonprod"):
        return "non-production"
    words = set(re.split(r"[^a-z]+", value.casefold()))
    if words & _PRODUCTION:
        return "production"
    return "non-production" if words & _OTHERS else "other"


def _joined(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _billed_tags(bill: pd.DataFrame) -> list[tuple[str, dict[str, str]]]:
    columns = [column for column in bill if str(column).startswith(_TAG)]
    rows = bill.loc[bill["ResourceId"].notna(), ["ResourceId", *columns]].drop_duplicates()
    return [
        (
            str(row["ResourceId"]),
            {name: str(row[column]) for column in columns for name in _names(column) if row[column]},
        )
        for row in rows.astype(object).where(rows.notna(), None).to_dict("records")
    ]


def _names(column: object) -> set[str]:
    name = str(column).removeprefix(_TAG)
    return {name, name.replace("_", "-")}
