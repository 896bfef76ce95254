"""From a bill to marts, side by side in one run: finops pull, a plain DuckDB scan of the same columns, and pandas.

Each contender is a process of its own, so that its peak memory is its own. Totals must agree before a figure is printed.
Run it with ``make bench``; ``--rows`` and ``--rounds`` change its size.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROWS, ACCOUNTS, MONTHS = 10_000_000, 500, 12

SCAN = """
import duckdb, glob, json, sys
from finops_lib.warehouse.canonical.cur_columns import NEEDS
files = sorted(glob.glob(sys.argv[1] + "/**/*.parquet", recursive=True))
con = duckdb.connect(config={"memory_limit": "1000MB"})
con.execute("SET enable_progress_bar = false")
have = {row[0] for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [files[:1]]).fetchall()}
columns = [c for c in (*NEEDS, "product", "resource_tags", "tags") if c in have]
folded = ", ".join(f"bit_xor(hash({c}))" for c in columns)
row = con.execute(f"SELECT sum(line_item_unblended_cost), {folded} FROM read_parquet(?)", [files]).fetchall()[0]
print(json.dumps({"billed": float(row[0])}))
"""

PANDAS = """
import glob, json, sys
import pandas as pd
columns = [
    "bill_billing_period_start_date", "line_item_usage_start_date", "line_item_usage_end_date",
    "line_item_usage_account_id", "line_item_product_code", "line_item_line_item_type", "line_item_usage_type",
    "line_item_operation", "line_item_resource_id", "line_item_usage_amount", "line_item_unblended_cost",
    "pricing_public_on_demand_cost", "product_region_code", "resource_tags",
]
files = sorted(glob.glob(sys.argv[1] + "/**/*.parquet", recursive=True))
bill = pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)
for key in ("user_cost_center", "user_project", "user_environment", "user_owner"):
    bill[key] = [dict(tags).get(key) if tags is not None else None for tags in bill["resource_tags"]]
costs = ["line_item_unblended_cost", "pricing_public_on_demand_cost"]
tags = ["user_cost_center", "user_project", "user_environment", "user_owner"]
base = ["bill_billing_period_start_date", "line_item_usage_account_id", "line_item_product_code", "product_region_code",
        "line_item_line_item_type", *tags]
bill["day"] = bill["line_item_usage_start_date"].dt.floor("D")
daily = bill.groupby(["day", *base], dropna=False, observed=True)[costs].sum()
usage = ["line_item_usage_type", "line_item_operation"]
monthly = bill.groupby([*base, *usage], dropna=False, observed=True)[[*costs, "line_item_usage_amount"]].sum()
resource = bill.groupby([*base, *usage, "line_item_resource_id"], dropna=False, observed=True)[costs].sum()
hourly = bill.groupby(["line_item_usage_start_date", *base[1:4], *usage], dropna=False, observed=True)[costs].sum()
print(json.dumps({"billed": float(monthly["line_item_unblended_cost"].sum())}))
"""

MAKE = """
import pathlib, sys
from finops_lib.sources.demo import DemoSize, write_demo
write_demo(pathlib.Path(sys.argv[1]), DemoSize({}))
"""


class Run(NamedTuple):
    """One process: wall and processor seconds, peak memory in MB, and the billed total that it found."""

    wall: float
    cpu: float
    peak: float
    billed: float


def main() -> None:
    """Make the bill, run the contenders in turn, check that they agree, print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=ROWS)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--without-pandas", action="store_true", help="pandas needs about 1 GB a million rows")
    given = options.parse_args()
    root = Path("bench")
    export = _bill(root, given.rows)
    contenders = {"finops pull": lambda: _pull(root, export), "DuckDB scan": lambda: _python(SCAN, export)}
    if not given.without_pandas:
        contenders["pandas"] = lambda: _python(PANDAS, export)
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    for turn in range(given.rounds):
        for name, run in contenders.items():
            if name != "pandas" or turn == 0:
                runs[name].append(run())
                sys.stderr.write(f"{name}: {runs[name][-1].wall:.1f} s\n")
    totals = {name: round(found[0].billed, 2) for name, found in runs.items()}
    if len(set(totals.values())) != 1:
        sys.exit(f"The contenders disagree, so no figure is worth printing: {totals}")
    _print(runs, given.rows, totals["finops pull"])


def _bill(root: Path, rows: int) -> Path:
    """Made by another process: those that come after would count this one's memory as theirs."""
    marker = root / "size.json"
    size = {"rows": rows, "accounts": ACCOUNTS, "months": MONTHS}
    if not marker.exists() or json.loads(marker.read_text()) != size:
        shutil.rmtree(root, ignore_errors=True)
        wanted = f"accounts={ACCOUNTS}, months={MONTHS}, rows={rows}, open_days=0"
        subprocess.run([sys.executable, "-c", MAKE.format(wanted), str(root / "source")], check=True)
        marker.write_text(json.dumps(size))
    return root / "source" / "exports"


def _pull(root: Path, export: Path) -> Run:
    finops, workspace = str(Path(sys.executable).with_name("finops")), root / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    subprocess.run([finops, "init", str(workspace), "--name", "Bench"], check=True, stdout=subprocess.DEVNULL)
    settings = workspace / "finops.toml"
    named = 'keys = ["CostCenter", "Project", "Environment", "Owner"]'
    settings.write_text(settings.read_text().replace('keys = "auto"', named))
    run, text = _timed([finops, "--workspace", str(workspace), "--json", "pull", str(export)])
    return run._replace(billed=sum(month["BilledCost"] for month in json.loads(text)["months"]))


def _python(script: str, export: Path) -> Run:
    run, text = _timed([sys.executable, "-c", script, str(export)])
    return run._replace(billed=json.loads(text)["billed"])


def _timed(command: list[str]) -> tuple[Run, str]:
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, 0.0), text


def _print(runs: dict[str, list[Run]], rows: int, billed: float) -> None:
    print(f"{rows:,} rows aimed at, {ACCOUNTS} accounts, {MONTHS} months; {billed:,.2f} USD billed by every route")
    print(f"{'':14}{'wall s':>9}{'ratio':>8}{'cpu s':>9}{'ratio':>8}{'peak MB':>10}{'runs':>6}")
    base = runs["DuckDB scan"]
    for name, found in runs.items():
        wall, cpu = (statistics.median(getattr(run, field) for run in found) for field in ("wall", "cpu"))
        plain = [statistics.median(getattr(run, field) for run in base) for field in ("wall", "cpu")]
        peak = max(run.peak for run in found)
        print(f"{name:14}{wall:9.1f}{wall / plain[0]:8.1f}{cpu:9.1f}{cpu / plain[1]:8.1f}{peak:10.0f}{len(found):6}")


if __name__ == "__main__":
    main()
