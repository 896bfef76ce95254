"""Volumes, snapshots and buckets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.fields import Row, arn, moment, number, partition, row, text
from finops_lib.sources.aws.evidence.kind import Kind
from finops_lib.sources.aws.evidence.tagging import tags_of


def volumes(answers: Answers) -> Iterator[Row]:
    """EBS volumes; one that is attached to several instances is told as attached to the first."""
    for answer, item in answers.items("ec2.DescribeVolumes", "Volumes"):
        links = [link for link in item.get("Attachments") or () if link.get("State") != "detached"]
        yield row(
            answer,
            item["VolumeId"],
            item.get("Tags"),
            type=item["VolumeType"],
            size=number(item["Size"]),
            iops=number(item.get("Iops")),
            throughput=number(item.get("Throughput")),
            state=item["State"],
            attached_to=text(links[0].get("InstanceId")) if links else None,
            zone=text(item.get("AvailabilityZone")),
            created=moment(item.get("CreateTime")),
        )


def snapshots(answers: Answers) -> Iterator[Row]:
    """EBS snapshots that the account owns."""
    for answer, item in answers.items("ec2.DescribeSnapshots", "Snapshots"):
        if item.get("OwnerId", answer.account) != answer.account:
            continue
        yield row(
            answer,
            arn(answer, "ec2", f"snapshot/{item['SnapshotId']}"),
            item.get("Tags"),
            volume=text(item.get("VolumeId")),
            size=number(item.get("VolumeSize")),
            started=moment(item.get("StartTime")),
            tier=text(item.get("StorageTier")),
            description=text(item.get("Description")),
        )


def buckets(answers: Answers) -> Iterator[Row]:
    """S3 buckets, each with what its lifecycle, versioning and uploads tell, where that could be asked."""
    rules = _by_bucket(answers, "s3.GetBucketLifecycleConfiguration")
    versions = _by_bucket(answers, "s3.GetBucketVersioning")
    uploads = _by_bucket(answers, "s3.ListMultipartUploads")
    objects, tags = _objects(answers), tags_of(answers)
    for answer, item in answers.items("s3.ListBuckets", "Buckets"):
        key, region = (answer.account, item["Name"]), text(item.get("BucketRegion")) or answer.region
        told = tags.of(answer, f"arn:{partition(region)}:s3:::{item['Name']}", region)
        found = row(answer, item["Name"], told, created=moment(item.get("CreationDate")), objects=objects.get(key))
        found["region"] = region
        yield found | _lifecycle(rules.get(key)) | _versioning(versions.get(key)) | _uploads(uploads.get(key))


def _by_bucket(answers: Answers, call: str) -> dict[tuple[str, str], Answer]:
    """The answers of a call about buckets, in whichever region they were asked: names are unique."""
    return {(account, name): answer for (account, _, name), answer in answers.about(call, "Bucket").items()}


def _lifecycle(answer: Answer | None) -> Row:
    if answer is None or not answer.answered:
        return {"lifecycle_rules": None, "ends_uploads": None, "ends_noncurrent": None}
    active = [rule for rule in answer.response.get("Rules") or () if rule.get("Status") == "Enabled"]
    noncurrent = ("NoncurrentVersionExpiration", "NoncurrentVersionTransitions")
    return {
        "lifecycle_rules": float(len(active)),
        "ends_uploads": any(_everything(rule) and rule.get("AbortIncompleteMultipartUpload") for rule in active),
        "ends_noncurrent": any(_everything(rule) and any(rule.get(key) for key in noncurrent) for rule in active),
    }


def _everything(rule: Mapping[str, Any]) -> bool:
    """True for a rule of the whole bucket: one of a prefix leaves the rest as it is."""
    chosen = rule.get("Filter") or {}
    return not rule.get("Prefix") and not any(chosen.values())


def _versioning(answer: Answer | None) -> Row:
    """A bucket that never was versioned answers without a status."""
    known = answer is not None and answer.answered
    return {"versioning": str(answer.response.get("Status") or "Never") if known and answer else None}


def _uploads(answer: Answer | None) -> Row:
    known = answer is not None and answer.answered
    return {"unfinished_uploads": float(len(answer.response.get("Uploads") or ())) if known and answer else None}


def _objects(answers: Answers) -> dict[tuple[str, str], float | None]:
    found = answers.items("utilization", "rows")
    return {
        (answer.account, str(item["ResourceId"])): number(item.get("p50"))
        for answer, item in found
        if item.get("MetricName") == "NumberOfObjects"
    }


KINDS = (
    Kind("volumes", ("ec2.DescribeVolumes",), volumes),
    Kind("snapshots", ("ec2.DescribeSnapshots",), snapshots),
    Kind("buckets", ("s3.ListBuckets",), buckets),
)
