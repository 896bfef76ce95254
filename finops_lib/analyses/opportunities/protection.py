"""Resources that a tag protects: found or not, they are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd


def is_protected(tags: object, protected: Sequence[str]) -> bool:
    """True where a tag key, or a ``key=value`` pair, is one of ``protected``, whatever the casing."""
    if not isinstance(tags, Mapping):
        return False
    said = {str(key).casefold() for key in tags} | {f"{key}={value}".casefold() for key, value in tags.items()}
    return any(word.casefold() in said for word in protected)


def unprotected(frame: pd.DataFrame, protected: Sequence[str]) -> pd.DataFrame:
    """The resources that no tag protects."""
    return frame.loc[[not is_protected(tags, protected) for tags in frame["tags"]]]
