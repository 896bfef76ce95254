"""The scores that the reports of earlier months told: which files hold them, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.reports.runs import CURRENT, read_json

if TYPE_CHECKING:
    import pandas as pd

SCORE: Final = "score/"
"""What the name of a paper begins with that holds an earlier month's score."""

_MONTHS: Final = 12


def earlier(runs: Path, client: str, period: Period, scope: Scope) -> dict[str, Path]:
    """The scorecards that stand for the scope in the twelve months before, by names as ``score/2026-09``."""
    found = {}
    for back in range(_MONTHS, 0, -1):
        folder = runs / client / str(period.shift(-back)) / scope.slug
        path = folder / str((read_json(folder / CURRENT) or {}).get("run_id", "")) / "results" / "scorecard.json"
        if path.is_file():
            found[f"{SCORE}{period.shift(-back)}"] = path
    return found


def read(papers: Mapping[str, Path]) -> pd.DataFrame:
    """The scores of contracts/scores.py in these papers; a form that does not tell them tells nothing."""
    from finops_lib.contracts.scores import scores_of  # noqa: PLC0415 (pandas is slow to import)

    rows = []
    for name, path in sorted(papers.items()):
        if name.startswith(SCORE):
            rows += _scores(name.removeprefix(SCORE), read_json(path) or {})
    return scores_of(rows)


def _scores(period: str, form: Mapping[str, Any]) -> list[tuple[str, str, float | None, float | None]]:
    areas = form.get("areas")
    listed = [area for area in areas if isinstance(area, dict)] if isinstance(areas, list) else []
    # A score without its reach was told by an older rule: it does not compare.
    return [(period, str(area["area"]), area["score"], area["reach"]) for area in listed if "reach" in area]
