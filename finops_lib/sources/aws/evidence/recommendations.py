"""AWS's own recommendations, whichever of its services makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from finops_lib.sources.aws.evidence import compute_optimizer, cost_optimization_hub, trusted_advisor
from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import Row

SOURCES: Final = {module.SOURCE: module.CALLS for module in (compute_optimizer, cost_optimization_hub, trusted_advisor)}


def recommendations(answers: Answers) -> Iterator[Row]:
    """A row a recommendation."""
    yield from compute_optimizer.recommendations(answers)
    yield from cost_optimization_hub.recommendations(answers)
    yield from trusted_advisor.recommendations(answers)
