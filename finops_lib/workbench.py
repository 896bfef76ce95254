"""The one object that a notebook opens: a client's settings, the warehouse's frames for one scope and month, the run.

>>> wb = Workbench.open(scope="organization", period="2026-10")   # doctest: +SKIP
>>> wb.cost_monthly()                                             # doctest: +SKIP
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pandera.pandas as pa

from finops_lib.analyses import business
from finops_lib.analyses.calendar_days import elapsed
from finops_lib.analyses.categories import KpiRelation
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.opportunities.unit_prices import in_currency, prices_of_bill, with_list
from finops_lib.contracts import commercial
from finops_lib.contracts.aws_answers import AwsAnswers
from finops_lib.contracts.evidence import Evidence
from finops_lib.contracts.ledger import empty as empty_ledger
from finops_lib.contracts.marts import validate
from finops_lib.core.errors import ContractError, InsufficientDataError, UsageError
from finops_lib.core.files import write_json
from finops_lib.core.hashing import short_id
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.presentation.values import Text
from finops_lib.reports import scores
from finops_lib.reports.leaks import Others
from finops_lib.reports.plan import MONTHS, everyone
from finops_lib.reports.redact import Redactor
from finops_lib.reports.spreadsheets import without_formulas
from finops_lib.settings.load import EVIDENCE, Workspace
from finops_lib.settings.model import Settings
from finops_lib.sources.aws.evidence import kept
from finops_lib.sources.aws.evidence.cost_optimization_hub import deduped_currency, deduped_savings
from finops_lib.sources.aws.evidence.frames import frames as evidence_frames
from finops_lib.sources.aws.evidence.frames import of_account
from finops_lib.sources.files import csv_budgets, csv_kpis, csv_ledger
from finops_lib.warehouse.catalog import Catalog
from finops_lib.warehouse.duckdb import TABLES, DuckDBEngine
from finops_lib.warehouse.engine import Engine

_FRAMES = frozenset(
    {
        "cost_monthly",
        "cost_daily",
        "daily_history",
        "resource_monthly",
        "commitment_monthly",
        "accounts",
        "reconciliation",
        "profile",
        "snapshots",
        "budgets",
        "kpis",
    }
)
_MARTS = {"daily_history": "cost_daily"}  # frames that are a mart over other months
_HISTORY = 3  # months before the period that say whether a resource is new


class Result(Protocol):
    """What every analysis gives back."""

    @property
    def name(self) -> str:
        """The analysis."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        ...

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name."""
        ...


@dataclass(frozen=True)
class Workbench:
    """One scope and month of one client. Frames are checked against their contracts as they come out."""

    settings: Settings
    scope: Scope
    period: Period
    engine: Engine
    months_held: tuple[Period, ...]
    others: Others
    run_dir: Path | None = None
    papers: Mapping[str, Path] = field(default_factory=dict)
    billed: tuple[str, ...] = ()
    _told: dict[tuple[str, tuple[Period, ...]], pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def open(
        cls,
        workspace: str | Path | None = None,
        scope: str = "organization",
        period: str | None = None,
        run_dir: str | Path | None = None,
    ) -> Workbench:
        """The workbench of a workspace: the one given, else that of ``finops lab``, else the nearest from here upwards.

        ``scope`` is an account id or ``organization``; ``period`` is ``YYYY-MM`` (default: the last closed month);
        ``run_dir`` is where :meth:`save` writes. Raises :class:`ConfigError` where the folder given is no workspace,
        :class:`InsufficientDataError` where the month is not held.
        """
        given = workspace or os.environ.get("FINOPS_WORKSPACE")
        found = Workspace.open(Path(given)) if given else Workspace.find(Path.cwd())
        catalog = Catalog.load(found.warehouse)
        month = _month(catalog, period)
        place = Scope.parse(scope)
        chosen = run_dir or os.environ.get("FINOPS_RUN_DIR")
        _require_planned(catalog, month)
        held = tuple(item for item in catalog.periods() if month.shift(1 - MONTHS) <= item <= month)
        engine = DuckDBEngine(found.warehouse)
        known = everyone(catalog)
        others = Others.from_scope(place, known, found.settings)
        folder = Path(chosen) if chosen else None
        papers = found.papers_of(month) | scores.earlier(found.runs, found.settings.client.slug, month, place)
        billed = tuple(sorted({account for account, _ in known}))
        return cls(found.settings, place, month, engine, held, others, folder, papers, billed)

    def cost_monthly(self) -> pd.DataFrame:
        """Costs by month, account, service, charge, price and policy tag: the period and up to 12 months before."""
        return self._read("cost_monthly", self.months_held)

    def cost_daily(self) -> pd.DataFrame:
        """Costs by day, account, service, charge and policy tag of the period."""
        return self._read("cost_daily", (self.period,))

    def daily_history(self) -> pd.DataFrame:
        """The same of the period and up to 12 months before."""
        return self._read("cost_daily", self.months_held)

    def resource_monthly(self) -> pd.DataFrame:
        """Costs by resource and usage type: the period and the month before."""
        return self._read("resource_monthly", self._two_months())

    def commitment_monthly(self) -> pd.DataFrame:
        """What was paid for commitments, used of them and left unused: the period and the month before."""
        return self._read("commitment_monthly", self._two_months())

    def accounts(self) -> pd.DataFrame:
        """The sub-accounts of each month by id, named as the settings say, else as the bill does."""
        return self._read("accounts", self.months_held)

    def reconciliation(self) -> pd.DataFrame:
        """Billed cost by account and month: in the source's own columns, and in the canonical table."""
        return self._read("reconciliation", self.months_held)

    def profile(self) -> pd.DataFrame:
        """What the source files of the period hold by account and line item type, and what is odd in them."""
        return self._read("profile", (self.period,))

    def snapshots(self) -> pd.DataFrame:
        """The bills that were read, one row each, with what their own checks found."""
        return self._read("snapshots", self.months_held)

    def budgets(self) -> pd.DataFrame:
        """The client's budgets for the scope (contracts/commercial.py), of ``budgets.file`` and of AWS Budgets.

        AWS's are those of the period, kept by ``finops cross-check``; ``source`` tells which are whose.
        """
        frame = _paper(self.papers, "budgets", csv_budgets.read_budgets, commercial.Budgets)
        kept = self._kept()
        frame = commercial.both_sources(frame, kept.frame("budgets") if kept else commercial.Budgets.empty())
        if not self.scope.is_organization:
            frame = frame[frame["scope"] == str(self.scope)].reset_index(drop=True)
        return self._clean(frame)

    def kpis(self) -> pd.DataFrame:
        """The client's business metrics (contracts/commercial.py); no rows where ``kpis.file`` names none."""
        return self._clean(_paper(self.papers, "kpis", csv_kpis.read_kpis, commercial.Kpis))

    def aws_answers(self) -> AwsAnswers | None:
        """AWS's own figures for the scope and period, as ``finops cross-check`` kept them; None where it did not."""
        kept = self._kept()
        return kept and kept.of(self.scope).cleaned(self._clean, self._cleaned)

    def evidence(self) -> Evidence:
        """What opportunities are found in: the bill by resource, unit prices, and what AWS was asked about resources.

        Prices are of the organization's bill whatever the scope: they name no account.
        """
        answers = kept.read_all(path for name, path in self.papers.items() if name.startswith(EVIDENCE))
        told = evidence_frames(answers, self.billed)
        listed, account = told.pop("prices"), self.scope.account
        mine = {name: self._clean(of_account(frame, account, self._cleaned)) for name, frame in told.items()}
        earlier = tuple(month for month in self.months_held if month < self.period)[-_HISTORY:]
        bill = self._read("resource_monthly", (self.period,))
        return Evidence(
            period=self.period,
            bill=bill,
            history=self._read("resource_monthly", earlier) if earlier else bill.iloc[:0],
            prices=self._prices(listed),
            asked=mine.pop("asked"),
            inventory=mine,
            protected=self.settings.scorecard.protected_tags,
            costs=self._read("cost_monthly", (self.period,)),
            deduped_savings=deduped_savings(answers) if self.scope.is_organization else None,
            deduped_currency=deduped_currency(answers),
        )

    def ledger(self) -> pd.DataFrame:
        """The scope's savings as they were proposed, accepted and done (contracts/ledger.py)."""
        frame = csv_ledger.load(self.papers["ledger"]) if "ledger" in self.papers else empty_ledger()
        if self.scope.account is not None:
            frame = frame[frame["account"] == self.scope.account].reset_index(drop=True)
        return self._clean(frame)

    def scores(self) -> pd.DataFrame:
        """The scores that the scope's reports of the twelve months before told (contracts/scores.py)."""
        return scores.read(self.papers)

    def _prices(self, listed: pd.DataFrame) -> pd.DataFrame:
        costs = validate("cost_monthly", self.engine.read("cost_monthly", ORGANIZATION, (self.period,)))
        return with_list(prices_of_bill(_ordered(costs)), in_currency(listed, costs))

    def events(self) -> tuple[Event, ...]:
        """The changes of cost that the settings know to come, as far as they concern the scope.

        One without an account is the organization's: which accounts bear it, nobody said.
        """
        listed = self.settings.forecast.events
        mine = (item for item in listed if self.scope.is_organization or item.account == self.scope.account)
        return tuple(Event(**item.model_dump()) for item in mine)

    def kpi_relation(self) -> KpiRelation | None:
        """How the scope's cost follows the business metric that the settings name; None where that cannot be told."""
        kpis = self.kpis()
        if kpis.empty:
            return None
        return business.relation(self.daily_history(), kpis, period=self.period, driver=self.settings.kpis.driver)

    def why_no_relation(self) -> str:
        """Why :meth:`kpi_relation` tells none although a file of metrics is given; empty where it tells one."""
        if "kpis" not in self.papers:
            return ""
        driver, file = self.settings.kpis.driver, Path(self.settings.kpis.file).name
        return business.why_none(self.daily_history(), self.kpis(), period=self.period, driver=driver, file=file)

    def metric(self) -> str:
        """The business metric that cost is held against: of the settings, else the file's first; empty without any."""
        kpis = self.kpis()
        return "" if kpis.empty else business.name_of(kpis, self.settings.kpis.driver)

    def as_of(self) -> dt.date:
        """The last day of the period that the data speak of."""
        return elapsed(self.snapshots(), self.period).last_day

    def frames(self, *names: str) -> tuple[pd.DataFrame, ...]:
        """Several frames by the names of their methods, in that order: what an analysis asks for."""
        return tuple(self.read(name) for name in names)

    def read(self, mart: str, periods: Sequence[Period] | None = None) -> pd.DataFrame:
        """Any mart by name for some months; by default those of the method of its name, else the period.

        Raises :class:`UsageError` for a name that no mart has.
        """
        _require_known(mart)
        if periods is None and mart in _FRAMES:
            frame: pd.DataFrame = getattr(self, mart)()
            return frame
        return self._read(_MARTS.get(mart, mart), periods or (self.period,))

    def sql(self, query: str) -> pd.DataFrame:
        """The answer to a free query over the tables of the scope, all months held: ``wb.sql("FROM cost_monthly")``."""
        return self._clean(self.engine.sql(query, self.scope))

    def save(self, result: Result) -> Text | None:
        """Keep a result in the run as JSON, and its tables as CSV and Parquet; outside a run nothing is written."""
        if self.run_dir is None:
            return Text((f"The {result.name} is not saved: this is no run. Make the reports with: finops report",))
        folder = self.run_dir / "results"
        write_json(folder / f"{result.name}.json", result.to_dict())
        for name, frame in result.frames().items():
            path = folder / re.sub(r"[^\w.-]+", "-", f"{result.name}_{name}")
            without_formulas(frame).to_csv(f"{path}.csv", index=False, lineterminator="\n")
            frame.to_parquet(f"{path}.parquet", index=False)
        return None

    def words(self) -> Iterator[str]:
        """Every text that stands in the scope's own rows of the months looked back on."""
        for mart in ("cost_monthly", "resource_monthly", "accounts"):
            frame = self.engine.read(mart, self.scope, self.months_held)
            for column in _texts(frame):
                yield from frame[column].dropna().unique()

    def _read(self, mart: str, periods: Sequence[Period]) -> pd.DataFrame:
        """A mart as this scope may see it, read once: each caller gets a copy, which costs nothing until it writes."""
        key = mart, tuple(periods)
        if key not in self._told:
            self._told[key] = self._fetched(*key)
        return self._told[key].copy(deep=False)

    def _fetched(self, mart: str, periods: Sequence[Period]) -> pd.DataFrame:
        frame = self._clean(_ordered(validate(mart, self.engine.read(mart, self.scope, periods))))
        for column in ("SubAccountId", "account"):
            if self.scope.account is not None and column in frame and (frame[column] != self.scope.account).any():
                raise ContractError(f"The mart {mart} gave rows of other accounts than {self.scope}.")
        return self._named(frame) if mart == "accounts" else frame

    def _two_months(self) -> tuple[Period, ...]:
        return tuple(month for month in (self.period.shift(-1), self.period) if month in self.months_held)

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        better = {account.id: account.name for account in self.settings.accounts}
        pairs = zip(frame["SubAccountId"], frame["SubAccountName"], strict=True)
        return frame.assign(SubAccountName=pd.array([better.get(key, name) for key, name in pairs], dtype="str"))

    def _clean(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Without the ids of other accounts and without secrets, whichever text column holds them."""
        return _mapped(frame, self._cleaned)

    def _cleaned(self, text: str) -> str:
        return Redactor().text(self.others.mask(text))

    def _kept(self) -> AwsAnswers | None:
        path = self.papers.get("aws")
        return AwsAnswers.parse(path.read_bytes(), str(path)) if path else None


def _paper(
    papers: Mapping[str, Path], name: str, read: Callable[[bytes, str], pd.DataFrame], model: type[pa.DataFrameModel]
) -> pd.DataFrame:
    if name not in papers:
        return model.empty()
    return read(papers[name].read_bytes(), papers[name].name)


def _month(catalog: Catalog, period: str | None) -> Period:
    month = Period.parse(period) if period is not None else catalog.last_closed()
    if month is None:
        raise InsufficientDataError("The warehouse is empty.", hint="Pull a bill with: finops pull SOURCE")
    catalog.require(month)
    return month


def _require_known(mart: str) -> None:
    known = sorted({*TABLES, *_FRAMES})
    if mart not in known:
        near = difflib.get_close_matches(mart, known, n=1)
        meant = f"Did you mean '{near[0]}'? " if near else ""
        raise UsageError(f"There is no mart '{mart}'.", hint=f"{meant}Known: {', '.join(known)}.")


def _require_planned(catalog: Catalog, period: Period) -> None:
    """A report that was planned on other bills than those that stand now would lie about its inputs."""
    planned = os.environ.get("FINOPS_BUILDS")
    months = [period.shift(-back) for back in range(MONTHS)]
    if planned and planned != short_id(catalog.fingerprint(months)):
        raise UsageError("The warehouse changed while the report was made.", hint="Run finops report again.")


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in one order, whatever order an engine gives: sums of floats depend on it, and so do equal reports."""
    plain = [column for column in frame.columns if frame[column].dtype != object]
    keys = sorted(plain, key=lambda column: pd.api.types.is_float_dtype(frame[column]))
    return frame.sort_values(keys, kind="stable", ignore_index=True) if keys else frame


def _texts(frame: pd.DataFrame) -> list[str]:
    return [column for column in frame.columns if pd.api.types.is_string_dtype(frame[column])]


def _mapped(frame: pd.DataFrame, clean: Callable[[str], str]) -> pd.DataFrame:
    """A frame with its text columns put through ``clean``, each distinct value once."""
    changed: dict[str, pd.Series[Any]] = {}
    for column in _texts(frame):
        values = frame[column].dropna().unique()
        dirty = {value: cleaned for value in values if isinstance(value, str) and (cleaned := clean(value)) != value}
        if dirty:
            changed[column] = frame[column].replace(dirty)
    return frame.assign(**changed) if changed else frame
