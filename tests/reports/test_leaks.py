from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from finops_lib.core.errors import RenderError
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.reports.leaks import MASK, Leak, Others, check, found, search
from finops_lib.settings.model import Settings

OTHERS = Others(frozenset({"222222222222", "033344445555"}), frozenset({"tern-staging", "Tern & Tide", "Data"}))


def test_others_are_everyone_else_with_names_worth_looking_for() -> None:
    own, other, third = "111111111111", "222222222222", "333333333333"
    accounts = [(own, "tern-production"), (other, "tern-staging"), (third, "ops"), ("4444444444444", None)]
    others = Others.of([*accounts, ("555555555555", "tern-production")], own)
    assert others.ids == {other, third, "4444444444444", "555555555555"}
    assert others.names == {"tern-staging"}  # "ops" is too short; the fifth shares our own name


def test_the_others_of_a_scope_are_those_billed_and_those_named_in_the_settings() -> None:
    settings = Settings.model_validate(
        {
            "client": {"name": "Tern"},
            "billing": {},
            "forecast": {},
            "budgets": {},
            "kpis": {},
            "scorecard": {},
            "inventory": {},
            "tags": {},
            "reports": {},
            "accounts": [
                {"id": "111111111111", "name": "tern-production"},
                {"id": "222222222222", "name": "staging of the ferries"},
                {"id": "333333333333", "name": "not yet billed"},
            ],
        }
    )
    billed = [("111111111111", "own"), ("222222222222", "tern-staging"), ("444444444444", "tern-production")]
    assert Others.from_scope(Scope("111111111111"), billed, settings) == Others(
        frozenset({"222222222222", "333333333333", "444444444444"}),
        frozenset({"tern-staging", "staging of the ferries", "not yet billed"}),
    )
    assert Others.from_scope(ORGANIZATION, billed, settings) == Others()


def test_an_id_that_may_be_a_word_counts_as_a_name() -> None:
    assert Others.of([("1", ""), ("2018", ""), ("sandbox", "")], "1") == Others(
        frozenset(), frozenset({"2018", "sandbox"})
    )


def test_ids_of_others_are_masked_as_whole_numbers() -> None:
    text = "arn:aws:iam::222222222222:role/x 1222222222222 033344445555 33344445555 111111111111"
    assert OTHERS.mask(text) == f"arn:aws:iam::{MASK}:role/x 1222222222222 {MASK} 33344445555 111111111111"


@pytest.mark.parametrize("text", ["cur_{}_logs", "vpc{}", "{}b", "ä{}", "{}_"])
def test_an_id_beside_a_letter_or_an_underscore_is_an_id(text: str, tmp_path: Path) -> None:
    telling = text.format("222222222222")
    assert OTHERS.mask(telling) == text.format(MASK)
    write(tmp_path, "a.html", telling)
    assert search(tmp_path, OTHERS) == (Leak("a.html", "id", "222222222222"),)
    write(tmp_path, "a.html", text.format("111111111111"))
    assert search(tmp_path, OTHERS) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("the tern-staging account", ("tern-staging",)),
        ("tern-stagings", ()),
        ("tern staging", ()),
        ("A Data-driven choice", ("Data",)),
        ("Database", ()),
        ("data", ()),
    ],
)
def test_words_are_found_whole_and_as_spelled(text: str, values: tuple[str, ...]) -> None:
    assert found(text, OTHERS.names) == values


def write(folder: Path, name: str, content: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_every_kind_of_text_is_searched(tmp_path: Path) -> None:
    svg = base64.b64encode(b"<svg><text>tern-staging</text></svg>").decode()
    write(tmp_path, "a.html", "<p>2222<b>2222</b>2222</p>")
    write(tmp_path, "b.html", '<img alt="Tern &amp; Tide">')
    write(tmp_path, "c.html", "<p>Tern\n  &amp; Tide</p>")
    write(tmp_path, "d.html", f'<img src="data:image/svg+xml;base64,{svg}">')
    write(tmp_path, "results/e.json", json.dumps({"Tern & Tide": 1}))
    write(tmp_path, "results/f.csv", "account\n222222222222\n")
    write(tmp_path, "g.ipynb", json.dumps({"source": ["tern-", "staging"]}))
    write(tmp_path, "h.json", json.dumps("222222222222\n"))
    write(tmp_path, "clean.html", "<p>111111111111</p>")
    (tmp_path / "picture.png").write_bytes(b"222222222222")
    assert search(tmp_path, OTHERS) == (
        Leak("a.html", "id", "222222222222"),
        Leak("b.html", "name", "Tern & Tide"),
        Leak("c.html", "name", "Tern & Tide"),
        Leak("d.html", "name", "tern-staging"),
        Leak("g.ipynb", "name", "tern-staging"),
        Leak("h.json", "id", "222222222222"),
        Leak("results/e.json", "name", "Tern & Tide"),
        Leak("results/f.csv", "id", "222222222222"),
    )


def test_a_leak_stops_the_report_without_telling_it_again(tmp_path: Path) -> None:
    write(tmp_path, "technical.html", "222222222222 tern-staging")
    with pytest.raises(RenderError) as caught:
        check(tmp_path, OTHERS, list)
    assert caught.value.message == (
        "The report holds another account's id and name (technical.html); it was not published."
    )
    assert caught.value.exit_code == 3


def test_a_name_in_the_own_rows_is_no_leak_but_an_id_is(tmp_path: Path) -> None:
    write(tmp_path, "technical.html", "Data tern-staging")
    check(tmp_path, OTHERS, lambda: ["Data quality", "tag: tern-staging-copy"])
    write(tmp_path, "technical.html", "222222222222")
    with pytest.raises(RenderError):
        check(tmp_path, OTHERS, lambda: ["222222222222"])


def test_own_words_are_asked_only_where_a_name_was_found(tmp_path: Path) -> None:
    def never() -> list[str]:
        raise AssertionError

    write(tmp_path, "technical.html", "nothing of others")
    check(tmp_path, OTHERS, never)
