"""One call, all its pages: AWS's answer as JSON, or a sentence on why there is none. Nothing is raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.parsers import ResponseParserError

from finops_lib.sources.aws.asking.call import Call
from finops_lib.sources.aws.evidence.answer import Answer

FAILURES: Final = (BotoCoreError, ClientError, ResponseParserError)

_ENVELOPE: Final = frozenset(
    {
        *("ResponseMetadata", "NextToken", "nextToken", "Marker", "NextMarker", "PaginationToken", "ContinuationToken"),
        *("LastEvaluatedTableName", "KeyMarker", "UploadIdMarker", "NextKeyMarker", "NextUploadIdMarker"),
        *("IsTruncated", "MaxUploads"),
    }
)
_DENIED: Final = ("denied", "unauthorized", "authfailure", "notauthorized", "forbidden", "expiredtoken")
_DENIED_CODES: Final = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "AuthorizationError", "SignatureDoesNotMatch", "403"}
)
_OFF: Final = ("optin", "subscriptionrequired", "notinuse", "notenabled", "notsubscribed", "notenrolled")
_THROTTLED: Final = ("throttl", "toomanyrequests", "requestlimitexceeded", "slowdown", "limitexceeded")
_MOST_PAGES: Final = 10_000
_EC2_PAGE: Final = 500  # without a size EC2 tries to tell all at once, and runs out of time in large accounts


def ask(client: Any, call: Call, place: Answer) -> tuple[Answer, bool]:
    """The answer for ``place``, which tells account, region and request; and whether the service was out."""
    request = dict(call.parameters) | dict(place.request)
    try:
        return place.told(_plain(_merged(pages(client, call, request)))), False
    except FAILURES as error:
        if isinstance(error, ClientError) and _code(error) in call.none:
            return place.told({}), False
        return place.untold(*why(error, call.action)), is_outage(error)


def pages(client: Any, call: Call, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every page of a call; where boto3 knows no pages, AWS's token tells whether there are more."""
    if client.can_paginate(call.method):
        size = {"PaginationConfig": {"PageSize": _EC2_PAGE}} if call.service == "ec2" else {}
        yield from client.get_paginator(call.method).paginate(**request, **size)
        return
    token: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = getattr(client, call.method)(**request, **token)
        yield page
        token = {key: page[key] for key in ("nextToken", "NextToken") if page.get(key)}
        if not token:
            return


def _merged(several: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    """Pages as one answer: their lists one after the other, without what concerns the paging."""
    whole: dict[str, Any] = {}
    for page in several:
        for key, value in page.items():
            if key not in _ENVELOPE:
                joined = [*whole.get(key, ()), *value] if isinstance(value, list) else whole.get(key, value)
                whole[key] = joined
    return whole


def _plain(value: Any) -> Any:
    """As JSON has it: moments as text, exact numbers as floats."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def why(error: Exception, action: str) -> tuple[str, str]:
    """The status and the sentence of a refusal; AWS's own text may tell more than a report should, so its code does."""
    if not isinstance(error, ClientError):
        return "failed", f"{action} could not be asked: {type(error).__name__}."
    code = _code(error)
    plain, message = code.replace("_", "").casefold(), str(error.response.get("Error", {}).get("Message", ""))
    if any(word in plain for word in _OFF) or _says_off(message):
        return "not_enabled", f"The service behind {action} is not switched on ({code})."
    if code in _DENIED_CODES or any(word in plain for word in _DENIED):
        return "refused", f"{action} is not allowed ({code})."
    if any(word in plain for word in _THROTTLED):
        return "failed", f"AWS took no more requests for {action} ({code}); pull again later."
    return "failed", f"{action} failed ({code or 'no code'})."


def is_outage(error: Exception) -> bool:
    """True where the service did not answer at all, so that asking on is in vain."""
    if isinstance(error, ClientError):
        answered = error.response.get("ResponseMetadata", {})
        return int(answered.get("HTTPStatusCode", 0)) >= 500
    return isinstance(error, ConnectionError | HTTPClientError | ResponseParserError)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _says_off(message: str) -> bool:
    plain = message.casefold()
    return any(words in plain for words in ("not enabled", "not enrolled", "not opted in", "not registered for"))
