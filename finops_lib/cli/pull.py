"""``finops pull``: introduce sources to the warehouse."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

import click

from finops_lib.cli import evidence
from finops_lib.cli.context import Context, show, table
from finops_lib.cli.steps import Display, steps
from finops_lib.core import locks
from finops_lib.core.errors import FinOpsError, UsageError
from finops_lib.settings.load import Workspace
from finops_lib.sources import exports
from finops_lib.sources.aws.evidence.answer import Answer
from finops_lib.sources.aws.evidence.files import Found
from finops_lib.sources.files.store import LocalStore
from finops_lib.sources.protocol import Export, Store
from finops_lib.warehouse import ingest
from finops_lib.warehouse.catalog import Catalog
from finops_lib.warehouse.ingest import Report
from finops_lib.warehouse.landing import Landing, storing
from finops_lib.warehouse.months import LandedExport, together


@click.command(epilog="Example: finops pull ./exports s3://acme-billing/exports/")
@click.argument("sources", nargs=-1)
@click.option(
    "--replace",
    is_flag=True,
    help="Let a month stand from another format or other chunks than before; ask AWS again for what it told today.",
)
@click.pass_obj
def pull(context: Context, sources: tuple[str, ...], replace: bool) -> int:
    """Take bills and answers of AWS into the warehouse: files, folders, s3://bucket/prefix, or aws itself.

    Legacy CUR, CUR 2.0, FOCUS 1.0 or 1.2 and answers of AWS are recognized by content. Pulling again takes only what is
    new or was restated. Without SOURCES the months held are built again where the settings or the version changed.

    The source aws asks AWS what there is in all accounts and regions, how it is used and what AWS recommends;
    aws:inventory, aws:metrics and aws:recommendations ask for a part. It changes nothing in AWS. What AWS told today is
    not asked again. What it refuses is kept with the reason, and ends the command with exit code 3.
    """
    workspace = context.workspace()
    report = take(workspace, sources, replace=replace)
    _print(report, as_json=context.json)
    return tell(report)


@dataclasses.dataclass(frozen=True)
class Taken(Report):
    """What a pull did, with the answers of AWS that it took in and the papers that it did not need."""

    answers: tuple[Answer, ...] = ()
    passed_over: tuple[str, ...] = ()

    asked: bool = False
    reused: int = 0

    @property
    def refused(self) -> int:
        """The exit code of what AWS told when it was asked: 3 where it refused a part, 6 where it told nothing."""
        untold = [answer for answer in self.answers if answer.status in ("refused", "failed")]
        if not self.asked or not untold:
            return 0
        return 3 if self.reused or any(answer.answered for answer in self.answers) else 6

    @property
    def anything(self) -> bool:
        """True where something was taken in."""
        return bool(self.outcomes or self.answers)


def tell(report: Taken) -> int:
    """Say on standard error what a pull could not take; returns the exit code."""
    if report.passed_over:
        click.echo(f"Neither bill nor answer of AWS, passed over: {', '.join(report.passed_over)}.", err=True)
    for name in report.empty if report.outcomes else ():
        click.echo(f"{name} holds a header and no rows yet.", err=True)
    for problem in report.problems:
        click.echo(f"finops: {problem}", err=True)
    if not report.problems:
        return report.refused
    return 3 if report.anything else report.problems[0].exit_code


@storing()
def take(workspace: Workspace, sources: tuple[str, ...], *, replace: bool) -> Taken:
    """Land the sources' bills and let their months stand; keep the answers of AWS that lie beside them."""
    warehouse = workspace.warehouse
    warehouse.mkdir(mode=0o700, parents=True, exist_ok=True)  # the bill is for its owner's eyes only
    waiting = "Another pull is at work in this workspace; waiting for it to end."
    with locks.held(warehouse / ".lock", waiting=lambda: click.echo(waiting, err=True)), steps() as progress:
        landing = Landing(warehouse / "landed")
        landing.sweep()
        problems: list[FinOpsError] = []
        landed: list[LandedExport] = []
        found: list[Found] = []
        for source in sources:
            try:
                if evidence.is_aws(source):
                    found.append(evidence.ask(workspace, source, replace=replace, progress=progress.step))
                    continue
                store = _store(workspace, source)
                found.append(evidence.take(workspace, store))
                landed += _land(store, landing, progress, without=found[-1].files)
            except FinOpsError as problem:
                problems.append(problem)
        if not sources:
            landed = ingest.landed_exports(Catalog.load(warehouse))
            if not landed:
                raise UsageError("Nothing to pull.", hint="Give a file, a folder or s3://bucket/prefix.")
        keys = workspace.settings.tags.keys
        exports_found = together(landed)
        report = Report()
        if exports_found:
            report = ingest.ingest(warehouse, exports_found, keys, replace=replace, progress=progress.step)
    return Taken(
        report.outcomes,
        (*problems, *report.problems),
        report.empty,
        tuple(answer for some in found for answer in some.answers),
        tuple(name for some in found for name in some.passed_over),
        any(some.asked for some in found),
        sum(some.reused for some in found),
    )


def _store(workspace: Workspace, source: str) -> Store:
    if not source.strip():
        raise UsageError("A source is empty.", hint="Give a file, a folder or s3://bucket/prefix.")
    if not source.startswith("s3://"):
        return LocalStore(Path(source))
    from finops_lib.sources.aws.session import session  # noqa: PLC0415 (boto3 is slow to import)
    from finops_lib.sources.aws.store import S3Store  # noqa: PLC0415

    billing = workspace.settings.billing
    secret = billing.external_id.env if billing.external_id else ""
    signed = session(profile=billing.profile, role_arn=billing.role_arn, external_id_env=secret, region=billing.region)
    return S3Store(source, signed)


def _land(store: Store, landing: Landing, progress: Display, *, without: frozenset[str]) -> list[LandedExport]:
    found = exports.find(store, without=without)
    unseen = [item for export in found for item in export.files if landing.known(item.stamp) is None]
    progress.start_bytes(f"fetching from {store.origin}", sum(item.size for item in unseen))
    return [_landed(store, export, landing, progress) for export in found]


def _landed(store: Store, export: Export, landing: Landing, progress: Display) -> LandedExport:
    files = []
    for item in export.files:
        checksum = landing.land(item.stamp, partial(store.fetch, item, progress=progress.add_bytes))
        files.append((item.name, checksum))
    return LandedExport(export.origin, tuple(files), export.declared, export.loose)


def _print(report: Taken, *, as_json: bool) -> None:
    rows = [
        {
            "period": outcome.period,
            "payer": outcome.payer,
            "format": outcome.format,
            "files": outcome.files,
            "rows": outcome.rows,
            "BilledCost": float(outcome.billed),
            "snapshot": outcome.snapshot,
            "state": f"{outcome.state} (was {outcome.before})" if outcome.state == "replaced" else outcome.state,
        }
        for outcome in report.outcomes
    ]
    if as_json:
        problems = [{"message": p.message, "hint": p.hint} for p in report.problems]
        told = {"evidence": evidence.summary(report.answers), "untold": evidence.untold(report.answers)}
        show({"months": rows, **told, "problems": problems})
        return
    if rows:
        table(rows, list(rows[0]))
    evidence.tell(report.answers, report.reused)
