"""Where the report templates are."""

from __future__ import annotations

from pathlib import Path

from finops_lib.presentation import fonts


def folder() -> Path:
    """The report templates, in a source checkout or in an installed package."""
    return fonts.templates()
