"""What a report's first page says of decisions: the one to take, by which rule it is the one, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from finops_lib.presentation import formats

NONE: Final = "No decision is asked for"
TO_TAKE: Final = "Decision to take."
RECOMMENDED: Final = "Recommended."


def chosen(amount: float | None, currency: str, titles: Sequence[str]) -> str:
    """By which rule a decision is the one, where other sections (``titles``, one a recommendation) have some too."""
    stand = "recommendation about less stands" if len(titles) == 1 else "recommendations about less stand"
    listed = formats.listing(dict.fromkeys(f"“{title}”" for title in titles))
    return f"Chosen by amount ({formats.money(amount, currency)}); the {stand} under {listed}."


def nothing(sections: Iterable[str]) -> str:
    """Why no section asks for a decision, in one sentence made of theirs."""
    reasons = [words.removeprefix(NONE).lstrip(":").strip().rstrip(".") for words in sections]
    return f"{NONE}: {'; '.join(dict.fromkeys(reasons))}."


def comes_from_here(first: str) -> str:
    """What stands in a section in place of the decision that the page ``first`` has taken from it."""
    return f"The decision to take, under “{first}”, comes from this section."
