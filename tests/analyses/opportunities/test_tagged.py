from __future__ import annotations

import pytest
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities.tagged import environment, tags_of, unread


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


def test_what_nobody_read_the_tags_of_is_not_known_to_be_unprotected() -> None:
    tables = {"tables": [resource("tables", "read", mode="", storage_class="")]}
    tables["tables"].append(resource("tables", "refused", mode="", storage_class="", tags=None))
    lines = line("read", "Requests", 1.0), line("billed alone", "Requests", 1.0)
    known = evidence(*lines, inventory=tables, protected=("legal-hold", "keep=yes"))
    assert unread(known) == {"refused", "billed alone"}
    assert unread(evidence(*lines, inventory=tables)) == frozenset()  # no tag protects anything


def test_a_bill_that_has_the_protecting_tags_as_columns_tells_them() -> None:
    lines = line("i-1", "BoxUsage:m5.large", 1.0, x_tag_legal_hold=None)
    assert unread(evidence(lines, protected=("Legal-Hold=yes",))) == frozenset()
    assert unread(evidence(lines, protected=("legal-hold", "keep"))) == {"i-1"}
