"""Taking in what AWS answered about resources, and saying what was taken."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import click

from finops_lib.cli.context import table
from finops_lib.settings.load import Workspace
from finops_lib.sources.aws.evidence import files
from finops_lib.sources.aws.evidence.answer import ANSWERED, STATUSES, Answer, Answers
from finops_lib.sources.aws.evidence.files import Found
from finops_lib.sources.aws.evidence.kept import Kept
from finops_lib.sources.protocol import Store


def take(workspace: Workspace, store: Store) -> Found:
    """Keep the answers that a store holds; one that cannot be read is refused before anything is kept."""
    found = files.find(store, today=today())
    if found.answers:
        from finops_lib.sources.aws.evidence.frames import frames  # noqa: PLC0415 (pandas is slow to import)

        frames(Answers.of_all(found.answers))
        Kept(workspace.evidence).keep(found.answers)
    return found


def today() -> str:
    """The day in UTC."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def summary(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """A row a call: how many places answered, and how many did not."""
    counts = Counter((answer.operation, answer.status) for answer in answers)
    return [
        {"operation": name, **{status: counts[name, status] for status in (ANSWERED, *STATUSES)}}
        for name in sorted({answer.operation for answer in answers})
    ]


def tell(answers: Sequence[Answer]) -> None:
    """Print the summary, and every reason why something was not told."""
    rows = summary(answers)
    if rows:
        table(rows, list(rows[0]))
    reasons = Counter(answer.reason for answer in answers if not answer.answered)
    for reason, count in sorted(reasons.items(), key=str):
        click.echo(f"{reason}{f' ({count} times)' if count > 1 else ''}", err=True)
