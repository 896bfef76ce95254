"""What the first page of a document takes from the sections behind it: the one decision, and the figures that lead.

A section may ask for a decision and say what amount it is about. The document asks for one: the decision with the
largest amount, the first of equals. The opening section's own stands only where no other section brings one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from finops_lib.presentation.narrative import opening as words_of

_DECISION = re.compile(r'<p class="fo-decision"(?: data-amount="([^"]*)")?>(.*?)</p>', re.DOTALL)
_LEADING = re.compile(r'<li data-leads(?:="")?>(.*?)</li>', re.DOTALL)
_STRIP = re.compile(r'(<ul class="fo-kpis">.*?)(</ul>)', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A section's title, the anchor that leads to it, and its HTML."""

    title: str
    anchor: str
    html: str


@dataclass(frozen=True)
class Decision:
    """A decision as a section asks for it; without an amount it says why none is asked for."""

    page: Page
    amount: float | None
    words: str


def opened(pages: Sequence[Page], currency: str) -> list[str]:
    """The HTML of each section, the first with the one decision and the leading figures of the others."""
    if not pages:
        return []
    first, *later = pages
    found = [decision for page in later for decision in _decisions(page)]
    chosen = max((one for one in found if one.amount is not None), key=_amount, default=None)
    front = _with_figures(first.html, [item for page in later for item in _LEADING.findall(page.html)])
    if found and _DECISION.search(front):
        asked = _asked(chosen, found, currency) if chosen else _nothing(found)
        front = _DECISION.sub(lambda _: asked, front, count=1)
        return [front, *(_recommending(page, chosen, first) for page in later)]
    return [front, *(page.html for page in later)]


def _decisions(page: Page) -> list[Decision]:
    return [
        Decision(page, float(found[1]) if found[1] else None, found[2].strip())
        for found in _DECISION.finditer(page.html)
    ]


def _amount(decision: Decision) -> float:
    return decision.amount or 0.0


def _asked(chosen: Decision, found: Sequence[Decision], currency: str) -> str:
    """The decision, and by which rule it is the one."""
    words = f'<p class="fo-decision" data-amount="{chosen.amount:.6f}"><b>{words_of.TO_TAKE}</b> {chosen.words}</p>'
    others = [one.page.title for one in found if one.amount is not None and one is not chosen]
    if not others:
        return words
    return f'{words}<p class="fo-source">{escape(words_of.chosen(chosen.amount, currency, others))}</p>'


def _nothing(found: Sequence[Decision]) -> str:
    """Why no section asks for a decision, in one sentence."""
    return f'<p class="fo-decision">{words_of.nothing(one.words for one in found)}</p>'


def _recommending(page: Page, chosen: Decision | None, first: Page) -> str:
    """A section whose decisions are recommendations; of that on the first page it says where it stands."""

    def replaced(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        if chosen and page is chosen.page and found[2].strip() == chosen.words:
            where = f'<a href="#{first.anchor}">{escape(first.title)}</a>'
            return f'<p class="fo-recommendation">{words_of.comes_from_here(where)}</p>'
        return f'<p class="fo-recommendation"><b>{words_of.RECOMMENDED}</b> {found[2].strip()}</p>'

    return _DECISION.sub(replaced, page.html)


def _with_figures(html: str, items: Sequence[str]) -> str:
    """The first strip of key figures with those that other sections lead with."""
    more = "".join(f"<li>{item}</li>" for item in items)
    return _STRIP.sub(lambda found: f"{found[1]}{more}{found[2]}", html, count=1) if more else html
