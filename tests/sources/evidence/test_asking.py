"""One call at a time, with botocore's own check of what AWS may answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.stub import ANY, Stubber

from finops_lib.sources.aws.asking import calls, run
from finops_lib.sources.aws.asking.ask import ask, why
from finops_lib.sources.aws.asking.call import Call, Each
from finops_lib.sources.aws.asking.metrics import Subject, measure, subjects
from finops_lib.sources.aws.asking.places import Access, Organization, Refusal, regions
from finops_lib.sources.aws.evidence.answer import Answer, Answers

NOW = dt.datetime(2026, 11, 10, 12, 30, tzinfo=dt.UTC)
PLACE = Answer("ec2.DescribeVolumes", "111122223333", "us-east-1", "2026-11-10")


def client(service: str) -> Any:
    make: Any = boto3.client
    return make(service, region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")


def stubbed(service: str) -> tuple[Any, Stubber]:
    made = client(service)
    return made, Stubber(made)


def test_every_page_is_read_and_moments_become_text() -> None:
    ec2, stub = stubbed("ec2")
    made = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    stub.add_response(
        "describe_volumes",
        {"Volumes": [{"VolumeId": "vol-1", "CreateTime": made}], "NextToken": "t"},
        {"MaxResults": 500},
    )
    stub.add_response("describe_volumes", {"Volumes": [{"VolumeId": "vol-2"}]}, {"MaxResults": 500, "NextToken": "t"})
    with stub:
        answer, out = ask(ec2, Call("ec2.DescribeVolumes"), PLACE)
    assert answer.response == {
        "Volumes": [{"VolumeId": "vol-1", "CreateTime": "2026-01-02T00:00:00Z"}, {"VolumeId": "vol-2"}]
    }
    assert not out
    stub.assert_no_pending_responses()


def test_pages_that_boto3_does_not_know_are_read_too() -> None:
    optimizer, stub = stubbed("compute-optimizer")
    call = Call("compute-optimizer.GetEBSVolumeRecommendations")
    first = {"volumeRecommendations": [{"volumeArn": "a"}], "nextToken": "t"}
    stub.add_response(call.method, first, {})
    stub.add_response(call.method, {"volumeRecommendations": [{"volumeArn": "b"}]}, {"nextToken": "t"})
    with stub:
        answer, _ = ask(optimizer, call, PLACE)
    assert answer.response == {"volumeRecommendations": [{"volumeArn": "a"}, {"volumeArn": "b"}]}


@pytest.mark.parametrize(
    ("code", "message", "status", "words"),
    [
        ("AccessDenied", "", "refused", "not allowed"),
        ("UnauthorizedOperation", "", "refused", "not allowed"),
        ("OptInRequiredException", "", "not_enabled", "not switched on"),
        ("SubscriptionRequiredException", "", "not_enabled", "not switched on"),
        ("AccessDeniedException", "The account is not enrolled.", "not_enabled", "not switched on"),
        ("ThrottlingException", "Rate exceeded", "failed", "pull again later"),
        ("InternalFailure", "", "failed", "failed"),
    ],
)
def test_refusals_become_rows(code: str, message: str, status: str, words: str) -> None:
    ec2, stub = stubbed("ec2")
    stub.add_client_error("describe_volumes", code, message)
    with stub:
        answer, out = ask(ec2, Call("ec2.DescribeVolumes"), PLACE)
    assert (answer.status, answer.response, out) == (status, {}, False)
    assert words in str(answer.reason)
    assert "ec2:DescribeVolumes" in str(answer.reason)


def test_a_place_that_does_not_answer_is_told_from_one_that_refuses() -> None:
    assert why(EndpointConnectionError(endpoint_url="http://x"), "a:B") == (
        "failed",
        "a:B could not be asked: EndpointConnectionError.",
    )
    ec2, stub = stubbed("ec2")
    stub.add_client_error("describe_volumes", "500", http_status_code=500)
    with stub:
        assert ask(ec2, Call("ec2.DescribeVolumes"), PLACE)[1]


def test_no_configuration_is_an_answer() -> None:
    s3, stub = stubbed("s3")
    call = next(call for call in calls.BY_ACCOUNT if call.operation == "s3.GetBucketLifecycleConfiguration")
    stub.add_client_error("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")
    with stub:
        answer, _ = ask(s3, call, Answer(call.operation, "1", "*", "2026-11-10", request={"Bucket": "b"}))
    assert (answer.answered, answer.response) == (True, {})


def test_a_call_is_made_for_each_thing_that_was_listed() -> None:
    nested = Call("x.Y", each=Each("x.List", ("Groups", "Items", "Name"), "Thing"))
    assert nested.requests({"Groups": [{"Items": [{"Name": "a"}]}, {"Items": [{"Name": "b"}]}, {}]}) == [
        {"Thing": "a"},
        {"Thing": "b"},
    ]
    assert nested.requests({}) == []
    assert Call("x.Y").requests({}) == [{}]


@pytest.mark.parametrize("call", calls.EVERY, ids=lambda call: call.operation)
def test_calls_and_their_parameters_exist(call: Call) -> None:
    made = client(call.service)
    name = made.meta.method_to_api_mapping[call.method]
    assert f"{call.service}.{name}" == call.operation
    shape = made.meta.service_model.operation_model(name).input_shape
    given = {*call.parameters, *([call.each.parameter] if call.each else [])}
    assert given <= set(shape.members if shape else ())


MADE = "2026-11-09T12:00:00Z"


def told(operation: str, response: dict[str, Any], region: str = "us-east-1") -> Answer:
    return Answer(operation, "111122223333", region, "2026-11-10", response)


def wanted(*answers: Answer) -> tuple[Subject, ...]:
    return subjects(Answers.of_all(answers), "us-east-1")


def buckets(*names: str) -> Answer:
    listed = [{"Name": name, "BucketRegion": "us-east-1", "CreationDate": MADE} for name in names]
    return told("s3.ListBuckets", {"Buckets": listed}, "*")


def test_a_volumes_rate_is_its_busiest_minute_of_each_hour() -> None:
    volume = {
        "VolumeId": "vol-1",
        "VolumeType": "gp2",
        "Size": 8,
        "State": "in-use",
        "CreateTime": "2026-01-01T00:00:00Z",
    }
    every = wanted(told("ec2.DescribeVolumes", {"Volumes": [volume]}))
    watch, stub = stubbed("cloudwatch")
    hours = [dt.datetime(2026, 11, 10, hour, tzinfo=dt.UTC) for hour in (8, 9, 10)]
    parts = {
        "m0_sum_0": [3600, 7200, 10800],
        "m0_sum_1": [3600, 0, 3600],
        "m0_maximum_0": [60, 120, 6000],
        "m0_maximum_1": [0, 60, 60],
    }
    results = [{"Id": key, "Timestamps": hours, "Values": values} for key, values in parts.items()]
    stub.add_response(
        "get_metric_data",
        {"MetricDataResults": results[:2], "NextToken": "t"},
        {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY},
    )
    stub.add_response(
        "get_metric_data",
        {"MetricDataResults": results[2:]},
        {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY, "NextToken": "t"},
    )
    with stub:
        (row,) = measure(watch, PLACE, [item for item in every if item.metric.name == "VolumeIOPS"], NOW).response[
            "rows"
        ]
    assert (row["p50"], row["Maximum"], row["Samples"], row["Days"]) == (2.0, 101.0, 3, 60.0)
    assert row["p99"] == pytest.approx(3 + (101 - 3) * 0.98)


def test_hours_without_requests_count_as_zero_and_hours_without_cpu_as_unknown() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/1"
    balancer = {"LoadBalancerArn": arn, "LoadBalancerName": "a", "Type": "application", "CreatedTime": MADE}
    instance = {"InstanceId": "i-1", "InstanceType": "m5.large", "State": {"Name": "stopped"}, "LaunchTime": MADE}
    every = wanted(
        told("elbv2.DescribeLoadBalancers", {"LoadBalancers": [balancer]}),
        told("ec2.DescribeInstances", {"Reservations": [{"Instances": [instance]}]}),
        buckets("b"),
    )
    watch, stub = stubbed("cloudwatch")
    stub.add_response(
        "get_metric_data", {"MetricDataResults": [{"Id": "m1_sum_0", "Timestamps": [NOW], "Values": [48.0]}]}
    )
    with stub:
        rows = {row["MetricName"]: row for row in measure(watch, PLACE, every, NOW).response["rows"]}
    requests, cpu = rows["RequestCount"], rows["CPUUtilization"]
    assert (requests["p50"], requests["Maximum"], requests["Samples"], requests["Days"]) == (0.0, 48.0, 24, 1.0)
    assert (cpu["p50"], cpu["p99"], cpu["Samples"]) == (None, None, 0)
    assert rows["NumberOfObjects"]["p50"] is None


def test_metrics_are_asked_five_hundred_at_a_time() -> None:
    every = wanted(buckets(*(f"b{number}" for number in range(501))))
    watch, stub = stubbed("cloudwatch")
    sizes: list[int] = []
    watch.meta.events.register(
        "before-parameter-build", lambda params, **_: sizes.append(len(params["MetricDataQueries"]))
    )
    for _ in range(2):
        stub.add_response("get_metric_data", {"MetricDataResults": []})
    with stub:
        answer = measure(watch, PLACE, every, NOW)
    assert sizes == [500, 1]
    assert len(answer.response["rows"]) == 501


class Fake:
    """An access whose clients are those given."""

    def __init__(self, **clients: Any) -> None:
        self.account, self.clients = "111122223333", clients

    def client(self, service: str, region: str) -> Any:
        return self.clients[service]


def organization(**clients: Any) -> Organization:
    own: Any = Fake(**clients)
    return Organization(own, "aws", "FinOpsReadOnly", "secret", "us-east-1")


def test_accounts_are_the_organizations_active_ones_and_the_named() -> None:
    api, stub = stubbed("organizations")
    listed = [{"Id": "111122223333", "Status": "ACTIVE"}, {"Id": "222233334444", "Status": "SUSPENDED"}]
    stub.add_response("list_accounts", {"Accounts": listed})
    with stub:
        assert organization(organizations=api).accounts(("333344445555",), ()) == ("111122223333", "333344445555")
    assert organization().accounts((), ("999988887777",)) == ("999988887777",)


def test_where_the_organization_does_not_tell_the_named_accounts_are_asked() -> None:
    api, stub = stubbed("organizations")
    for _ in range(2):
        stub.add_client_error("list_accounts", "AccessDeniedException")
    with stub:
        found = organization(organizations=api)
        assert found.accounts(("333344445555",), ()) == ("111122223333", "333344445555")
        assert isinstance(refused := found.accounts((), ()), Refusal)
    assert refused.reason == "organizations:ListAccounts is not allowed (AccessDeniedException)."


def test_a_role_is_assumed_with_the_external_id_and_its_refusal_is_told() -> None:
    sts, stub = stubbed("sts")
    role = "arn:aws:iam::222233334444:role/FinOpsReadOnly"
    request = {"RoleArn": role, "RoleSessionName": "finops-workbench", "ExternalId": "secret"}
    stub.add_client_error("assume_role", "AccessDenied", expected_params=request)
    with stub:
        found = organization(sts=sts).access("222233334444")
    assert found == Refusal("refused", f"sts:AssumeRole on {role} is not allowed (AccessDenied).")
    own = organization()
    assert own.access("111122223333") is own.own


def test_regions_are_those_enabled_or_those_chosen() -> None:
    ec2, stub = stubbed("ec2")
    stub.add_response(
        "describe_regions",
        {"Regions": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]},
        {"AllRegions": False},
    )
    stub.add_client_error("describe_regions", "UnauthorizedOperation")
    access: Any = Fake(ec2=ec2)
    with stub:
        assert regions(access, "us-east-1", ()) == ("eu-west-1", "us-east-1")
        assert isinstance(regions(access, "us-east-1", ()), Refusal)
    assert regions(access, "us-east-1", ("eu-north-1",)) == ("eu-north-1",)


def test_billing_services_are_asked_where_they_live() -> None:
    access = Access("1", boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1"))
    assert access.client("cost-optimization-hub", "eu-west-1").meta.region_name == "us-east-1"
    assert access.client("ec2", "eu-west-1").meta.region_name == "eu-west-1"
    assert access.client("ec2", "eu-west-1") is access.client("ec2", "eu-west-1")


def test_missing_credentials_are_no_traceback() -> None:
    assert why(NoCredentialsError(), "a:B") == ("failed", "a:B could not be asked: NoCredentialsError.")


def test_what_never_answers_is_asked_three_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def silent(_: Any, call: Call, place: Answer) -> tuple[Answer, bool]:
        asked.append(call.operation)
        out = call.operation != "ec2.DescribeVolumes"
        return (place.untold("failed", "Nobody."), True) if out else (place.told({"Volumes": []}), False)

    monkeypatch.setattr(run, "ask", silent)
    told: list[Answer] = []
    own: Any = organization()
    pull = run.Pull(own, run.Wanted(("recommendations",)), NOW, {}, told.append, lambda *_: None)
    access: Any = Fake(**{"ec2": None, "compute-optimizer": None})
    for number in range(5):
        pull._ask_all(access, f"region-{number}", (Call("ec2.DescribeVolumes"), Call("ec2.DescribeInstances")))
        pull._ask_all(access, f"region-{number}", calls.ADVICE_BY_REGION)
    assert asked.count("ec2.DescribeVolumes") == 5
    assert asked.count("ec2.DescribeInstances") == 3
    assert len([name for name in asked if name.startswith("compute-optimizer")]) == 3
    assert len(told) == 5 * (2 + len(calls.ADVICE_BY_REGION))  # but each is a row
    assert told[-1].reason == "compute-optimizer:GetIdleRecommendations was not asked: AWS did not answer it elsewhere."
