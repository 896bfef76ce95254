"""Where AWS told what it has: asked once for each account and region of a frame."""

from __future__ import annotations

import pandas as pd

from finops_lib.contracts.evidence import Evidence


def told(evidence: Evidence, frame: pd.DataFrame, *kinds: str) -> pd.Series[bool]:
    """For each row with its ``account`` and ``region``: whether any of these kinds was answered there."""
    places = list(zip(frame["account"].astype(str), frame["region"].astype(str), strict=True))
    known = {place: any(evidence.knows(kind, *place) for kind in kinds) for place in set(places)}
    return pd.Series([known[place] for place in places], index=frame.index, dtype=bool)
