"""Our figures beside AWS's own, in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats
from finops_lib.presentation.narrative import cross_check_messages as messages
from finops_lib.presentation.shown import Title
from finops_lib.presentation.table import rows_of
from finops_lib.presentation.values import Column, Table, Text

if TYPE_CHECKING:
    from finops_lib.analyses.cross_check import CrossCheckResult

_COLUMNS = (
    Column("name", "Figure"),
    Column("key", "Of", "code"),
    Column("ours", "Ours", "cents"),
    Column("aws", "AWS", "cents"),
    Column("gap", "Gap", "delta"),
    Column("status", "Status", "code"),
    Column("reason", "Likely reason"),
)
_ORDER = {"differs": 0, "not checked": 1, "agrees": 2}  # what asks for attention is not cut off
_NOTATION = "Source: AWS billing data, and Cost Explorer"


def checks(result: CrossCheckResult) -> Table | Text:
    """Do AWS's own figures agree with ours? Those that differ come first, to the cent."""
    message = messages.checks(result)
    if result.asked_on is None or result.checks.empty:
        return Text((message,), "empty")
    frame = result.checks.assign(name=result.checks["check"].map(messages.check))
    frame = frame.sort_values("status", key=lambda states: states.map(_ORDER), kind="stable")
    currency = result.currency or ""
    rows, more = rows_of(frame.astype(object).where(frame.notna(), None), _COLUMNS)
    who = "Organization" if result.scope == "organization" else f"Account {result.scope}"
    return Table(
        message,
        Title(who, f"figures in {currency}, ours and AWS's own", messages.month(result)),
        _COLUMNS,
        rows,
        formats.Scale(1, currency, 2),
        source=f"{_NOTATION} as asked on {formats.day(result.asked_on)}. Gap: ours less AWS's.",
        more=more,
        more_in="results/cross_check_checks.csv",
    )
