"""An organization of three accounts with resources in two regions, on moto's server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from finops_lib.sources.aws.asking import places

OWN = "123456789012"  # the account that moto itself is
REGIONS = ("us-east-1", "eu-west-1")
VOLUMES = 3


@contextmanager
def organization() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The endpoint and the account ids, each account with volumes, a table, a log group and a bucket."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # hundreds, whose snapshots it tells as everybody's
        yield from _serving()


def _serving() -> Iterator[tuple[str, tuple[str, ...]]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        _empty(endpoint)
        yield endpoint, _filled(endpoint)
        _empty(endpoint)
    finally:
        server.stop()


def _empty(endpoint: str) -> None:
    """Servers of one process share what they hold: other tests' buckets are none of ours, nor ours theirs."""
    urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()


def signed_in(patch: pytest.MonkeyPatch, endpoint: str) -> list[str]:
    """Point boto3 at the endpoint; gives the operations that are asked from then on, as they come."""
    told = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in {**told, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        patch.setenv(name, value)
    patch.setattr(places, "_CONFIG", Config(retries={"mode": "standard", "max_attempts": 2}))
    asked: list[str] = []
    make = places.Access.client

    def listening(self: places.Access, service: str, region: str) -> Any:
        client = make(self, service, region)
        client.meta.events.register("before-call", _noting(asked, service), unique_id="listening")
        return client

    patch.setattr(places.Access, "client", listening)
    return asked


def _noting(asked: list[str], service: str) -> Any:
    return lambda model, **_: asked.append(f"{service}.{model.name}")


def _filled(endpoint: str) -> tuple[str, ...]:
    own = _maker(endpoint, OWN)
    own("organizations", "us-east-1").create_organization(FeatureSet="ALL")
    for name in ("first", "second"):
        own("organizations", "us-east-1").create_account(Email=f"{name}@example.com", AccountName=name)
    accounts = [item["Id"] for item in own("organizations", "us-east-1").list_accounts()["Accounts"]]
    for account in accounts:
        _resources(_maker(endpoint, account), account)
    return tuple(sorted(accounts))


def _maker(endpoint: str, account: str) -> Any:
    keys: dict[str, str] = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    if account != OWN:
        sts = boto3.client("sts", endpoint_url=endpoint, region_name="us-east-1", **keys)
        role = f"arn:aws:iam::{account}:role/FinOpsReadOnly"
        given = sts.assume_role(RoleArn=role, RoleSessionName="making")["Credentials"]
        keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
        keys["aws_session_token"] = given["SessionToken"]
    session = boto3.Session(**keys)
    return lambda service, region: session.client(service, endpoint_url=endpoint, region_name=region)


def _resources(client: Any, account: str) -> None:
    for region in REGIONS:
        for size in range(VOLUMES):
            client("ec2", region).create_volume(
                AvailabilityZone=f"{region}a",
                Size=100 + size,
                VolumeType="gp2",
                TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "Owner", "Value": "lena"}]}],
            )
        client("dynamodb", region).create_table(
            TableName=f"orders-{region}",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client("logs", region).create_log_group(logGroupName=f"/app/{region}")
    client("s3", "us-east-1").create_bucket(Bucket=f"files-{account}")
