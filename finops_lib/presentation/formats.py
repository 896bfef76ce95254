"""Numbers as text. Everything is rounded here, once, from the unrounded number.

Sentences carry three significant digits (``12.4 k USD``), tables whole units or cents, differences a sign. A number
that is not known is ``–``. Spaces inside a number do not break: U+202F between thousands, U+00A0 before a unit.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

UNKNOWN = "–"
MINUS = "−"
THIN = "\u202f"
SPACE = "\u00a0"
_SCALES = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
_LEAST = 0.0005  # below this a sentence gives no digits


def known(value: Any) -> bool:
    """True for a finite number."""
    return value is not None and not isinstance(value, str) and math.isfinite(value)


def fixed(value: Any, decimals: int = 0) -> str:
    """``-1234.5`` with one decimal is ``−1 234.5`` (thin space); what rounds to zero has no sign."""
    if not known(value):
        return UNKNOWN
    text = f"{abs(float(value)):,.{decimals}f}".replace(",", THIN)
    negative = value < 0 and any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if negative else text


def cents(value: Any) -> str:
    """The form of tie-out tables: two decimals."""
    return fixed(value, 2)


def signed(text: str) -> str:
    """A formatted difference with its sign: ``+`` before what is above zero."""
    bare = text.startswith((MINUS, UNKNOWN, "about")) or not any(digit in text for digit in "123456789")
    return text if bare else f"+{text}"


def number(value: Any) -> str:
    """Three significant digits and a scale: ``12.4 k``; nothing below 0.0005 is told apart from zero."""
    if not known(value):
        return UNKNOWN
    size = abs(float(value))
    if size < _LEAST:
        return "0" if size == 0 else "about 0"
    factor, name = next(((f, n) for f, n in _SCALES if float(f"{size:.3g}") >= f), (1.0, ""))
    text = fixed(float(f"{value:.3g}") / factor, _decimals(size / factor))
    return f"{text}{SPACE}{name}" if name else text


def _decimals(size: float) -> int:
    """Decimals that leave three significant digits; never more than three decimals."""
    rounded = float(f"{size:.3g}")
    return max(0, min(3, 2 - math.floor(math.log10(rounded))))


def money(value: Any, currency: str) -> str:
    """An amount in a sentence: ``12.4 k USD``."""
    return f"{number(value)}{SPACE}{currency}" if known(value) else UNKNOWN


def change(value: Any, currency: str) -> str:
    """A difference of amounts: ``+1.20 k USD``."""
    return signed(money(value, currency))


def percent(share: Any) -> str:
    """A ratio as a percentage, one decimal below 99.95 %: ``0.714`` is ``71.4 %``; far out only the bound is told."""
    if not known(share):
        return UNKNOWN
    value = 100 * float(share)
    if abs(value) >= 999.5:
        return f"{'<' if value < 0 else '>'}{SPACE}{fixed(math.copysign(999, value))}{SPACE}%"
    return f"{fixed(value, 0 if abs(value) >= 99.95 else 1)}{SPACE}%"


def change_percent(share: Any) -> str:
    """A relative difference: ``+12.4 %``."""
    text = percent(share)
    return text if text.startswith((">", "<")) else signed(text)


def prose(text: str) -> str:
    """A sentence made elsewhere, with the signs of this one.

    A true minus, a ``%`` that its number keeps, thin spaces between thousands, and days in words.
    """
    text = _ISO_DAY.sub(lambda found: _day_or_text(found[0]), text)
    text = _COMMAS.sub(lambda found: found[0].replace(",", THIN), text)
    return re.sub(r"(?<=\d) ?%(?!\w)", f"{SPACE}%", re.sub(r"(?<![\w.-])-(?=\d)", MINUS, text))


_ISO_DAY = re.compile(r"(?<![\w./:-])\d{4}-\d{2}-\d{2}(?![\w/:-]|\.\w)")
_COMMAS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")


def _day_or_text(text: str) -> str:
    """A day in words; digits that are no day stay as they are."""
    try:
        return day(text)
    except ValueError:
        return text


def ratio(part: Any, whole: Any) -> float | None:
    """``part / whole`` where that says something: both known, the whole above zero."""
    return float(part) / float(whole) if known(part) and known(whole) and whole > 0 else None


def count(value: Any, noun: str = "", plural: str = "") -> str:
    """A whole number, with its noun where one is given: ``1 file``, ``12 files``."""
    text = fixed(value)
    if not noun:
        return text
    return f"{text}{SPACE}{noun if text == '1' else plural or noun + 's'}"


def day(value: dt.date | str) -> str:
    """A day in words: ``3 October 2026``. Takes a date, a timestamp or ISO text."""
    date = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{date.day}{SPACE}{date:%B %Y}"


def listing(parts: Iterable[str]) -> str:
    """Words joined as in a sentence: ``a, b and c``."""
    words = list(parts)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


@dataclass(frozen=True)
class Scale:
    """The unit that all amounts of one chart or table share."""

    factor: float
    unit: str
    decimals: int

    @property
    def least(self) -> float:
        """The smallest amount that does not print as zero."""
        return 0.5 * self.factor * 10.0**-self.decimals

    def text(self, value: Any) -> str:
        """The amount in this unit; what is there, but below its last digit, is ``<0.01`` rather than zero."""
        if not known(value):
            return UNKNOWN
        text = fixed(value / self.factor, self.decimals)
        if value and not any(digit in text for digit in "123456789"):
            least = fixed(10**-self.decimals, self.decimals)
            return f"<{least}" if value > 0 else f">{MINUS}{least}"
        return text

    def delta(self, value: Any) -> str:
        """The difference in this unit, with its sign."""
        text = self.text(value)
        return text if text.startswith(("<", ">")) else signed(text)


def table_scale(values: Iterable[Any], currency: str) -> Scale:
    """Whole units for a table; cents below one thousand, thousands from ten million on."""
    most = _most(values)
    if most < 1e3:
        return Scale(1, currency, 2)
    if most < 1e7:
        return Scale(1, currency, 0)
    return Scale(1e3, f"k{SPACE}{currency}", 0) if most < 1e10 else Scale(1e6, f"M{SPACE}{currency}", 0)


def chart_scale(values: Iterable[Any], currency: str) -> Scale:
    """The unit in which the largest amount of a chart has one to three digits before the point."""
    most = _most(values)
    for factor, name in _SCALES:
        if most >= factor:
            size = most / factor
            return Scale(factor, f"{name}{SPACE}{currency}", 2 if size < 10 else 1 if size < 100 else 0)
    return Scale(1, currency, 0 if most >= 100 else 2 if most >= 0.1 or most == 0 else 4)


def _most(values: Iterable[Any]) -> float:
    return max((abs(float(value)) for value in values if known(value)), default=0.0)
