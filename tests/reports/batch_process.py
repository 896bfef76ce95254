"""A batch of tiny reports as a process of its own, for tests that kill it: FOLDER [SCOPE…]."""

from __future__ import annotations

import sys
from pathlib import Path

from reports import samples

from finops_lib.reports import batch
from finops_lib.reports.produce import Job, Outcome


class Lines:
    """Prints what happens, so that the test knows when to strike."""

    def stage(self, job: Job, text: str) -> None:
        sys.stdout.write(f"{job.key.scope} {text}\n")
        sys.stdout.flush()

    def done(self, job: Job, outcome: Outcome) -> None:
        sys.stdout.write(f"{job.key.scope} {outcome.status}\n")
        sys.stdout.flush()


def main(folder: str, *scopes: str) -> None:
    jobs = [samples.job(Path(folder), scope) for scope in scopes]
    batch.run(jobs, workers=2, press=samples.SLOW_PRESS, own_words=samples.no_words, listener=Lines())


if __name__ == "__main__":
    main(*sys.argv[1:])
