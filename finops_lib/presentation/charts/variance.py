"""A variance in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject, theme
from finops_lib.presentation.charts import bridge as bridges
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Chart, Text

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport

_STEPS = 9
_PART = 0.01  # of all movement: an effect below it is among the others


def bridge(result: VarianceReport) -> Chart | Text:
    """Which effects led from last month's cost to this month's?"""
    if not facts.reasons(result):
        return Text((messages.effects(result),), "empty")
    total = result.change.total
    scale = formats.chart_scale((total.before, total.after), result.currency)
    drawn = bridges.Bridge(_before(result), tuple(_steps(result, scale)), _after(result))
    with theme.style():
        svg = bridges.draw(drawn, scale)
    cut = "The axis is cut (//): the two totals do not start at zero." if drawn.base else ""
    small = "Beside an effect: the service that moves it most."
    title = subject.title(result, f"{subject.measure(result, scale.unit)} by effect", compared=True)
    message = messages.effects(result)
    source = subject.source(result, f"{small} {cut}".strip())
    return Chart(message, title, svg, f"{message} {title.plain()}.", source, theme.COLUMN)


def _before(result: VarianceReport) -> bridges.Step:
    return bridges.Step(subject.period(result).shift(-1).label, result.change.total.before)


def _after(result: VarianceReport) -> bridges.Step:
    whole = " at this pace" if result.change.normalized else ""
    return bridges.Step(f"{subject.month(result)}{whole}", result.change.total.after)


def _steps(result: VarianceReport, scale: formats.Scale) -> list[bridges.Step]:
    """The effects in the order of the method, the small ones as one row with its count."""
    found = facts.reasons(result)
    moved = sum(abs(one.amount) for one in found)
    large = [one for one in found if abs(one.amount) >= max(scale.least, _PART * moved)][:_STEPS] or found[:1]
    rest = [one for one in found if one not in large]
    if len(rest) == 1 and len(large) < _STEPS and abs(rest[0].amount) >= scale.least:
        large, rest = [*large, *rest], []
    order = list(result.change.effects["effect"])
    steps = [
        bridges.Step(one.label, one.amount, _service(result, one.code))
        for one in sorted(large, key=lambda one: order.index(one.code))
    ]
    if rest:
        steps.append(bridges.Step(_others(rest), sum(one.amount for one in rest)))
    return steps


def _others(rest: list[facts.Reason]) -> str:
    return rest[0].label if len(rest) == 1 else f"Other effects ({formats.count(len(rest))}), net"


def _service(result: VarianceReport, code: str) -> str:
    """The service that moves an effect most."""
    cells = result.change.cells
    sums = cells[cells["effect"] == code].groupby("ServiceName", dropna=False)["amount"].sum()
    whole = float(sums.sum())
    along = sums * (1 if whole > 0 else -1)
    return subject.named(along.idxmax(), "") if len(along) and along.notna().any() else ""


def categories(result: VarianceReport) -> Chart | Text:
    """Which categories led from last month's cost to this month's?"""
    rows = result.change.categories
    if not facts.reasons(result):
        return Text((messages.categories(result),), "empty")
    total = result.change.total
    scale = formats.chart_scale((total.before, total.after), result.currency)
    steps = tuple(
        bridges.Step(words.category(str(code)), float(amount))
        for code, amount in zip(rows["category"], rows["amount"], strict=True)
    )
    drawn = bridges.Bridge(_before(result), steps, _after(result))
    with theme.style():
        svg = bridges.draw(drawn, scale)
    cut = "The axis is cut (//): the two totals do not start at zero." if drawn.base else ""
    title = subject.title(result, f"{subject.measure(result, scale.unit)} by category", compared=True)
    message = messages.categories(result)
    return Chart(message, title, svg, f"{message} {title.plain()}.", subject.source(result, cut), theme.COLUMN)
