"""Usage types without their region: ``EUC1-EBS:VolumeUsage.gp2`` is ``EBS:VolumeUsage.gp2`` in every region."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

_REGION: Final = re.compile(
    r"^(?:US[EW]\d|UG[EW]\d|USG\w\d|EU(?:[CENSW]\d)?|AP[CENS]\d+|CA[NW]\d|SA[EW]\d|ME[CS]\d|AFS\d|ILC\d|MXC\d|CN[NW]\d)-"
)


def plain(usage_type: str) -> str:
    """A usage type without its region."""
    return _REGION.sub("", usage_type)


def plain_of(frame: pd.DataFrame) -> pd.Series[Any]:
    """The plain usage type of each row of a bill; '' where there is none."""
    return frame["x_UsageType"].fillna("").map(plain)
