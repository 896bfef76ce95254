"""Daily business metrics: what the company sells drives what it spends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from finops_lib.sources.demo.money import Floats
from finops_lib.sources.demo.timeline import Timeline

WEEKDAY = np.array([0.92, 0.9, 0.95, 1.0, 1.12, 1.22, 1.06])  # Monday first: people shop at the week's end
REFERENCE_ORDERS = 11_000.0


@dataclass(frozen=True)
class Business:
    """Metrics by day since the first one; ``drivers`` are the same relative to a normal day, for use as factors."""

    metrics: Mapping[str, Floats]

    @property
    def drivers(self) -> Mapping[str, Floats]:
        """Factors by day; ``none`` is 1 always."""
        orders = self.metrics["orders"] / REFERENCE_ORDERS
        return {"none": np.ones_like(orders), "orders": orders}


def business(timeline: Timeline) -> Business:
    """Orders, users, deliveries and revenue for every day with data; equal seeds, equal days."""
    rng = np.random.default_rng([timeline.size.seed, 1])
    count = timeline.last_hour // 24
    day = np.arange(count)
    months = day / 30.4
    season = 1 + 0.08 * np.sin(2 * np.pi * (day + timeline.origin.timetuple().tm_yday - 80) / 365.25)
    week = WEEKDAY[(day + timeline.origin.weekday()) % 7]
    orders = np.rint(8_600 * 1.018**months * season * week * (1 + 0.03 * rng.standard_normal(count)))
    users = np.rint(41_000 * 1.012**months * (1 + 0.02 * rng.standard_normal(count)))
    deliveries = np.rint(orders * 0.94 + 60 * rng.standard_normal(count))
    return Business(
        {
            "orders": orders,
            "active_users": users,
            "deliveries": np.maximum(deliveries, 0),
            "revenue_usd": np.rint(orders * 38.5 * (1 + 0.02 * rng.standard_normal(count))),
            "employees": 240.0 + np.floor(months * 1.5),
        }
    )
