"""Billing APIs that may not answer: their refusals in our words, kept beside what could be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import boto3
import pandas as pd
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.contracts.aws_answers import Answer
from finops_lib.core.errors import ContractError, NotEnabled, SourceError, Throttled
from finops_lib.sources.aws.session import RETRIES, explain

HOME: Final = "us-east-1"
"""Billing APIs live here, whatever the session's region."""

_NO_DATA: Final = {"DataUnavailableException", "BillExpirationException", "ResourceNotFoundException"}
_OFF: Final = {"OptInRequired", "OptInRequiredException", "SubscriptionRequiredException"}


def billing_client(session: boto3.Session, service: str) -> Any:
    """A client of a billing API, with the project's retries."""
    make: Callable[..., Any] = session.client
    return make(service, region_name=HOME, config=RETRIES)


def ask(question: Callable[[], pd.DataFrame]) -> Answer:
    """The answer, or the reason why there is none: a cross-check that fails must not stop a report."""
    try:
        return Answer(question())
    except (SourceError, ContractError) as error:
        return Answer(None, str(error))


def explain_billing(error: BotoCoreError | ClientError, what: str, allow: str) -> SourceError:
    """AWS's refusal as an error of ours; ``allow`` names the permission that the call needs."""
    found = error.response.get("Error", {}) if isinstance(error, ClientError) else {}
    code, message = found.get("Code", ""), found.get("Message", "")
    if code in _NO_DATA:
        return NotEnabled(
            f"{what} has no data for this question ({code}).",
            hint="Cost Explorer needs a day after it is switched on, and a billing cycle before it forecasts.",
        )
    if code in _OFF or "not enabled" in message.lower():
        return NotEnabled(f"{what} is not switched on.", hint="Switch it on in the management account.")
    if code == "LimitExceededException":
        return Throttled(f"{what} takes no more requests for now ({code}).", hint="Run the command again later.")
    if "NextToken" in code or code == "RequestChangedException":
        return SourceError(f"{what} lost its place between two pages ({code}).", hint="Run the command again.")
    return explain(error, what, allow=f"Allow {allow}.")
