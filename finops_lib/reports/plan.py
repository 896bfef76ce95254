"""What is wanted: one job a scope, with all that decides what its report contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finops_lib.core.errors import NotebookError
from finops_lib.core.hashing import sha256_file, short_id
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope
from finops_lib.reports import manifest, notebooks, scores, templates
from finops_lib.reports.engines import DEFAULT, EngineName
from finops_lib.reports.leaks import Others
from finops_lib.reports.manifest import Inputs
from finops_lib.reports.produce import Job
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog

MONTHS = 13  # what a report looks back on: the period and the twelve months before it


@dataclass(frozen=True)
class Bill:
    """What the warehouse holds for a month: who is billed, by whom, and which bills a report over it reads.

    ``accounts`` are (id, name) pairs with charges in the month; ``everyone`` all accounts ever billed, the payers
    among them; ``snapshots`` one record a bill (``build``, ``period``, ``files``, ``rows`` …).
    """

    accounts: tuple[tuple[str, str], ...]
    everyone: tuple[tuple[str, str], ...]
    snapshots: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Options:
    """How the caller wants it: the notebooks' folder, seconds for each, what runs them, and whether to do it again."""

    notebooks: Path
    timeout: float
    force: bool = False
    engine: EngineName = DEFAULT


@dataclass(frozen=True)
class _Material:
    """What every job of a plan shares: the client's workspace, the bill, and files with their checksums."""

    workspace: Workspace
    bill: Bill
    options: Options
    files: tuple[Path, ...]
    notebooks: Mapping[str, str]
    templates: str
    code: str
    papers: Mapping[str, str]


def everyone(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """All accounts that any bill held names, payers among them: (id, name), an account once for each of its names."""
    billed = {(account.id, account.name) for month in catalog.periods() for account in catalog.accounts(month)}
    payers = {(str(build.record["payer"]), "") for build in catalog.builds if build.record["payer"]}
    return tuple(sorted(billed | payers))


def plan(
    workspace: Workspace, bill: Bill, period: Period, scopes: Sequence[Scope], options: Options
) -> tuple[Job, ...]:
    """One job a scope, the largest (the organization) first; raises :class:`NotebookError` without notebooks."""
    material = _material(workspace, bill, period, options)
    ordered = sorted(scopes, key=lambda scope: (not scope.is_organization, str(scope)))
    return tuple(_job(material, period, scope) for scope in ordered)


def _material(workspace: Workspace, bill: Bill, period: Period, options: Options) -> _Material:
    files = notebooks.sections(options.notebooks)
    if not files:
        raise NotebookError(f"{options.notebooks} holds no notebook that is part of the reports.")
    checksums = {path.name: sha256_file(path) for path in files}
    templates_sum = manifest.tree_checksum(templates.folder())
    code, papers = manifest.code_checksum(), workspace.papers_of(period)
    sums = {name: sha256_file(path) for name, path in papers.items()}
    return _Material(workspace, bill, options, files, checksums, templates_sum, code, sums)


def _job(material: _Material, period: Period, scope: Scope) -> Job:
    workspace, bill, options = material.workspace, material.bill, material.options
    renamed = {account.id: account.name for account in workspace.settings.accounts}
    others = Others.from_scope(scope, bill.everyone, workspace.settings)
    names = dict(bill.accounts) | renamed
    client = workspace.settings.client
    told = scores.earlier(workspace.runs, client.slug, period, scope)
    inputs = Inputs(
        client={"name": client.name, "slug": client.slug},
        scope={"id": str(scope), "slug": scope.slug, "name": names.get(str(scope)) or None},
        period=str(period),
        parameters={"scope": str(scope), "period": str(period)},
        settings=_settings(workspace, scope),
        snapshots=_masked(bill.snapshots, others),
        notebooks=material.notebooks,
        templates=material.templates,
        code=material.code,
        papers={**material.papers, **{name: sha256_file(path) for name, path in told.items()}},
    )
    builds = short_id(sorted(item["build"] for item in bill.snapshots))
    variables = {"FINOPS_WORKSPACE": str(workspace.root), "FINOPS_BUILDS": builds}
    return Job(
        inputs, workspace.runs, material.files, variables, others, options.timeout, options.force, options.engine
    )


def _settings(workspace: Workspace, scope: Scope) -> dict[str, dict[str, Any]]:
    """The settings as far as they concern a report: neither how the bill was fetched, nor the names of others."""
    resolved = {name: {"value": item.value, "origin": item.origin} for name, item in workspace.resolved().items()}
    if scope.account is not None:
        own = [account for account in workspace.settings.accounts if account.id == scope.account]
        resolved["accounts"]["value"] = [account.model_dump() for account in own]
        events = workspace.settings.forecast.events
        mine = [event.model_dump(mode="json") for event in events if event.account in (None, scope.account)]
        resolved["forecast.events"]["value"] = mine
    return {name: item for name, item in resolved.items() if not name.startswith(("billing.", "inventory."))}


def _masked(snapshots: Iterable[Mapping[str, Any]], others: Others) -> tuple[dict[str, Any], ...]:
    """The records with the others' ids masked in file names, where AWS or people may have put them."""
    return tuple(
        {**record, "files": [{**file, "name": others.mask(str(file["name"]))} for file in record["files"]]}
        for record in snapshots
    )
