"""``finops ledger`` as a user types it: from a scorecard's JSON to what the bill verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import MEMBER, row
from support.command import finops
from support.workspaces import Workspace

from finops_lib.contracts.ledger import identity
from finops_lib.core.periods import Period

ID = identity("unattached_volumes", MEMBER, "vol-1", "all")
MONTHS = tuple(Period(2026, month) for month in range(1, 6))


def hour_of(month: Period, resource: str) -> dict[str, Any]:
    return row(
        "Usage",
        50.0,
        bill_billing_period_start_date=f"{month.start}T00:00:00Z",
        bill_billing_period_end_date=f"{month.end}T00:00:00Z",
        line_item_usage_start_date=f"{month.start}T00:00:00Z",
        line_item_usage_end_date=f"{month.end}T00:00:00Z",
        line_item_resource_id=resource,
        line_item_usage_type="EBS:VolumeUsage.gp2",
        line_item_usage_amount=500.0,
        pricing_unit="GB-Mo",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Five months of two volumes; the first is there in January and February alone."""
    rows = {
        month: [hour_of(month, "vol-2"), *([hour_of(month, "vol-1")] if month.month <= 2 else [])] for month in MONTHS
    }
    paths = [bills.legacy_parquet(tmp_path / f"{month}.parquet", lines) for month, lines in rows.items()]
    made, report = workspaces.pulled(tmp_path / "w", *paths)
    assert report.problems == ()
    saving = {"low": 45.0, "expected": 50.0, "high": 50.0}
    item = {
        "opportunity": "unattached_volumes",
        "step": "delete",
        "account": MEMBER,
        "region": "us-east-1",
        "resource": "vol-1",
        "component": "all",
    }
    (tmp_path / "scorecard.json").write_text(json.dumps({"currency": "USD", "items": [item | {"saving": saving}]}))
    return made


def told(capsys: pytest.CaptureFixture[str], workspace: Workspace, *words: str) -> Any:
    assert finops("ledger", *words, "-w", str(workspace.root), "--json") == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_from_a_proposal_to_a_verified_saving(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    added = told(capsys, workspace, "add", str(tmp_path / "scorecard.json"), "--on", "2026-02-01")
    assert [(item["id"], item["status"], item["expected"]) for item in added["items"]] == [(ID, "proposed", 50.0)]
    assert told(capsys, workspace, "accept", ID, "--owner", "Team", "--on", "2026-02-10")["items"][0]["owner"] == "Team"
    assert told(capsys, workspace, "done", ID, "--on", "2026-03-01")["items"][0]["done_on"] == "2026-03-01"
    early = told(capsys, workspace, "verify", "--period", "2026-03")
    assert [item["state"] for item in early["items"]] == ["running"]
    verified = told(capsys, workspace, "verify", "--period", "2026-05")
    assert [(item["state"], item["realized"], item["vanished"]) for item in verified["items"]] == [
        ("verified", 50.0, True)
    ]
    listed = told(capsys, workspace, "list", "--status", "verified")
    assert listed["summary"]["verified"] == {
        "items": 1,
        "low": 45.0,
        "expected": 50.0,
        "high": 50.0,
        "realized": 50.0,
        "measured": 1,
    }
    assert f"{ID},verified,unattached_volumes,delete,{MEMBER}" in (workspace.root / "ledger.csv").read_text()


def test_the_largest_saving_is_listed_first_and_equal_ones_by_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    amounts = {"vol-a": 5.0, "vol-b": 70.0, "vol-c": 5.0, "vol-d": 900.0, "vol-e": 1.0}
    items = [
        {"opportunity": "unattached_volumes", "step": "delete", "account": MEMBER, "region": "us-east-1"}
        | {"resource": name, "component": "all", "saving": {"low": 0.0, "expected": amount, "high": 1000.0}}
        for name, amount in amounts.items()
    ]
    (tmp_path / "scorecard.json").write_text(json.dumps({"currency": "USD", "items": items}))
    assert finops("init", str(tmp_path / "w"), "--name", "Test") == 0
    at = ("-w", str(tmp_path / "w"), "--json")
    assert finops("ledger", "add", str(tmp_path / "scorecard.json"), "--on", "2026-02-01", *at) == 0
    capsys.readouterr()
    assert finops("ledger", "list", *at) == 0
    listed = [(item["expected"], item["id"]) for item in json.loads(capsys.readouterr().out)["items"]]
    assert [amount for amount, _ in listed] == [900.0, 70.0, 5.0, 5.0, 1.0]
    assert listed[2][1] < listed[3][1]


def test_for_people_it_prints_tables_and_what_to_do_next(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("-w", str(workspace.root))
    capsys.readouterr()
    assert finops("ledger", "list", *at) == 0
    assert capsys.readouterr().out == "The ledger is empty. Next: finops ledger add FILE\n"
    assert finops("ledger", "add", str(tmp_path / "scorecard.json"), "--on", "2026-02-01", *at) == 0
    assert (
        finops(
            "ledger",
            "exclude",
            ID,
            "--reason",
            "Audit",
            "--owner",
            "Legal",
            "--until",
            "2026-12-31",
            "--on",
            "2026-02-02",
            *at,
        )
        == 0
    )
    assert "excluded" in capsys.readouterr().out
    assert finops("ledger", "verify", "--period", "2026-05", *at) == 0
    assert "No item was done yet." in capsys.readouterr().out
    assert finops("ledger", "list", "--status", "done", *at) == 0
    assert capsys.readouterr().out == "The ledger has no such item.\n"


WRONG: dict[str, tuple[tuple[str, ...], int, str]] = {
    "an unknown id": (("done", "s1"), 5, "The ledger has no item 's1'."),
    "a wrong status": (("list", "--status", "finished"), 2, "There is no status 'finished'."),
    "a wrong day": (("accept", "s1", "--owner", "A", "--on", "yesterday"), 2, "'yesterday' is no day."),
    "a day to come": (("done", "s1", "--on", "2999-01-01"), 2, "2999-01-01 is still to come."),
    "an empty reason": (("exclude", "s1", "--reason", " ", "--owner", "A"), 2, "--reason is empty."),
    "no owner": (("accept", "s1"), 2, "Missing option '--owner'"),
    "no JSON": (("add", "TEXT"), 5, "is no JSON"),
    "no scorecard": (("add", "LIST"), 5, "The document is no scorecard"),
    "an absent file": (("add", "absent.json"), 2, "No such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_call_is_one_sentence_and_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    words, code, sentence = WRONG[case]
    (tmp_path / "text.json").write_text("nothing")
    (tmp_path / "list.json").write_text("[]")
    assert finops("init", str(tmp_path / "w"), "--name", "A") == 0
    capsys.readouterr()
    places = {"TEXT": str(tmp_path / "text.json"), "LIST": str(tmp_path / "list.json")}
    assert finops("ledger", *(places.get(word, word) for word in words), "-w", str(tmp_path / "w")) == code
    err = capsys.readouterr().err
    assert sentence in err
    assert "Traceback" not in err


def test_a_file_with_a_fault_is_named_with_its_line_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert finops("init", str(tmp_path / "w"), "--name", "A") == 0
    content = "id,status,opportunity,account,resource,component,expected,currency\n,finished,a,1,r,all,5,USD\n"
    (tmp_path / "w" / "ledger.csv").write_text(content)
    capsys.readouterr()
    assert finops("ledger", "list", "-w", str(tmp_path / "w")) == 5
    assert capsys.readouterr().err.startswith("finops: ledger.csv, line 2: status is 'finished'.")
    assert finops("ledger", "accept", "s1", "--owner", "A", "-w", str(tmp_path / "w")) == 5
    assert (tmp_path / "w" / "ledger.csv").read_text() == content
