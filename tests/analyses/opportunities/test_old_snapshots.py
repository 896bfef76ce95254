from __future__ import annotations

from typing import Any

from opportunity_evidence import ACCOUNT, REGION, asked, evidence, line, resource
from storage_prices import listed

from finops_lib.analyses.opportunities.old_snapshots import find
from finops_lib.analyses.opportunities.protocol import Findings

_ARCHIVE = listed("EBS:SnapshotArchiveStorage", 0.0125)


def _arn(name: str) -> str:
    return f"arn:aws:ec2:{REGION}:{ACCOUNT}:snapshot/{name}"


def _snapshot(name: str = "snap-1", **facts: Any) -> dict[str, Any]:
    usual = {"volume": "vol-gone", "size": 340.0, "started": "2025-08-01", "tier": "standard"}
    return resource("snapshots", _arn(name), **(usual | facts))


def _found(*snapshots: dict[str, Any], images: tuple[str, ...] = (), **more: Any) -> Findings:
    inventory = {
        "snapshots": list(snapshots),
        "volumes": [resource("volumes", "vol-here", type="gp3", size=340.0, state="in-use")],
        "images": [resource("images", "ami-1", snapshots=images)] if images else [],
    }
    lines = [line(row["resource"], "EBS:SnapshotUsage", 17.0) for row in snapshots]
    return find(evidence(*lines, inventory=inventory, **more))


def test_a_snapshot_whose_volume_is_gone_saves_its_cost_or_what_the_archive_saves() -> None:
    (finding,) = _found(_snapshot(), prices=[_ARCHIVE]).found
    assert (finding.saving.low, finding.saving.expected, finding.saving.high) == (12.75, 17.0, 17.0)
    assert finding.evidence == "A snapshot 457 days old. Its volume vol-gone is gone."
    assert finding.confidence == "likely"


def test_the_archive_stores_a_whole_copy_and_may_cost_more_than_an_increment() -> None:
    (finding,) = _found(_snapshot(size=4_000.0), prices=[_ARCHIVE]).found
    assert finding.saving.low == 0.0


def test_of_a_chain_that_goes_on_nothing_is_certain() -> None:
    young = _snapshot("snap-2", started="2026-10-20", volume="vol-here")
    (finding,) = _found(_snapshot(volume="vol-here"), young, prices=[_ARCHIVE]).found
    assert (finding.saving.low, finding.saving.expected, finding.saving.high) == (0.0, 8.5, 17.0)
    assert "Another snapshot of it that stays may share its blocks." in finding.evidence
    assert finding.confidence == "possible"


def test_a_chain_that_goes_as_a_whole_frees_all() -> None:
    found = _found(_snapshot(), _snapshot("snap-2", started="2025-09-01"))
    assert [finding.saving.expected for finding in found.found] == [17.0, 17.0]


def test_a_year_is_given_to_backups_of_volumes_that_live_and_90_days_to_others() -> None:
    half = {"started": "2026-04-01"}
    assert _found(_snapshot(**half, volume="vol-here")).found == ()
    assert len(_found(_snapshot(**half)).found) == 1
    assert _found(_snapshot(started="2026-09-01")).examined == 1


def test_what_an_image_is_made_of_stays() -> None:
    found = _found(_snapshot(), images=("snap-1",))
    assert (found.found, found.examined) == ((), 1)


def test_without_images_the_snapshot_s_own_words_say_whom_it_is_for() -> None:
    told = asked("snapshots", "volumes")
    assert _found(_snapshot(description="Created by CreateImage(i-1) for ami-1"), told=told).found == ()
    (other,) = _found(_snapshot(description="Nightly copy"), told=told).found
    assert "Which images use it was not told." in other.evidence
    assert other.confidence == "possible"


def test_an_image_that_is_deregistered_needs_it_no_more() -> None:
    assert len(_found(_snapshot(description="Created by CreateImage(i-1) for ami-gone")).found) == 1


def test_what_aws_backup_and_lifecycle_policies_keep_is_theirs_to_delete() -> None:
    kept = (
        _snapshot("snap-1", description="This snapshot is created by the AWS Backup service."),
        _snapshot("snap-2", tags={"aws:backup:source-resource": "arn"}),
        _snapshot("snap-3", tags={"aws:dlm:lifecycle-policy-id": "policy-1"}),
        _snapshot("snap-4", tier="archive"),
        _snapshot("snap-5", tags={"legal-hold": "7"}),
    )
    found = _found(*kept, protected=("legal-hold",))
    assert (found.found, found.examined) == ((), 5)


def test_a_protected_snapshot_stays_and_keeps_the_blocks_that_it_shares() -> None:
    (finding,) = _found(_snapshot(), _snapshot("snap-2", tags={"legal-hold": "7"}), protected=("legal-hold",)).found
    assert (finding.saving.low, finding.saving.expected) == (0.0, 8.5)
