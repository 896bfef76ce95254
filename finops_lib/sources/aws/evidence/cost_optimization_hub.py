"""Cost Optimization Hub's list: alternatives for one resource stand beside each other, so its items do not add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from finops_lib.sources.aws.evidence.answer import EVERYWHERE, Answers
from finops_lib.sources.aws.evidence.compute_optimizer import billed_id
from finops_lib.sources.aws.evidence.fields import Row, moment, number, text

SOURCE: Final = "cost-optimization-hub"
LIST: Final = f"{SOURCE}.ListRecommendations"
CALLS: Final = (LIST,)
_SUMMARIES: Final = f"{SOURCE}.ListRecommendationSummaries"
_PREFERENCES: Final = f"{SOURCE}.GetPreferences"


def recommendations(answers: Answers) -> Iterator[Row]:
    """Each item of the list. Savings are after discounts, unless the account prefers to be shown those before."""
    before = {
        answer.account
        for answer in answers.asked(_PREFERENCES)
        if answer.response.get("savingsEstimationMode") == "BeforeDiscounts"
    }
    for answer, item in answers.items(LIST, "items"):
        saved = number(item.get("estimatedMonthlySavings"))
        at_list = answer.account in before
        yield {
            "source": SOURCE,
            "id": str(item["recommendationId"]),
            "account": str(item.get("accountId") or answer.account),
            "region": text(item.get("region")) or EVERYWHERE,
            "resource": billed_id(str(item.get("resourceArn") or item.get("resourceId") or "")),
            "resource_type": text(item.get("currentResourceType")),
            "action": str(item.get("actionType") or ""),
            "current": text(item.get("currentResourceSummary")),
            "target": text(item.get("recommendedResourceSummary")),
            "cost": number(item.get("estimatedMonthlyCost")),
            "saving": None if at_list else saved,
            "list_saving": saved if at_list else None,
            "currency": text(item.get("currencyCode")),
            "effort": text(item.get("implementationEffort")),
            "risk": None,
            "restart": item.get("restartNeeded"),
            "rollback": item.get("rollbackPossible"),
            "lookback_days": number(item.get("recommendationLookbackPeriodInDays")),
            "refreshed": moment(item.get("lastRefreshTimestamp")),
            "memory_known": None,
        }


def deduped_savings(answers: Answers) -> float | None:
    """AWS's own total a month, overlaps taken out; None where it was not told."""
    told = [number(answer.response.get("estimatedTotalDedupedSavings")) for answer in answers.asked(_SUMMARIES)]
    known = [amount for amount in told if amount is not None]
    return known[0] if known else None


def deduped_currency(answers: Answers) -> str | None:
    """The currency of :func:`deduped_savings`; None where it was not told."""
    told = [
        text(answer.response.get("currencyCode"))
        for answer in answers.asked(_SUMMARIES)
        if number(answer.response.get("estimatedTotalDedupedSavings")) is not None
    ]
    return told[0] if told else None
