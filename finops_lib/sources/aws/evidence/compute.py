"""Instances, images and capacity reservations."""

from __future__ import annotations

from collections.abc import Iterator

from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import Row, arn, moment, number, row, stopped, text
from finops_lib.sources.aws.evidence.kind import Kind

_GROUP = "aws:autoscaling:groupName"


def instances(answers: Answers) -> Iterator[Row]:
    """EC2 instances; ``group`` is the Auto Scaling group that made one."""
    for answer, item in answers.items("ec2.DescribeInstances", "Reservations", "Instances"):
        place, tags = item.get("Placement") or {}, item.get("Tags")
        found = row(
            answer,
            item["InstanceId"],
            tags,
            type=item["InstanceType"],
            state=item["State"]["Name"],
            stopped=stopped(item.get("StateTransitionReason")) if item["State"]["Name"] == "stopped" else None,
            launched=moment(item.get("LaunchTime")),
            platform=text(item.get("PlatformDetails")),
            operation=text(item.get("UsageOperation")),
            tenancy=text(place.get("Tenancy")),
            lifecycle=text(item.get("InstanceLifecycle")),
            zone=text(place.get("AvailabilityZone")),
        )
        own = found["tags"]
        yield found | {"group": own.get(_GROUP) if isinstance(own, dict) else None}


def images(answers: Answers) -> Iterator[Row]:
    """AMIs that the account owns, with the snapshots that they need."""
    for answer, item in answers.items("ec2.DescribeImages", "Images"):
        disks = [disk.get("Ebs") or {} for disk in item.get("BlockDeviceMappings") or ()]
        snapshots = tuple(disk["SnapshotId"] for disk in disks if disk.get("SnapshotId"))
        launched = moment(item.get("LastLaunchedTime"))
        yield row(answer, item["ImageId"], item.get("Tags"), snapshots=snapshots, last_launched=launched)


def capacity_reservations(answers: Answers) -> Iterator[Row]:
    """On-Demand capacity reservations."""
    for answer, item in answers.items("ec2.DescribeCapacityReservations", "CapacityReservations"):
        identity = item.get("CapacityReservationArn")
        yield row(
            answer,
            identity or arn(answer, "ec2", f"capacity-reservation/{item['CapacityReservationId']}"),
            item.get("Tags"),
            type=item["InstanceType"],
            state=item["State"],
            total=number(item.get("TotalInstanceCount")),
            available=number(item.get("AvailableInstanceCount")),
        )


KINDS = (
    Kind("instances", ("ec2.DescribeInstances",), instances),
    Kind("images", ("ec2.DescribeImages",), images),
    Kind("capacity_reservations", ("ec2.DescribeCapacityReservations",), capacity_reservations),
)
