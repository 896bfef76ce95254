"""Making the demo on disk, month by month in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finops_lib.sources.demo.bill import Bill, bill
from finops_lib.sources.demo.blueprint import Blueprint, blueprint
from finops_lib.sources.demo.cur.export import clear, write_month
from finops_lib.sources.demo.cur.wardrobe import Wardrobe
from finops_lib.sources.demo.ledger import Ledger
from finops_lib.sources.demo.papers import write_papers
from finops_lib.sources.demo.size import DEFAULT_SIZE, DemoFiles, DemoSize
from finops_lib.sources.demo.truth import Truth

Progress = Callable[[str, int, int], None]


def write_demo(target: Path, size: DemoSize = DEFAULT_SIZE, progress: Progress | None = None) -> DemoFiles:
    """Write exports, papers and truth of a demo organization below ``target``.

    ``progress`` hears (what has been written, steps done, steps in all). Equal sizes give byte-identical files; an
    earlier demo's export is replaced.
    """
    plan, hear = blueprint(size), progress or _silent
    ledger, truth = Ledger(plan.estate.accounts), Truth(plan)
    steps = len(plan.timeline.told) + 1
    rows, last = _write_bills(plan, target / "exports", ledger, truth, hear)
    ledger.write(target / "truth" / "ledger.csv")
    write_papers(target / "papers", plan, ledger.spend(), last)
    truth.write(target / "truth" / "truth.json")
    hear("papers and truth", steps, steps)
    return DemoFiles(
        export=target / "exports",
        truth=target / "truth",
        papers=target / "papers",
        accounts=tuple(account.id for account in plan.estate.accounts),
        last_closed=last.month.period,
        rows=rows,
    )


def _write_bills(plan: Blueprint, root: Path, ledger: Ledger, truth: Truth, hear: Progress) -> tuple[int, Bill]:
    """Write all months; returns the number of rows and the last closed month's bill."""
    clear(root)
    room, months = Wardrobe(plan), plan.timeline.told
    rows = 0
    closed: list[Bill] = []
    for done, month in enumerate(months, start=1):
        made = bill(plan, month)
        write_month(root, room, month, made.charges)
        ledger.book(month.period, made.charges)
        truth.book(made)
        rows += len(made.charges)
        closed = [made] if month.closed else closed
        hear(f"bill of {month.period}", done, len(months) + 1)
    return rows, closed[0]


def _silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""
