"""``finops report``: the month's PDFs for every account and the organization."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from finops_lib.cli import batch_display
from finops_lib.cli.context import Context, period_or_latest, scope_of, show, table
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.reports import batch, engines, notebooks, pages
from finops_lib.reports.engines import EngineName
from finops_lib.reports.plan import MONTHS, Bill, Options, everyone, plan
from finops_lib.reports.produce import Job, Outcome
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Build, Catalog

_WORDS = {"made": "made", "done": "up to date", "failed": "FAILED"}


@click.command(epilog="Example: finops report --period 2026-10 --scope all")
@click.option("--period", metavar="YYYY-MM", help="The billing month (default: the last closed one).")
@click.option(
    "--scope", "names", multiple=True, metavar="ID", help="An account id, 'organization', or 'all' (default)."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Reports made at the same time (default: one a core).")
@click.option("--force", is_flag=True, help="Make them again even where nothing changed.")
@click.option("--timeout", type=click.IntRange(min=1), help="Seconds that a notebook may take.")
@click.option(
    "--engine",
    type=click.Choice(engines.ENGINES),
    default=engines.DEFAULT,
    show_default=True,
    help="What runs the notebooks: children of one prepared process, or a Jupyter kernel each.",
)
@click.option(
    "--notebooks",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Run the notebooks of this folder (default: those shipped).",
)
@click.pass_obj
def report(
    context: Context,
    *,
    period: str | None,
    names: tuple[str, ...],
    jobs: int | None,
    force: bool,
    timeout: int | None,
    engine: EngineName,
    folder: Path | None,
) -> int:
    """Make the executive and the technical PDF of each scope; what is up to date is left alone."""
    workspace = context.workspace()
    catalog = Catalog.load(workspace.warehouse)
    month = period_or_latest(catalog, period)
    settings = workspace.settings.reports
    options = Options(folder or notebooks.folder(), timeout or settings.timeout, force, _possible(engine))
    wanted = plan(workspace, bill_of(catalog, month), month, _scopes(catalog, names, month), options)
    _require_papers(workspace, month, wanted)
    with batch_display.batch(len(wanted)) as shown:
        workers = jobs or settings.jobs or batch.default_workers()
        outcomes = batch.run(wanted, workers=workers, press=pages.PRESS, own_words=own_words, listener=shown)
    _tell(context, workspace, month, outcomes)
    return 3 if any(outcome.status == "failed" for outcome in outcomes) else 0


def _require_papers(workspace: Workspace, period: Period, jobs: Sequence[Job]) -> None:
    """Read the client's budgets and metrics once before any notebook does: a fault in them would fail every report."""
    if workspace.papers and not all(map(batch.is_done, jobs)):
        from finops_lib.workbench import Workbench  # noqa: PLC0415 - heavy, and not needed where all is done

        opened = Workbench.open(workspace.root, period=str(period))
        opened.budgets()
        opened.metric()


def _possible(engine: EngineName) -> EngineName:
    if engine == "fork" and not engines.CAN_FORK:
        click.echo("finops: This system cannot fork a prepared process; Jupyter kernels run the notebooks.", err=True)
        return "kernel"
    return engine


def _scopes(catalog: Catalog, names: Sequence[str], period: Period) -> tuple[Scope, ...]:
    if not names or "all" in names:
        return (ORGANIZATION, *(Scope(account.id) for account in catalog.accounts(period)))
    return tuple(scope_of(catalog, name, period) for name in dict.fromkeys(names))


def bill_of(catalog: Catalog, period: Period) -> Bill:
    """The month's accounts, all that any bill names, and the bills of the months looked back on."""
    months = [period.shift(-back) for back in range(MONTHS)]
    accounts = tuple((account.id, account.name) for account in catalog.accounts(period))
    return Bill(accounts, everyone(catalog), tuple(_snapshot(build) for build in catalog.of(months)))


def _snapshot(build: Build) -> dict[str, Any]:
    kept = ("period", "snapshot", "format", "rows")
    files = [{"name": file["name"], "sha256": file["sha256"]} for file in build.record["files"]]
    return {"build": build.id, **{key: build.record[key] for key in kept}, "files": files}


def own_words(job: Job) -> Iterable[str]:
    """The texts in the rows of a job's own scope; asked only where another account's name was found."""
    from finops_lib.workbench import Workbench  # noqa: PLC0415 - heavy, and hardly ever needed

    opened = Workbench.open(job.variables["FINOPS_WORKSPACE"], str(job.inputs.scope["id"]), job.inputs.period)
    return opened.words()


def _tell(context: Context, workspace: Workspace, period: Period, outcomes: Sequence[Outcome]) -> None:
    index = workspace.runs / workspace.settings.client.slug / str(period) / "index.html"
    if context.json:
        reports = [_form(outcome, workspace.root) for outcome in outcomes]
        relative = index.relative_to(workspace.root).as_posix()
        show({"schema": "finops.report/1", "period": str(period), "index": relative, "reports": reports})
        return
    table([_row(outcome, workspace.root) for outcome in outcomes], ("scope", "name", "report", "seconds", "documents"))
    for outcome in outcomes:
        if outcome.status == "failed":
            click.echo(f"finops: {outcome.scope}: {outcome.error} ({_left(outcome)})", err=True)
    if index.is_file():
        click.echo(f"All documents: {index}")


def _left(outcome: Outcome) -> str:
    """What a failed report leaves: its log, or nothing; one made before is not it."""
    if outcome.kept:
        return f"kept: {outcome.folder}"
    return "nothing is kept; the report made before still stands" if outcome.folder.is_dir() else "nothing is kept"


def _row(outcome: Outcome, root: Path) -> dict[str, object]:
    documents = sorted(path.relative_to(root).as_posix() for path in outcome.documents)
    shown = f"{outcome.folder.relative_to(root).as_posix()}/{{{','.join(Path(path).name for path in documents)}}}"
    return {
        "scope": outcome.scope,
        "name": outcome.scope_name,
        "report": _WORDS[outcome.status],
        "seconds": round(outcome.seconds, 1) if outcome.status != "done" else None,
        "documents": shown if documents and outcome.status != "failed" else None,
    }


def _form(outcome: Outcome, root: Path) -> dict[str, object]:
    return {
        "scope": outcome.scope,
        "name": outcome.scope_name,
        "status": outcome.status,
        "run_id": outcome.run_id,
        "seconds": round(outcome.seconds, 3),
        "folder": outcome.folder.relative_to(root).as_posix(),
        "documents": [path.relative_to(root).as_posix() for path in outcome.documents],
        "error": outcome.error or None,
    }
