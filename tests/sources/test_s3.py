"""S3 over loopback: the same files, the same answers; refusals in our words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer
from support import bills, workspaces
from support.bills import row

from finops_lib.core.errors import AccessDenied, SourceError, Throttled
from finops_lib.sources.aws.session import explain, session
from finops_lib.sources.aws.store import S3Store


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="acme-bills")
    return "acme-bills"


def test_a_bucket_gives_what_the_folder_gives(tmp_path: Path, bucket: str) -> None:
    path = bills.legacy_parquet(tmp_path / "in/bill-00001.parquet", [row("Usage", 5.0), *bills.savings_plan_month()])
    boto3.client("s3").upload_file(str(path), bucket, "exports/bill-00001.parquet")
    local, _ = workspaces.pulled(tmp_path / "local", tmp_path / "in")
    remote, report = workspaces.pulled(tmp_path / "remote", f"s3://{bucket}/exports/")
    assert report.problems == ()
    assert workspaces.overview(remote).to_dict() == workspaces.overview(local).to_dict()
    _, again = workspaces.pulled(tmp_path / "remote", f"s3://{bucket}/exports/")
    assert [outcome.state for outcome in again.outcomes] == ["unchanged"]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("s3://absent-bucket/x", "does not exist"),
        ("s3://acme-bills/nothing/", "holds no billing file"),
        ("s3:///x", "names no bucket"),
    ],
)
def test_what_is_not_there(tmp_path: Path, bucket: str, uri: str, words: str) -> None:
    _, report = workspaces.pulled(tmp_path / "w", uri)
    assert len(report.problems) == 1
    assert isinstance(report.problems[0], SourceError)
    assert words in report.problems[0].message
    assert report.problems[0].exit_code == 6


@pytest.mark.parametrize(
    ("prefix", "keys"),
    [
        ("exports", ["exports", "exports/a.csv"]),
        ("exports/", ["exports/a.csv"]),
        ("exports/a.csv", ["exports/a.csv"]),
        ("exp", []),
        ("", ["exports", "exports-old/a.csv", "exports/a.csv"]),
    ],
)
def test_a_prefix_is_a_folder_or_a_file(bucket: str, prefix: str, keys: list[str]) -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="two-exports")
    for key in ("exports/a.csv", "exports-old/a.csv", "exports"):
        client.put_object(Bucket="two-exports", Key=key, Body=b"x")
    assert [item.key for item in S3Store(f"s3://two-exports/{prefix}", session()).list()] == keys


def test_a_role_that_may_not_be_assumed(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole")
    role = "arn:aws:iam::123456789012:role/billing"

    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr("finops_lib.sources.aws.session._assume", refuse)
    with pytest.raises(AccessDenied) as caught:
        session(role_arn=role)
    assert caught.value.message == f"Access to {role} is denied (AccessDenied)."
    assert caught.value.hint == "Allow sts:AssumeRole on the role and check billing.external_id."


@pytest.mark.parametrize(
    ("code", "kind"), [("AccessDenied", AccessDenied), ("SlowDown", Throttled), ("InternalError", SourceError)]
)
def test_refusals_of_s3(code: str, kind: type[SourceError], bucket: str) -> None:
    store = S3Store(f"s3://{bucket}/x", session())
    with Stubber(store._client) as stub:
        stub.add_client_error("list_objects_v2", code, http_status_code=403 if code == "AccessDenied" else 400)
        with pytest.raises(kind, match=f"s3://{bucket}/x"):
            store.list()


def test_no_credentials() -> None:
    assert isinstance(explain(NoCredentialsError(), "s3://b/x"), AccessDenied)
    assert explain(ClientError({"Error": {"Code": "NoSuchBucket"}}, "List"), "s3://b").exit_code == 6
