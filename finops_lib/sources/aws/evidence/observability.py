"""Log groups, trails and what CloudWatch measured."""

from __future__ import annotations

from collections.abc import Iterator

from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.fields import Row, moment, number, row, text
from finops_lib.sources.aws.evidence.kind import Kind
from finops_lib.sources.aws.evidence.tagging import tags_of


def log_groups(answers: Answers) -> Iterator[Row]:
    """CloudWatch log groups; AWS ends their ARNs with ``:*``, the bill does not."""
    tags = tags_of(answers)
    for answer, item in answers.items("logs.DescribeLogGroups", "logGroups"):
        identity = str(item.get("logGroupArn") or item["arn"]).removesuffix(":*")
        yield row(
            answer,
            identity,
            tags.of(answer, identity),
            name=item["logGroupName"],
            retention_days=number(item.get("retentionInDays")),
            stored_bytes=number(item.get("storedBytes")),
            created=moment(item.get("creationTime")),
        )


def trails(answers: Answers) -> Iterator[Row]:
    """Trails in their home region: elsewhere they are shadows, and those of the organization show in every account."""
    selectors = answers.about("cloudtrail.GetEventSelectors", "TrailName")
    tags = tags_of(answers)
    for answer, item in answers.items("cloudtrail.DescribeTrails", "trailList"):
        identity = str(item["TrailARN"])
        if item.get("HomeRegion", answer.region) == answer.region and f":{answer.account}:" in identity:
            yield row(
                answer,
                identity,
                tags.of(answer, identity),
                name=item["Name"],
                multi_region=bool(item.get("IsMultiRegionTrail")),
                organization=bool(item.get("IsOrganizationTrail")),
                management_events=_management(selectors.get((answer.account, answer.region, identity))),
            )


def _management(answer: Answer | None) -> bool | None:
    """True where a trail records management events, by either form of selectors."""
    if answer is None or not answer.answered:
        return None
    plain = answer.response.get("EventSelectors") or ()
    advanced = answer.response.get("AdvancedEventSelectors") or ()
    fields = [field for item in advanced for field in item.get("FieldSelectors") or ()]
    chosen = [word for field in fields if field.get("Field") == "eventCategory" for word in field.get("Equals") or ()]
    return "Management" in chosen or any(item.get("IncludeManagementEvents", True) for item in plain)


def utilization(answers: Answers) -> Iterator[Row]:
    """A row a resource and metric."""
    for answer, item in answers.items("utilization", "rows"):
        yield {
            "account": answer.account,
            "region": answer.region,
            "resource": str(item["ResourceId"]),
            "namespace": str(item["Namespace"]),
            "metric": str(item["MetricName"]),
            "unit": text(item.get("Unit")),
            "days": number(item.get("Days")) or 0.0,
            "p50": number(item.get("p50")),
            "p99": number(item.get("p99")),
            "maximum": number(item.get("Maximum")),
            "samples": number(item.get("Samples")),
        }


KINDS = (
    Kind("log_groups", ("logs.DescribeLogGroups",), log_groups),
    Kind("trails", ("cloudtrail.DescribeTrails",), trails),
    Kind("utilization", ("utilization",), utilization),
)
