"""One scope's report from start to end: run its notebooks, compose, look for leaks, print, write papers, publish."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from finops_lib.core.errors import FinOpsError
from finops_lib.core.files import write_json
from finops_lib.core.hashing import short_id
from finops_lib.core.scope import Scope
from finops_lib.reports import leaks, manifest, runlog
from finops_lib.reports.engines import DEFAULT, EngineName
from finops_lib.reports.execute import Execution, How, execute
from finops_lib.reports.leaks import Others
from finops_lib.reports.manifest import Inputs
from finops_lib.reports.redact import Redactor
from finops_lib.reports.runs import FAILED, MANIFEST, RunKey, RunStore, read_json

_log = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parents[1]

Status = Literal["made", "done", "failed"]
Tell = Callable[[str], None]
OwnWords = Callable[["Job"], Iterable[str]]


@dataclass(frozen=True)
class Job:
    """All that a worker process needs to make one scope's report; picklable."""

    inputs: Inputs
    runs: Path
    notebooks: tuple[Path, ...]
    variables: Mapping[str, str]
    others: Others
    timeout: float
    force: bool = False
    engine: EngineName = DEFAULT

    @property
    def key(self) -> RunKey:
        """Where the run belongs."""
        scope = Scope.parse(str(self.inputs.scope["id"]))
        return RunKey(self.inputs.client["slug"], self.inputs.period, scope.slug, self.inputs.run_id)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: ``made`` now, ``done`` before, or ``failed`` for the reason in ``error``."""

    scope: str
    scope_name: str | None
    run_id: str
    status: Status
    folder: Path
    seconds: float
    error: str = ""

    @property
    def kept(self) -> bool:
        """True where ``folder`` is this run's; of one whose process died nothing is, whatever stands from before."""
        return self.status != "failed" or self.folder.name.endswith(FAILED)

    @property
    def documents(self) -> tuple[Path, ...]:
        """The PDFs of the run."""
        return tuple(sorted(self.folder.glob("*.pdf"))) if self.kept else ()


@dataclass(frozen=True)
class Press:
    """How executed notebooks become documents: ``compose`` writes HTML into the run's folder, ``render`` its PDFs."""

    compose: Callable[[Job, Path, Sequence[Execution]], None]
    render: Callable[[Path], None]


def outcome(job: Job, status: Status, folder: Path, *, start: float, error: str = "") -> Outcome:
    """The outcome of a job that began at ``start`` (monotonic seconds)."""
    scope = job.inputs.scope
    return Outcome(str(scope["id"]), scope["name"], job.inputs.run_id, status, folder, time.monotonic() - start, error)


def produce(job: Job, tell: Tell, *, press: Press, own_words: OwnWords) -> Outcome:
    """Make one report, or find that it is made. Never raises for a report that fails: the outcome says so.

    ``tell`` hears each stage; ``own_words`` gives the texts of the scope's own rows, where a name is no leak.
    """
    store, start = RunStore(job.runs), time.monotonic()
    waiting = partial(tell, "waits for another finops report")
    try:
        with store.stage(job.key, waiting=waiting) as staging:
            if not job.force and store.is_complete(job.key):
                store.stand(job.key)
                return outcome(job, "done", store.folder(job.key), start=start)
            error = _build(job, staging, tell, press, own_words)
            if error:
                return outcome(job, "failed", store.fail(job.key, staging), start=start, error=error)
            return outcome(job, "made", store.publish(job.key, staging), start=start)
    except OSError as failure:
        return outcome(job, "failed", store.folder(job.key), start=start, error=_system_error(failure))


def _build(job: Job, staging: Path, tell: Tell, press: Press, own_words: OwnWords) -> str:
    """Fill the staging folder, manifest last; gives the reason where the run failed, else ''."""
    redactor = _redactor(job, staging)
    began, start = dt.datetime.now(dt.UTC), time.monotonic()
    executions: list[Execution] = []
    papers_redactor = replace(redactor, known=(*redactor.known, *sorted(job.others.ids)))
    with runlog.kept(staging, papers_redactor):
        try:
            _execute(job, staging, redactor, tell, executions)
            _print(job, staging, tell, press, own_words, executions)
            error = _first_failure(executions)
        except OSError:
            raise
        except Exception as failure:
            error = _explain(failure)
            _withdraw(staging)
    times = {
        "started": began.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start, 3),
        "notebooks": {run.name: round(run.seconds, 3) for run in executions},
    }
    papers = manifest.describe(job.inputs, executions, staging, times=times, notes=_notes(staging), error=error)
    write_json(staging / MANIFEST, papers_redactor.value(papers))
    return papers_redactor.text(error["message"]) if error else ""


def _execute(job: Job, staging: Path, redactor: Redactor, tell: Tell, done: list[Execution]) -> None:
    variables = {**job.variables, "FINOPS_RUN_DIR": str(staging)}
    how = How(_scratch_name(job), variables, job.timeout, redactor, job.engine)
    for notebook in job.notebooks:
        tell(notebook.stem)
        done.append(execute(notebook, staging / notebook.name, job.inputs.parameters, how=how))
        if stopped := done[-1].failure:
            _log.log(logging.WARNING if stopped.is_answer else logging.ERROR, "%s: %s", notebook.name, stopped)


def _scratch_name(job: Job) -> str:
    """Ours alone: the run's lock holds for one store, and equal runs of two stores have equal ids."""
    return short_id([str(job.runs.resolve()), job.inputs.run_id])


def _print(
    job: Job, staging: Path, tell: Tell, press: Press, own_words: OwnWords, executions: Sequence[Execution]
) -> None:
    """Compose and print what there is to print; whatever is kept is first searched for other accounts."""
    printable = any(run.failure is None for run in executions)
    if printable:
        tell("pages")
        press.compose(job, staging, executions)
    leaks.check(staging, job.others, partial(_known_words, job, own_words))
    if printable:
        press.render(staging)


def _explain(failure: Exception) -> dict[str, str]:
    """A failure for the manifest: our own errors are sentences already, others are faults and get a traceback."""
    kind = type(failure).__name__
    if isinstance(failure, FinOpsError):
        _log.error("%s", failure)
        return {"kind": kind, "message": str(failure)}
    _log.error("The program has a fault", exc_info=failure)
    return {"kind": kind, "message": f"A fault of the program: {kind}: {failure}"}


def _first_failure(executions: Sequence[Execution]) -> dict[str, str] | None:
    """Why the report failed; sections that the data cannot fill are no failure beside one that they can."""
    answered = any(run.failure is None for run in executions)
    for run in executions:
        if run.failure and not (answered and run.failure.is_answer):
            message = f"{run.name}: the cell '{run.failure.cell}' failed: {run.failure.kind}: {run.failure.message}"
            return {"kind": "NotebookError", "message": " ".join(message.split())[:600]}
    return None


def _redactor(job: Job, staging: Path) -> Redactor:
    """Knows the secrets of this process's environment and of the parameters, and this machine's folders."""
    folders = {
        str(staging): "<run>",
        str(job.runs): "<runs>",
        **{path: "<workspace>" for name, path in job.variables.items() if name == "FINOPS_WORKSPACE"},
        str(_PACKAGE.parent): "<library>",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
        str(Path.home()): "~",
    }
    named = {**os.environ, **job.inputs.parameters}
    return Redactor.of(named, {path: name for path, name in folders.items() if len(path) > 1})


def _withdraw(staging: Path) -> None:
    """Leave of a report that must not be seen only its log."""
    for path in staging.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != runlog.NAME:
            path.unlink()


def _notes(staging: Path) -> list[dict[str, Any]]:
    """The notes of all results of the run, each with the result that it belongs to."""
    results = ((path.stem, read_json(path) or {}) for path in sorted((staging / "results").glob("*.json")))
    return [{"result": name, **note} for name, result in results for note in result.get("notes", ())]


def _known_words(job: Job, own_words: OwnWords) -> Iterable[str]:
    """Where a name is no leak: the client's and the scope's own names and rows, and the report's own text."""
    yield from (job.inputs.client["name"], str(job.inputs.scope["name"]))
    yield from own_words(job)
    for path in (*job.notebooks, *manifest.texts_of_reports()):
        with suppress(OSError, UnicodeDecodeError):
            yield path.read_text(encoding="utf-8")


def _system_error(error: OSError) -> str:
    what = error.strerror or str(error)
    return f"Cannot write the report: {what}. Mend that and run the same command again; nothing is lost."
