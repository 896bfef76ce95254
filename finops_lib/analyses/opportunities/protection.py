"""Resources that a tag protects: found or not, they are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def is_protected(tags: object, protected: Sequence[str]) -> bool:
    """True where a tag key, or a ``key=value`` pair, is one of ``protected``, whatever the casing."""
    if not isinstance(tags, Mapping):
        return False
    said = {str(key).casefold() for key in tags} | {f"{key}={value}".casefold() for key, value in tags.items()}
    return any(word.casefold() in said for word in protected)
