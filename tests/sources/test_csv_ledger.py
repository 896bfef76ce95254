"""The ledger's file: what a person may do to it, what is refused with its line, and that no row is ever lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from finops_lib.contracts.ledger import COLUMNS, empty, identity, ledger_of, records_of
from finops_lib.core.errors import ContractError, InputError
from finops_lib.sources.files.csv_ledger import edit, ledger_bytes, load, read_ledger

ACCOUNT = "011122223333"
ID = identity("unattached_volumes", ACCOUNT, "vol-1", "all")


def record(resource: str = "vol-1", **more: Any) -> dict[str, Any]:
    usual = {
        "id": identity("unattached_volumes", ACCOUNT, resource, "all"),
        "status": "proposed",
        "opportunity": "unattached_volumes",
        "account": ACCOUNT,
        "resource": resource,
        "component": "all",
        "low": 40.0,
        "expected": 50.0,
        "high": 50.5,
        "currency": "USD",
        "proposed_on": "2026-05-01",
    }
    return usual | more


HEADER = "id,status,opportunity,account,resource,component,expected,currency,accepted_on,done_on"
LINE = f"{ID},proposed,unattached_volumes,{ACCOUNT},vol-1,all,50.00,USD,,"


def text(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines, "")).encode()


# Form


def test_a_ledger_is_written_sorted_and_in_one_form() -> None:
    ledger = ledger_of([record("vol-2"), record("vol-1", note='two, "quoted"')])
    lines = ledger_bytes(ledger).decode().split("\n")
    assert lines[0] == ",".join(COLUMNS)
    assert lines[1:3] == sorted(lines[1:3])
    assert (
        f'{ID},proposed,unattached_volumes,,{ACCOUNT},,vol-1,all,,40.00,50.00,50.50,USD,,2026-05-01,,,,,,,,,,,"two, ""quoted"""'
        in lines
    )


def test_what_is_written_is_read_again_and_written_the_same() -> None:
    ledger = ledger_of([record("vol-1", note="a\nb"), record("vol-2", low=-1.0)])
    content = ledger_bytes(ledger)
    pd.testing.assert_frame_equal(read_ledger(content), ledger)
    assert ledger_bytes(read_ledger(content)) == content
    assert ledger_bytes(read_ledger(ledger_bytes(empty()))) == ledger_bytes(empty())


@pytest.mark.parametrize("form", ["bom", "crlf", "semicolons", "reordered", "upper case", "spaces"])
def test_what_spreadsheets_do_to_a_file_is_undone(form: str) -> None:
    plain = text(LINE)
    changed = {
        "bom": b"\xef\xbb\xbf" + plain,
        "crlf": plain.replace(b"\n", b"\r\n"),
        "semicolons": plain.replace(b",", b";"),
        "reordered": pd.read_csv(io.BytesIO(plain), dtype=str).iloc[:, ::-1].to_csv(index=False).encode(),
        "upper case": plain.replace(b"proposed", b"Proposed").replace(b"USD", b"usd"),
        "spaces": plain.replace(b",", b" , "),
    }[form]
    assert ledger_bytes(read_ledger(changed)) == ledger_bytes(read_ledger(plain))


def test_leading_zeros_that_a_spreadsheet_took_come_back() -> None:
    assert list(read_ledger(text(LINE.replace(ACCOUNT, ACCOUNT.lstrip("0"))))["account"]) == [ACCOUNT]


def test_a_line_of_ones_own_gets_its_id_and_columns_of_ones_own_stay() -> None:
    own = f"id,status,opportunity,account,resource,component,expected,currency,ticket\n,proposed,cache,{ACCOUNT},web,,12,EUR,OPS-7\n"
    ledger = read_ledger(own.encode())
    assert list(ledger["id"]) == [identity("cache", ACCOUNT, "web", "all")]
    assert records_of(ledger)[0]["low"] == 12.0
    assert ledger_bytes(ledger).decode().split("\n")[0] == ",".join((*COLUMNS, "ticket"))
    assert ledger_bytes(ledger).decode().split("\n")[1].endswith(",OPS-7")


# Faults

FAULTS: dict[str, tuple[bytes, str]] = {
    "a wrong status": (text(LINE, LINE.replace("proposed", "finished")), "ledger.csv, line 3: status is 'finished'."),
    "no status": (text(LINE.replace("proposed", "")), "ledger.csv, line 2: status is empty."),
    "a wrong date": (text(LINE + "03.04.2026"), "line 2: done_on is '03.04.2026', not a date."),
    "a number with a comma": (text(LINE.replace("50.00", '"1,50"')), "line 2: expected is '1,50', not a number."),
    "no number": (text(LINE.replace("50.00", "much")), "line 2: expected is 'much', not a number."),
    "a number too large": (text(LINE.replace("50.00", "9e99")), "line 2: expected is too large to be a saving."),
    "the same twice": (text(LINE, LINE), f"line 3: {ID} stands in line 2 already."),
    "a missing column": (text(LINE).replace(b"status", b"state"), "line 1: no column status"),
    "a column twice": (text(LINE).replace(b"done_on", b"status"), "line 1: a column comes twice."),
    "too few cells": (text(LINE[:-1]), "line 2: 9 cells where the first line names 10 columns."),
    "another resource": (text(LINE.replace("vol-1", "vol-2")), f"line 2: {ID} is not the id of this opportunity"),
    "no day for its status": (
        text(LINE.replace("proposed", "accepted")),
        "line 2: status is accepted, and accepted_on is empty.",
    ),
    "days out of order": (
        text(LINE.replace("proposed", "done").removesuffix(",") + "2026-05-02,2026-05-01"),
        "line 2: done_on lies before accepted_on.",
    ),
    "a wrong currency": (text(LINE.replace("USD", "dollars")), "line 2: currency is 'DOLLARS'."),
    "an empty file": (b"", "line 1: no column"),
    "no text": (b"\xff\xfe\x00", "is not UTF-8 text."),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_one_sentence_with_its_line(case: str) -> None:
    content, sentence = FAULTS[case]
    with pytest.raises(InputError) as raised:
        read_ledger(content)
    assert sentence in raised.value.message
    assert raised.value.hint
    assert raised.value.exit_code == 5


def test_bounds_out_of_order_are_refused() -> None:
    with pytest.raises(InputError, match="line 2: low, expected and high are not in order"):
        read_ledger(ledger_bytes(ledger_of([record(low=60.0)])))


# Changes


def test_no_file_is_an_empty_ledger_and_a_change_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    assert load(path).empty
    edit(path, lambda ledger: ledger_of([*records_of(ledger), record()]))
    assert list(load(path)["id"]) == [ID]
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.csv"]


def test_a_change_that_loses_a_row_or_a_file_with_a_fault_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    for content, error in ((ledger_bytes(ledger_of([record()])), ContractError), (text(LINE, LINE), InputError)):
        path.write_bytes(content)
        with pytest.raises(error):
            edit(path, lambda _: empty())
        assert path.read_bytes() == content


def test_nothing_to_change_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(ledger_bytes(ledger_of([record()])))
    before = path.stat()
    edit(path, lambda ledger: ledger)
    assert path.stat().st_ino == before.st_ino


def _add(path: Path, resource: str) -> None:
    edit(path, lambda ledger: ledger_of([*records_of(ledger), record(resource)]))


def test_changes_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _add(path, f"vol-{number}"), range(16)))
    assert len(load(path)) == 16
