"""Where AWS is asked: the accounts, a session for each, and the regions that each has enabled."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials

from finops_lib.core.errors import ConfigError, SourceError
from finops_lib.sources.aws.asking import calls
from finops_lib.sources.aws.asking.ask import FAILURES, pages, why
from finops_lib.sources.aws.session import explain

HOME: Final = "us-east-1"
_GLOBAL: Final = ("cost-optimization-hub", "support", "organizations", "sts")
_ROLE_SESSION: Final = "finops-workbench"
_CONFIG: Final = Config(
    retries={"mode": "adaptive", "max_attempts": 6},
    user_agent_extra="finops-workbench",
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=20,
)


@dataclass
class Access:
    """One account's credentials: clients are made one at a time and then shared by threads."""

    account: str
    session: boto3.Session
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def client(self, service: str, region: str) -> Any:
        """A client of a service; some services live in one region alone."""
        place = (service, HOME if service in _GLOBAL else region)
        with self._lock:
            if place not in self._clients:
                make: Callable[..., Any] = self.session.client
                self._clients[place] = make(service, region_name=place[1], config=_CONFIG)
            return self._clients[place]


class _Assumed(CredentialProvider):
    """The credentials of a role, and no others: what the environment holds is somebody else."""

    METHOD = "finops-assumed-role"

    def __init__(self, credentials: Any) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> Any:
        """The credentials."""
        return self._credentials


@dataclass(frozen=True)
class Refusal:
    """Why an account or its regions could not be had."""

    status: str
    reason: str


@dataclass(frozen=True)
class Organization:
    """The identity that asks, and how it becomes others: a role in each account, with the external id of billing."""

    own: Access
    partition: str
    role_name: str
    external_id: str | None
    home: str

    @classmethod
    def of(cls, session: boto3.Session, *, role_name: str, external_id_env: str, region: str) -> Organization:
        """Who these credentials are; raises :class:`SourceError` where there are none."""
        given = os.environ.get(external_id_env) if external_id_env else None
        if external_id_env and not given:
            raise ConfigError(
                f"The environment variable {external_id_env} (billing.external_id) is not set.",
                hint="Set it and run again.",
            )
        own = Access("", session)
        try:
            identity = own.client("sts", region).get_caller_identity()
        except FAILURES as error:
            raise _explained(error) from error
        own.account = str(identity["Account"])
        return cls(own, str(identity["Arn"]).split(":")[1], role_name, given, region)

    def accounts(self, named: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...] | Refusal:
        """The accounts to ask: those ``chosen``, else the organization's active ones with those that are ``named``.

        Where the organization does not tell and nobody is named, the own account alone is left, and the refusal given.
        """
        if chosen or not self.role_name:
            return chosen or (self.own.account,)
        try:
            listed = list(pages(self.own.client("organizations", self.home), calls.ACCOUNTS, {}))
        except FAILURES as error:
            status, reason = why(error, calls.ACCOUNTS.action)
            return tuple(sorted({*named, self.own.account})) if named else Refusal(status, reason)
        found = [item for page in listed for item in page["Accounts"]]
        active = {str(item["Id"]) for item in found if item.get("Status", item.get("State")) == "ACTIVE"}
        return tuple(sorted(active | set(named)))

    def access(self, account: str) -> Access | Refusal:
        """The account's credentials: the own ones for the own account, else those of the role."""
        if account == self.own.account:
            return self.own
        role = f"arn:{self.partition}:iam::{account}:role/{self.role_name}"
        try:
            first = self._assumed(role)
        except FAILURES as error:
            status, reason = why(error, f"{calls.ROLE.action} on {role}")
            return Refusal("refused" if status == "refused" else "failed", reason)
        return Access(account, self._session(role, first))

    def _assumed(self, role: str) -> dict[str, str]:
        """Credentials of the role, for an hour."""
        secret = {"ExternalId": self.external_id} if self.external_id else {}
        sts = self.own.client("sts", self.home)
        told = sts.assume_role(RoleArn=role, RoleSessionName=_ROLE_SESSION, **secret)["Credentials"]
        return {
            "access_key": str(told["AccessKeyId"]),
            "secret_key": str(told["SecretAccessKey"]),
            "token": str(told["SessionToken"]),
            "expiry_time": told["Expiration"].isoformat(),
        }

    def _session(self, role: str, first: dict[str, str]) -> boto3.Session:
        """A session whose credentials are taken anew before the hour is over.

        It shares with the own one what is slow to read: the descriptions of the services.
        """
        credentials = RefreshableCredentials.create_from_metadata(
            metadata=first, refresh_using=lambda: self._assumed(role), method=_Assumed.METHOD
        )
        below = botocore.session.get_session()
        below.register_component("data_loader", self.own.session._session.get_component("data_loader"))
        below.register_component("credential_provider", CredentialResolver([_Assumed(credentials)]))
        return boto3.Session(region_name=self.home, botocore_session=below)


def regions(access: Access, home: str, chosen: tuple[str, ...]) -> tuple[str, ...] | Refusal:
    """The regions to ask in: those ``chosen``, else all that the account has enabled."""
    if chosen:
        return chosen
    try:
        answer = access.client("ec2", home).describe_regions(AllRegions=False)
    except FAILURES as error:
        return Refusal(*why(error, calls.REGIONS.action))
    return tuple(sorted(str(item["RegionName"]) for item in answer["Regions"]))


def _explained(error: Exception) -> SourceError:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    if isinstance(error, BotoCoreError | ClientError):
        return explain(error, "AWS", allow="Check the credentials.")
    return SourceError(f"AWS does not answer: {type(error).__name__}.", hint="Check the network and AWS_ENDPOINT_URL.")
