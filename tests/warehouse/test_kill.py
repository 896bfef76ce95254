"""A pull that is killed at any moment leaves whole months, and the next one ends where an undisturbed one does."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import row
from support.workspaces import Workspace

from finops_lib.cli.init import create
from finops_lib.core import locks
from finops_lib.core.scope import ORGANIZATION
from finops_lib.sources.demo import DemoFiles, DemoSize, write_demo
from finops_lib.warehouse.catalog import Catalog
from finops_lib.warehouse.duckdb import TABLES, DuckDBEngine

# Everything is imported before the start is told, so that the kill meets the work and not the imports.
DRIVER = """
import os, signal, sys
import pyarrow, duckdb, finops_lib.cli.pull
from finops_lib.cli.main import main
{patch}
print("ready", flush=True)
sys.stdin.readline()
main()
"""
SUICIDE = "die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
MOMENTS = {
    "half of a file is fetched": """
def half(self, item, target, progress):
    target.write_bytes(b"PAR1 half")
    die()
from finops_lib.sources.files.store import LocalStore
LocalStore.fetch = half""",
    "a file is fetched and not yet noted": "from finops_lib.warehouse import landing\nlanding.write_json = die",
    "a month is built and not yet told": "from finops_lib.warehouse import build\nbuild.write_json = die",
    "a month stands and is not yet in the catalog": "from finops_lib.warehouse.catalog import Catalog\nCatalog.replace = die",
    "one month is in the catalog and the others are not": """
from finops_lib.warehouse.catalog import Catalog
replace = Catalog.replace
def once(*arguments):
    replace(*arguments)
    die()
Catalog.replace = once""",
}
SEED = 20261101
# Amounts are exact; quantities are doubles, whose sums may differ in their last digit by the order of adding.
DIGEST = """SELECT '{table}' AS name, concat(count(*), ' ', bit_xor(hash(line))) AS digest
  FROM (SELECT COLUMNS(lambda name: name NOT IN ('PricingQuantity', 'x_normalized_units')) FROM {table}) AS line"""
MONTH = """SELECT '{month}' AS month, concat(count(*), ' ', sum("BilledCost"), ' ', sum("EffectiveCost")) AS digest
  FROM cost WHERE strftime("BillingPeriodStart", '%Y-%m') = '{month}'"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("kill"), DemoSize(months=1, rows=1, open_days=9))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, demo: DemoFiles) -> tuple[dict[str, Any], float]:
    """What a pull gives that nobody disturbs, and how many seconds its work takes."""
    workspace = create(tmp_path_factory.mktemp("undisturbed") / "w", "Test client")
    with pulling(workspace, demo.export) as process:
        begun = time.monotonic()
        assert process.wait(60) == 0
        seconds = time.monotonic() - begun
    return answers(workspace), seconds


@contextmanager
def pulling(workspace: Workspace, source: Path, patch: str = "") -> Iterator[subprocess.Popen[str]]:
    """A ``finops pull`` of its own that is just about to work."""
    command = [sys.executable, "-c", DRIVER.replace("{patch}", patch), "-w", str(workspace.root), "pull", str(source)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        yield process


def answers(workspace: Workspace) -> dict[str, Any]:
    """A digest of every table's rows, and of each month's costs: all that a report is made of."""
    engine = DuckDBEngine(workspace.warehouse)
    digests = engine.sql(" UNION ALL ".join(DIGEST.format(table=name) for name in TABLES), ORGANIZATION)
    return {"tables": dict(zip(digests["name"], digests["digest"], strict=True)), "months": months(workspace)}


def months(workspace: Workspace) -> dict[str, str]:
    """A digest of the costs of each month that stands."""
    periods = Catalog.load(workspace.warehouse).periods()
    engine = DuckDBEngine(workspace.warehouse)
    digests = engine.sql(" UNION ALL ".join(MONTH.format(month=month) for month in periods), ORGANIZATION)
    return dict(zip(digests["month"], digests["digest"], strict=True))


def assert_whole(workspace: Workspace, expected: dict[str, Any]) -> None:
    """Whatever months stand are as they should be."""
    if Catalog.load(workspace.warehouse).periods():
        assert months(workspace).items() <= expected["months"].items()


def leftovers(workspace: Workspace) -> list[str]:
    landed, staging = workspace.warehouse / "landed", workspace.warehouse / "builds/.staging"
    return sorted(path.name for path in (*landed.glob(".*"), *staging.glob("*")))


def finish(workspace: Workspace, demo: DemoFiles, expected: dict[str, Any]) -> None:
    """Run the same command again, and compare."""
    _, report = workspaces.pulled(workspace.root, demo.export)
    assert report.problems == ()
    assert answers(workspace) == expected
    assert leftovers(workspace) == []


@pytest.mark.parametrize("number", range(10))
def test_killed_at_a_random_moment(
    tmp_path: Path, demo: DemoFiles, undisturbed: tuple[dict[str, Any], float], number: int
) -> None:
    expected, seconds = undisturbed
    workspace = create(tmp_path / "w", "Test client")
    # One moment in each tenth of the work, so that none of its stages is passed over.
    moment = (number + random.Random(SEED + number).random()) / 10 * seconds
    with pulling(workspace, demo.export) as process:
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert_whole(workspace, expected)
    finish(workspace, demo, expected)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_the_worst_moment(
    tmp_path: Path, demo: DemoFiles, undisturbed: tuple[dict[str, Any], float], moment: str
) -> None:
    workspace = create(tmp_path / "w", "Test client")
    with pulling(workspace, demo.export, SUICIDE + MOMENTS[moment]) as process:
        assert process.wait(60) == -signal.SIGKILL
    held = Catalog.load(workspace.warehouse).periods()
    assert len(held) == (moment == "one month is in the catalog and the others are not")
    assert_whole(workspace, undisturbed[0])
    finish(workspace, demo, undisturbed[0])


def test_killed_while_a_month_is_replaced_the_old_one_stands(tmp_path: Path) -> None:
    def restated(cost: float) -> Path:
        return bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", cost)])

    workspace, _ = workspaces.pulled(tmp_path / "w", restated(1.0))
    with pulling(
        workspace, restated(2.0), SUICIDE + MOMENTS["a month stands and is not yet in the catalog"]
    ) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert workspaces.totals(workspace)[0] == 1.0
    _, report = workspaces.pulled(tmp_path / "w", tmp_path / "bill.parquet")
    assert [item.state for item in report.outcomes] == ["replaced"]
    assert workspaces.totals(workspace)[0] == 2.0


def test_two_pulls_at_once_take_both(tmp_path: Path) -> None:
    workspace = create(tmp_path / "w", "Test client")
    sources = {}
    for month in ("2026-01", "2026-02"):
        dates = dict.fromkeys(("line_item_usage_start_date", "line_item_usage_end_date"), f"{month}-03T10:00:00Z")
        start = {"bill_billing_period_start_date": f"{month}-01T00:00:00Z"}
        sources[month] = bills.legacy_parquet(tmp_path / f"{month}.parquet", [row("Usage", 5.0, **dates, **start)])
    with pulling(workspace, sources["2026-01"]) as one, pulling(workspace, sources["2026-02"]) as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    assert [str(period) for period in Catalog.load(workspace.warehouse).periods()] == ["2026-01", "2026-02"]
    assert workspaces.overview(workspace, period="2026-02").trend["BilledCost"].tolist() == [5.0, 5.0]


def test_who_comes_second_says_that_it_waits(tmp_path: Path) -> None:
    workspace = create(tmp_path / "w", "Test client")
    path = bills.legacy_parquet(tmp_path / "bill.parquet", [row("Usage", 5.0)])
    with ExitStack() as held:
        held.enter_context(locks.held(workspace.warehouse / ".lock"))
        with pulling(workspace, path) as second:
            assert second.stderr
            assert second.stderr.readline() == "Another pull is at work in this workspace; waiting for it to end.\n"
            assert Catalog.load(workspace.warehouse).periods() == ()
            held.close()
            assert second.wait(60) == 0
    assert workspaces.totals(workspace)[0] == 5.0
