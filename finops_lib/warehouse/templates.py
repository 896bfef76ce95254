"""SQL files with holes: ``{name}`` is filled, comment lines are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path


def fill(path: Path, holes: Mapping[str, str]) -> str:
    """The file's SELECT with every named hole filled."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    # In one pass: a filling may hold what looks like a hole, for it holds names from the bill.
    return re.sub(r"\{(\w+)\}", lambda hole: holes.get(hole[1], hole[0]), text)


def texts(folder: Path) -> dict[str, str]:
    """Every SQL file of a folder by name, for build ids: another text, another build."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
