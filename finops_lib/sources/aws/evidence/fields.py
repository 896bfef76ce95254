"""Reading single fields of answers: what AWS leaves out is None, and so is what it gives as null or empty."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.sources.aws.evidence.answer import Answer

Row = dict[str, object]
UNREAD: Final = object()
"""The tags of what nobody could ask for its tags."""

_MILLISECONDS: Final = 1e11
_STOPPED: Final = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


def row(answer: Answer, resource: str, tags: object, **facts: object) -> Row:
    """A row of an inventory frame, at the place that answered."""
    return {"account": answer.account, "region": answer.region, "resource": resource, "tags": named(tags), **facts}


def named(tags: object) -> dict[str, str] | None:
    """Tags as a mapping, from either form that AWS writes: a mapping, or a list of keys and values; None for UNREAD."""
    if tags is UNREAD:
        return None
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    pairs = [tag for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, Iterable) else []
    return {str(tag.get("Key", tag.get("key"))): str(tag.get("Value", tag.get("value", ""))) for tag in pairs}


def text(value: object) -> str | None:
    """A text, or None."""
    return None if value is None or value == "" else str(value)


def number(value: Any) -> float | None:
    """A number, or None; amounts come as text in some answers."""
    try:
        return None if value is None or value == "" or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def moment(value: object) -> pd.Timestamp | None:
    """A moment in UTC without zone: AWS writes ISO texts, seconds or milliseconds since 1970."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        found = pd.Timestamp(value, unit="ms" if value > _MILLISECONDS else "s")
    else:
        assert isinstance(value, str | dt.datetime)
        found = pd.Timestamp(value)
    return found.tz_convert(None) if found.tzinfo else found


def stopped(reason: object) -> pd.Timestamp | None:
    """When an instance stopped, as its transition reason tells it: ``User initiated (2026-09-01 07:00:12 GMT)``."""
    match = _STOPPED.search(str(reason or ""))
    return pd.Timestamp(match[1]) if match else None


def arn(answer: Answer, service: str, rest: str) -> str:
    """The ARN of something of the place that answered, as the bill writes it."""
    return f"arn:{partition(answer.region)}:{service}:{answer.region}:{answer.account}:{rest}"


def partition(region: str) -> str:
    """The partition of a region."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
