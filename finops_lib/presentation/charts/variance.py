"""A variance in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finops_lib.presentation import formats, subject, theme
from finops_lib.presentation.charts import bridge as bridges
from finops_lib.presentation.narrative import variance_causes as names
from finops_lib.presentation.narrative import variance_facts as facts
from finops_lib.presentation.narrative import variance_messages as messages
from finops_lib.presentation.narrative import variance_words as words
from finops_lib.presentation.values import Chart, Text

if TYPE_CHECKING:
    from finops_lib.analyses.variance_report import VarianceReport

_STEPS = 9


def bridge(result: VarianceReport) -> Chart | Text:
    """Which effects led from last month's cost to this month's?"""
    if not facts.reasons(result):
        return Text((messages.effects(result),), "empty")
    scale = _scale(result, facts.reasons(result)[0].amount)
    steps = tuple(_steps(result, scale))
    return _drawn(result, messages.effects(result), steps, scale, "effect", "Beside: the service that moves it most.")


def causes(result: VarianceReport) -> Chart | Text:
    """Which places led from last month's cost to this month's, beside the calendar?"""
    found = result.causes.causes
    if not found:
        return Text((messages.no_causes(result),), "empty")
    scale = _scale(result, max((root.cause.change for root in found), key=abs))
    calendar = facts.effect_amount(result, "calendar")
    steps = [bridges.Step(words.effect("calendar"), calendar)] if abs(calendar) >= scale.least else []
    steps += [bridges.Step(names.what(result, root), root.cause.change, names.where(result, root)) for root in found]
    rest = facts.change(result) - sum(step.change for step in steps)
    if abs(rest) >= facts.CENT:
        steps.append(bridges.Step("All else, net", rest))
    return _drawn(result, messages.causes(result), tuple(steps), scale, "root cause")


def _drawn(
    result: VarianceReport,
    message: str,
    steps: tuple[bridges.Step, ...],
    scale: formats.Scale,
    by: str,
    note: str = "",
) -> Chart:
    """A bridge between the two months."""
    total, whole = result.change.total, " at this pace" if result.change.normalized else ""
    before = bridges.Step(subject.period(result).shift(-1).label, total.before)
    drawn = bridges.Bridge(before, steps, bridges.Step(f"{subject.month(result)}{whole}", total.after))
    with theme.style():
        svg = bridges.draw(drawn, scale)
    cut = "The axis is cut (//): the two totals do not start at zero." if drawn.base else ""
    title = subject.title(result, f"{subject.measure(result, scale.unit)} by {by}", compared=True)
    source = subject.source(result, " ".join(filter(None, (note, cut))))
    return Chart(message, title, svg, f"{message} {title.plain()}.", source, theme.COLUMN)


def _scale(result: VarianceReport, largest: float) -> formats.Scale:
    total = result.change.total
    return bridges.scale_of(total.before, total.after, largest, result.currency)


def _steps(result: VarianceReport, scale: formats.Scale) -> list[bridges.Step]:
    """The effects in the order of the method, the small ones as one row with its count."""
    found = facts.reasons(result)
    moved = facts.moved(result)
    large = [one for one in found if abs(one.amount) >= max(scale.least, facts.PART * moved)][:_STEPS] or found[:1]
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
    """The service that moves an effect most; nothing for what the whole bill shares."""
    if code in facts.SHARED:
        return ""
    cells = result.change.cells
    sums = cells[cells["effect"] == code].groupby("ServiceName", dropna=False)["amount"].sum()
    whole = float(sums.sum())
    along = sums * (1 if whole > 0 else -1)
    return subject.named(along.idxmax(), "") if len(along) and along.notna().any() else ""
