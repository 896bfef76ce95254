"""Sessions: a profile, then a role; credentials come from boto3's own chain and are never written down."""

from __future__ import annotations

import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.core.errors import AccessDenied, ConfigError, SourceError, Throttled

RETRIES = Config(retries={"mode": "adaptive", "max_attempts": 8}, user_agent_extra="finops-workbench")

_MAY_READ = "Grant s3:ListBucket and s3:GetObject on it."
_MAY_ASSUME = "Allow sts:AssumeRole on the role and check billing.external_id."
_DENIED = {"AccessDenied", "AccessDeniedException", "403", "Forbidden", "InvalidAccessKeyId", "SignatureDoesNotMatch",
           "ExpiredToken", "UnauthorizedOperation"}  # fmt: skip
_THROTTLED = {
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "503",
}


def session(
    *, profile: str = "", role_arn: str = "", external_id_env: str = "", region: str = "us-east-1"
) -> boto3.Session:
    """A session for the profile; with ``role_arn`` one for that role, taken on from there for an hour.

    ``external_id_env`` names the environment variable that holds the role's external id.
    """
    try:
        base = boto3.Session(profile_name=profile or None, region_name=region)
        return _assume(base, role_arn, external_id_env, region) if role_arn else base
    except (BotoCoreError, ClientError) as error:
        raise explain(error, role_arn or profile or "AWS", allow=_MAY_ASSUME) from error


def _assume(base: boto3.Session, role_arn: str, external_id_env: str, region: str) -> boto3.Session:
    given = os.environ.get(external_id_env) if external_id_env else None
    if external_id_env and not given:
        raise ConfigError(
            f"The environment variable {external_id_env} (billing.external_id) is not set.",
            hint="Set it and run again.",
        )
    sts = base.client("sts", config=RETRIES)
    name = "finops-workbench"
    if given:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=name, ExternalId=given)
    else:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=name)
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )


def explain(error: BotoCoreError | ClientError, what: str, *, allow: str = _MAY_READ) -> SourceError:
    """AWS's refusal in our words; ``what`` names the thing that was asked for, ``allow`` says what would permit it."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in _DENIED:
        return AccessDenied(f"Access to {what} is denied ({code}).", hint=allow)
    if code in _THROTTLED:
        return Throttled(f"AWS throttles requests to {what} ({code}).", hint="Wait a minute and run the command again.")
    if code in {"NoSuchBucket", "404", "NoSuchKey"}:
        return SourceError(f"{what} does not exist ({code}).", hint="Check the bucket and the key.")
    if "credentials" in type(error).__name__.lower():
        return AccessDenied(f"There are no AWS credentials for {what}.", hint="Sign in, or set billing.profile.")
    return SourceError(f"AWS refuses {what}: {error}.", hint="Check the address, the region and the network.")
