"""The words for a variance's codes: effects, categories, recommendations, verdicts. A new code reads as itself."""

from __future__ import annotations

from typing import Final

EFFECTS: Final = {
    "calendar": "Days in the month",
    "volume": "Volume",
    "mix": "Mix of sizes and classes",
    "list_price": "Public prices",
    "private_discount": "Private discount",
    "commitment_coverage": "Commitment coverage",
    "commitment_rate": "Commitment rate",
    "unsplit_price": "Price, not split",
    "unused_commitment": "Unused commitment",
    "new_resources": "New resources",
    "ended_resources": "Ended resources",
    "new_services": "New services",
    "ended_services": "Ended services",
    "one_off_fees": "One-off fees",
    "marketplace": "Marketplace",
    "support": "Support",
    "credits": "Credits",
    "refunds": "Refunds",
    "tax": "Tax",
    "unrated_usage": "Usage without a price",
    "unclassified": "Unknown charges",
    "over_expected": "Above what was expected",
    "under_expected": "Below what was expected",
}

_REASONS: Final = {
    "calendar": ("the longer month", "the shorter month"),
    "volume": ("more use", "less use"),
    "mix": ("larger sizes and classes", "smaller sizes and classes"),
    "list_price": ("higher public prices", "lower public prices"),
    "private_discount": ("a smaller private discount", "a larger private discount"),
    "commitment_coverage": ("less use covered by commitments", "more use covered by commitments"),
    "commitment_rate": ("dearer commitment rates", "cheaper commitment rates"),
    "unsplit_price": ("higher prices", "lower prices"),
    "unused_commitment": ("more commitment left unused", "less commitment left unused"),
    "new_resources": ("new resources", "new resources that credit"),
    "ended_resources": ("ended resources that credited", "ended resources"),
    "new_services": ("new services", "new services that credit"),
    "ended_services": ("ended services that credited", "ended services"),
    "one_off_fees": ("more one-off fees", "fewer one-off fees"),
    "marketplace": ("more Marketplace charges", "fewer Marketplace charges"),
    "support": ("dearer support", "cheaper support"),
    "credits": ("fewer credits", "more credits"),
    "refunds": ("fewer refunds", "more refunds"),
    "tax": ("more tax", "less tax"),
    "unrated_usage": ("more usage without a price", "less usage without a price"),
    "unclassified": ("charges of an unknown kind", "charges of an unknown kind"),
}

CATEGORIES: Final = {
    "business_growth": "Business-driven growth",
    "optimization": "Optimization successes",
    "infrastructure": "Infrastructure changes",
    "anomalous": "Anomalous costs",
    "not_business": "Not the business's doing",
    "unclassified": "Unclassified",
}

_SHORT: Final = {
    "business_growth": "Growth",
    "optimization": "Optimization",
    "infrastructure": "Infrastructure",
    "anomalous": "Anomalous",
    "not_business": "Not business",
    "unclassified": "Unclassified",
}

_PHRASES: Final = {
    "business_growth": "follows the business",
    "optimization": "comes from optimization",
    "infrastructure": "comes from infrastructure changes",
    "anomalous": "is anomalous",
    "not_business": "is not the business's doing",
    "unclassified": "is unclassified",
}

MEANINGS: Final = {
    "business_growth": "Use that follows the business, or is new under a purpose that was there",
    "optimization": "Cost that fell because somebody acted: a purchase, a tracked action, a cheaper place",
    "infrastructure": "Resources that came, went or changed size without the business growing",
    "anomalous": "A few days unlike the others, here or in the month before",
    "not_business": "The calendar, prices, tax, support, fees, credits, commitments bought elsewhere",
    "unclassified": "What no rule explains",
}

RECOMMENDATIONS: Final = {
    "raise_commitment_utilization": "Move use under the commitment that is left unused",
    "review_commitment_coverage": "Review what commitments cover",
    "review_price_change": "Review the price change and its alternatives",
    "check_private_pricing": "Check the invoice against the private pricing agreement",
    "plan_renewal": "Plan the renewal and its date",
    "plan_without_credits": "Plan without the credits that ended",
    "expect_no_refund_again": "Do not count on refunds",
    "investigate_anomaly": "Find what happened on these days, and set an alert",
    "find_the_cause": "Find the cause by hand",
    "record_saving": "Record the saving in the ledger",
    "check_unit_cost": "Check the cost per unit of business",
    "confirm_budget": "Confirm that the budget holds it",
    "review_sizes": "Review sizes and classes",
    "confirm_decommissioning": "Confirm that nothing else depended on it",
    "confirm_owner_and_tags": "Confirm owner and tags",
}

PLANNED: Final = "Confirm that it was planned"
EXCEEDED: Final = "Raise the budget or undo it"

_RECOMMENDED_ON_FALLS: Final = {
    "raise_commitment_utilization": "Keep this use under the commitment",
    "review_price_change": "Take the lower price into the forecast",
    "plan_renewal": "Note when the charge comes again",
    "plan_without_credits": "Plan for the end of these credits",
    "investigate_anomaly": "Confirm that it is over",
}

CHARGES: Final = {
    "usage": "usage",
    "unused_commitment": "unused commitment",
    "one_off_fees": "one-off fees",
    "marketplace": "Marketplace",
    "support": "support",
    "credits": "credits",
    "refunds": "refunds",
    "tax": "tax",
    "unclassified": "unknown charges",
}

STATES: Final = {
    "temporary": "temporary",
    "receding": "receding",
    "structural": "structural",
    "undecided": "too early to say",
    "gradual": "gradual",
    "monthly": "charged by the month",
    "unknown": "not known",
}


def effect(code: str) -> str:
    """An effect's name."""
    return EFFECTS.get(code, _plain(code))


def reason(code: str, amount: float) -> str:
    """An effect as the subject of a sentence: what added, or took away, the amount."""
    more, less = _REASONS.get(code, (_plain(code).lower(),) * 2)
    return more if amount > 0 else less


def category(code: str) -> str:
    """A category's name."""
    return CATEGORIES.get(code, _plain(code))


def short(code: str) -> str:
    """A category's name where a table has little room."""
    return _SHORT.get(code, _plain(code))


def phrase(code: str) -> str:
    """A category as what is said of an amount."""
    return _PHRASES.get(code, f"is {_plain(code).lower()}")


def meaning(code: str) -> str:
    """What a category holds."""
    return MEANINGS.get(code, "–")


def recommendation(code: str, amount: float) -> str:
    """What should be done about a rise, or about a fall."""
    if amount < 0 and code in _RECOMMENDED_ON_FALLS:
        return _RECOMMENDED_ON_FALLS[code]
    return RECOMMENDATIONS.get(code, _plain(code))


def on_odd_days(days: str, *, rise: bool, earlier: bool, dearer: bool) -> str:
    """What should be done about days unlike the others, which are named."""
    if earlier:
        return f"Confirm that what {'raised' if dearer else 'lowered'} cost on {days} is over"
    if rise:
        return f"Find what happened on {days}, and set an alert"
    return f"Find what lowered cost on {days}"


def charge(code: str) -> str:
    """A kind of charge inside a sentence."""
    return CHARGES.get(code, _plain(code).lower())


def state(code: str) -> str:
    """Whether a cause is here to stay."""
    return STATES.get(code, _plain(code).lower())


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
