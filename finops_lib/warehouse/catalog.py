"""Which build stands for each payer's month. Reads JSON alone, so that asking is cheap."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from finops_lib.core.errors import ConfigError, InsufficientDataError
from finops_lib.core.files import write_json
from finops_lib.core.periods import Period
from finops_lib.warehouse.relation import escaped

_VERSION = 1
SCHEMA = 4
COST = "cost.sql"
BUILD, LANDED = "{folder of the build}", "{folder of the landed files}"


@dataclass(frozen=True, order=True)
class AccountRow:
    """A sub-account as the bill names it; ``name`` is empty where the bill has none."""

    id: str
    name: str


@dataclass(frozen=True)
class Build:
    """One standing build: its record (``build.json``) and its folder."""

    record: Mapping[str, Any]
    folder: Path

    @property
    def id(self) -> str:
        """The build id."""
        return str(self.record["build"])

    @property
    def is_current(self) -> bool:
        """Whether this version made it, so that its tables are as the code expects."""
        return self.record.get("schema") == SCHEMA

    @property
    def period(self) -> Period:
        """The billing month."""
        return Period.parse(self.record["period"])

    @property
    def tag_keys(self) -> tuple[str, ...]:
        """Policy tags that are columns in this build."""
        return tuple(self.record["tags"]["keys"])

    @property
    def is_whole(self) -> bool:
        """Whether every file that was built is there, as long as it was."""
        sizes = self.record.get("sizes", {})
        found = {path.name: path.stat().st_size for path in self.folder.iterdir() if path.name in sizes}
        return bool(sizes) and found == sizes

    @property
    def accounts(self) -> dict[str, str]:
        """The sub-accounts with charges, by id, with the names that the bill gives them ('' for none)."""
        return {account: name for account, name in self.record["accounts"] if account}

    def table(self, name: str) -> Path:
        """The Parquet file of a mart or check."""
        return self.folder / f"{name}.parquet"

    def cost_select(self) -> str:
        """The SELECT that gives the canonical rows, over the landed files."""
        text = (self.folder / COST).read_text(encoding="utf-8")
        return text.replace(BUILD, escaped(self.folder)).replace(LANDED, escaped(self.folder.parents[2] / "landed"))


class Catalog:
    """``warehouse/catalog.json`` with the builds that it names."""

    def __init__(self, warehouse: Path, entries: Mapping[str, str]) -> None:
        self._warehouse = warehouse
        self._entries = dict(entries)

    @classmethod
    def load(cls, warehouse: Path) -> Self:
        """Read the catalog; an empty one where nothing was pulled yet."""
        try:
            content = json.loads((warehouse / "catalog.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(warehouse, {})
        except json.JSONDecodeError as error:
            raise ConfigError(
                f"{warehouse / 'catalog.json'} is damaged.",
                hint="Delete it and run finops pull again on the same sources.",
            ) from error
        return cls(warehouse, content["builds"])

    @cached_property
    def builds(self) -> tuple[Build, ...]:
        """The standing builds, by month and payer."""
        folders = [
            self._warehouse / "builds" / key.split(" ", 1)[0] / name for key, name in sorted(self._entries.items())
        ]
        return tuple(Build(_record(folder), folder) for folder in folders)

    def periods(self) -> tuple[Period, ...]:
        """The months held, ascending."""
        return tuple(sorted({build.period for build in self.builds}))

    def of(self, periods: Iterable[Period]) -> tuple[Build, ...]:
        """The builds of these months."""
        wanted = set(periods)
        return tuple(build for build in self.builds if build.period in wanted)

    def accounts(self, period: Period) -> tuple[AccountRow, ...]:
        """The sub-accounts with charges in a month, by id; charges without an account are not among them."""
        named: dict[str, str] = {}
        for build in self.of([period]):
            for account, name in build.accounts.items():
                named[account] = name or named.get(account, "")
        return tuple(AccountRow(account, name) for account, name in sorted(named.items()))

    def account_ids(self) -> tuple[str, ...]:
        """Every sub-account that any month held names."""
        return tuple(sorted({account.id for period in self.periods() for account in self.accounts(period)}))

    def fingerprint(self, periods: Sequence[Period]) -> list[str]:
        """The ids of the builds that a report over these months reads."""
        return sorted(build.id for build in self.of(periods))

    def last_closed(self) -> Period | None:
        """The latest month whose invoice is final; else the latest whose days are all there; else the latest."""
        final = [build.period for build in self.builds if build.record["invoice_status"] == "final"]
        whole = [build.period for build in self.builds if _is_whole(build)]
        return max(final or whole or self.periods(), default=None)

    def require(self, period: Period) -> tuple[Build, ...]:
        """The builds of a month; raises :class:`InsufficientDataError` that names the months held."""
        builds = self.of([period])
        self.require_current()
        if not builds:
            held = self.periods()
            have = f"It holds {held[0]} to {held[-1]}." if held else "It is empty."
            raise InsufficientDataError(
                f"The warehouse has no bill for {period}. {have}", hint="Pull that month with: finops pull SOURCE"
            )
        return builds

    def require_current(self) -> None:
        """Raise :class:`ConfigError` where another version of the program made a build."""
        if not all(build.is_current for build in self.builds):
            raise ConfigError(
                "Another version of finops built this warehouse.",
                hint="Build it again with: finops pull (without sources)",
            )

    def standing(self, payer: str | None, period: Period) -> Build | None:
        """The build that stands for a payer's month; None where there is none, or where it is damaged or gone."""
        name = self._entries.get(_key(payer, period))
        folder = self._warehouse / "builds" / str(period) / (name or "")
        try:
            return Build(_record(folder), folder) if name else None
        except ConfigError:
            return None  # pulling makes it anew

    def replace(self, payer: str | None, period: Period, build_id: str) -> Catalog:
        """A catalog in which this build stands; written in one step. Builds two generations old are removed."""
        key = _key(payer, period)
        before = self._entries.get(key)
        entries = dict(sorted((self._entries | {key: build_id}).items()))
        write_json(self._warehouse / "catalog.json", {"version": _VERSION, "builds": entries})
        self._forget(payer, period, keep={before, build_id})
        return Catalog(self._warehouse, entries)

    def _forget(self, payer: str | None, period: Period, keep: set[str | None]) -> None:
        # The build just replaced stays, as a running report may still read it; so do other payers' builds of the month.
        for folder in (self._warehouse / "builds" / str(period)).iterdir():
            if folder.name not in keep and _payer(folder) == payer:
                shutil.rmtree(folder, ignore_errors=True)


def _key(payer: str | None, period: Period) -> str:
    return f"{period} {payer or ''}"


def _is_whole(build: Build) -> bool:
    last = build.record["last_day"]
    return last is not None and last >= f"{build.period}-{build.period.days:02d}"


def _payer(folder: Path) -> object:
    try:
        return _record(folder)["payer"]
    except ConfigError:
        return folder  # whose it was can not be told: it is nobody's to remove


def _record(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "build.json").read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigError(
            f"The build {folder.parent.name}/{folder.name} of the warehouse is damaged or gone.",
            hint="Run finops pull again on the same sources: it builds what is missing.",
        ) from error
