"""From landed files to standing months: look into them, build what is new side by side, let each stand when whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from finops_lib.core.errors import FinOpsError
from finops_lib.warehouse import months, tags
from finops_lib.warehouse.build import STEPS, build, build_id, sweep
from finops_lib.warehouse.canonicalize import Delivery
from finops_lib.warehouse.catalog import Catalog
from finops_lib.warehouse.connection import CORES
from finops_lib.warehouse.landing import Landed, Landing, disk_error
from finops_lib.warehouse.months import Described, LandedExport

State = Literal["new", "unchanged", "rebuilt", "replaced"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one payer's month; ``before`` is the snapshot that it took the place of."""

    period: str
    payer: str | None
    format: str
    files: int
    rows: int
    billed: Decimal
    snapshot: str
    state: State
    before: str | None = None


@dataclass(frozen=True)
class Report:
    """What a pull did: months, what it could not take, and the exports that hold no rows."""

    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[FinOpsError, ...] = ()
    empty: tuple[str, ...] = ()


def ingest(
    warehouse: Path, exports: Sequence[LandedExport], policy: tags.Policy, *, replace: bool, progress: Progress
) -> Report:
    """Build every month that the exports hold and let it stand; one that fails leaves the others, and its old self."""
    sweep(warehouse / "builds")
    landing = Landing(warehouse / "landed")
    described = _describe(landing, exports, progress)
    found = months.group(exports, described)
    problems = found.problems
    catalog = Catalog.load(warehouse)
    outcomes: list[Outcome] = []
    todo: list[Delivery] = []
    for key, month in found.months.items():
        try:
            new, standing = months.delivery(landing, key, month), catalog.standing(*key)
            months.refuse_mixture(month, new, standing, replace=replace)
            months.refuse_copies(month, new)
        except FinOpsError as problem:
            problems.append(problem)
            continue
        if standing is not None and standing.id == build_id(new, policy) and standing.is_whole:
            outcomes.append(_outcome(standing.record, "unchanged"))
        else:
            todo.append(new)
    built, failed = _build(warehouse, todo, policy, progress)
    empty = tuple(str(export) for export in found.empty)
    return Report(tuple(sorted([*outcomes, *built], key=_order)), (*problems, *failed), empty)


def landed_exports(catalog: Catalog) -> list[LandedExport]:
    """The standing months as exports, for building them again with other settings or another version."""
    return [
        LandedExport(build.id, tuple((file["name"], file["sha256"]) for file in build.record["files"]))
        for build in catalog.builds
    ]


def _describe(landing: Landing, exports: Sequence[LandedExport], progress: Progress) -> Described:
    names = {checksum: name for export in exports for name, checksum in export.files}
    share = min(CORES, max(len(names), 1))
    done: dict[str, Landed | FinOpsError] = {}
    with ThreadPoolExecutor(share) as pool:
        tasks = {pool.submit(landing.describe, checksum, name, share): checksum for checksum, name in names.items()}
        for task in as_completed(tasks):
            done[tasks[task]] = _landed(task)
            progress("reading", len(done), len(names))
    return done


def _landed(task: Future[Landed]) -> Landed | FinOpsError:
    try:
        return task.result()
    except FinOpsError as problem:
        return problem
    except OSError as error:
        return disk_error(error)


def _build(
    warehouse: Path, todo: Sequence[Delivery], policy: tags.Policy, progress: Progress
) -> tuple[list[Outcome], list[FinOpsError]]:
    """Months are built side by side, for a month's file may be one block that a single core reads."""
    outcomes: list[Outcome] = []
    problems: list[FinOpsError] = []
    share, steps = min(CORES, max(len(todo), 1)), iter(range(1, STEPS * len(todo) + 1))
    pool = ThreadPoolExecutor(share)

    def step(what: str) -> None:
        progress(what, next(steps, 0), STEPS * len(todo))

    try:
        tasks = {pool.submit(build, new, policy, warehouse / "builds", step, share=share): new for new in todo}
        for task in as_completed(tasks):
            try:
                outcomes.append(_stand(warehouse, tasks[task], task.result()))
            except FinOpsError as problem:
                problems.append(problem)
            except OSError as error:
                problems.append(disk_error(error))
    finally:
        pool.shutdown(cancel_futures=True)
    return outcomes, problems


def _stand(warehouse: Path, new: Delivery, record: Mapping[str, Any]) -> Outcome:
    catalog = Catalog.load(warehouse)
    standing = catalog.standing(new.payer, new.period)
    catalog.replace(new.payer, new.period, record["build"])
    if standing is None:
        return _outcome(record, "new")
    same = standing.record["snapshot"] == new.snapshot
    return _outcome(record, "rebuilt" if same else "replaced", standing.record["snapshot"])


def _outcome(record: Mapping[str, Any], state: State, before: str | None = None) -> Outcome:
    return Outcome(
        period=record["period"],
        payer=record["payer"],
        format=record["format"],
        files=len(record["files"]),
        rows=record["rows"],
        billed=Decimal(record["billed"]),
        snapshot=record["snapshot"],
        state=state,
        before=before,
    )


def _order(outcome: Outcome) -> tuple[str, str]:
    return outcome.period, outcome.payer or ""
