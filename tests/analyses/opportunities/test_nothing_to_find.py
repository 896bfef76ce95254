"""Every kind on a bill without resources: nothing is found, and nothing is claimed to have been judged."""

from __future__ import annotations

import pytest
from opportunity_evidence import evidence

from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.protocol import Opportunity
from finops_lib.core.errors import InsufficientDataError


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.id)
def test_a_bill_without_resources_has_nothing_to_find(kind: Opportunity) -> None:
    try:
        found = kind.find(evidence())
    except InsufficientDataError:  # it says itself what it lacks
        return
    assert (found.found, found.examined, found.examined_cost) == ((), 0, 0.0)
