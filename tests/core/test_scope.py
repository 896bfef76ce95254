from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.core.errors import UsageError
from finops_lib.core.scope import ORGANIZATION, Scope


@pytest.mark.parametrize("text", ["organization", "Organization", "ORGANIZATION", " organization "])
def test_the_organization(text: str) -> None:
    assert Scope.parse(text) == ORGANIZATION
    assert ORGANIZATION.is_organization
    assert (str(ORGANIZATION), ORGANIZATION.slug) == ("organization", "organization")


def test_an_account_is_text_exactly_as_the_bill_spells_it() -> None:
    scope = Scope.parse("011122223333")
    assert (scope.account, str(scope), scope.slug, scope.is_organization) == ("011122223333",) * 3 + (False,)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_scope(text: str) -> None:
    with pytest.raises(UsageError, match="The scope is empty"):
        Scope.parse(text)


@pytest.mark.parametrize(
    ("text", "slug"), [("team a/b", "team-a-b-16d23ac5"), ("../../etc", "etc-6dbe0c05"), ("日本", "-0b32dcbe")]
)
def test_an_odd_id_gives_a_safe_folder(text: str, slug: str) -> None:
    assert re.fullmatch(re.escape(slug[:-8]) + "[0-9a-f]{8}", Scope(text).slug)


@given(st.text(min_size=1, max_size=200))
def test_a_folder_name_is_safe_whatever_the_id(text: str) -> None:
    slug = Scope(text).slug
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", slug)
    assert slug not in {".", ".."}
    assert not slug.startswith(".")


@given(st.lists(st.text(alphabet="aA/ .-", min_size=1, max_size=6), min_size=2, max_size=2, unique=True))
def test_two_ids_never_share_a_folder(texts: list[str]) -> None:
    assert Scope(texts[0]).slug != Scope(texts[1]).slug


def test_a_number_is_no_scope() -> None:
    with pytest.raises(UsageError, match="The scope is 836060457634, which is no text"):
        Scope.parse(836060457634)  # type: ignore[arg-type]
