"""What a notebook shows: text, figures, tables and key figures, as frozen values that display themselves.

The HTML is the same in JupyterLab and in the PDFs. On a screen it brings its own few rules (``@media screen``); on
paper the style sheet of the report templates dresses the same classes.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import Literal

from finops_lib.presentation.shown import Shown, Title
from finops_lib.presentation.table import Column, Table

__all__ = ["Chart", "Column", "Group", "Kpi", "Kpis", "Shown", "Table", "Text", "Title"]

Role = Literal["message", "body", "empty", "decision"]


@dataclass(frozen=True, repr=False)
class Text(Shown):
    """Sentences; ``role`` says what they are: a message, body text, a decision asked for, an empty answer.

    ``amount`` is what a decision is about: the first page of a report takes the decision with the largest.
    """

    sentences: tuple[str, ...]
    role: Role = "body"
    amount: float | None = None

    def html(self) -> str:
        """One paragraph."""
        about = "" if self.amount is None else f' data-amount="{self.amount:.6f}"'
        return f'<p class="fo-{self.role}"{about}>{escape(" ".join(self.sentences))}</p>'

    def plain(self) -> str:
        """One sentence a line."""
        return "\n".join(self.sentences)


@dataclass(frozen=True, repr=False)
class Chart(Shown):
    """A vector figure (``svg``) with its message, its neutral title and where its numbers come from.

    ``alt`` says the message to those who do not see the figure; ``width`` is in points.
    """

    message: str
    title: Title
    svg: str
    alt: str
    source: str
    width: float

    def html(self) -> str:
        """A figure: message and title above, the source below."""
        data = base64.b64encode(self.svg.encode()).decode()
        return (
            f'<figure class="fo-figure"><figcaption><p class="fo-message">{escape(self.message)}</p>{self.title.html()}'
            f'</figcaption><img class="fo-chart" style="width:{self.width:g}pt" alt="{escape(self.alt)}" '
            f'src="data:image/svg+xml;base64,{data}"><p class="fo-source">{escape(self.source)}</p></figure>'
        )

    def plain(self) -> str:
        """The message and the title."""
        return f"{self.message}\n{self.title.plain()}"


@dataclass(frozen=True)
class Kpi:
    """One key figure as text: its value, what it is compared with, and whether the change is good (None: neither).

    One that ``leads`` is printed on a report's first page too.
    """

    label: str
    value: str
    change: str
    against: str
    better: bool | None = None
    leads: bool = False


@dataclass(frozen=True, repr=False)
class Kpis(Shown):
    """A strip of key figures."""

    items: tuple[Kpi, ...]

    def html(self) -> str:
        """A list: label, value, change and comparison of each."""
        return f'<ul class="fo-kpis">{"".join(map(_kpi_html, self.items))}</ul>'

    def plain(self) -> str:
        """One key figure a line."""
        return "\n".join(f"{item.label}: {item.value} {item.change} {item.against}".rstrip() for item in self.items)


def _kpi_html(item: Kpi) -> str:
    tone = {True: " fo-better", False: " fo-worse", None: ""}[item.better]
    change = f'<b class="fo-kpi-change{tone}">{escape(item.change)}</b> ' if item.change else ""
    return (
        f'<li{" data-leads" if item.leads else ""}><p class="fo-kpi-label">{escape(item.label)}</p>'
        f'<p class="fo-kpi-value">{escape(item.value)}</p>'
        f'<p class="fo-kpi-against">{change}{escape(item.against)}</p></li>'
    )


@dataclass(frozen=True, repr=False)
class Group(Shown):
    """Several values shown one after the other."""

    items: tuple[Shown, ...]

    def html(self) -> str:
        """The items' HTML, in order."""
        return "".join(item.html() for item in self.items)

    def plain(self) -> str:
        """The items' text, a blank line between them."""
        return "\n\n".join(item.plain() for item in self.items)
