"""Taking in what AWS answered about resources, and saying what was taken."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from finops_lib.cli.context import table
from finops_lib.core.errors import UsageError
from finops_lib.settings.load import Workspace
from finops_lib.sources.aws.evidence import files
from finops_lib.sources.aws.evidence.answer import ANSWERED, EVERYWHERE, STATUSES, Answer, Answers
from finops_lib.sources.aws.evidence.files import Found
from finops_lib.sources.aws.evidence.kept import Kept
from finops_lib.sources.protocol import Store

_ACCOUNT: Final = re.compile(r"\d{12}\Z")


def take(workspace: Workspace, store: Store) -> Found:
    """Keep the answers that a store holds; one that cannot be read is refused before anything is kept."""
    found = files.find(store, today=today())
    own = {path.resolve() for path in workspace.papers.values()}
    others = tuple(name for name in found.passed_over if Path(name).resolve() not in own)
    found = dataclasses.replace(found, passed_over=tuple(Path(name).name for name in others))
    if found.answers:
        from finops_lib.sources.aws.evidence.frames import frames  # noqa: PLC0415 (pandas is slow to import)

        frames(Answers.of_all(found.answers))
        Kept(workspace.evidence).keep(found.answers)
    return found


def is_aws(source: str) -> bool:
    """True for ``aws`` and its parts; a folder of that name is written ``./aws``."""
    return source == "aws" or source.startswith("aws:")


def ask(workspace: Workspace, source: str, *, replace: bool, progress: Callable[[str, int, int], None]) -> Found:
    """Ask AWS, and keep each answer as it comes."""
    from finops_lib.sources.aws.asking.places import Organization  # noqa: PLC0415 (boto3 is slow to import)
    from finops_lib.sources.aws.asking.run import PARTS, Pull, Wanted  # noqa: PLC0415
    from finops_lib.sources.aws.session import session  # noqa: PLC0415

    part = source.partition(":")[2]
    chosen = [name for name in PARTS if name == part] if ":" in source else list(PARTS)
    if not chosen:
        raise UsageError(f"AWS has no '{part}' to pull.", hint=f"Known: aws, {', '.join(f'aws:{p}' for p in PARTS)}.")
    billing, inventory = workspace.settings.billing, workspace.settings.inventory
    secret = billing.external_id.env if billing.external_id else ""
    signed = session(profile=billing.profile, role_arn=billing.role_arn, external_id_env=secret, region=billing.region)
    role = inventory.role_name
    organization = Organization.of(signed, role_name=role, external_id_env=secret, region=billing.region)
    named = tuple(account.id for account in workspace.settings.accounts if _ACCOUNT.match(account.id))
    wanted = Wanted(chosen, named, inventory.accounts, inventory.regions, inventory.parallel)
    kept = Kept(workspace.evidence)
    known = {} if replace else {answer.key: answer for answer in kept.answers().every}
    run = Pull(organization, wanted, dt.datetime.now(dt.UTC), known, kept.note, progress)
    try:
        run.run()
    finally:
        kept.fold()
    return Found(tuple(run.told), asked=True, reused=run.reused)


def today() -> str:
    """The day in UTC."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def summary(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """A row a call: how many places answered, how many did not, and the day of the oldest answer."""
    counts = Counter((answer.operation, answer.status) for answer in answers)
    oldest = {answer.operation: answer.taken for answer in sorted(answers, key=lambda item: item.taken, reverse=True)}
    return [
        {"operation": name, **{status: counts[name, status] for status in (ANSWERED, *STATUSES)}, "taken": day}
        for name, day in sorted(oldest.items())
    ]


def untold(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """A row for each place that did not answer, with the reason."""
    return [
        {
            "operation": answer.operation,
            "account": answer.account,
            "region": answer.region,
            "status": answer.status,
            "reason": answer.reason,
        }
        for answer in answers
        if not answer.answered
    ]


def held(workspace: Workspace, as_of: str) -> str:
    """One sentence on the answers that are kept: of how many places, how old, and how many say no."""
    every = Kept(workspace.evidence).answers().every
    told = [answer for answer in every if answer.answered]
    if not told:
        return "AWS has told nothing of resources" + (f"; {len(every)} answers say why" if every else "")
    places = {(answer.account, answer.region) for answer in told}
    accounts = {account for account, _ in places if account != EVERYWHERE}
    oldest, newest = min(answer.taken for answer in told), max(answer.taken for answer in told)
    age = (dt.date.fromisoformat(as_of) - dt.date.fromisoformat(oldest)).days
    days = oldest if oldest == newest else f"{oldest} to {newest}"
    untold = f"; {len(every) - len(told)} answers say why not" if len(told) < len(every) else ""
    return f"{len(told)} answers of {len(accounts)} accounts, taken {days} ({age} days ago){untold}"


def tell(answers: Sequence[Answer], reused: int = 0) -> None:
    """Print the summary, and every reason why something was not told."""
    if reused:
        click.echo(f"AWS told {reused} answers earlier today; they stand.", err=True)
    rows = summary(answers)
    if rows:
        table(rows, list(rows[0]))
    reasons = Counter(answer.reason for answer in answers if not answer.answered)
    for reason, count in sorted(reasons.items(), key=str):
        click.echo(f"{reason}{f' ({count} times)' if count > 1 else ''}", err=True)
