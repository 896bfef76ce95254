"""Scores by area: beside their goals, and beside those of the months before. Method: docs/methods/scorecard.md."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from finops_lib.analyses.scorecard_score import Standing
from finops_lib.contracts.scores import OVERALL, scores_of
from finops_lib.core.periods import Period
from finops_lib.settings.model import Goals

_COLUMNS = ["area", "cost", "examined_cost", "reach", "saving", "score", "goal", "before"]


def areas(
    standings: Mapping[str, Standing],
    overall: Standing,
    goals: Goals,
    earlier: pd.DataFrame,
    period: Period,
) -> pd.DataFrame:
    """A row an area, everything (``overall``) last.

    ``cost`` (usage), ``examined_cost`` and ``reach`` (their share), ``saving`` (expected, net), ``score`` (null: too
    little was examined), ``goal`` (null: there is none), ``before`` (the score of the month before; null: not known).
    """
    wanted, before = goals.model_dump(), _before(earlier, period)
    rows = [
        (area, one.cost, one.examined_cost, one.reach, one.saving, one.score, wanted.get(area), before.get(area))
        for area, one in {**standings, OVERALL: overall}.items()
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_COLUMNS[1:], float))


def trend(now: pd.DataFrame, earlier: pd.DataFrame, period: Period) -> pd.DataFrame:
    """A row a month and area, from the first month whose score is known to this one.

    ``score`` and ``reach`` are null in a month that no report tells of.
    """
    held = _known(earlier, period)
    first = min((Period.parse(month) for month in held["period"]), default=period)
    told = {(row["period"], row["area"]): (row["score"], row["reach"]) for row in held.to_dict("records")}
    told |= {(str(period), row["area"]): (row["score"], row["reach"]) for row in now.to_dict("records")}
    months = [first]
    while months[-1] < period:
        months.append(months[-1].shift(1))
    return scores_of(
        [(str(month), area, *told.get((str(month), area), (None, None))) for month in months for area in now["area"]]
    )


def _known(earlier: pd.DataFrame, period: Period) -> pd.DataFrame:
    return earlier[(earlier["period"] < str(period)) & earlier["score"].notna()]


def _before(earlier: pd.DataFrame, period: Period) -> dict[str, float]:
    held = _known(earlier, period)
    last = held[held["period"] == str(period.shift(-1))]
    return dict(zip(last["area"], last["score"], strict=True))
