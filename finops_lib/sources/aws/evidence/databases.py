"""RDS instances, caches, tables and EKS clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.fields import UNREAD, Row, arn, moment, number, row, text
from finops_lib.sources.aws.evidence.kind import Kind
from finops_lib.sources.aws.evidence.tagging import tags_of


def databases(answers: Answers) -> Iterator[Row]:
    """RDS instances, those of Aurora clusters too."""
    for answer, item in answers.items("rds.DescribeDBInstances", "DBInstances"):
        yield row(
            answer,
            item["DBInstanceArn"],
            item.get("TagList"),
            name=item["DBInstanceIdentifier"],
            type=item["DBInstanceClass"],
            engine=item["Engine"],
            version=item["EngineVersion"],
            multi_az=bool(item.get("MultiAZ")),
            storage_type=text(item.get("StorageType")),
            storage=number(item.get("AllocatedStorage")),
            iops=number(item.get("Iops")),
            state=text(item.get("DBInstanceStatus")),
            cluster=text(item.get("DBClusterIdentifier")),
            created=moment(item.get("InstanceCreateTime")),
        )


def caches(answers: Answers) -> Iterator[Row]:
    """ElastiCache clusters, each node of a replication group being one."""
    tags = tags_of(answers)
    for answer, item in answers.items("elasticache.DescribeCacheClusters", "CacheClusters"):
        identity = str(item.get("ARN") or arn(answer, "elasticache", f"cluster:{item['CacheClusterId']}"))
        yield row(
            answer,
            identity,
            tags.of(answer, identity),
            engine=item["Engine"],
            version=str(item.get("EngineVersion") or ""),
            type=item["CacheNodeType"],
            nodes=number(item.get("NumCacheNodes")) or 0.0,
        )


def tables(answers: Answers) -> Iterator[Row]:
    """DynamoDB tables; one that was listed and not described has neither mode nor class."""
    described, tags = answers.about("dynamodb.DescribeTable", "TableName"), tags_of(answers)
    for answer, name in _named(answers, "dynamodb.ListTables", "TableNames"):
        identity = arn(answer, "dynamodb", f"table/{name}")
        found = _told(described, answer, name, "Table")
        mode = (found.get("BillingModeSummary") or {}).get("BillingMode") or "PROVISIONED"
        storage = (found.get("TableClassSummary") or {}).get("TableClass") or "STANDARD"
        facts = {"mode": mode, "storage_class": storage} if found else {"mode": "", "storage_class": ""}
        yield row(answer, identity, tags.of(answer, identity), **facts, size_bytes=number(found.get("TableSizeBytes")))


def clusters(answers: Answers) -> Iterator[Row]:
    """EKS clusters; one that was listed and not described has no version."""
    described = answers.about("eks.DescribeCluster", "name")
    for answer, name in _named(answers, "eks.ListClusters", "clusters"):
        found = _told(described, answer, name, "cluster")
        yield row(
            answer,
            str(found.get("arn") or arn(answer, "eks", f"cluster/{name}")),
            found.get("tags") if found else UNREAD,
            name=name,
            version=str(found.get("version") or ""),
            state=text(found.get("status")),
            support=text((found.get("upgradePolicy") or {}).get("supportType")),
        )


def _named(answers: Answers, call: str, key: str) -> Iterator[tuple[Answer, str]]:
    for answer in answers.asked(call):
        for name in answer.response.get(key) or ():
            yield answer, str(name)


def _told(described: dict[tuple[str, str, str], Answer], listed: Answer, name: str, key: str) -> dict[str, Any]:
    found = described.get((listed.account, listed.region, name))
    return dict(found.response.get(key) or {}) if found else {}


KINDS = (
    Kind("databases", ("rds.DescribeDBInstances",), databases),
    Kind("caches", ("elasticache.DescribeCacheClusters",), caches),
    Kind("tables", ("dynamodb.ListTables",), tables, ("dynamodb.DescribeTable",)),
    Kind("clusters", ("eks.ListClusters",), clusters, ("eks.DescribeCluster",)),
)
