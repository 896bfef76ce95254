"""Old EBS snapshots: deleting frees at most what they cost, and less where later snapshots share their blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.protocol import Confidence, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.contracts.evidence import Evidence

# A backup of a volume that lives may be meant to last a year; one of a volume that is gone has served its time sooner.
DAYS_OF_LIVING: Final = 365
DAYS_OF_GONE: Final = 90
ARCHIVE_DAYS: Final = 90
_MANAGED: Final = ("aws:backup:", "aws:dlm:")


@dataclass(frozen=True)
class _Around:
    """What else is there: volumes that exist, images' snapshots, and all snapshots by volume."""

    volumes: frozenset[str]
    images: frozenset[str]
    chains: Mapping[str, frozenset[str]]


def find(evidence: Evidence) -> Findings:
    """Snapshots by their age, unless an image needs them or AWS Backup or a lifecycle policy keeps them."""
    costs = billed.resources(billed.rows(evidence.bill, "AmazonEC2", r"EBS:SnapshotUsage$"))
    snapshots = billed.known(evidence, "snapshots", costs)
    around = _around(evidence)
    old = {row["resource"] for row in billed.records(snapshots) if _is_old(evidence, row, around)}
    return judged.findings(
        evidence,
        billed.records(snapshots),
        lambda row: _judge(evidence, row, around, frozenset(old)) if row["resource"] in old else None,
        billed.gaps(evidence, "snapshots", costs, "ec2:DescribeSnapshots"),
    )


def _around(evidence: Evidence) -> _Around:
    snapshots, images = evidence.of("snapshots"), evidence.of("images")
    named = snapshots[snapshots["volume"].notna()]
    chains = named.groupby("volume")["resource"].agg(frozenset)
    used = (_tail(snapshot) for held in images["snapshots"] for snapshot in held or ())
    return _Around(frozenset(evidence.of("volumes")["resource"]), frozenset(used), dict(chains))


def _is_old(evidence: Evidence, row: Mapping[str, Any], around: _Around) -> bool:
    """True where nothing needs the snapshot and it is older than its kind is kept for."""
    if row["started"] is None or row["tier"] == "archive" or _is_kept(evidence, row, around):
        return False
    days = DAYS_OF_GONE if _is_gone(evidence, row, around) else DAYS_OF_LIVING
    return _age(evidence, row) >= days


def _is_kept(evidence: Evidence, row: Mapping[str, Any], around: _Around) -> bool:
    """True for what an image is made of, and for what AWS Backup or a lifecycle policy made and will delete."""
    description = str(row["description"] or "")
    managed = "aws backup" in description.casefold() or any(str(key).startswith(_MANAGED) for key in row["tags"] or ())
    # Where nobody told which images there are, the snapshot's own words for whom it was made must do.
    of_image = "ami-" in description and not evidence.knows("images", row["account"], row["region"])
    return managed or of_image or _tail(row["resource"]) in around.images


def _is_gone(evidence: Evidence, row: Mapping[str, Any], around: _Around) -> bool:
    return row["volume"] not in around.volumes and evidence.knows("volumes", row["account"], row["region"])


def _judge(evidence: Evidence, row: Mapping[str, Any], around: _Around, old: frozenset[str]) -> Finding:
    cost = float(row["cost"])
    sharing = around.chains.get(row["volume"], frozenset()) - old
    # Blocks that a snapshot which stays refers to are not freed: of a chain nothing is certain.
    low = 0.0 if sharing else _archived(evidence, row)
    gone, images = _is_gone(evidence, row, around), evidence.knows("images", row["account"], row["region"])
    confidence: Confidence = "likely" if gone and images and not sharing else "possible"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=cost,
        saving=Saving(low, (low + cost) / 2 if sharing else cost, cost),
        confidence=confidence,
        evidence=_evidence(evidence, row, gone, len(sharing), images),
        facts={"started": row["started"], "volume": row["volume"], "sharing": len(sharing)},
    )


def _archived(evidence: Evidence, row: Mapping[str, Any]) -> float:
    """What the archive tier saves, where a whole copy of the volume is stored; 0 where that is not known to be less."""
    told = unit_price(evidence, "AmazonEC2", "EBS:SnapshotArchiveStorage", row["region"])
    if told is None or row["size"] is None or _age(evidence, row) < ARCHIVE_DAYS:
        return 0.0
    return max(0.0, float(row["cost"] - row["size"] * told.contracted))


def _evidence(evidence: Evidence, row: Mapping[str, Any], gone: bool, sharing: int, images: bool) -> str:
    volume = f"Its volume {row['volume']} " + ("is gone." if gone else "is there, or not known to be gone.")
    chain = f" {sharing} snapshots of it that stay may share its blocks." if sharing else ""
    unsure = "" if images else " Which images use it was not told."
    return f"A snapshot {_age(evidence, row)} days old. {volume}{chain}{unsure}"


def _age(evidence: Evidence, row: Mapping[str, Any]) -> int:
    return int((pd.Timestamp(evidence.period.end) - row["started"]).days)


def _tail(resource: object) -> str:
    return str(resource).rsplit("/", 1)[-1]


OPPORTUNITY = Opportunity(
    id="old_snapshots",
    title="Delete or archive old snapshots",
    area="storage",
    services=("AmazonEC2",),
    step="delete",
    effort_hours=0.25,
    risk="medium",
    reversible=False,
    restart=False,
    needs=("snapshots", "volumes", "images"),
    find=find,
)
