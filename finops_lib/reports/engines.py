"""The engines that run notebooks, by the names that a user gives."""

from __future__ import annotations

import importlib
import sys
from typing import Final, Literal, TypeAlias, get_args

EngineName: TypeAlias = Literal["fork", "kernel"]
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)
CAN_FORK: Final = sys.platform.startswith("linux")  # macOS's own libraries forbid it after imports, Windows has none
DEFAULT: Final[EngineName] = "fork" if CAN_FORK else "kernel"  # the fastest that this system has


def registered(name: EngineName) -> str:
    """Register the engine with papermill and give the name that it has there. Heavy: loads what it needs to run."""
    return str(importlib.import_module(f"finops_lib.reports.{name}").ENGINE)
