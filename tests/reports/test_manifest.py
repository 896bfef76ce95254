from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finops_lib import __version__
from finops_lib.reports import manifest
from finops_lib.reports.execute import Execution
from finops_lib.reports.failure import Failure
from finops_lib.reports.manifest import Inputs

INPUTS = Inputs(
    client={"name": "Acme", "slug": "acme"},
    scope={"id": "organization", "slug": "organization", "name": None},
    period="2026-03",
    parameters={"scope": "organization", "period": "2026-03"},
    settings={
        "reports.paper": {"value": "A4", "origin": "default"},
        "reports.jobs": {"value": 0, "origin": "default"},
        "reports.timeout": {"value": 600, "origin": "default"},
    },
    snapshots=(
        {"build": "b1", "period": "2026-02", "files": [{"name": "a.csv"}]},
        {"build": "b2", "period": "2026-03", "files": []},
    ),
    notebooks={"overview.ipynb": "n1"},
    templates="t1",
    code="c1",
)


def with_setting(name: str, value: object, origin: str = "default") -> Inputs:
    return replace(INPUTS, settings={**INPUTS.settings, name: {"value": value, "origin": origin}})


def test_the_run_id_is_stable_over_versions_of_python_and_of_this_code() -> None:
    assert INPUTS.run_id == replace(INPUTS).run_id
    assert len(INPUTS.run_id) == 12
    assert set(INPUTS.run_id) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "same",
    [
        with_setting("reports.jobs", 8),
        with_setting("reports.timeout", 60),
        with_setting("reports.paper", "A4", origin="finops.toml"),
        replace(INPUTS, snapshots=tuple(reversed(INPUTS.snapshots))),
        replace(INPUTS, snapshots=({"build": "b1"}, {"build": "b2", "files": [{"name": "renamed.csv"}]})),
    ],
)
def test_speed_origins_and_file_names_do_not_change_the_run_id(same: Inputs) -> None:
    assert same.run_id == INPUTS.run_id


@pytest.mark.parametrize(
    "changed",
    [
        {"client": {"name": "Acme Ltd", "slug": "acme"}},
        {"scope": {"id": "1", "slug": "1", "name": None}},
        {"period": "2026-02"},
        {"parameters": {"scope": "organization", "period": "2026-03", "top": 5}},
        {"settings": {"reports.paper": {"value": "Letter", "origin": "default"}}},
        {"snapshots": ({"build": "b1"},)},
        {"notebooks": {"overview.ipynb": "n2"}},
        {"templates": "t2"},
        {"code": "c2"},
    ],
)
def test_whatever_decides_the_content_changes_the_run_id(changed: dict[str, Any]) -> None:
    assert replace(INPUTS, **changed).run_id != INPUTS.run_id


def test_the_version_changes_the_run_id(monkeypatch: pytest.MonkeyPatch) -> None:
    before = INPUTS.run_id
    monkeypatch.setattr(manifest, "__version__", "99.0")
    assert INPUTS.run_id != before


def test_the_manifest_tells_what_went_in_and_what_came_out(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "overview.csv").write_bytes(b"a\n")
    (tmp_path / "executive.pdf").write_bytes(b"%PDF")
    (tmp_path / "overview.ipynb").write_bytes(b"{}")
    (tmp_path / "log.jsonl").write_bytes(b"{}")
    run = Execution("overview", tmp_path / "overview.ipynb", 1.0, None)
    papers = manifest.describe(INPUTS, [run], tmp_path, times={"seconds": 1}, notes=[{"code": "x"}], error=None)
    assert papers["status"] == "done"
    assert papers["run_id"] == INPUTS.run_id
    assert papers["code"]["version"] == __version__
    assert papers["inputs"][1]["build"] == "b2"
    assert papers["notebooks"] == [{"name": "overview", "status": "done"}]
    assert papers["artifacts"] == [
        {
            "path": "executive.pdf",
            "media_type": "application/pdf",
            "audience": "executive",
            "bytes": 4,
            "sha256": "315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027",
        },
        {
            "path": "overview.ipynb",
            "media_type": "application/x-ipynb+json",
            "audience": "internal",
            "bytes": 2,
            "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        },
        {
            "path": "results/overview.csv",
            "media_type": "text/csv",
            "audience": "technical",
            "bytes": 2,
            "sha256": "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
        },
    ]


def test_a_failed_notebook_makes_a_failed_run(tmp_path: Path) -> None:
    run = Execution("overview", tmp_path, 1.0, Failure("analysis", "KeyError", "x"))
    error = {"kind": "NotebookError", "message": "m"}
    papers = manifest.describe(INPUTS, [run], tmp_path, times={}, notes=[], error=error)
    assert papers["status"] == "failed"
    assert papers["error"] == error
    assert papers["notebooks"][0]["error"] == {"cell": "analysis", "kind": "KeyError", "message": "x"}


def test_a_tree_checksum_sees_names_and_bytes_but_no_caches(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a")
    first = manifest.tree_checksum(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("b")
    assert manifest.tree_checksum(tmp_path) == first
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert manifest.tree_checksum(tmp_path) != first


def test_the_words_of_reports_leave_the_demo_out() -> None:
    files = {path.name for path in manifest.texts_of_reports()}
    assert "leaks.py" in files
    assert not [path for path in manifest.texts_of_reports() if "demo" in path.parts]
