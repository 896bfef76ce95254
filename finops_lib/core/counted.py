"""Counts in the sentences of errors and notes."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """``1 row`` or ``3 rows``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
