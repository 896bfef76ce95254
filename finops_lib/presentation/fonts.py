"""Where the report templates and their vendored fonts stand: in a source checkout, or in an installed package."""

from __future__ import annotations

from pathlib import Path

FAMILY = "IBM Plex Sans"
_PACKAGE = Path(__file__).resolve().parents[1]


def templates() -> Path:
    """The folder of the report templates."""
    installed = _PACKAGE / "_report_templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "report_templates"


def weights() -> dict[int, Path]:
    """The text family's files by weight."""
    folder = templates() / "finops_base" / "fonts"
    return {400: folder / "IBMPlexSans-Regular.ttf", 600: folder / "IBMPlexSans-SemiBold.ttf"}
