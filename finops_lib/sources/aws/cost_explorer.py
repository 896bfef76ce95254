"""Cost Explorer's own figures, to set beside ours: cost and usage, forecast, comparison drivers.

Each request costs about a cent. Amounts come as text; they are read exactly and handed on as float64.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pandas as pd
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.core.errors import SourceError
from finops_lib.core.periods import Period
from finops_lib.sources.aws.answers import explain_billing

SERVICE: Final = "ce"
NAME: Final = "Cost Explorer"


def cost_and_usage(
    client: Any,
    *,
    start: dt.date,
    end: dt.date,
    metrics: Sequence[str] = ("UnblendedCost", "AmortizedCost"),
    granularity: str = "MONTHLY",
    group_by: Sequence[str] = (),
    only: Mapping[str, Any] | None = None,
    most_pages: int | None = None,
) -> pd.DataFrame:
    """GetCostAndUsage, all pages: a row a step, group and metric.

    ``end`` is exclusive; ``group_by`` names up to two dimensions; ``only`` is a Cost Explorer filter. An answer of more
    than ``most_pages``, each of which is charged for, is given up with a :class:`SourceError`. Columns:
    ``start``, ``end``, the dimensions, ``metric``, ``amount``, ``unit``, ``estimated``.
    """
    request: dict[str, Any] = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": granularity,
        "Metrics": list(metrics),
    }
    if group_by:
        request["GroupBy"] = [{"Type": "DIMENSION", "Key": key} for key in group_by]
    if only:
        request["Filter"] = dict(only)
    pages = _pages(client.get_cost_and_usage, request, "ce:GetCostAndUsage", most_pages)
    rows = [row for page in pages for step in page["ResultsByTime"] for row in _step(step, group_by)]
    return pd.DataFrame(rows, columns=["start", "end", *group_by, "metric", "amount", "unit", "estimated"])


def forecast(
    client: Any,
    *,
    start: dt.date,
    end: dt.date,
    metric: str = "UNBLENDED_COST",
    granularity: str = "MONTHLY",
    level: int = 80,
    only: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """GetCostForecast: a row a step with ``low``, ``expected``, ``high`` at the level (51 to 99), ``end`` exclusive."""
    request: dict[str, Any] = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": granularity,
        "Metric": metric,
        "PredictionIntervalLevel": level,
    }
    if only:
        request["Filter"] = dict(only)
    answer = _asked(client.get_cost_forecast, request, "ce:GetCostForecast")
    unit = answer.get("Total", {}).get("Unit")
    rows = [
        {
            **_span(step),
            "metric": metric,
            "low": _amount(step.get("PredictionIntervalLowerBound")),
            "expected": _amount(step.get("MeanValue")),
            "high": _amount(step.get("PredictionIntervalUpperBound")),
            "unit": unit,
        }
        for step in answer.get("ForecastResultsByTime", [])
    ]
    return pd.DataFrame(rows, columns=["start", "end", "metric", "low", "expected", "high", "unit"])


def comparison_drivers(
    client: Any,
    *,
    baseline: Period,
    period: Period,
    metric: str = "UnblendedCost",
    group_by: Sequence[str] = ("SERVICE",),
    most_pages: int | None = None,
) -> pd.DataFrame:
    """GetCostComparisonDrivers, all pages: a row a selector and driver, AWS's word on why a month differs.

    ``most_pages`` is as for :func:`cost_and_usage`; a page has ten selectors at most.
    Columns: ``selector`` (the filter as JSON text), ``type``, ``driver``, ``before``, ``after``, ``change``, ``unit``.
    """
    request: dict[str, Any] = {
        "BaselineTimePeriod": {"Start": str(baseline.start), "End": str(baseline.end)},
        "ComparisonTimePeriod": {"Start": str(period.start), "End": str(period.end)},
        "MetricForComparison": metric,
    }
    if group_by:
        request["GroupBy"] = [{"Type": "DIMENSION", "Key": key} for key in group_by]
    pages = _pages(client.get_cost_comparison_drivers, request, "ce:GetCostComparisonDrivers", most_pages)
    rows = [row for page in pages for item in page.get("CostComparisonDrivers", []) for row in _drivers(item, metric)]
    return pd.DataFrame(rows, columns=["selector", "type", "driver", "before", "after", "change", "unit"])


def _drivers(item: Mapping[str, Any], metric: str) -> Iterator[dict[str, Any]]:
    selector = json.dumps(item.get("CostSelector", {}), sort_keys=True)
    for driver in item.get("CostDrivers", []):
        figures = driver.get("Metrics", {}).get(metric, {})
        yield {
            "selector": selector,
            "type": driver.get("Type"),
            "driver": driver.get("Name"),
            "before": _amount(figures.get("BaselineTimePeriodAmount")),
            "after": _amount(figures.get("ComparisonTimePeriodAmount")),
            "change": _amount(figures.get("Difference")),
            "unit": figures.get("Unit"),
        }


def _step(step: Mapping[str, Any], group_by: Sequence[str]) -> Iterator[dict[str, Any]]:
    groups = step.get("Groups", []) if group_by else [{"Keys": [], "Metrics": step.get("Total", {})}]
    for group in groups:
        named = dict(zip(group_by, group["Keys"], strict=True))
        for metric, figure in group["Metrics"].items():
            amount = {"metric": metric, "amount": _amount(figure.get("Amount")), "unit": figure.get("Unit")}
            yield {**_span(step), **named, **amount, "estimated": bool(step.get("Estimated", False))}


def _span(step: Mapping[str, Any]) -> dict[str, Any]:
    return {"start": pd.Timestamp(step["TimePeriod"]["Start"]), "end": pd.Timestamp(step["TimePeriod"]["End"])}


def _amount(text: str | None) -> float | None:
    return None if text is None else float(Decimal(text))


def _pages(
    call: Any, request: dict[str, Any], permission: str, most_pages: int | None = None
) -> Iterator[dict[str, Any]]:
    token: str | None = None
    for number in itertools.count(1):
        page = _asked(call, request | ({"NextPageToken": token} if token else {}), permission)
        yield page
        token = page.get("NextPageToken")
        if not token:
            return
        if number == most_pages:
            raise SourceError(
                f"{NAME} answers {permission} in more than {most_pages} pages, which are charged one by one.",
                hint="It is not read further; look at it in the console.",
            )


def _asked(call: Any, request: Mapping[str, Any], permission: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = call(**request)
    except (BotoCoreError, ClientError) as error:
        raise explain_billing(error, NAME, permission) from error
    return answer
