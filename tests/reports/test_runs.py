from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from finops_lib.reports import index
from finops_lib.reports.runs import MANIFEST, RunKey, RunStore, read_json, standing

KEY = RunKey("acme", "2026-03", "111111111111", "abcdef012345")


def fill(staging: Path, text: str = "page", scope: str = KEY.scope) -> None:
    (staging / "executive.pdf").write_text(text)
    manifest = {
        "artifacts": [{"path": "executive.pdf", "bytes": len(text)}],
        "scope": {"id": scope, "name": "R&D <x>"},
        "client": {"name": "Acme & Sons"},
    }
    (staging / MANIFEST).write_text(json.dumps(manifest))


def publish(store: RunStore, key: RunKey = KEY, text: str = "page") -> Path:
    with store.stage(key) as staging:
        fill(staging, text, key.scope)
        return store.publish(key, staging)


def test_a_published_run_stands(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    folder = publish(store)
    assert folder == tmp_path / "runs/acme/2026-03/111111111111/abcdef012345"
    assert store.is_complete(KEY)
    assert store.is_current(KEY)
    assert read_json(folder.parent / "current.json") == {
        "run_id": "abcdef012345",
        "documents": ["abcdef012345/executive.pdf"],
    }
    assert list((store.root / ".staging").iterdir()) == []
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o700


def test_a_run_whose_files_were_touched_is_not_complete(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    assert not store.is_complete(KEY)
    folder = publish(store)
    (folder / "executive.pdf").write_text("shorter or longer")
    assert not store.is_complete(KEY)
    (folder / "executive.pdf").unlink()
    assert not store.is_complete(KEY)


def test_an_error_while_building_leaves_nothing(tmp_path: Path) -> None:
    store = RunStore(tmp_path)

    def interrupted() -> None:
        with store.stage(KEY) as staging:
            fill(staging)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not (tmp_path / "acme").exists()
    assert list((tmp_path / ".staging").iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    left = tmp_path / ".staging" / f"{KEY.run_id}.99999"
    left.mkdir(parents=True)
    (left / "half").write_text("x")
    with store.stage(KEY) as staging:
        assert not left.exists()
        assert list(staging.iterdir()) == []
    left.mkdir()
    store.sweep()
    assert list((tmp_path / ".staging").iterdir()) == []


def test_a_sweep_leaves_the_work_of_the_living(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with store.stage(KEY) as staging:
        fill(staging)
        store.sweep()
        assert (staging / MANIFEST).exists()


def test_making_it_again_replaces_the_folder(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    publish(store)
    folder = publish(store, text="another page")
    assert (folder / "executive.pdf").read_text() == "another page"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["abcdef012345", "current.json"]


def test_a_replacement_killed_between_its_renames_is_undone(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    folder = publish(store)
    folder.rename(folder.with_name(f"{KEY.run_id}.aside"))
    assert not store.is_complete(KEY)
    with store.stage(KEY):
        assert store.is_complete(KEY)
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [KEY.run_id]


def test_a_replacement_killed_after_its_renames_is_ended(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    folder = publish(store)
    folder.with_name(f"{KEY.run_id}.aside").mkdir()
    with store.stage(KEY):
        assert store.is_complete(KEY)
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [KEY.run_id]


def test_a_failed_run_is_kept_apart_until_it_succeeds(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    publish(store)
    later = RunKey(KEY.client, KEY.period, KEY.scope, "bbbbbbbbbbbb")
    for _ in range(2):
        with store.stage(later) as staging:
            (staging / "log.jsonl").write_text("why")
            kept = store.fail(later, staging)
    assert kept.name == "bbbbbbbbbbbb.failed"
    assert (kept / "log.jsonl").read_text() == "why"
    assert store.is_current(KEY)
    publish(store, later)
    assert store.is_current(later)
    assert not kept.exists()
    assert store.is_complete(KEY)


def test_runs_that_stand_are_listed_newest_month_and_organization_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    keys = [
        RunKey("acme", "2026-02", "organization", "a" * 12),
        RunKey("acme", "2026-03", "111111111111", "b" * 12),
        RunKey("acme", "2026-03", "organization", "c" * 12),
        RunKey("other", "2026-03", "organization", "d" * 12),
    ]
    for key in keys:
        publish(store, key)
    assert [run.key.run_id[0] for run in standing(tmp_path, "acme")] == ["c", "b", "a"]
    assert [run.key.run_id[0] for run in standing(tmp_path, "acme", "2026-02")] == ["a"]
    assert standing(tmp_path, "nobody") == ()


def test_the_index_links_every_document_and_is_written_only_when_it_changes(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    index.write(tmp_path, "acme", "2026-03")
    page = tmp_path / "acme/2026-03/index.html"
    assert not page.exists()
    publish(store)
    index.write(tmp_path, "acme", "2026-03")
    text, before = page.read_text(), page.stat().st_mtime_ns
    assert '<a href="111111111111/abcdef012345/executive.pdf">executive.pdf</a>' in text
    assert "Acme &amp; Sons: reports for March 2026" in text
    assert "R&amp;D &lt;x&gt;" in text
    index.write(tmp_path, "acme", "2026-03")
    assert page.stat().st_mtime_ns == before
