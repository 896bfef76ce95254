from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from reports import samples
from reports.samples import BROKEN_PRESS, PRESS, SAVE, compose, job, no_words

from finops_lib.reports import produce as module
from finops_lib.reports.leaks import Others
from finops_lib.reports.produce import Job, Outcome, Press, produce
from finops_lib.reports.runs import RunStore


def make(work: Job, press: Press = PRESS) -> tuple[Outcome, list[str]]:
    stages: list[str] = []
    return produce(work, stages.append, press=press, own_words=no_words), stages


def files(folder: Path) -> dict[str, bytes]:
    """What must be equal between equal runs: all but the log and the times of the manifest."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found["log.jsonl"]
    papers = json.loads(found["manifest.json"])
    del papers["times"]
    return found | {"manifest.json": json.dumps(papers).encode()}


def test_a_report_is_made_once(tmp_path: Path) -> None:
    work = job(tmp_path)
    first, stages = make(work)
    assert (first.status, first.error) == ("made", "")
    assert stages == ["overview", "pages"]
    assert sorted(files(first.folder)) == [
        "executive.html", "executive.pdf", "manifest.json", "overview.ipynb", "results/overview.json",
        "technical.html", "technical.pdf",
    ]  # fmt: skip
    second, stages = make(work)
    assert (second.status, stages) == ("done", [])
    assert second.folder == first.folder


def test_equal_inputs_give_equal_bytes_wherever_they_are_made(tmp_path: Path) -> None:
    first, _ = make(job(tmp_path / "here"))
    second, _ = make(job(tmp_path / "there" / "and deeper"))
    assert files(first.folder) == files(second.folder)
    assert not [name for name, data in files(first.folder).items() if str(tmp_path).encode() in data]


def test_forced_again_it_is_the_same(tmp_path: Path) -> None:
    first, _ = make(job(tmp_path))
    before = files(first.folder)
    again, _ = make(replace(job(tmp_path), force=True))
    assert again.status == "made"
    assert files(again.folder) == before


def test_a_failed_notebook_is_kept_with_its_log_and_nothing_stands(tmp_path: Path) -> None:
    work = job(tmp_path, body="frame = {}\nframe['ServiceName']")
    failed, _ = make(work)
    assert failed.status == "failed"
    assert failed.error == "overview: the cell 'analysis' failed: KeyError: 'ServiceName'"
    assert failed.folder.name == f"{work.inputs.run_id}.failed"
    assert sorted(path.name for path in failed.folder.iterdir()) == ["log.jsonl", "manifest.json", "overview.ipynb"]
    assert json.loads((failed.folder / "manifest.json").read_text())["status"] == "failed"
    assert not RunStore(work.runs).is_current(work.key)


NO_ANSWER = """from finops_lib.core.errors import InsufficientDataError
raise InsufficientDataError("The warehouse holds one month.")"""


def test_a_question_that_the_data_cannot_answer_does_not_fail_the_report(tmp_path: Path) -> None:
    work = job(tmp_path)
    open_question = samples.write(tmp_path / "shipped" / "variance.ipynb", samples.tiny(NO_ANSWER))
    made, _ = make(replace(work, notebooks=(*work.notebooks, open_question)))
    assert made.status == "made"
    statuses = [run["status"] for run in json.loads((made.folder / "manifest.json").read_text())["notebooks"]]
    assert statuses == ["done", "no answer"]


def test_a_report_without_any_answer_fails(tmp_path: Path) -> None:
    failed, _ = make(job(tmp_path, body=NO_ANSWER))
    assert failed.status == "failed"
    assert "The warehouse holds one month." in failed.error


def test_one_failed_notebook_of_two_still_gives_pages_but_they_do_not_stand(tmp_path: Path) -> None:
    work = job(tmp_path)
    bad = samples.write(tmp_path / "shipped" / "variance.ipynb", samples.tiny("1 / 0"))
    failed, _ = make(replace(work, notebooks=(*work.notebooks, bad)))
    assert failed.status == "failed"
    assert [path.name for path in failed.documents] == ["executive.pdf", "technical.pdf"]
    assert not RunStore(work.runs).is_current(work.key)


def test_a_fault_of_the_program_fails_one_report_and_is_logged(tmp_path: Path) -> None:
    failed, _ = make(job(tmp_path), BROKEN_PRESS)
    assert failed.error == "A fault of the program: KeyError: 'a fault in the printer'"
    assert sorted(path.name for path in failed.folder.iterdir()) == ["log.jsonl", "manifest.json"]
    log = [json.loads(line) for line in (failed.folder / "log.jsonl").read_text().splitlines()]
    assert "KeyError" in log[-1]["message"]
    assert str(tmp_path) not in (failed.folder / "log.jsonl").read_text()


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    work = job(tmp_path)
    failed, _ = make(work, Press(compose, full))
    assert failed.status == "failed"
    assert failed.error == (
        "Cannot write the report: No space left on device. Mend that and run the same command again; nothing is lost."
    )
    assert not (work.runs / work.key.client).exists()
    assert list((work.runs / ".staging").iterdir()) == []
    assert make(work)[0].status == "made"


def test_a_report_that_tells_of_another_account_is_withdrawn(tmp_path: Path) -> None:
    body = SAVE.replace('"scope": scope', '"scope": "333333333333"')
    others = Others(frozenset({"333333333333"}), frozenset())
    failed, _ = make(job(tmp_path, body=body, others=others))
    assert failed.error.startswith("The report holds another account's id (")
    assert sorted(path.name for path in failed.folder.iterdir()) == ["log.jsonl", "manifest.json"]
    assert not [path for path in failed.folder.rglob("*") if b"333333333333" in path.read_bytes()]


def test_a_name_that_the_own_rows_hold_is_published(tmp_path: Path) -> None:
    body = SAVE.replace('"notes": []', '"notes": [], "tag": "tern" + "-staging"')
    work = job(tmp_path, body=body, others=Others(frozenset(), frozenset({"tern-staging"})))
    assert make(work)[0].status == "failed"
    made = produce(work, lambda _: None, press=PRESS, own_words=lambda _: ["team tern-staging"])
    assert made.status == "made"
    assert not (made.folder.parent / f"{made.run_id}.failed").exists()


def test_a_failed_notebook_that_tells_of_another_account_is_not_kept(tmp_path: Path) -> None:
    others = Others(frozenset({"333333333333"}), frozenset())
    failed, _ = make(job(tmp_path, body="raise ValueError('of ' + '3' * 12)", others=others))
    assert failed.error.startswith("The report holds another account's id (overview.ipynb)")
    log = (failed.folder / "log.jsonl").read_text()
    assert "ValueError" in log
    assert not [path for path in failed.folder.rglob("*") if b"333333333333" in path.read_bytes()]


CANARIES = {
    "print": "AKIAIOSFODNN7EXAMPLE",
    "exception": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "logging": "xoxb-123456789012-abcdefABCDEF",
    "parameter": "https://hooks.slack.com/services/T0/B0/canary",
    "environment": "an-opaque-canary-value",
}


@pytest.mark.parametrize("fails", [True, False])
def test_canary_secrets_reach_no_artifact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    monkeypatch.setenv("SERVICE_TOKEN", CANARIES["environment"])
    body = f"""import logging, os, sys, warnings
print("{CANARIES["print"]}", os.environ.get("SERVICE_TOKEN"), period)
print("stolen {CANARIES["environment"]}", file=sys.stderr)
logging.getLogger("boto3").warning("{CANARIES["logging"]}")
warnings.warn("{CANARIES["print"]}")
{SAVE}
{"raise RuntimeError" if fails else "str"}("denied: {CANARIES["exception"]} {CANARIES["environment"]}")"""
    work = job(tmp_path, body=body)
    parameters = {**work.inputs.parameters, "period": CANARIES["parameter"]}
    outcome, _ = make(replace(work, inputs=replace(work.inputs, parameters=parameters)))
    assert outcome.status == ("failed" if fails else "made")
    kept = {path.relative_to(work.runs): path.read_text() for path in work.runs.rglob("*") if path.is_file()}
    assert len(kept) >= 3
    told = [
        (name.as_posix(), kind)
        for name, text in kept.items()
        for kind, canary in CANARIES.items()
        if canary in text and not (name.name == "overview.json" and kind == "parameter")
    ]
    assert told == []
    assert os.environ["SERVICE_TOKEN"] not in outcome.error


def test_notes_of_all_results_are_in_the_manifest(tmp_path: Path) -> None:
    body = SAVE.replace('"notes": []', '"notes": [{"code": "invoice.open", "severity": "warning", "message": "m"}]')
    made, _ = make(job(tmp_path, body=body))
    papers = json.loads((made.folder / "manifest.json").read_text())
    note = {"result": "overview", "code": "invoice.open", "severity": "warning", "message": "m"}
    assert papers["notes"] == [note]
    assert module.outcome(job(tmp_path), "made", made.folder, start=0).scope == "111111111111"
