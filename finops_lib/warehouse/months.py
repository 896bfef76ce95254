"""Which landed files make which payer's month, and which may not be taken together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from finops_lib.core.counted import counted
from finops_lib.core.errors import ContractError, FinOpsError, InsufficientDataError, SchemaMismatch, UnsafeActionError
from finops_lib.core.periods import Period
from finops_lib.warehouse import profile
from finops_lib.warehouse.canonicalize import Delivery
from finops_lib.warehouse.catalog import Build
from finops_lib.warehouse.connection import connect
from finops_lib.warehouse.landing import Landed, Landing
from finops_lib.warehouse.profile import ProfileLine
from finops_lib.warehouse.relation import SourceFile

_CHUNK = re.compile(r"(?P<stem>.*?)[-_](?P<chunk>\d{1,5})(?P<rest>\.[A-Za-z.]+)\Z")

Key = tuple[str | None, Period]
Described = Mapping[str, Landed | FinOpsError]


class UnsafeMixture(UnsafeActionError, ContractError):
    """Taking these files would count charges twice or drop some."""

    exit_code = ContractError.exit_code


@dataclass(frozen=True)
class LandedExport:
    """The landed files of one export as (name, checksum); ``declared`` is its manifest's month, if it has one."""

    origin: str
    files: tuple[tuple[str, str], ...]
    declared: str | None = None
    loose: bool = False

    def __str__(self) -> str:
        return f"{self.origin} ({self.declared})" if self.declared else self.origin


@dataclass
class Month:
    """The files that hold rows of one payer's month, by checksum, and the exports that they come from."""

    exports: set[str] = field(default_factory=set)
    files: dict[str, tuple[str, Landed]] = field(default_factory=dict)


def together(exports: Sequence[LandedExport]) -> list[LandedExport]:
    """Loose files given in one call are one export, whether named one by one or by their folder."""
    loose = [export for export in exports if export.loose]
    kept = [export for export in exports if not export.loose]
    if not loose:
        return kept
    files = tuple(file for export in loose for file in export.files)
    return [*kept, LandedExport(", ".join(export.origin for export in loose), files, loose=True)]


@dataclass
class Grouped:
    """The months found, what keeps others out, and the exports that hold a header and no rows."""

    months: dict[Key, Month] = field(default_factory=lambda: defaultdict(Month))
    problems: list[FinOpsError] = field(default_factory=list)
    empty: list[LandedExport] = field(default_factory=list)


def group(exports: Iterable[LandedExport], described: Described) -> Grouped:
    """The months that the exports hold.

    An export is taken whole or not at all: beside a file that cannot be read no month of it is known to be complete.
    """
    grouped = Grouped()
    for export in exports:
        landed = [(name, described[checksum]) for name, checksum in export.files]
        good = [(name, item) for name, item in landed if isinstance(item, Landed)]
        faults = [fault for name, item in landed if (fault := _fault(item, name, export)) is not None]
        if faults:
            grouped.problems += faults
            if good:
                grouped.problems.append(_left_out(export, len(good)))
        elif any(item.lines for _, item in good):
            _add(grouped.months, export, good)
        else:
            grouped.empty.append(export)
    if grouped.empty and not grouped.months and not grouped.problems:
        names = ", ".join(str(export) for export in grouped.empty)
        grouped.problems.append(
            InsufficientDataError(f"{names}: a header and no rows.", hint="Pull a month with charges.")
        )
    return grouped


def delivery(landing: Landing, key: Key, month: Month) -> Delivery:
    """The month's files, ready to build from."""
    payer, period = key
    files = [landing.open(checksum, name) for checksum, (name, _) in sorted(month.files.items())]
    lines = [line for _, landed in month.files.values() for line in landed.lines]
    mine = tuple(line for line in lines if (line.payer, line.period) == (payer, str(period)))
    unreadable = tuple(item for _, landed in month.files.values() for item in landed.unreadable)
    return Delivery(payer, period, tuple(files), mine, unreadable, alone=len(mine) == len(lines))


def refuse_mixture(month: Month, new: Delivery, standing: Build | None, *, replace: bool) -> None:
    """Raise :class:`UnsafeMixture` where two routes lead to the same charges: choosing is the user's."""
    formats = sorted({str(file.dialect) for file in new.files})
    what = f"The bill of {new.period} for payer {new.payer}"
    if len(formats) > 1 or len(month.exports) > 1:
        by = " and as ".join(formats) if len(formats) > 1 else f"{formats[0]} in {len(month.exports)} exports"
        raise UnsafeMixture(f"{what} comes as {by} in one pull.", hint="Pull one of them.")
    if standing is None or replace:
        return
    if standing.record["format"] != formats[0]:
        message = f"{what} stands already from {standing.record['format']}; this is {formats[0]}."
        raise UnsafeMixture(message, hint="Use --replace to let the new one stand.")
    if _is_other_chunk(new, standing):
        message = f"{what} stands from other chunks of the same export; these would replace them, not add to them."
        raise UnsafeMixture(message, hint="Pull all chunks of the month in one call, or use --replace.")


def refuse_copies(month: Month, new: Delivery) -> None:
    """Raise :class:`UnsafeMixture` where two files hold the same rows in another wrapping: they would count twice."""
    alike: dict[tuple[ProfileLine, ...], list[SourceFile]] = defaultdict(list)
    for file in new.files:
        alike[month.files[file.sha256][1].lines].append(file)
    for files in alike.values():
        seen: dict[object, str] = {}
        for file in files if len(files) > 1 else ():
            with connect() as connection:
                content = profile.content(connection, file)
            if content in seen:
                message = f"{seen[content]} and {file.name} hold the same rows of {new.period}."
                raise UnsafeMixture(message, hint="Pull one of them.")
            seen[content] = file.name


def _fault(item: Landed | FinOpsError, name: str, export: LandedExport) -> FinOpsError | None:
    if isinstance(item, FinOpsError):
        return item
    strange = [line for line in item.lines if export.declared and line.period != export.declared]
    if not strange:
        return None
    rows, month = sum(line.rows for line in strange), strange[0].period
    return SchemaMismatch(
        f"{name} belongs to the delivery of {export.declared} but holds {counted(rows, 'row')} "
        f"of billing period {month}.",
        hint="Fetch the delivery again, or pull the file by itself.",
    )


def _left_out(export: LandedExport, count: int) -> ContractError:
    files = "file" if count == 1 else "files"
    return ContractError(
        f"The other {count} {files} of {export.origin} were left out too.", hint="Mend or leave out the bad one."
    )


def _add(months: dict[Key, Month], export: LandedExport, files: Sequence[tuple[str, Landed]]) -> None:
    for name, landed in files:
        for line in landed.lines:
            month = months[(line.payer, Period.parse(line.period))]
            month.files[landed.sha256] = (name, landed)
            month.exports.add(export.origin)


def _is_other_chunk(new: Delivery, standing: Build) -> bool:
    now = {_chunk(file.name) for file in new.files}
    then = {_chunk(file["name"]) for file in standing.record["files"]}
    return None not in now | then and {c[0] for c in now if c} == {c[0] for c in then if c} and not now & then


def _chunk(name: str) -> tuple[str, str] | None:
    match = _CHUNK.fullmatch(name.rsplit("/", 1)[-1])
    return (match["stem"] + match["rest"], match["chunk"]) if match else None
