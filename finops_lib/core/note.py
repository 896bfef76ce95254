"""A doubt is data: it travels with the number that it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Note:
    """A finding about the data or the method.

    ``code`` is stable and dotted (``cost.list_unknown``); ``message`` is one sentence for people; ``data`` is
    JSON-able detail for machines.
    """

    code: str
    severity: Severity
    message: str
    data: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def info(cls, code: str, message: str, **data: object) -> Self:
        """Worth knowing; changes no figure."""
        return cls(code, "info", message, data)

    @classmethod
    def warning(cls, code: str, message: str, **data: object) -> Self:
        """A figure is incomplete or may still change."""
        return cls(code, "warning", message, data)

    def to_dict(self) -> dict[str, object]:
        """The JSON form; ``data`` is left out where it is empty."""
        form: dict[str, object] = {"code": self.code, "severity": self.severity, "message": self.message}
        return form | ({"data": dict(self.data)} if self.data else {})

    @classmethod
    def from_dict(cls, form: Mapping[str, object]) -> Self:
        """The reverse of :meth:`to_dict`."""
        data = form.get("data", {})
        return cls(
            code=str(form["code"]),
            severity=form["severity"],  # type: ignore[arg-type]
            message=str(form["message"]),
            data=dict(data) if isinstance(data, Mapping) else {},
        )
