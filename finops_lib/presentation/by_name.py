"""One file an analysis: ``charts.overview`` is found by its name, so a new analysis adds files and edits none."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def importer(package: str) -> Callable[[str], ModuleType]:
    """A module ``__getattr__`` that imports ``package``'s submodules when they are first named."""

    def find(name: str) -> ModuleType:
        try:
            return import_module(f"{package}.{name}")
        except ModuleNotFoundError as error:
            raise AttributeError(f"{package} has no module '{name}'") from error

    return find
