"""A call as data: what is asked, with which permission, and for which of the things that another call listed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_PREFIX: Final = {"elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag"}
_NAMED_OTHERWISE: Final = {
    "s3.ListBuckets": "s3:ListAllMyBuckets",
    "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3.ListMultipartUploads": "s3:ListBucketMultipartUploads",
}


@dataclass(frozen=True)
class Each:
    """A call is made once for each thing that ``listing`` gave below ``path``, named to AWS as ``parameter``.

    The last word of the path is the key of the thing's name, or empty where the list holds the names themselves.
    """

    listing: str
    path: tuple[str, ...]
    parameter: str


@dataclass(frozen=True)
class Call:
    """One operation, as ``ec2.DescribeVolumes``; ``none`` are error codes by which AWS says that there is nothing."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    each: Each | None = None
    none: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The service as boto3 names it."""
        return self.operation.partition(".")[0]

    @property
    def method(self) -> str:
        """The client's method: ``DescribeDBInstances`` is ``describe_db_instances``."""
        name = self.operation.partition(".")[2]
        parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
        return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parted).lower()

    @property
    def action(self) -> str:
        """The permission that the call needs."""
        service, _, name = self.operation.partition(".")
        return _NAMED_OTHERWISE.get(self.operation) or f"{_PREFIX.get(service, service)}:{name}"

    def requests(self, listed: Mapping[str, Any]) -> list[dict[str, str]]:
        """What tells the call's answers apart: one empty request, or one for each thing in the listing's response."""
        if self.each is None:
            return [{}]
        return [{self.each.parameter: name} for name in _names(listed, self.each.path)]


def _names(item: Any, path: tuple[str, ...]) -> list[str]:
    """The names at the end of a path through lists."""
    if not path or not path[0]:
        return [str(item)]
    below = item.get(path[0]) if isinstance(item, Mapping) else None
    several = below if isinstance(below, list | tuple) else [] if below is None else [below]
    return [name for one in several for name in _names(one, path[1:])]
