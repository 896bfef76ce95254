"""The outlook in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finops_lib.presentation import formats, subject, theme
from finops_lib.presentation.charts import band
from finops_lib.presentation.charts import fan as fans
from finops_lib.presentation.narrative import forecast_facts as facts
from finops_lib.presentation.narrative import forecast_messages as messages
from finops_lib.presentation.shown import Title
from finops_lib.presentation.values import Chart, Group, Text

if TYPE_CHECKING:
    from finops_lib.analyses.outlook_result import ProspectResult


def fan(result: ProspectResult) -> Chart | Text:
    """How does cost add up, and between which bounds will it end?"""
    if facts.lead(result) is None or len(result.fan) < 2:
        return Text((messages.fan(result),), "empty")
    points = [_point(row) for row in facts.rows(result.fan)]
    scale = formats.chart_scale([value for row in points for value in (row.actual, row.expected)], result.currency)
    with theme.style():
        svg = fans.draw(points, scale, _limit(result))
    what = f"{subject.measure(result, scale.unit)}, added up from {formats.day(points[0].day)}"
    month = facts.lead_month(result).label
    title = Title(subject.who(result), what, f"to {formats.day(points[-1].day)}, as of {formats.day(result.as_of)}")
    extra = formats.prose("AC: actual; FC: expected; bands: 80 % and 95 % of cases")
    between = f", drawn straight to the end of {month}" if facts.is_over(result) else ""
    return _chart(result, messages.fan(result), title, svg, f"{extra}{between}.")


def _point(row: dict[str, Any]) -> fans.Point:
    ahead = row["expected"] is not None
    return fans.Point(
        day=row["day"].date(),
        actual=row["actual"],
        expected=row["expected"],
        narrow=(row["low80"], row["high80"]) if ahead else None,
        wide=(row["low95"], row["high95"]) if ahead else None,
    )


def _limit(result: ProspectResult) -> fans.Level | None:
    """The budget of the scope, where the figure is of the one month that it is for."""
    if facts.is_over(result) or result.budgets is None:
        return None
    lines = [line for line in facts.rows(result.budgets.budgets) if line["scope"] == result.scope]
    lines = [line for line in lines if line["currency"] == result.currency]
    return fans.Level("BU", float(lines[0]["limit"])) if len(lines) == 1 else None


def unit_cost(result: ProspectResult) -> Chart | Text | Group:
    """What does a unit cost, week by week, against the usual?"""
    found = result.unit_economics
    if found is None:
        return Text((messages.unit_cost(result),), "empty")
    rows = facts.rows(found.unit_costs)
    points = [_unit(row, facts.batch(result)) for row in rows]
    scale = formats.chart_scale([point.value for point in points], result.currency)
    with theme.style():
        svg = band.draw(points, scale)
    what = f"cost of usage for {facts.units(result)} in {scale.unit} by {found.frequency}"
    title = Title(subject.who(result), what, f"{formats.day(found.start)} to {formats.day(found.end)}")
    inside = sum(row["low"] <= row["unit_cost"] <= row["high"] for row in rows)
    held = f"{formats.count(inside)} of {formats.count(len(rows), found.frequency)} lie in it"
    extra = f"Band: what a unit usually costs at this many {facts.driver(result)}, by the scatter so far; {held}."
    return _chart(result, messages.unit_cost(result), title, svg, extra)


def _unit(row: dict[str, Any], many: float) -> band.Point:
    return band.Point(row["start"].date(), many * row["unit_cost"], many * row["low"], many * row["high"])


def _chart(result: ProspectResult, message: str, title: Title, svg: str, extra: str = "") -> Chart:
    alt = f"{message} {title.plain()}."
    return Chart(message, title, svg, alt, subject.source(result, extra), theme.COLUMN)
