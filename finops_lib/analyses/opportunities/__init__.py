"""The kinds of savings that are looked for: a module and a page of procedure each; the next one is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib import resources

from finops_lib.analyses.opportunities.protocol import Opportunity


@cache
def every() -> tuple[Opportunity, ...]:
    """All kinds, by id: each module of this package that has an ``OPPORTUNITY``, named as its module."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(module.OPPORTUNITY for module in modules if hasattr(module, "OPPORTUNITY"))


def page(opportunity: Opportunity) -> str:
    """The kind's page in Markdown: what it is, then Procedure, Risk, Rollback and Success metric."""
    return resources.files(__name__).joinpath(f"{opportunity.id}.md").read_text(encoding="utf-8")
