from __future__ import annotations

import pytest

from finops_lib.analyses.opportunities import every, page
from finops_lib.analyses.opportunities.protocol import Opportunity


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.id)
def test_every_kind_has_a_page_with_the_fixed_headings(kind: Opportunity) -> None:
    title, *_ = lines = page(kind).splitlines()
    assert title == f"# {kind.title}"
    headings = [text for text in lines if text.startswith("## ")]
    assert headings == ["## Procedure", "## Risk", "## Rollback", "## Success metric"]
