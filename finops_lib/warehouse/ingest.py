"""From landed files to standing months: group them by payer and month, build what is new, let it stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from finops_lib.core.errors import ContractError, FinOpsError, InsufficientDataError, SchemaMismatch, UnsafeActionError
from finops_lib.core.periods import Period
from finops_lib.warehouse import tags
from finops_lib.warehouse.build import STEPS, build, build_id
from finops_lib.warehouse.canonicalize import Delivery
from finops_lib.warehouse.catalog import Build, Catalog
from finops_lib.warehouse.landing import Landed, Landing, disk_error

_CHUNK = re.compile(r"(?P<stem>.*?)[-_](?P<chunk>\d{1,5})(?P<rest>\.[A-Za-z.]+)\Z")

Key = tuple[str | None, Period]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class LandedExport:
    """The landed files of one export as (name, checksum); ``declared`` is its manifest's month, if it has one."""

    origin: str
    files: tuple[tuple[str, str], ...]
    declared: str | None = None
    loose: bool = False


def together(exports: Sequence[LandedExport]) -> list[LandedExport]:
    """Loose files given in one call are one export, whether named one by one or by their folder."""
    loose = [export for export in exports if export.loose]
    kept = [export for export in exports if not export.loose]
    if not loose:
        return kept
    files = tuple(file for export in loose for file in export.files)
    return [*kept, LandedExport(", ".join(export.origin for export in loose), files, loose=True)]


@dataclass(frozen=True)
class Outcome:
    """What became of one payer's month."""

    period: str
    payer: str | None
    format: str
    files: int
    rows: int
    billed: Decimal
    snapshot: str
    state: Literal["new", "unchanged", "rebuilt", "replaced"]
    before: str | None = None


@dataclass(frozen=True)
class Report:
    """What a pull did; ``problems`` are the files and months that it could not take."""

    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[FinOpsError, ...] = ()


@dataclass
class _Found:
    exports: set[str] = field(default_factory=set)
    files: dict[str, tuple[str, Landed]] = field(default_factory=dict)


def ingest(
    warehouse: Path, exports: Sequence[LandedExport], policy: tags.Policy, *, replace: bool, progress: Progress
) -> Report:
    """Build every month that the exports hold and let it stand; one that fails leaves the others, and its old self."""
    landing = Landing(warehouse / "landed")
    problems: list[FinOpsError] = []
    found = _months(landing, exports, problems, progress)
    catalog = Catalog.load(warehouse)
    outcomes = []
    for key in sorted(found, key=lambda key: (key[1], key[0] or "")):
        try:
            delivery = _delivery(landing, key, found[key])
            standing = _standing(catalog, key)
            _refuse_mixture(found[key], delivery, standing, replace=replace)
            outcome = _stand(warehouse, catalog, delivery, standing, policy, progress=progress)
            catalog = Catalog.load(warehouse)
            outcomes.append(outcome)
        except FinOpsError as problem:
            problems.append(problem)
        except OSError as error:
            problems.append(disk_error(error))
    return Report(tuple(outcomes), tuple(problems))


def landed_exports(catalog: Catalog) -> list[LandedExport]:
    """The standing months as exports, for building them again with other settings or another version."""
    return [
        LandedExport(build.id, tuple((file["name"], file["sha256"]) for file in build.record["files"]))
        for build in catalog.builds
    ]


def _months(
    landing: Landing, exports: Sequence[LandedExport], problems: list[FinOpsError], progress: Progress
) -> dict[Key, _Found]:
    found: dict[Key, _Found] = defaultdict(_Found)
    total = sum(len(export.files) for export in exports)
    done = 0
    for export in exports:
        rows = 0
        for name, checksum in export.files:
            progress(f"reading {name}", done, total)
            done += 1
            try:
                landed = landing.describe(checksum, name)
                _check_month(landed, name, export)
            except FinOpsError as problem:
                problems.append(problem)
                _spoil(export, name, found, problems)
                break
            rows += sum(line.rows for line in landed.lines)
            for line in landed.lines:
                month = found[(line.payer, Period.parse(line.period))]
                month.files[checksum] = (name, landed)
                month.exports.add(export.origin)
        else:
            if not rows:
                problems.append(
                    InsufficientDataError(
                        f"{export.origin} holds a header and no rows.", hint="Pull a month with charges."
                    )
                )
    return found


def _spoil(export: LandedExport, name: str, found: dict[Key, _Found], problems: list[FinOpsError]) -> None:
    """A month is taken whole or not at all: files beside a bad one in a manifest, or sharing its month, stay out."""
    if export.loose and len(export.files) > 1:
        problems.append(
            ContractError(
                f"Nothing of {export.origin} was taken because of {name}.", hint="Mend or leave out that file."
            )
        )
    for key in [key for key, month in found.items() if export.origin in month.exports]:
        del found[key]


def _check_month(landed: Landed, name: str, export: LandedExport) -> None:
    strange = [line for line in landed.lines if export.declared and line.period != export.declared]
    if strange:
        rows, month = sum(line.rows for line in strange), strange[0].period
        raise SchemaMismatch(
            f"{name} belongs to the delivery of {export.declared} but holds {rows} rows of billing period {month}.",
            hint="Fetch the delivery again, or pull the file by itself.",
        )


def _delivery(landing: Landing, key: Key, month: _Found) -> Delivery:
    payer, period = key
    files = [landing.open(checksum, name) for checksum, (name, _) in sorted(month.files.items())]
    lines = [line for _, landed in month.files.values() for line in landed.lines]
    mine = tuple(line for line in lines if (line.payer, line.period) == (payer, str(period)))
    unreadable = tuple(item for _, landed in month.files.values() for item in landed.unreadable)
    return Delivery(payer, period, tuple(files), mine, unreadable, alone=len(mine) == len(lines))


def _standing(catalog: Catalog, key: Key) -> Build | None:
    name = catalog.standing(*key)
    return next((build for build in catalog.of([key[1]]) if build.id == name), None) if name else None


def _refuse_mixture(month: _Found, delivery: Delivery, standing: Build | None, *, replace: bool) -> None:
    """Two routes to the same charges would count them twice: refuse to choose between them."""
    formats = sorted({str(file.dialect) for file in delivery.files})
    what = f"The bill of {delivery.period} for payer {delivery.payer}"
    if len(formats) > 1 or len(month.exports) > 1:
        by = " and as ".join(formats) if len(formats) > 1 else f"{formats[0]} in {len(month.exports)} exports"
        raise UnsafeMixture(f"{what} comes as {by} in one pull.", hint="Pull one of them.")
    if standing is None or replace:
        return
    if standing.record["format"] != formats[0]:
        raise UnsafeMixture(
            f"{what} stands already from {standing.record['format']}; this is {formats[0]}.",
            hint="Use --replace to let the new one stand.",
        )
    if _is_other_chunk(delivery, standing):
        raise UnsafeMixture(
            f"{what} stands from other chunks of the same export; these files would replace them, not add to them.",
            hint="Pull all chunks of the month in one call, or use --replace.",
        )


class UnsafeMixture(UnsafeActionError, ContractError):
    """Taking these files would count charges twice or drop some."""

    exit_code = ContractError.exit_code


def _is_other_chunk(delivery: Delivery, standing: Build) -> bool:
    new = {_chunk(file.name) for file in delivery.files}
    old = {_chunk(file["name"]) for file in standing.record["files"]}
    return None not in new | old and {c[0] for c in new if c} == {c[0] for c in old if c} and not new & old


def _chunk(name: str) -> tuple[str, str] | None:
    match = _CHUNK.fullmatch(name.rsplit("/", 1)[-1])
    return (match["stem"] + match["rest"], match["chunk"]) if match else None


def _stand(
    warehouse: Path,
    catalog: Catalog,
    delivery: Delivery,
    standing: Build | None,
    policy: tags.Policy,
    *,
    progress: Progress,
) -> Outcome:
    name = build_id(delivery, policy)
    if standing is not None and standing.id == name:
        return _outcome(standing.record, "unchanged")
    step = iter(range(STEPS + 1))
    record = build(
        delivery, policy, warehouse / "builds", lambda what: progress(f"{delivery.period} {what}", next(step), STEPS)
    )
    catalog.replace(delivery.payer, delivery.period, name)
    if standing is None:
        return _outcome(record, "new")
    same = standing.record["snapshot"] == delivery.snapshot
    return _outcome(record, "rebuilt" if same else "replaced", standing.record["snapshot"])


def _outcome(
    record: Any, state: Literal["new", "unchanged", "rebuilt", "replaced"], before: str | None = None
) -> Outcome:
    return Outcome(
        record["period"],
        record["payer"],
        record["format"],
        len(record["files"]),
        record["rows"],
        Decimal(record["billed"]),
        record["snapshot"],
        state,
        before,
    )
