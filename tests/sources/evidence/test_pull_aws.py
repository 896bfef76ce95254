"""``finops pull aws…`` against AWS's interfaces over loopback: three accounts, two regions, refusals and outages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pandas as pd
import pytest
from botocore.validate import ParamValidator
from support.aws_accounts import OWN, REGIONS, VOLUMES, organization, signed_in
from support.aws_server import serving
from support.command import finops

from finops_lib.cli.init import create
from finops_lib.settings.load import Workspace
from finops_lib.sources.aws.asking import calls, run
from finops_lib.sources.aws.asking.places import Organization, Refusal
from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.frames import frames
from finops_lib.sources.aws.evidence.kept import Kept

Accounts = tuple[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def aws() -> Iterator[Accounts]:
    with organization() as found:
        yield found


@dataclass(frozen=True)
class Pulled:
    """A workspace after ``finops pull aws``: the exit code, what was said, and which operations were asked."""

    workspace: Workspace
    accounts: tuple[str, ...]
    code: int
    asked: frozenset[str]

    def frames(self) -> dict[str, pd.DataFrame]:
        return frames(kept(self.workspace), self.accounts)


@pytest.fixture(scope="module")
def pulled(aws: Accounts, tmp_path_factory: pytest.TempPathFactory) -> Pulled:
    """One pull of everything, with a throttled call, one that is not opted in and one that is denied."""
    made = workspace_in(tmp_path_factory.mktemp("workspace"), regions=REGIONS)
    throttled = ["ThrottlingException"]
    script = ADVICE | {
        "GetEBSVolumeRecommendations": lambda _: throttled.pop() if throttled else {"volumeRecommendations": []},
        "GetLambdaFunctionRecommendations": "OptInRequiredException",
        "GetECSServiceRecommendations": "AccessDeniedException",
    }
    with pytest.MonkeyPatch.context() as patch, serving(script) as (advice, _):
        asked = signed_in(patch, aws[0])
        advised(patch, advice)
        code = pull(made, "aws")
    return Pulled(made, aws[1], code, frozenset(asked))


def workspace_in(folder: Path, **inventory: object) -> Workspace:
    create(folder, "Test client")
    path = folder / "finops.toml"
    lines = [f"{key} = {json.dumps(value)}" for key, value in inventory.items()]
    path.write_text(path.read_text().replace("[inventory]\n", "\n".join(["[inventory]", *lines, ""])))
    return Workspace.open(folder)


def pull(workspace: Workspace, *sources: str) -> int:
    return finops("--workspace", str(workspace.root), "pull", *sources)


def kept(workspace: Workspace) -> Answers:
    return Kept(workspace.evidence).answers()


def test_every_account_and_region_is_asked(pulled: Pulled) -> None:
    told = pulled.frames()
    places = {(account, region) for account in pulled.accounts for region in REGIONS}
    volumes = told["volumes"]
    assert set(zip(volumes["account"], volumes["region"], strict=True)) == places
    assert len(volumes) == len(places) * VOLUMES
    assert set(volumes["size"]) == {100.0, 101.0, 102.0}
    assert all(tags == {"Owner": "lena"} for tags in volumes["tags"])
    assert sorted(told["buckets"]["resource"]) == sorted(f"files-{account}" for account in pulled.accounts)
    assert set(told["buckets"]["lifecycle_rules"]) == {0.0}
    assert set(told["tables"]["mode"]) == {"PAY_PER_REQUEST"}
    first = told["tables"].iloc[0]
    assert first["resource"] == f"arn:aws:dynamodb:{first['region']}:{first['account']}:table/orders-{first['region']}"


def test_what_fails_is_a_row_and_the_exit_code_tells(pulled: Pulled) -> None:
    """The server knows no capacity reservations."""
    asked = pulled.frames()["asked"]
    untold = asked[asked["status"] != "answered"]
    assert set(untold.loc[untold["status"] == "failed", "kind"]) == {"capacity_reservations"}
    places = {(account, region) for account in pulled.accounts for region in REGIONS}
    failed = untold[untold["kind"] == "capacity_reservations"]
    assert set(zip(failed["account"], failed["region"], strict=True)) == places
    assert pulled.code == 3


def test_nothing_is_called_that_the_policy_does_not_allow(pulled: Pulled) -> None:
    declared = {call.operation for call in calls.EVERY}
    free = {calls.IDENTITY.operation, calls.ROLE.operation}
    assert pulled.asked - free <= declared
    assert {"cloudwatch.GetMetricData", "compute-optimizer.GetIdleRecommendations"} <= pulled.asked


def test_what_aws_recommends_is_taken_with_its_faults(pulled: Pulled) -> None:
    told = pulled.frames()
    found = told["recommendations"]
    hub = found[found["source"] == "cost-optimization-hub"]
    assert hub["resource"].tolist() == ["vol-1", "vol-2"]  # two pages
    assert hub["refreshed"].dt.year.tolist() == [2026, 2024]  # an old one is taken, and says how old it is
    assert found[found["source"] == "trusted-advisor"]["list_saving"].tolist() == [12.5] * 3
    asked = told["asked"].set_index(["kind", "account", "region"])["status"]
    lambdas, tasks = (f"compute-optimizer.Get{name}Recommendations" for name in ("LambdaFunction", "ECSService"))
    assert set(asked[lambdas]) == {"not_enabled"}
    assert set(asked[tasks]) == {"refused"}
    assert set(asked["compute-optimizer.GetEBSVolumeRecommendations"]) == {"answered"}  # throttled once, then answered
    assert set(asked["cost-optimization-hub"]) == {"answered"}


def test_metrics_are_asked_of_what_there_is(pulled: Pulled) -> None:
    rows = pulled.frames()["utilization"]
    counts = rows["metric"].value_counts().to_dict()
    volumes = len(pulled.accounts) * len(REGIONS) * VOLUMES
    assert counts["VolumeIOPS"] == counts["VolumeThroughput"] == volumes
    assert rows["p50"].isna().all()  # nothing was measured, and nothing is claimed
    assert (rows["samples"] == 0).all()


def test_nothing_is_asked_twice_a_day(
    aws: Accounts, pulled: Pulled, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pulled.frames()["volumes"]
    asked = signed_in(monkeypatch, aws[0])
    pull(pulled.workspace, "aws:inventory")
    places = {"sts.GetCallerIdentity", "sts.AssumeRole", "organizations.ListAccounts"}
    assert set(asked) == places | {"ec2.DescribeCapacityReservations"}  # what failed is asked again
    assert pulled.frames()["volumes"].equals(before)
    assert "earlier today" in capsys.readouterr().err


def test_where_nobody_answers_the_exit_code_is_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = workspace_in(tmp_path)
    signed_in(monkeypatch, "http://127.0.0.1:9")
    assert pull(workspace, "aws") == 6
    assert "Traceback" not in capsys.readouterr().err
    assert pull(workspace, "aws:nonsense") == 2


def test_an_interrupted_pull_goes_on_where_it_stopped(
    aws: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path, accounts=[OWN], regions=list(REGIONS), parallel=1)
    asked = signed_in(monkeypatch, aws[0])
    note = Kept.note

    def stopping(self: Kept, answer: Any) -> None:
        note(self, answer)
        if answer.operation == "ec2.DescribeVolumes":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Kept, "note", stopping)
        assert pull(workspace, "aws:inventory") != 0
    before = {answer.key for answer in kept(workspace).every if answer.answered}
    assert any(key[0] == "ec2.DescribeVolumes" for key in before)
    asked.clear()
    pull(workspace, "aws:inventory")
    after = {answer.key for answer in kept(workspace).every if answer.answered}
    assert before < after
    assert asked.count("ec2.DescribeVolumes") == 1  # the region that had not been asked


def advised(patch: pytest.MonkeyPatch, endpoint: str) -> None:
    for service in ("COMPUTE_OPTIMIZER", "COST_OPTIMIZATION_HUB", "SUPPORT"):
        patch.setenv(f"AWS_ENDPOINT_URL_{service}", endpoint)


def _hub_item(number: int, refreshed: float) -> dict[str, Any]:
    arn = f"arn:aws:ec2:us-east-1:123456789012:volume/vol-{number}"
    item = {"recommendationId": str(number), "accountId": "123456789012", "region": "us-east-1", "resourceArn": arn}
    item |= {"resourceId": f"vol-{number}", "currentResourceType": "EbsVolume", "actionType": "Delete", "tags": []}
    return item | {"estimatedMonthlySavings": 5.0, "estimatedMonthlyCost": 5.0, "lastRefreshTimestamp": refreshed}


def _hub(request: dict[str, Any]) -> dict[str, Any]:
    if "nextToken" in request:
        return {"items": [_hub_item(2, 1_704_067_200)]}
    return {"items": [_hub_item(1, 1_793_000_000)], "nextToken": "more"}


_CHECK = {"id": "abc", "name": "Underutilized Amazon EBS Volumes", "description": "", "category": "cost_optimizing"}
_FLAGGED = {
    "status": "warning",
    "region": "us-east-1",
    "resourceId": "r",
    "metadata": ["us-east-1", "vol-9", None, "$12.50"],
}
ADVICE: dict[str, Any] = {
    "GetEC2InstanceRecommendations": {"instanceRecommendations": [], "errors": []},
    "GetAutoScalingGroupRecommendations": {"autoScalingGroupRecommendations": []},
    "GetEBSVolumeRecommendations": {"volumeRecommendations": []},
    "GetLambdaFunctionRecommendations": {"lambdaFunctionRecommendations": []},
    "GetECSServiceRecommendations": {"ecsServiceRecommendations": []},
    "GetRDSDatabaseRecommendations": {"rdsDBRecommendations": []},
    "GetIdleRecommendations": {"idleRecommendations": []},
    "ListEnrollmentStatuses": {"items": [{"accountId": "123456789012", "status": "Active"}]},
    "ListRecommendations": _hub,
    "ListRecommendationSummaries": {"estimatedTotalDedupedSavings": 7.5, "items": []},
    "GetPreferences": {"savingsEstimationMode": "AfterDiscounts"},
    "DescribeTrustedAdvisorChecks": {
        "checks": [
            _CHECK | {"metadata": ["Region", "Volume ID", "Volume Name", "Estimated Monthly Savings"]},
            _CHECK | {"id": "other", "category": "security", "metadata": []},
        ]
    },
    "DescribeTrustedAdvisorCheckResult": {
        "result": {
            "checkId": "abc",
            "timestamp": "2026-11-01T00:00:00Z",
            "status": "warning",
            "resourcesSummary": {
                "resourcesProcessed": 1,
                "resourcesFlagged": 1,
                "resourcesIgnored": 0,
                "resourcesSuppressed": 0,
            },
            "categorySpecificSummary": {},
            "flaggedResources": [_FLAGGED],
        }
    },
}


def test_the_script_has_the_forms_of_aws() -> None:
    """All but a null in metadata and a list of no tags, which AWS gives and its own model forbids."""
    session = botocore.session.get_session()
    items = [{key: value for key, value in item.items() if key != "tags"} for item in _hub({})["items"]]
    script = ADVICE | {"ListRecommendations": {"items": items}, "DescribeTrustedAdvisorCheckResult": _without_null()}
    for service in ("compute-optimizer", "cost-optimization-hub", "support"):
        model = session.get_service_model(service)
        for operation in set(script) & set(model.operation_names):
            faults = ParamValidator().validate(script[operation], model.operation_model(operation).output_shape)
            assert not faults.has_errors(), faults.generate_report()


def _without_null() -> dict[str, Any]:
    told = json.loads(json.dumps(ADVICE["DescribeTrustedAdvisorCheckResult"]))
    told["result"]["flaggedResources"][0]["metadata"][2] = ""
    return dict(told)


def test_a_refused_account_is_a_row_for_everything_that_it_was_not_asked(
    aws: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = next(account for account in aws[1] if account != OWN)
    workspace = workspace_in(tmp_path, accounts=[refused])
    signed_in(monkeypatch, aws[0])
    refusal = Refusal("refused", "sts:AssumeRole on the role is not allowed (AccessDenied).")
    monkeypatch.setattr(Organization, "access", lambda *_: refusal)
    assert pull(workspace, "aws:inventory") == 6
    asked = frames(kept(workspace))["asked"]
    assert set(zip(asked["account"], asked["region"], asked["status"], strict=True)) == {(refused, "*", "refused")}
    assert set(asked["kind"]) >= {"volumes", "buckets", "load_balancers", "clusters"}
    assert set(asked["reason"]) == {refusal.reason}
    assert capsys.readouterr().err.count("sts:AssumeRole") == 1


def test_an_account_that_does_not_tell_its_regions_is_a_row_too(
    aws: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path, accounts=[OWN])
    signed_in(monkeypatch, aws[0])
    monkeypatch.setattr(run, "regions", lambda *_: Refusal("refused", "ec2:DescribeRegions is not allowed."))
    assert pull(workspace, "aws:inventory") == 3  # the buckets have no region, and were told
    asked = frames(kept(workspace))["asked"].set_index("kind")
    assert asked.loc["buckets", "status"] == "answered"
    assert asked.loc["volumes", ["region", "status", "reason"]].tolist() == [
        "*",
        "refused",
        "ec2:DescribeRegions is not allowed.",
    ]
