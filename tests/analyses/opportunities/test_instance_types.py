from __future__ import annotations

import pytest

from finops_lib.analyses.opportunities.instance_types import parsed, successors


@pytest.mark.parametrize(
    ("name", "family", "size"),
    [
        ("m5.large", "m5", "large"),
        ("c7i.48xlarge", "c7i", "48xlarge"),
        ("u7i-12tb.224xlarge", "u7i-12tb", "224xlarge"),
        ("db.m7i.4xl", "m7i", "4xlarge"),
        ("db.r6g.xl", "r6g", "xlarge"),
        ("m5.metal", "m5", "metal"),
        ("m7i.metal-24xl", "m7i", "metal-24xl"),
        ("cache.r6g.large", "r6g", "large"),
    ],
)
def test_family_and_size_are_read_exactly(name: str, family: str, size: str) -> None:
    kind = parsed(name)
    assert kind is not None
    assert (kind.family, kind.size) == (family, size)


@pytest.mark.parametrize("name", ["m5", "m5.", "gp3", "t2.micro.large", "", None, float("nan"), "m5.8xlargest"])
def test_what_is_no_type_is_none(name: object) -> None:
    assert parsed(name) is None


def test_a_size_keeps_its_length_in_the_other_family() -> None:
    kind = parsed("m5.48xlarge")
    assert kind is not None
    assert [str(other) for other in successors(kind, "graviton")] == ["m6g.48xlarge", "m7g.48xlarge", "m8g.48xlarge"]


def test_a_metal_size_is_another_machine_in_another_family() -> None:
    for name in ("m5.metal", "m7i.metal-24xl"):
        kind = parsed(name)
        assert kind is not None
        assert successors(kind, "graviton") == ()


def test_databases_are_spelled_short_in_usage_types() -> None:
    kind = parsed("db.r5.4xlarge")
    assert kind is not None
    assert kind.spellings == ("db.r5.4xlarge", "db.r5.4xl")
