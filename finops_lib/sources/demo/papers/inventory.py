"""Inventory as the describe calls answer: a file per call, one answer per account and region."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from finops_lib.sources.demo.catalog import SOFTWARE
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers import networks
from finops_lib.sources.demo.papers.details import Answer, answer, details, write_answers
from finops_lib.sources.demo.papers.estate_view import EstateView
from finops_lib.sources.demo.rates import rates

_ENGINES = {"aurora": "aurora-postgresql", "mysql": "mysql", "oracle_li": "oracle-se2", "oracle_byol": "oracle-se2"}
_ENGINES |= {"oracle_ee_byol": "oracle-ee", "sqlserver_se": "sqlserver-se"}
_LICENSES = {"oracle_li": "license-included", "sqlserver_se": "license-included"}
_LICENSES |= {"oracle_byol": "bring-your-own-license", "oracle_ee_byol": "bring-your-own-license"}


def write(folder: Path, view: EstateView) -> None:
    """Write one file per call."""
    for call, (kind, key, describe) in _CALLS.items():
        answers = [
            answer(view, account.id, region, {key: [describe(view, item) for item in found]})
            for account, region, found in view.by_place(kind)
        ]
        write_answers(folder, call, answers)
    write_answers(folder, "ec2.DescribeVpcEndpoints", networks.endpoints(view))
    for call, several in details(view).items():
        write_answers(folder, call, several)


def _instance(view: EstateView, item: Resource) -> Answer:
    facts, software = item.attributes, SOFTWARE[str(item.attributes["system"])]
    volumes = view.attached.get(item.id, [])
    placement = {"AvailabilityZone": item.zone, "Tenancy": "host" if "host" in facts else "default"}
    placement |= {"HostId": str(facts["host"])} if "host" in facts else {}
    details: Answer = {"InstanceLifecycle": "spot"} if facts.get("lifecycle") == "spot" else {}
    details |= {"StateTransitionReason": _stopped(view)} if facts["state"] == "stopped" else {}
    group = [{"Key": "aws:autoscaling:groupName", "Value": str(facts["asg"])}] if facts.get("asg") else []
    vcpus = int(rates()[f"ec2.{facts['type']}"].attributes["vcpu"])
    instance: Answer = {
        "InstanceId": item.id,
        "InstanceType": facts["type"],
        "LaunchTime": view.moment(item.created),
        "Placement": placement,
        "PlatformDetails": f"{software.system} {software.sql}".removesuffix(" NA"),
        "UsageOperation": software.operation,
        "State": {"Name": facts["state"]},
        "CpuOptions": {"CoreCount": max(1, vcpus // 2), "ThreadsPerCore": min(2, vcpus)},
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": volume.id}} for volume in volumes],
        "Tags": [*view.tags(item), *group],
        **details,
    }
    return {"OwnerId": view.account(item).id, "Instances": [instance]}


def _stopped(view: EstateView) -> str:
    """Stopped months ago."""
    return f"User initiated ({view.plan.timeline.instant(view.plan.timeline.back(4, 9)):%Y-%m-%d %H:%M:%S} GMT)"


def _volume(view: EstateView, item: Resource) -> Answer:
    facts, attached = item.attributes, str(item.attributes["attached"])
    size, kind, extra = int(facts["size"]), str(facts["type"]), int(facts["iops"])
    iops = {"gp2": min(16_000, max(100, 3 * size)), "gp3": 3_000 + extra, "io1": extra}[kind]
    form: Answer = {"VolumeId": item.id, "Size": size, "VolumeType": kind, "Iops": iops}
    form |= {"AvailabilityZone": item.zone, "CreateTime": view.moment(item.created), "Tags": view.tags(item)}
    links = [{"InstanceId": attached, "State": "attached", "VolumeId": item.id}] if attached else []
    throughput = {"Throughput": 125} if kind == "gp3" else {}
    return {**form, **throughput, "State": "in-use" if attached else "available", "Attachments": links}


def _snapshot(view: EstateView, item: Resource) -> Answer:
    facts = item.attributes
    image = f"Created by CreateImage for {facts['image']}" if facts["image"] else "Nightly copy"
    return {
        "SnapshotId": item.name,
        "VolumeId": facts["volume"],
        "VolumeSize": round(float(facts["size"])),
        "StartTime": view.moment(item.created),
        "State": "completed",
        "StorageTier": "standard",
        "OwnerId": view.account(item).id,
        "Description": image,
        "Tags": view.tags(item, name=False),
    }


def _address(view: EstateView, item: Resource) -> Answer:
    number = int(view.plan.estate.key("address", item.id, length=4), 16)
    form: Answer = {"AllocationId": item.name, "PublicIp": f"203.0.113.{number % 254 + 1}", "Domain": "vpc"}
    used: Answer = {} if item.attributes["idle"] else {"AssociationId": item.name.replace("eipalloc", "eipassoc")}
    return {**form, **used, "Tags": view.tags(item, name=False)}


def _host(view: EstateView, item: Resource) -> Answer:
    facts = item.attributes
    capacity = {"Cores": facts["cores"], "Sockets": facts["sockets"], "TotalVCpus": facts["vcpus"]}
    guests = [r for r in view.of("instance") if r.attributes.get("host") == item.id]
    return {
        "HostId": item.id,
        "AvailabilityZone": item.zone,
        "State": "available",
        "HostProperties": {**capacity, "InstanceFamily": facts["family"]},
        "Instances": [{"InstanceId": guest.id, "InstanceType": guest.attributes["type"]} for guest in guests],
        "AllocationTime": view.moment(item.created),
        "Tags": view.tags(item),
    }


def _database(view: EstateView, item: Resource) -> Answer:
    facts = item.attributes
    engine = str(facts["engine"])
    return {
        "DBInstanceIdentifier": item.name,
        "DBInstanceArn": item.id,
        "DBInstanceClass": facts["class"],
        "Engine": _ENGINES.get(engine, "postgres"),
        "EngineVersion": facts.get("version") or "16.4",
        "LicenseModel": _LICENSES.get(engine, "postgresql-license"),
        "MultiAZ": engine.endswith(".multi"),
        "StorageType": "aurora" if engine == "aurora" else "gp2",
        "AllocatedStorage": round(float(facts["storage"])),
        "AvailabilityZone": item.zone,
        "DBInstanceStatus": "available",
        "InstanceCreateTime": view.moment(item.created),
        "TagList": view.tags(item, name=False),
    }


def _load_balancer(view: EstateView, item: Resource) -> Answer:
    form: Answer = {"LoadBalancerArn": item.id, "LoadBalancerName": item.name, "Type": "application"}
    return form | {
        "State": {"Code": "active"},
        "CreatedTime": view.moment(item.created),
    }


def _log_group(view: EstateView, item: Resource) -> Answer:
    days, made = int(item.attributes["retention"]), view.plan.timeline.instant(item.created)
    form: Answer = {
        "logGroupName": item.name,
        "arn": f"{item.id}:*",
        "logGroupArn": item.id,
        "storedBytes": round(float(item.attributes["gigabytes"]) * 2**30),
    }
    seconds = round(made.replace(tzinfo=dt.UTC).timestamp())
    return form | ({"retentionInDays": days} if days else {}) | {"creationTime": seconds * 1000}


def _cache(view: EstateView, item: Resource) -> Answer:
    form: Answer = {"CacheClusterId": item.name, "ARN": item.id, "CacheNodeType": item.attributes["type"]}
    return form | {"Engine": "redis", "EngineVersion": "7.1.0", "NumCacheNodes": 1, "CacheClusterStatus": "available"}


def _name(view: EstateView, item: Resource) -> str:
    return item.name


_CALLS: dict[str, tuple[str, str, Callable[[EstateView, Resource], Answer | str]]] = {
    "ec2.DescribeInstances": ("instance", "Reservations", _instance),
    "ec2.DescribeVolumes": ("volume", "Volumes", _volume),
    "ec2.DescribeSnapshots": ("snapshot", "Snapshots", _snapshot),
    "ec2.DescribeAddresses": ("address", "Addresses", _address),
    "ec2.DescribeNatGateways": ("nat", "NatGateways", networks.nat_gateway),
    "ec2.DescribeCapacityReservations": ("capacity_reservation", "CapacityReservations", _name),
    "ec2.DescribeHosts": ("host", "Hosts", _host),
    "rds.DescribeDBInstances": ("database", "DBInstances", _database),
    "elbv2.DescribeLoadBalancers": ("load_balancer", "LoadBalancers", _load_balancer),
    "elb.DescribeLoadBalancers": ("classic_load_balancer", "LoadBalancerDescriptions", _name),
    "logs.DescribeLogGroups": ("log_group", "logGroups", _log_group),
    "eks.ListClusters": ("cluster", "clusters", _name),
    "dynamodb.ListTables": ("table", "TableNames", _name),
    "elasticache.DescribeCacheClusters": ("cache", "CacheClusters", _cache),
}
