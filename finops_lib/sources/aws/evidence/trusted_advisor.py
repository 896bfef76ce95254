"""Trusted Advisor's cost checks. Facts come as a list of texts, named by the check; entries may be null."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import Row, moment, number, text

SOURCE: Final = "trusted-advisor"
CHECKS: Final = "support.DescribeTrustedAdvisorChecks"
RESULT: Final = "support.DescribeTrustedAdvisorCheckResult"
CALLS: Final = (CHECKS, RESULT)
_NAMED: Final = re.compile(r"\b(ID|Id|ARN|Arn)$|\bName$|IP Address$")
_SAVED: Final = re.compile(r"Estimated Monthly Savings", re.IGNORECASE)
_CURRENT: Final = re.compile(r"(Instance|Node|Volume|Current) ?(Type|Class|Configuration)", re.IGNORECASE)


def recommendations(answers: Answers) -> Iterator[Row]:
    """What the checks flag; what was excluded by hand in the console stays out."""
    checks = {str(item["id"]): item for _, item in answers.items(CHECKS, "checks")}
    for answer in answers.asked(RESULT):
        result = answer.response.get("result") or {}
        check = checks.get(str(result.get("checkId")), {})
        for item in result.get("flaggedResources") or ():
            if not item.get("isSuppressed") and item.get("status") not in ("ok", "not_available"):
                yield _row(answer.account, check, result, item)


def _row(account: str, check: Mapping[str, Any], result: Mapping[str, Any], item: Mapping[str, Any]) -> Row:
    facts = dict(zip(check.get("metadata") or (), item.get("metadata") or (), strict=False))
    saved = _first(facts, _SAVED)
    days = [re.search(r"(\d+)[- ]days?", str(name), re.IGNORECASE) for name in facts]
    return {
        "source": SOURCE,
        "id": str(item.get("resourceId") or ""),
        "account": account,
        "region": text(item.get("region")),
        "resource": _first(facts, _NAMED) or str(item.get("resourceId") or ""),
        "resource_type": text(check.get("name")),
        "action": str(check.get("name") or result.get("checkId") or ""),
        "current": _first(facts, _CURRENT),
        "target": None,
        "cost": None,
        "saving": None,
        "list_saving": _dollars(saved),
        "currency": "USD" if saved and "$" in saved else None,
        "effort": None,
        "risk": None,
        "restart": None,
        "rollback": None,
        "lookback_days": max((float(found[1]) for found in days if found), default=None),
        "refreshed": moment(result.get("timestamp")),
        "memory_known": None,
    }


def _first(facts: Mapping[str, Any], name: re.Pattern[str]) -> str | None:
    return next((str(value) for key, value in facts.items() if value and name.search(key)), None)


def _dollars(amount: str | None) -> float | None:
    return number(amount.replace("$", "").replace(",", "")) if amount else None
