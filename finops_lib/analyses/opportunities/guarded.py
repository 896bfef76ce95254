"""The resources that a tag protects, of whatever kind: for lines of a bill whose kind it does not tell."""

from __future__ import annotations

from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.contracts.evidence import Evidence


@once
def guarded(evidence: Evidence) -> frozenset[str]:
    """The ids of all resources of the inventory that a tag protects."""
    return frozenset(
        str(resource)
        for frame in evidence.inventory.values()
        if "tags" in frame
        for resource, tags in zip(frame["resource"], frame["tags"], strict=True)
        if is_protected(tags, evidence.protected)
    )
