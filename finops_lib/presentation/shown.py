"""What every value shares: it displays itself, and has a neutral title in three parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from html import escape

from finops_lib.presentation.screen import STYLE


class Shown(ABC):
    """Something that displays itself: as HTML where the reader can see that, else as plain text."""

    @abstractmethod
    def html(self) -> str:
        """The HTML, without style."""

    @abstractmethod
    def plain(self) -> str:
        """The same as plain text, for terminals."""

    def _repr_html_(self) -> str:
        html = self.html()
        return STYLE + html if html else ""

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.plain()}

    def __str__(self) -> str:
        return self.plain()


@dataclass(frozen=True)
class Title:
    """The neutral title below a message: who (scope), what (measure and unit), when (period and comparison)."""

    who: str
    what: str
    when: str

    def html(self) -> str:
        """The three parts, told apart by weight and not by color."""
        return f'<p class="fo-title"><b>{escape(self.who)}</b> · {escape(self.what)} · {escape(self.when)}</p>'

    def plain(self) -> str:
        """The three parts in one line."""
        return f"{self.who} · {self.what} · {self.when}"
