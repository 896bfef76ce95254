"""Month-end forecasts on daily series, side by side: ours, run-rate, seasonal naive, linear trend and, if installed, AutoETS.

``python tests/benchmarks/forecast.py FOLDER`` reads every CSV of a folder whose first two columns are a date and an amount;
``--bills N`` adds N made-up bills. Each forecast sees at most ``--history`` days before it. AutoETS comes from statsforecast,
which is no dependency: without it the row is left out. MAPE is that of the month's total by days elapsed (%, the mean over
series); coverage and Winkler score are those of the 80 % interval of what remains, the score in mean month totals.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from cost_series import bills

from finops_lib.analyses.forecasting import month_end

LEVEL = 0.8
BUCKETS = {"1-7 d": (1, 7), "8-14 d": (8, 14), "15-21 d": (15, 21), "22+ d": (22, 31)}
Forecast = tuple[float, float, float]  # what remains: low, expected, high
Model = Callable[[pd.Series, int, int], Forecast]
NAN = math.nan


def ours(past: pd.Series, elapsed: int, rest: int) -> Forecast:
    spent = past.iloc[-elapsed:].sum()
    found = month_end(pd.DataFrame({"date": past.index, "cost": past.to_numpy()}), as_of=past.index[-1], level=LEVEL)
    return found.low - spent, found.expected - spent, found.high - spent


def run_rate(past: pd.Series, elapsed: int, rest: int) -> Forecast:
    return NAN, past.iloc[-elapsed:].mean() * rest, NAN


def seasonal_naive(past: pd.Series, elapsed: int, rest: int) -> Forecast:
    week = past.to_numpy()[-7:]
    return NAN, float(np.resize(week, rest).sum()), NAN


def linear_trend(past: pd.Series, elapsed: int, rest: int) -> Forecast:
    last = past.to_numpy()[-30:]
    slope, start = np.polyfit(np.arange(len(last)), last, 1)
    ahead = len(last) + np.arange(rest)
    return NAN, float((start + slope * ahead).sum()), NAN


def auto_ets() -> Model | None:
    try:
        from statsforecast.models import AutoETS
    except ImportError:
        return None

    def forecast(past: pd.Series, elapsed: int, rest: int) -> Forecast:
        found = AutoETS(season_length=7).forecast(y=past.to_numpy(float), h=rest, level=[80])
        expected = float(found["mean"].sum())
        half = float(
            np.sqrt((((found["hi-80"] - found["lo-80"]) / 2) ** 2).sum())
        )  # days independent, as most tools do
        return expected - half, expected, expected + half

    return forecast


def judge(
    series: pd.Series, models: dict[str, Model], stride: int, history: int, first: int
) -> Iterator[dict[str, object]]:
    """One row a model and past day."""
    for at in range(first, len(series), stride):
        day = series.index[at]
        elapsed, rest = day.day, day.days_in_month - day.day
        if rest == 0 or at + rest >= len(series) or at + 1 < elapsed:
            continue
        past, remaining = series.iloc[max(0, at + 1 - history) : at + 1], series.iloc[at + 1 : at + 1 + rest].sum()
        total = past.iloc[-elapsed:].sum() + remaining
        for name, model in models.items():
            low, expected, high = model(past, elapsed, rest)
            missed = max(low - remaining, 0) + max(remaining - high, 0)
            yield {
                "model": name, "elapsed": elapsed, "total": total, "off": abs(expected - remaining),
                "hit": NAN if math.isnan(low) else float(low <= remaining <= high),
                "winkler": high - low + 2 / (1 - LEVEL) * missed,
            }  # fmt: skip


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """MAPE by days elapsed, coverage and Winkler score: a mean over series of each series' own."""
    rows = rows[rows["total"].abs() > 1e-6]
    rows = rows.assign(ape=(rows["off"] / rows["total"].abs()).clip(upper=3) * 100)
    parts = {
        name: rows[rows["elapsed"].between(*span)].groupby(["model", "series"])["ape"].mean().groupby("model").mean()
        for name, span in BUCKETS.items()
    }
    by = rows.groupby(["model", "series"])
    parts["coverage"] = by["hit"].mean().groupby("model").mean()
    parts["lowest"] = by["hit"].mean().groupby("model").min()
    parts["Winkler"] = (by["winkler"].mean() / by["total"].mean().abs()).groupby("model").mean()
    return pd.DataFrame(parts)


def read(folder: Path) -> dict[str, pd.Series]:
    """Each CSV of the folder: a date column, then an amount; days without a row take the day before."""
    found = {}
    for file in sorted(folder.rglob("*.csv")):
        frame = pd.read_csv(file)
        dates, amounts = pd.to_datetime(frame.iloc[:, 0]), frame.iloc[:, 1].astype(float)
        found[file.stem] = amounts.set_axis(dates).sort_index().resample("D").sum(min_count=1).ffill()
    return found


def speed(count: int = 200, days: int = 400) -> float:
    """Seconds for so many month-end estimates."""
    made = [series.iloc[-days:] for series in bills(count).values()]
    start = time.perf_counter()
    for series in made:
        month_end(pd.DataFrame({"date": series.index, "cost": series.to_numpy()}), as_of=series.index[-15])
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--bills", type=int, default=0)
    parser.add_argument("--stride", type=int, default=5)
    parser.add_argument("--history", type=int, default=365)
    parser.add_argument("--first", type=int, default=120, help="days before the first forecast")
    parser.add_argument("--no-ets", action="store_true")
    given = parser.parse_args()
    models: dict[str, Model] = {
        "ours": ours, "run-rate": run_rate, "seasonal naive": seasonal_naive, "linear trend": linear_trend,
    }  # fmt: skip
    if not given.no_ets and (ets := auto_ets()):
        models["AutoETS"] = ets
    sets = {"files": read(given.folder) if given.folder else {}, "bills": bills(given.bills)}
    for name, group in sets.items():
        if group:
            rows = [
                row | {"series": key}
                for key, series in group.items()
                for row in judge(series, models, given.stride, given.history, given.first)
            ]
            print(f"{name}: {len(group)} series\n{table(pd.DataFrame(rows)).round(3).to_string()}\n")
    print(f"200 month-end estimates of 400 days: {speed():.1f} s")


if __name__ == "__main__":
    main()
