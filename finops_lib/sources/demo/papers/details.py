"""Answers that are no list of one kind by region: buckets, images, trails, tags, and what is asked one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from finops_lib.core.files import write_json
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers.estate_view import EstateView

Answer = dict[str, object]
_TAGGED = ("bucket", "load_balancer", "log_group", "cache", "table")


def answer(
    view: EstateView, account: str, region: str, response: Answer, request: Mapping[str, str] | None = None
) -> Answer:
    """An entry of ``answers``, taken on the last day with data."""
    place: Answer = {"AccountId": account, "Region": region, "Taken": view.moment(view.hour)[:10]}
    return place | ({"Request": dict(request)} if request else {}) | {"Response": response}


def write_answers(folder: Path, call: str, answers: Sequence[Answer]) -> None:
    """A call's answers as a file of its name."""
    write_json(folder / f"{call}.json", {"operation": call, "answers": list(answers)})


def details(view: EstateView) -> dict[str, list[Answer]]:
    """The answers by call."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for parts in (_buckets, _images, _trails, _tags, _targets, _clusters, _tables):
        for call, entry in parts(view):
            found[call].append(entry)
    return found


Entries = Iterator[tuple[str, Answer]]


def _buckets(view: EstateView) -> Entries:
    for account in view.plan.estate.accounts:
        mine = [item for item in view.of("bucket") if view.account(item).id == account.id]
        listed = [
            {"Name": item.id, "CreationDate": view.moment(item.created), "BucketRegion": item.region} for item in mine
        ]
        yield "s3.ListBuckets", answer(view, account.id, "*", {"Buckets": listed})
        for item in mine:
            about = {"Bucket": item.id}
            yield "s3.GetBucketLifecycleConfiguration", answer(view, account.id, "*", {"Rules": []}, about)
            yield "s3.GetBucketVersioning", answer(view, account.id, "*", {}, about)
            yield "s3.ListMultipartUploads", answer(view, account.id, "*", {"Uploads": []}, about)


def _images(view: EstateView) -> Entries:
    for account, region, found in view.by_place("snapshot"):
        images = [
            {
                "ImageId": item.attributes["image"],
                "Name": "golden",
                "State": "available",
                "OwnerId": account.id,
                "CreationDate": view.moment(item.created),
                "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": item.name}}],
                "Tags": view.tags(item, name=False),
            }
            for item in found
            if item.attributes["image"]
        ]
        yield "ec2.DescribeImages", answer(view, account.id, region, {"Images": images})


def _trails(view: EstateView) -> Entries:
    """Where management events are recorded twice, two trails stand."""
    estate = view.plan.estate
    twice = {(item.account, item.region) for item in estate.resources if item.name == "trail"}
    for number, account in enumerate(estate.accounts):
        for _, region, _ in [place for place in view.by_place("trail") if place[0] is account]:
            names = ("audit", "audit-copy") if (number, region) in twice else ()
            arns = {name: f"arn:aws:cloudtrail:{region}:{account.id}:trail/{name}" for name in names}
            trails = [
                {"Name": name, "TrailARN": arn, "HomeRegion": region, "IsMultiRegionTrail": name == "audit"}
                | {"IsOrganizationTrail": False}
                for name, arn in arns.items()
            ]
            yield "cloudtrail.DescribeTrails", answer(view, account.id, region, {"trailList": trails})
            for arn in arns.values():
                chosen: Answer = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
                yield "cloudtrail.GetEventSelectors", answer(view, account.id, region, chosen, {"TrailName": arn})


def _tags(view: EstateView) -> Entries:
    for account, region, found in view.by_place(*_TAGGED):
        tagged = [{"ResourceARN": _arn(item), "Tags": view.tags(item, name=False)} for item in found]
        listed = [entry for entry in tagged if entry["Tags"]]
        yield (
            "resourcegroupstaggingapi.GetResources",
            answer(view, account.id, region, {"ResourceTagMappingList": listed}),
        )


def _arn(item: Resource) -> str:
    return f"arn:aws:s3:::{item.id}" if item.kind == "bucket" else item.id


def _targets(view: EstateView) -> Entries:
    """A group of two targets behind a load balancer that works, an empty one behind an idle one."""
    for account, region, found in view.by_place("load_balancer"):
        groups = {item.id: item.id.replace("loadbalancer/app", "targetgroup") for item in found}
        listed = [{"TargetGroupArn": group, "LoadBalancerArns": [balancer]} for balancer, group in groups.items()]
        yield "elbv2.DescribeTargetGroups", answer(view, account.id, region, {"TargetGroups": listed})
        for item in found:
            busy = ["10.0.0.10", "10.0.1.10"] if item.attributes["units"] else []
            health = [{"Target": {"Id": target, "Port": 443}, "TargetHealth": {"State": "healthy"}} for target in busy]
            about = {"TargetGroupArn": groups[item.id]}
            told: Answer = {"TargetHealthDescriptions": health}
            yield "elbv2.DescribeTargetHealth", answer(view, account.id, region, told, about)


def _clusters(view: EstateView) -> Entries:
    for item in view.of("cluster"):
        form: Answer = {"name": item.name, "arn": item.id, "version": item.attributes["version"], "status": "ACTIVE"}
        form |= {"upgradePolicy": {"supportType": "EXTENDED"}, "tags": dict(item.tags_at(view.hour))}
        told: Answer = {"cluster": form}
        yield "eks.DescribeCluster", answer(view, view.account(item).id, item.region, told, {"name": item.name})


def _tables(view: EstateView) -> Entries:
    for item in view.of("table"):
        size = round(float(item.attributes["storage"]) * 2**30)
        form: Answer = {"TableName": item.name, "TableArn": item.id, "TableStatus": "ACTIVE", "TableSizeBytes": size}
        form |= {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
        about = {"TableName": item.name}
        yield "dynamodb.DescribeTable", answer(view, view.account(item).id, item.region, {"Table": form}, about)
