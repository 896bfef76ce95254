"""The scores of earlier months: those that standing reports told, and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finops_lib.core.files import write_json
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.reports.scores import earlier, read

MONTH = Period(2026, 10)


def told(runs: Path, period: str, form: dict[str, Any], scope: str = "organization", run: str = "abc") -> None:
    """A run that stands, with a scorecard."""
    folder = runs / "acme" / period / scope
    write_json(folder / run / "results" / "scorecard.json", form)
    write_json(folder / "current.json", {"run_id": run})


def areas(score: float | None) -> dict[str, Any]:
    return {"areas": [{"area": "overall", "score": score, "reach": 0.75}]}


def test_the_run_that_stands_tells_the_score_of_its_month(tmp_path: Path) -> None:
    told(tmp_path, "2026-09", areas(80.0), run="older")
    told(tmp_path, "2026-09", areas(81.0), run="newer")
    told(tmp_path, "2026-08", areas(None))
    papers = earlier(tmp_path, "acme", MONTH, ORGANIZATION)
    assert list(papers) == ["score/2026-08", "score/2026-09"]
    known = read(papers)
    assert known["period"].tolist() == ["2026-08", "2026-09"]
    assert known["score"].isna().tolist() == [True, False]
    assert known["score"].iloc[1] == 81.0


def test_only_the_twelve_months_before_and_the_same_scope_count(tmp_path: Path) -> None:
    for period in ("2025-09", "2025-10", "2026-10", "2026-11"):
        told(tmp_path, period, areas(80.0))
    told(tmp_path, "2026-09", areas(70.0), scope="111122223333")
    assert list(earlier(tmp_path, "acme", MONTH, ORGANIZATION)) == ["score/2025-10"]
    assert list(earlier(tmp_path, "acme", MONTH, Scope("111122223333"))) == ["score/2026-09"]


@pytest.mark.parametrize(
    "form", [{}, {"areas": None}, {"areas": [{"area": "compute", "score": 96.0}]}, {"areas": ["compute"]}]
)
def test_a_score_by_another_rule_is_not_known(tmp_path: Path, form: dict[str, Any]) -> None:
    told(tmp_path, "2026-09", form)
    assert read(earlier(tmp_path, "acme", MONTH, ORGANIZATION)).empty


def test_papers_that_are_no_scores_tell_none(tmp_path: Path) -> None:
    assert read({"budgets": tmp_path / "budgets.csv"}).empty
