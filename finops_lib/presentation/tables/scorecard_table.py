"""What the scorecard's tables share: amounts to the cent, their title, and where further rows stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from finops_lib.presentation import subject
from finops_lib.presentation.formats import Scale
from finops_lib.presentation.values import Column, Table

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult


def table(
    result: ScorecardResult,
    message: str,
    what: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    *,
    total: tuple[Any, ...] | None = None,
    note: str = "",
    more: int = 0,
    more_in: str = "",
    in_money: bool = True,
) -> Table:
    """A table about the result; ``more`` rows stand in the file of ``more_in``."""
    scale = Scale(1, result.currency, 2)
    return Table(
        message,
        subject.title(result, f"{what} in {scale.unit}" if in_money else what),
        tuple(columns),
        tuple(rows),
        scale,
        total=total,
        source=subject.source(result, note),
        more=more,
        more_in=f"results/scorecard_{more_in}.csv",
    )
