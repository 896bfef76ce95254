"""Old EBS snapshots: deleting frees at most what they cost, and less where later snapshots share their blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed, judged
from finops_lib.analyses.opportunities.price_book import PriceBook
from finops_lib.analyses.opportunities.protection import is_protected
from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving
from finops_lib.contracts.evidence import Evidence

# A backup of a volume that lives may be meant to last a year; one of a volume that is gone has served its time sooner.
DAYS_OF_LIVING: Final = 365
DAYS_OF_GONE: Final = 90
ARCHIVE_DAYS: Final = 90
_MANAGED: Final = ("aws:backup:", "aws:dlm:")


@dataclass(frozen=True)
class _Around:
    """What else is there: volumes that exist, images' snapshots, all snapshots by volume, and who told of what."""

    day: pd.Timestamp
    book: PriceBook
    volumes: frozenset[str]
    images: frozenset[str]
    chains: Mapping[str, frozenset[str]]
    volumes_told: Callable[[judged.Row], bool]
    images_told: Callable[[judged.Row], bool]

    def age(self, row: judged.Row) -> int:
        """The days since the snapshot was taken."""
        return int((self.day - row["started"]).days)

    def is_gone(self, row: judged.Row) -> bool:
        """True where the volume is known to be no more."""
        return row["volume"] not in self.volumes and self.volumes_told(row)


def find(evidence: Evidence) -> Findings:
    """Snapshots by their age, unless an image needs them or AWS Backup or a lifecycle policy keeps them."""
    costs = billed.of(evidence, "AmazonEC2", r"EBS:SnapshotUsage$")
    snapshots = billed.records(billed.known(evidence, "snapshots", costs))
    around = _around(evidence)
    old = frozenset(
        row["resource"]
        for row in snapshots
        if _is_old(row, around) and not is_protected(row["tags"], evidence.protected)
    )
    return judged.findings(
        evidence,
        snapshots,
        lambda row: _finding(row, around, old) if row["resource"] in old else None,
        billed.gaps(evidence, "snapshots", costs, "ec2:DescribeSnapshots"),
    )


def _around(evidence: Evidence) -> _Around:
    snapshots, images = evidence.of("snapshots"), evidence.of("images")
    chains = snapshots[snapshots["volume"].notna()].groupby("volume")["resource"].agg(frozenset)
    return _Around(
        pd.Timestamp(evidence.period.end),
        PriceBook(evidence),
        frozenset(evidence.of("volumes")["resource"]),
        frozenset(_tail(snapshot) for held in images["snapshots"] for snapshot in held or ()),
        dict(chains),
        judged.told(evidence, "volumes"),
        judged.told(evidence, "images"),
    )


def _is_old(row: judged.Row, around: _Around) -> bool:
    """True where nothing needs the snapshot and it is older than its kind is kept for."""
    if row["started"] is None or row["tier"] == "archive" or _is_kept(row, around):
        return False
    return around.age(row) >= (DAYS_OF_GONE if around.is_gone(row) else DAYS_OF_LIVING)


def _is_kept(row: judged.Row, around: _Around) -> bool:
    """True for what an image is made of, and for what AWS Backup or a lifecycle policy made and will delete."""
    description = str(row["description"] or "")
    managed = "aws backup" in description.casefold() or any(str(key).startswith(_MANAGED) for key in row["tags"] or ())
    # Where nobody told which images there are, the snapshot's own words for whom it was made must do.
    of_image = "ami-" in description and not around.images_told(row)
    return managed or of_image or _tail(row["resource"]) in around.images


def _finding(row: judged.Row, around: _Around, old: frozenset[str]) -> Finding:
    cost, gone = float(row["cost"]), around.is_gone(row)
    sharing = len(around.chains.get(row["volume"], frozenset()) - old)
    # Blocks that a snapshot which stays refers to are not freed: of a chain nothing is certain.
    low = 0.0 if sharing else _archived(row, around)
    certain = gone and not sharing and around.images_told(row)
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=cost,
        saving=Saving(low, (low + cost) / 2 if sharing else cost, cost),
        confidence="likely" if certain else "possible",
        evidence=_evidence(row, around, sharing),
        facts={"started": row["started"], "volume": row["volume"], "sharing": sharing},
    )


def _archived(row: judged.Row, around: _Around) -> float:
    """What the archive tier saves, where a whole copy of the volume is stored; 0 where that is not known to be less."""
    told = around.book.find("AmazonEC2", "EBS:SnapshotArchiveStorage", row["region"])
    if told is None or row["size"] is None or around.age(row) < ARCHIVE_DAYS:
        return 0.0
    return max(0.0, float(row["cost"] - row["size"] * told.contracted))


def _evidence(row: judged.Row, around: _Around, sharing: int) -> str:
    """Age, volume, chain and what is not known, in sentences."""
    said = [f"A snapshot {around.age(row)} days old."]
    fate = "is gone" if around.is_gone(row) else "is there, or not known to be gone"
    said += [f"Its volume {row['volume']} {fate}."]
    others = f"{sharing} snapshots of it that stay" if sharing > 1 else "Another snapshot of it that stays"
    said += [f"{others} may share its blocks."] if sharing else []
    said += [] if around.images_told(row) else ["Which images use it was not told."]
    return " ".join(said)


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
