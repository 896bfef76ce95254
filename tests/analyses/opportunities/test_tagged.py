from __future__ import annotations

import pytest
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities.tagged import environment, tags_of


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"Environment": "development"}, "non-production"),
        ({"env": "DEV-2"}, "non-production"),
        ({"Environment": "staging "}, "non-production"),
        ({"environment": "non-production"}, "non-production"),
        ({"stage": "sandbox"}, "non-production"),
        ({"Environment": "Prod"}, "production"),
        ({"Environment": "pre-production"}, "production"),
        ({"Environment": "dev", "env": "prod"}, "production"),
        ({"Environment": "shared"}, "other"),
        ({"Environment": ""}, None),
        ({"Project": "dev"}, None),
        ({"Environment": "devotion"}, "other"),
    ],
)
def test_the_environment_is_told_by_whole_words(tags: dict[str, str], expected: str | None) -> None:
    assert environment(tags) == expected


def test_tags_come_from_the_bill_and_from_the_inventory() -> None:
    known = evidence(
        line("i-1", "BoxUsage:m5.large", 1.0, x_tag_legal_hold="yes", x_tag_owner=None),
        inventory={"instances": [resource("instances", "i-1", type="m5.large", state="running", tags={"Env": "dev"})]},
    )
    assert tags_of(known, ["i-1", "i-2"]) == {
        "i-1": {"legal_hold": "yes", "legal-hold": "yes", "Env": "dev"},
        "i-2": {},
    }
