"""Cost allocation tags: what resources carry, what the bill shows of it, and every mess that people make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from finops_lib.core.periods import Period

Tags = tuple[tuple[str, str], ...]
POLICY_KEYS = ("CostCenter", "Project", "Environment", "Owner")


@dataclass(frozen=True)
class Project:
    """A project of the company: its policy tags except the environment."""

    name: str
    cost_center: str
    owner: str


SHOP = Project("tideline-shop", "4100", "lena.voss@saltglass.example")
HARVEST = Project("harvest-planner", "4200", "ines.moreau@saltglass.example")
LAB = Project("nutrient-lab", "4300", "tomas.aalto@saltglass.example")
PLATFORM = Project("platform-core", "4900", "grace.okafor@saltglass.example")
PROJECTS = (SHOP, HARVEST, LAB, PLATFORM)
ENVIRONMENTS = ("production", "staging", "development", "sandbox", "shared")


def policy_tags(project: Project, environment: str) -> Tags:
    """The four policy tags, as they should be."""
    values = (project.cost_center, project.name, environment, project.owner)
    return tuple(zip(POLICY_KEYS, values, strict=True))


def _change(key: str, value: str | None) -> Mapping[str, str | None]:
    return MappingProxyType({key: value})


FAULTS: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "case_title": _change("Environment", "Prod"),
        "case_short": _change("Environment", "prod"),
        "case_upper": _change("Environment", "PRODUCTION"),
        "trailing_space": _change("Environment", "production "),
        "unicode": _change("Project", "Küstenwächter 海藻"),
        "empty_value": _change("CostCenter", ""),
        "missing_owner": _change("Owner", None),
        "missing_cost_center": _change("CostCenter", None),
        "missing_all": MappingProxyType(dict.fromkeys(POLICY_KEYS)),
        "key_case": MappingProxyType({"CostCenter": None, "costcenter": "4100"}),
        "key_twice": _change("costcenter", "4300"),
        "key_collision": _change("cost-center", "4900"),
    }
)


def spoil(tags: Tags, fault: str) -> Tags:
    """The tags after a named fault: a value changed, a key lost or a stray key added."""
    changed = {**dict(tags), **FAULTS[fault]}
    return tuple((key, value) for key, value in changed.items() if value is not None)


@dataclass(frozen=True)
class Activation:
    """From which month on a tag key shows in the bill; a key that is not named shows from the start."""

    late: Mapping[str, Period]

    def visible(self, tags: Tags, period: Period) -> Tags:
        """The tags that the bill of a month shows."""
        return tuple((key, value) for key, value in tags if key not in self.late or self.late[key] <= period)


def normalized(key: str) -> str:
    """A user tag key as ``resource_tags`` spells it: ``CostCenter`` becomes ``user_cost_center``."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()
    return "user_" + re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", snake))


def resource_tags(tags: Sequence[tuple[str, str]], creator: str | None) -> dict[str, str]:
    """The ``resource_tags`` map; of two keys that collide after normalization the first one is kept."""
    result: dict[str, str] = {"aws_created_by": creator} if creator else {}
    for key, value in tags:
        result.setdefault(normalized(key), value)
    return result


def all_tags(tags: Sequence[tuple[str, str]], creator: str | None, unit: str, division: str) -> dict[str, str]:
    """The newer ``tags`` map: original keys, prefixed by their source."""
    result = {f"resourceTags/{key}": value for key, value in tags}
    if creator:
        result["resourceTags/aws:createdBy"] = creator
    return result | {"accountTag/BusinessUnit": unit, "costCategory/Division": division}
