"""The project's errors: each says what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class FinOpsError(Exception):
    """A failure that a user can act on; the command line prints it as one sentence, never as a traceback."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", context: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context: dict[str, object] = dict(context or {})

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(FinOpsError):
    """The call itself is wrong: an unknown period, scope or name."""

    exit_code = 2


class UnsafeActionError(UsageError):
    """The call would change or overwrite something that it must not touch."""


class NotebookError(FinOpsError):
    """A notebook breaks the standard form or failed while it ran."""

    exit_code = 3


class RenderError(FinOpsError):
    """A document could not be laid out."""

    exit_code = 3


class ConfigError(FinOpsError):
    """The workspace or its finops.toml is missing or wrong."""

    exit_code = 4


class ContractError(FinOpsError):
    """Data breaks a promise: a schema, a total or a currency."""

    exit_code = 5


class SchemaMismatch(ContractError):
    """A file is not of a known billing schema, or lacks a column that its rows need."""


class InputError(UsageError, SchemaMismatch):
    """A frame or a file that someone handed over lacks a column, or holds what is no date, number or scope."""

    exit_code = 5


class Unreconciled(ContractError):
    """A canonical total differs from its source by more than the tolerance."""


class CurrencyMismatch(ContractError):
    """Amounts of two currencies would be added."""


class AnalysisError(FinOpsError):
    """An analysis cannot give an answer."""

    exit_code = 5


class InsufficientDataError(AnalysisError):
    """The warehouse lacks the data that the question needs."""


class SourceError(FinOpsError):
    """A source cannot be read."""

    exit_code = 6


class AccessDenied(SourceError):
    """The source refuses the credentials."""


class NotEnabled(SourceError):
    """The AWS feature behind the source is not switched on."""


class Throttled(SourceError):
    """The source asks for fewer requests, beyond our retries."""


class DeliveryError(FinOpsError):
    """A message could not be delivered to a channel."""

    exit_code = 7
