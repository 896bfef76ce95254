"""Raw answers as rows: ids as the bill writes them, what AWS leaves out as null, who was asked."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.cost_optimization_hub import deduped_currency, deduped_savings
from finops_lib.sources.aws.evidence.fields import moment
from finops_lib.sources.aws.evidence.frames import frames, of_account

ACCOUNT, REGION, DAY = "111122223333", "eu-west-1", "2026-11-01"


def told(operation: str, response: dict[str, Any], region: str = REGION, **request: str) -> Answer:
    return Answer(operation, ACCOUNT, region, DAY, response, request)


def read(*answers: Answer, accounts: tuple[str, ...] = ()) -> dict[str, pd.DataFrame]:
    return frames(Answers.of_all(answers), accounts)


def one(kind: str, *answers: Answer) -> dict[str, Any]:
    (row,) = read(*answers)[kind].to_dict("records")
    return {str(key): value for key, value in row.items()}


@pytest.mark.parametrize(
    ("kind", "operation", "response", "billed"),
    [
        ("volumes", "ec2.DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1", "VolumeType": "gp2", "Size": 8, "State": "available"}]}, "vol-1"),
        ("snapshots", "ec2.DescribeSnapshots", {"Snapshots": [{"SnapshotId": "snap-1"}]}, "arn:aws:ec2:eu-west-1:111122223333:snapshot/snap-1"),
        ("addresses", "ec2.DescribeAddresses", {"Addresses": [{"AllocationId": "eipalloc-1"}]}, "arn:aws:ec2:eu-west-1:111122223333:elastic-ip/eipalloc-1"),
        ("nat_gateways", "ec2.DescribeNatGateways", {"NatGateways": [{"NatGatewayId": "nat-1", "State": "available"}]}, "arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-1"),
        ("vpc_endpoints", "ec2.DescribeVpcEndpoints", {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "ServiceName": "s3"}]}, "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1"),
        ("log_groups", "logs.DescribeLogGroups", {"logGroups": [{"logGroupName": "/x", "arn": "arn:aws:logs:eu-west-1:111122223333:log-group:/x:*"}]}, "arn:aws:logs:eu-west-1:111122223333:log-group:/x"),
        ("tables", "dynamodb.ListTables", {"TableNames": ["t"]}, "arn:aws:dynamodb:eu-west-1:111122223333:table/t"),
        ("clusters", "eks.ListClusters", {"clusters": ["c"]}, "arn:aws:eks:eu-west-1:111122223333:cluster/c"),
        ("load_balancers", "elb.DescribeLoadBalancers", {"LoadBalancerDescriptions": [{"LoadBalancerName": "old"}]}, "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/old"),
    ],
)  # fmt: skip
def test_resources_are_named_as_the_bill_names_them(
    kind: str, operation: str, response: dict[str, Any], billed: str
) -> None:
    assert one(kind, told(operation, response))["resource"] == billed


def test_what_an_instance_says_is_read_and_the_rest_is_null() -> None:
    reason = "User initiated (2026-07-09 11:22:33 GMT)"
    item = {"InstanceId": "i-1", "InstanceType": "m5.large", "State": {"Name": "stopped"}}
    item |= {"StateTransitionReason": reason, "LaunchTime": "2026-01-02T03:04:05+00:00"}
    item |= {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]}
    row = one("instances", told("ec2.DescribeInstances", {"Reservations": [{"Instances": [item]}]}))
    assert row["stopped"] == pd.Timestamp("2026-07-09 11:22:33")
    assert row["launched"] == pd.Timestamp("2026-01-02 03:04:05")
    assert row["group"] == "web"
    assert pd.isna(row["platform"])


@pytest.mark.parametrize("value", ["2026-10-01T00:00:00Z", "2026-10-01T02:00:00+02:00", 1790812800, 1790812800000])
def test_moments_come_in_any_of_awss_forms(value: object) -> None:
    assert moment(value) == pd.Timestamp("2026-10-01")


def test_a_bucket_has_what_could_be_asked_about_it() -> None:
    listed = told("s3.ListBuckets", {"Buckets": [{"Name": "a", "BucketRegion": REGION}, {"Name": "b"}]}, "*")
    rules = [
        {"Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {"Status": "Enabled", "Filter": {"Prefix": "logs/"}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        {"Status": "Disabled", "Filter": {}},
    ]
    lifecycle = told("s3.GetBucketLifecycleConfiguration", {"Rules": rules}, "*", Bucket="a")
    denied = told("s3.GetBucketLifecycleConfiguration", {}, "*", Bucket="b").untold("refused", "no")
    counted = told("utilization", {"rows": [_metric("a", "NumberOfObjects", 12.0)]})
    found = read(listed, lifecycle, denied, counted)["buckets"].set_index("resource")
    assert found.loc["a", ["region", "lifecycle_rules", "objects"]].tolist() == [REGION, 2.0, 12.0]
    assert found.loc["a", "ends_uploads"] is True
    assert found.loc["a", "ends_noncurrent"] is False  # a rule of a prefix leaves the rest of the bucket as it is
    assert pd.isna(found.loc["b", "lifecycle_rules"])
    assert found.loc["b", "ends_uploads"] is None


def test_targets_are_counted_where_all_groups_are_known() -> None:
    balancers = [_balancer("busy"), _balancer("empty"), _balancer("unknown")]
    groups = [{"TargetGroupArn": f"tg-{name}", "LoadBalancerArns": [_arn(name)]} for name in ("busy", "unknown")]
    found = read(
        told("elbv2.DescribeLoadBalancers", {"LoadBalancers": balancers}),
        told("elbv2.DescribeTargetGroups", {"TargetGroups": groups}),
        told("elbv2.DescribeTargetHealth", {"TargetHealthDescriptions": [{}, {}]}, TargetGroupArn="tg-busy"),
    )["load_balancers"].set_index("name")["targets"]
    assert found["busy"] == 2.0
    assert found["empty"] == 0.0
    assert pd.isna(found["unknown"])


def test_a_trail_is_told_once_and_by_its_owner() -> None:
    own = {"Name": "own", "TrailARN": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/own", "HomeRegion": REGION}
    shadow = own | {"Name": "shadow", "HomeRegion": "us-east-1"}
    others = {"Name": "all", "TrailARN": f"arn:aws:cloudtrail:{REGION}:999988887777:trail/all", "HomeRegion": REGION}
    fields = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]
    selectors = told("cloudtrail.GetEventSelectors", {"AdvancedEventSelectors": fields}, TrailName=own["TrailARN"])
    row = one("trails", told("cloudtrail.DescribeTrails", {"trailList": [own, shadow, others]}), selectors)
    assert (row["name"], row["management_events"]) == ("own", False)


def test_tags_come_from_the_tagging_api_where_the_call_has_none() -> None:
    tagged = {
        "ResourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t",
        "Tags": [{"Key": "finops:keep", "Value": ""}],
    }
    tags = told("resourcegroupstaggingapi.GetResources", {"ResourceTagMappingList": [tagged]})
    assert one("tables", told("dynamodb.ListTables", {"TableNames": ["t"]}), tags)["tags"] == {"finops:keep": ""}


def test_tags_that_were_refused_are_not_known_and_none_are_none() -> None:
    table, refused = told("dynamodb.ListTables", {"TableNames": ["t"]}), "resourcegroupstaggingapi.GetResources"
    denied = Answer(refused, ACCOUNT, REGION, DAY).untold("refused", "Access is denied.")
    elsewhere = told(refused, {"ResourceTagMappingList": []}, region="us-east-1")
    assert one("tables", table, denied, elsewhere)["tags"] is None
    assert one("tables", table)["tags"] is None
    assert one("tables", table, told(refused, {"ResourceTagMappingList": None}))["tags"] == {}
    frame = read(table, denied)["tables"]
    assert of_account(frame, ACCOUNT, str)["tags"].tolist() == [None]


def test_a_buckets_tags_are_those_of_its_region() -> None:
    buckets = told("s3.ListBuckets", {"Buckets": [{"Name": "b", "BucketRegion": REGION}]}, region="*")
    tags = "resourcegroupstaggingapi.GetResources"
    assert one("buckets", buckets, told(tags, {}, region="us-east-1"))["tags"] is None
    assert one("buckets", buckets, told(tags, {}))["tags"] == {}


def test_snapshots_of_others_are_none_of_ours() -> None:
    listed = [{"SnapshotId": "snap-1", "OwnerId": ACCOUNT}, {"SnapshotId": "snap-2", "OwnerId": "amazon"}]
    assert len(read(told("ec2.DescribeSnapshots", {"Snapshots": listed}))["snapshots"]) == 1


def test_a_place_has_told_when_all_its_calls_were_answered() -> None:
    asked = read(
        told("elbv2.DescribeLoadBalancers", {"LoadBalancers": []}),
        told("ec2.DescribeVolumes", {"Volumes": []}),
        told("ec2.DescribeVolumes", {}, "us-east-1").untold("refused", "ec2:DescribeVolumes is not allowed."),
        told("eks.ListClusters", {"clusters": ["c"]}),
        told("eks.DescribeCluster", {}, name="c").untold("failed", "eks:DescribeCluster failed."),
    )["asked"].set_index(["kind", "region"])
    assert asked.loc[("volumes", REGION), "status"] == "answered"
    assert asked.loc[("volumes", "us-east-1"), ["status", "reason"]].tolist() == [
        "refused",
        "ec2:DescribeVolumes is not allowed.",
    ]
    assert asked.loc[("clusters", REGION), "status"] == "failed"
    assert asked.loc[("load_balancers", REGION), "reason"] == "elb.DescribeLoadBalancers was not asked."


def test_an_answer_for_the_organization_speaks_of_every_account() -> None:
    answer = Answer("cost-optimization-hub.ListRecommendations", "*", "*", DAY, {"items": []})
    asked = read(answer, accounts=("1", "2"))["asked"]
    assert set(asked.loc[asked["kind"] == "cost-optimization-hub", "account"]) == {"1", "2"}


def test_an_answer_that_is_no_answer_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="about volumes cannot be read: KeyError 'VolumeId'"):
        read(told("ec2.DescribeVolumes", {"Volumes": [{"Size": 1}]}))


def test_an_account_sees_its_own_rows_and_no_other_id_in_its_tags() -> None:
    other = Answer("ec2.DescribeVolumes", "999988887777", REGION, DAY, {"Volumes": [_volume("vol-2")]})
    mine = told(
        "ec2.DescribeVolumes", {"Volumes": [_volume("vol-1") | {"Tags": [{"Key": "from", "Value": "999988887777"}]}]}
    )
    frame = of_account(read(mine, other)["volumes"], ACCOUNT, lambda text: text.replace("999988887777", "[other]"))
    assert frame["resource"].tolist() == ["vol-1"]
    assert frame["tags"].tolist() == [{"from": "[other]"}]


def test_the_hubs_own_total_is_known_or_not() -> None:
    answer = Answer(
        "cost-optimization-hub.ListRecommendationSummaries", "*", "*", DAY, {"estimatedTotalDedupedSavings": 8.5}
    )
    assert deduped_savings(Answers.of_all([answer])) == 8.5
    assert deduped_savings(Answers.of_all([])) is None
    assert (deduped_currency(Answers.of_all([answer])), deduped_currency(Answers.of_all([]))) == (None, None)
    told = Answer(answer.operation, "*", "*", DAY, {**answer.response, "currencyCode": "CNY"})
    assert deduped_currency(Answers.of_all([told])) == "CNY"


def _metric(resource: str, name: str, value: float) -> dict[str, Any]:
    return {"ResourceId": resource, "Namespace": "AWS/S3", "MetricName": name, "Days": 60, "p50": value}


def _volume(identity: str) -> dict[str, Any]:
    return {"VolumeId": identity, "VolumeType": "gp3", "Size": 8, "State": "in-use"}


def _arn(name: str) -> str:
    return f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/1"


def _balancer(name: str) -> dict[str, Any]:
    return {"LoadBalancerArn": _arn(name), "LoadBalancerName": name, "Type": "application"}
