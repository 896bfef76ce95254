from __future__ import annotations

import pytest

from finops_lib.analyses.opportunities import every, page
from finops_lib.analyses.opportunities.protocol import Opportunity


@pytest.mark.parametrize("opportunity", every(), ids=lambda opportunity: opportunity.id)
def test_each_page_has_its_title_and_the_fixed_headings(opportunity: Opportunity) -> None:
    lines = page(opportunity).splitlines()
    assert lines[0] == f"# {opportunity.title}"
    assert [line for line in lines if line.startswith("## ")] == [
        "## Procedure",
        "## Risk",
        "## Rollback",
        "## Success metric",
    ]
