"""SQL files with holes: ``{name}`` is filled, comment lines are left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def fill(path: Path, holes: Mapping[str, str]) -> str:
    """The file's SELECT with every hole filled."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    for name, filling in holes.items():
        text = text.replace("{" + name + "}", filling)
    return text


def texts(folder: Path) -> dict[str, str]:
    """Every SQL file of a folder by name, for build ids: another text, another build."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
