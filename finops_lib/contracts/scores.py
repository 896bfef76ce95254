"""The scores of earlier months, as their reports told them."""

from __future__ import annotations

from typing import Final

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from finops_lib.contracts.model import Frame, conformed

OVERALL: Final = "overall"
"""The area of a score of everything."""


class Scores(Frame):
    """A row a month and area: its score, and the share of its cost that was examined; null where it had none."""

    period: Series[str] = pa.Field(str_matches=r"^\d{4}-(0[1-9]|1[0-2])$")
    area: Series[str]
    score: Series[float] = pa.Field(nullable=True, ge=0, le=100)
    reach: Series[float] = pa.Field(nullable=True, ge=0, le=1)


def scores_of(rows: list[tuple[str, str, float | None, float | None]]) -> pd.DataFrame:
    """A checked frame of (period, area, score, reach)."""
    return conformed(Scores, pd.DataFrame(rows, columns=list(Scores.to_schema().columns)))
