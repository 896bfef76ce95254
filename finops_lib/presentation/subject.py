"""Who, what and when: the words that name a result's scope, measure and period in every sentence and title."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Literal, Protocol

from finops_lib.core.periods import Period
from finops_lib.presentation import formats
from finops_lib.presentation.shown import Title


class Subject(Protocol):
    """What every result says about itself."""

    @property
    def scope(self) -> str: ...  # noqa: D102
    @property
    def scope_name(self) -> str | None: ...  # noqa: D102
    @property
    def period(self) -> str: ...  # noqa: D102
    @property
    def as_of(self) -> str: ...  # noqa: D102
    @property
    def currency(self) -> str: ...  # noqa: D102
    @property
    def invoice_status(self) -> Literal["final", "open", "unknown"]: ...  # noqa: D102
    @property
    def cost_basis(self) -> Literal["amortized", "net amortized"]: ...  # noqa: D102


def period(result: Subject) -> Period:
    """The billing month."""
    return Period.parse(result.period)


def month(result: Subject) -> str:
    """``October 2026``."""
    return period(result).label


def previous_month(result: Subject) -> str:
    """The month before, with its year only where that differs: ``September``, ``December 2025``."""
    now, before = period(result), period(result).shift(-1)
    return before.label if before.year != now.year else before.label.partition(" ")[0]


def days(result: Subject) -> int:
    """The days of the period that the data speak of."""
    reached = dt.date.fromisoformat(result.as_of)
    return max(0, min(period(result).days, (reached - period(result).start).days + 1))


def partial(result: Subject) -> bool:
    """True while days of the month are missing: such a month is not set against a whole one."""
    return days(result) < period(result).days


def is_organization(result: Subject) -> bool:
    """True where the result speaks of all accounts."""
    return result.scope == "organization"


def who(result: Subject) -> str:
    """The scope in a title: ``Organization``, ``harbor-data (210987654321)``, ``Account 210987654321``."""
    if is_organization(result):
        return "Organization"
    return f"{result.scope_name} ({result.scope})" if result.scope_name else f"Account {result.scope}"


def subject(result: Subject) -> str:
    """The scope as the subject of a sentence."""
    return "The organization" if is_organization(result) else result.scope_name or f"Account {result.scope}"


def measure(result: Subject, unit: str) -> str:
    """The measure in a title: ``effective cost (amortized) in k USD``."""
    return f"effective cost ({result.cost_basis}) in {unit}"


def when(result: Subject, *, compared: bool = False) -> str:
    """The time in a title, with the comparison where the figure makes one."""
    if partial(result):
        state = "month still open" if result.invoice_status == "open" else "later days not in the data"
        return f"{month(result)}, first {formats.count(days(result), 'day')} ({state})"
    return f"{month(result)}, compared with {previous_month(result)}" if compared else month(result)


def title(result: Subject, what: str, *, compared: bool = False) -> Title:
    """The three-part title of a figure or table."""
    return Title(who(result), what, when(result, compared=compared))


def invoice(result: Subject) -> str:
    """How far the bill can be relied on."""
    return {
        "final": "invoice final",
        "open": "month open, amounts may change",
        "unknown": "invoice status unknown",
    }[result.invoice_status]


def source(result: Subject, extra: str = "") -> str:
    """A source note: up to which day, how final, and what else the reader must know."""
    note = f"Source: AWS billing data to {formats.day(result.as_of)}; {invoice(result)}."
    return f"{note} {extra}".strip()


def named(value: Any, otherwise: str) -> str:
    """A name from the bill, or words for its absence."""
    return str(value) if value is not None and str(value).strip() and not _is_nan(value) else otherwise


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def account(identifier: Any, name: Any) -> str:
    """An account by its name, else by its id."""
    return named(name, named(identifier, "no account"))


def service(name: Any) -> str:
    """A service by its name."""
    return named(name, "no service named")
