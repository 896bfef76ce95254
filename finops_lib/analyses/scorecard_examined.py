"""What was examined, and what was not and why: the frames of a scorecard."""

from __future__ import annotations

from typing import Final

import pandas as pd

from finops_lib.analyses.scorecard_score import Looked

_UNCHECKED: Final = ("opportunity", "title", "account", "resources", "cost", "reason", "needs")


def examined(looked: Looked) -> pd.DataFrame:
    """A row a kind of saving: how many resources it judged, what they cost, what it found, what it had to leave out."""
    rows = [
        {
            "opportunity": kind.id,
            "title": kind.title,
            "area": kind.area,
            "examined": found.examined,
            "examined_cost": found.examined_cost,
            "found": len(found.found),
            "not_checked": sum(max(1, gap.count) for gap in found.not_checked),
        }
        for kind, found in looked
    ]
    return pd.DataFrame(rows)


def unchecked(looked: Looked) -> pd.DataFrame:
    """A row a kind, account and reason: how many resources were not judged, what they cost, what would help."""
    rows = [
        (kind.id, kind.title, gap.account, gap.count, gap.cost, gap.reason, gap.needs)
        for kind, found in looked
        for gap in found.not_checked
    ]
    return pd.DataFrame(rows, columns=list(_UNCHECKED))
