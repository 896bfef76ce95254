"""Month-end forecasts on daily series, side by side: ours, run-rate, seasonal naive, linear trend and AutoETS.

``python tests/benchmarks/forecast.py FOLDER`` reads every CSV of a folder whose first two columns are a date and an amount;
``--workspace`` adds the daily cost of each account and service of a workspace, ``--bills N`` N made-up bills,
``--families N`` N made-up series of each family. Each forecast sees at most ``--history`` days before it. AutoETS comes from
statsforecast, which is no dependency: ``--ets`` names a Python that has it. MAPE is that of the month's total by days
elapsed (%, the mean over series, no error above 300 %); coverage and Winkler score are those of the 80 % interval of what
remains, the score in mean month totals. "In doubt" is the coverage without the series that we always forecast to a
millionth: there any interval holds what comes.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from cost_families import families
from cost_series import bills

from finops_lib.analyses.forecasting import month_end
from finops_lib.workbench import Workbench

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


def auto_ets(python: str, tasks: list[tuple[pd.Series, int]]) -> list[Forecast]:
    """The forecasts of another Python, all in one process."""
    asked = json.dumps([{"past": past.tolist(), "rest": rest} for past, rest in tasks])
    script = str(Path(__file__).with_name("autoets.py"))
    done = subprocess.run([python, script], input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return [(low, expected, high) for low, expected, high in json.loads(done.stdout)]


def origins(series: pd.Series, stride: int, history: int, first: int) -> Iterator[tuple[pd.Series, int, int, float]]:
    """The past days to forecast from: what was known, days elapsed and left, and what the rest came to."""
    for at in range(first, len(series), stride):
        day = series.index[at]
        elapsed, rest = day.day, day.days_in_month - day.day
        if rest and at + rest < len(series) and at + 1 >= elapsed:
            remaining = float(series.iloc[at + 1 : at + 1 + rest].sum())
            yield series.iloc[max(0, at + 1 - history) : at + 1], elapsed, rest, remaining


def scored(model: str, found: Forecast, past: pd.Series, elapsed: int, remaining: float) -> dict[str, object]:
    """One forecast against what came."""
    low, expected, high = found
    missed = max(low - remaining, 0) + max(remaining - high, 0)
    return {
        "model": model, "elapsed": elapsed, "total": past.iloc[-elapsed:].sum() + remaining, "off": abs(expected - remaining),
        "hit": NAN if math.isnan(low) else float(low <= remaining <= high), "winkler": high - low + 2 / (1 - LEVEL) * missed,
    }  # fmt: skip


def race(group: dict[str, pd.Series], given: argparse.Namespace) -> pd.DataFrame:
    """One row a series, past day and model."""
    cases = [
        (name, *case)
        for name, series in group.items()
        for case in origins(series, given.stride, given.history, given.first)
    ]
    rows = [
        scored(model, make(past, elapsed, rest), past, elapsed, remaining) | {"series": name}
        for name, past, elapsed, rest, remaining in cases
        for model, make in MODELS.items()
    ]
    if given.ets:
        answers = auto_ets(given.ets, [(past, rest) for _, past, _, rest, _ in cases])
        rows += [
            scored("AutoETS", answer, past, elapsed, remaining) | {"series": name}
            for answer, (name, past, elapsed, _, remaining) in zip(answers, cases, strict=True)
        ]
    return pd.DataFrame(rows)


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """MAPE by days elapsed, coverage and Winkler score: a mean over series of each series' own; of the last a median, too."""
    rows = rows[rows["total"].abs() > 1e-6]
    rows = rows.assign(ape=(rows["off"] / rows["total"].abs()).clip(upper=3) * 100)
    parts = {
        name: rows[rows["elapsed"].between(*span)].groupby(["model", "series"])["ape"].mean().groupby("model").mean()
        for name, span in BUCKETS.items()
    }
    by = rows.groupby(["model", "series"])
    parts["coverage"] = by["hit"].mean().groupby("model").mean()
    doubt = rows.loc[(rows["model"] == "ours") & (rows["off"] > 1e-6 * rows["total"].abs()), "series"].unique()
    uncertain = rows[rows["series"].isin(doubt)].groupby(["model", "series"])
    parts["in doubt"] = uncertain["hit"].mean().groupby("model").mean()
    parts["lowest"] = by["hit"].mean().groupby("model").min()
    winkler = (by["winkler"].mean() / by["total"].mean().abs()).groupby("model")
    parts["Winkler"], parts["its median"] = winkler.mean(), winkler.median()
    return pd.DataFrame(parts)


MODELS: dict[str, Model] = {
    "ours": ours, "run-rate": run_rate, "seasonal naive": seasonal_naive, "linear trend": linear_trend,
}  # fmt: skip


def read(folder: Path) -> dict[str, pd.Series]:
    """Each CSV of the folder: a date column, then an amount; days without a row take the day before."""
    found = {}
    for file in sorted(folder.rglob("*.csv")):
        frame = pd.read_csv(file)
        dates, amounts = pd.to_datetime(frame.iloc[:, 0]), frame.iloc[:, 1].astype(float)
        found[file.stem] = amounts.set_axis(dates).sort_index().resample("D").sum(min_count=1).ffill()
    return found


def workspace(folder: Path, services: int = 12) -> dict[str, pd.Series]:
    """The daily effective cost of the organization, of each account and of the largest services, in closed months."""
    bench = Workbench.open(folder)
    costs = bench.daily_history()
    day = costs["x_charge_day"].fillna(costs["BillingPeriodStart"]).rename("day")
    every = pd.date_range(day.min(), day.max())
    found = {"organization": costs.groupby(day)["EffectiveCost"].sum()}
    for key, most in (("SubAccountId", None), ("ServiceName", services)):
        largest = costs.groupby(key)["EffectiveCost"].sum().nlargest(most or len(costs)).index
        found |= {str(name): costs[costs[key] == name].groupby(day)["EffectiveCost"].sum() for name in largest}
    return {name: series.reindex(every, fill_value=0.0) for name, series in found.items()}


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
    parser.add_argument("--families", type=int, default=0)
    parser.add_argument("--stride", type=int, default=5)
    parser.add_argument("--history", type=int, default=365)
    parser.add_argument("--first", type=int, default=120, help="days before the first forecast")
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--ets", help="a Python that has statsforecast")
    given = parser.parse_args()
    sets = {
        "files": read(given.folder) if given.folder else {},
        "workspace": workspace(given.workspace) if given.workspace else {},
        "bills": bills(given.bills),
        **families(given.families),
    }
    for name, group in sets.items():
        if group:
            found = race(group, given)
            print(
                f"{name}: {found['series'].nunique()} series, {len(found) // found['model'].nunique()} forecasts a model"
            )
            print(f"{table(found).round(3).to_string()}\n")
    print(f"200 month-end estimates of 400 days: {speed():.1f} s")


if __name__ == "__main__":
    main()
