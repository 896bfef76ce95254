"""Files that hold answers, and the folder that keeps them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import bills
from support.bills import row
from support.command import finops
from support.workspaces import pulled

from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence.answer import Answer
from finops_lib.sources.aws.evidence.files import find
from finops_lib.sources.aws.evidence.kept import Kept
from finops_lib.sources.files.store import LocalStore

VOLUME = {"VolumeId": "vol-1", "VolumeType": "gp2", "Size": 8, "State": "available", "Attachments": []}


def answer(taken: str = "2026-11-01", region: str = "us-east-1", size: int = 8, **more: Any) -> Answer:
    return Answer("ec2.DescribeVolumes", "1", region, taken, {"Volumes": [VOLUME | {"Size": size}]}, **more)


def refusal(taken: str, status: str = "refused", region: str = "us-east-1") -> Answer:
    return Answer("ec2.DescribeVolumes", "1", region, taken, status=status, reason="No.")


def written(
    folder: Path, *answers: dict[str, Any], operation: str = "ec2.DescribeVolumes", name: str = "volumes.json"
) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps({"operation": operation, "answers": list(answers)}))
    return folder


def standing(kept: Kept) -> list[tuple[str, str, str]]:
    return [(item.region, item.status, item.taken) for item in kept.answers().every]


def test_the_newest_answer_of_a_place_stands(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep([answer("2026-11-02", size=9), answer("2026-11-01", region="eu-west-1")])
    kept.keep([answer("2026-11-01", size=1)])
    assert standing(kept) == [("eu-west-1", "answered", "2026-11-01"), ("us-east-1", "answered", "2026-11-02")]
    assert kept.answers().every[1].response["Volumes"][0]["Size"] == 9
    assert [path.name for path in kept.files] == ["ec2.DescribeVolumes.json"]


def test_a_failure_does_not_take_away_what_was_told_and_a_refusal_does(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep([answer("2026-11-01")])
    kept.keep([refusal("2026-11-02", "failed")])
    assert standing(kept) == [("us-east-1", "answered", "2026-11-01")]
    kept.keep([refusal("2026-11-03")])
    assert standing(kept) == [("us-east-1", "refused", "2026-11-03")]


def test_an_account_that_is_refused_does_not_stand_beside_its_regions(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.keep([answer("2026-11-01")])
    kept.keep([refusal("2026-11-02", region="*")])
    assert standing(kept) == [("*", "refused", "2026-11-02")]
    kept.keep([answer("2026-11-03")])
    assert standing(kept) == [("us-east-1", "answered", "2026-11-03")]


def test_what_was_noted_is_read_even_after_the_process_was_killed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.note(answer())
    with (tmp_path / "journal.jsonl").open("a") as stream:
        stream.write('{"operation": "ec2.Descr')
    assert standing(kept) == [("us-east-1", "answered", "2026-11-01")]
    kept.fold()
    assert [path.name for path in kept.files] == ["ec2.DescribeVolumes.json"]
    assert standing(kept) == [("us-east-1", "answered", "2026-11-01")]


def test_pages_of_one_place_belong_together(tmp_path: Path) -> None:
    place = {"AccountId": "1", "Region": "us-east-1", "Taken": "2026-11-01"}
    pages = [place | {"Response": {"Volumes": [VOLUME | {"VolumeId": name}]}} for name in ("vol-1", "vol-2")]
    (found,) = find(LocalStore(written(tmp_path / "in", *pages)), today="2026-11-09").answers
    assert [item["VolumeId"] for item in found.response["Volumes"]] == ["vol-1", "vol-2"]


def test_a_file_without_a_day_is_as_old_as_those_beside_it(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "in", {"AccountId": "1", "Region": "r", "Taken": "2026-10-05", "Response": {"Volumes": []}}
    )
    (folder / "metrics.csv").write_text(
        "AccountId,Region,ResourceId,Namespace,MetricName,p50\n1,r,i-1,AWS/EC2,CPUUtilization,\n"
    )
    (folder / "advice.json").write_text(json.dumps({"instanceRecommendations": []}))
    found = find(LocalStore(folder), today="2026-11-09").answers
    assert {item.operation for item in found} == {
        "ec2.DescribeVolumes",
        "utilization",
        "compute-optimizer.GetEC2InstanceRecommendations",
    }
    assert {item.taken for item in found} == {"2026-10-05"}
    (measured,) = [item for item in found if item.operation == "utilization"]
    assert measured.response == {
        "rows": [{"ResourceId": "i-1", "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "p50": None}]
    }


def test_bills_and_answers_lie_side_by_side(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", {"AccountId": "1", "Region": "r", "Response": {"Volumes": []}})
    (folder / "notes.csv").write_text("who,what\nme,nothing\n")
    bills.legacy_parquet(folder / "bill.parquet", [row("Usage", 5.0)])
    workspace, report = pulled(tmp_path / "workspace", folder)
    assert report.problems == ()
    assert len(report.outcomes) == 1
    assert workspace.evidence.joinpath("ec2.DescribeVolumes.json").is_file()


def test_a_problem_in_a_file_is_a_row_and_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = {"status": "refused", "reason": "The account has no role."}
    folder = written(tmp_path / "in", {"AccountId": "1", "Region": "*", "Taken": "2026-11-01", "Problem": problem})
    workspace, _ = pulled(tmp_path / "workspace", folder)
    assert finops("--workspace", str(workspace.root), "--json", "status") == 0
    (told,) = json.loads(capsys.readouterr().out)["evidence"]
    assert (told["operation"], told["refused"], told["answered"]) == ("ec2.DescribeVolumes", 1, 0)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"AccountId": "1"}, "neither Response nor Problem"),
        ("text", "no JSON object"),
        ({"Problem": {"status": "unwilling"}}, "unwilling"),
        ({"Taken": "yesterday", "Response": {}}, "which is no day"),
    ],
)
def test_a_file_in_a_wrong_form_is_refused_with_its_name(tmp_path: Path, entry: Any, words: str) -> None:
    with pytest.raises(InputError, match=f"volumes.json: .*{words}"):
        find(LocalStore(written(tmp_path / "in", entry)), today="2026-11-09")


def test_an_answer_that_cannot_be_read_is_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "in", {"AccountId": "1", "Region": "r", "Response": {"Volumes": [{"Size": 1}]}})
    workspace, report = pulled(tmp_path / "workspace", folder)
    assert "about volumes cannot be read" in str(report.problems[0])
    assert not workspace.evidence.exists()
