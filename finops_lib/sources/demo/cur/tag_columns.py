"""The tag maps of a month: what each resource shows once activation and retagging are taken into account."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import numpy as np
import pyarrow as pa

from finops_lib.sources.demo.charges import Charges
from finops_lib.sources.demo.cur.line_items import Columns
from finops_lib.sources.demo.cur.wardrobe import MAP, Wardrobe
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.money import Ints
from finops_lib.sources.demo.tags import Tags, all_tags, resource_tags
from finops_lib.sources.demo.timeline import Month

_Key = TypeVar("_Key", bound=Hashable)
_CREATOR = "AssumedRole:AROA2KELPFROND7DEPLOY:pipeline"
_TRACED = frozenset({"instance", "volume", "database", "bucket"})


def tag_maps(rows: Charges, room: Wardrobe, month: Month) -> Columns:
    """``resource_tags``, ``cost_category`` and ``tags`` of the rows."""
    estate = room.plan.estate
    visible = [room.plan.activation.visible(r.tags_at(month.first), month.period) for r in estate.resources]
    seen = [(tags, _creator(resource)) for tags, resource in zip(visible, estate.resources, strict=True)]
    resource, count = room.resource_of[rows.stream], len(estate.resources)
    owners = [(*pair, r.account) for pair, r in zip(seen, estate.resources, strict=True)]
    accounts = [((), None, number) for number in range(len(estate.accounts))]
    place = np.where(resource >= 0, resource, count + rows.account)
    units = [account.unit for account in estate.accounts]

    def whole(key: tuple[Tags, str | None, int]) -> dict[str, str]:
        return all_tags(key[0], key[1], units[key[2]], _division(units[key[2]]))

    return {
        "resource_tags": _maps([*seen, ((), None)], lambda key: resource_tags(*key), resource),
        "tags": _maps([*owners, *accounts], whole, place),
        "cost_category": _maps(units, lambda unit: {"division": _division(unit)}, rows.account),
    }


def _creator(resource: Resource) -> str | None:
    return _CREATOR if resource.kind in _TRACED and resource.tags else None


def _division(unit: str) -> str:
    return "Harbour" if unit in ("Root", "Core") else "Field"


def _maps(keys: Iterable[_Key], build: Callable[[_Key], dict[str, str]], numbers: Ints) -> pa.Array:
    """Map column: ``keys`` by number (the last one for number -1), each distinct key built once."""
    places: dict[_Key, int] = {}
    codes = np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int64)
    return pa.array([list(build(key).items()) for key in places], MAP).take(pa.array(codes[numbers]))
