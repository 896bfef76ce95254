"""A kind of evidence: the calls that tell it, and how their answers become rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import Row


@dataclass(frozen=True)
class Kind:
    """``calls`` must all have answered before a place counts as told; ``details`` are asked for one thing at a time.

    A detail that AWS refuses leaves the place untold; a call that is neither only fills columns.
    """

    name: str
    calls: tuple[str, ...]
    read: Callable[[Answers], Iterable[Row]]
    details: tuple[str, ...] = ()
