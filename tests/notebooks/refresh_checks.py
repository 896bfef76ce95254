"""Write anew what the ``check`` cells of the shipped notebooks show: python tests/notebooks/refresh_checks.py DEMO.

DEMO is the workspace of ``make demo``. The figures belong in a commit only together with the reason why they changed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from finops_lib.core.files import write_atomic
from finops_lib.reports import notebooks
from finops_lib.reports.execute import How, execute
from finops_lib.reports.redact import Redactor


def refresh(path: Path, workspace: Path) -> None:
    """Run a notebook on the demo and keep the output of its check cell in the source."""
    source = notebooks.read(path)
    with tempfile.TemporaryDirectory() as folder:
        how = How("refresh", {"FINOPS_WORKSPACE": str(workspace.resolve())}, 300, Redactor())
        run = execute(path, Path(folder) / path.name, {}, how=how)
        if run.failure:
            raise SystemExit(f"{path.name}: {run.failure}")
        executed = notebooks.find(notebooks.read(run.path), "check")
    check = notebooks.find(source, "check")
    if check is not None and executed is not None:
        check["outputs"] = executed["outputs"]
    write_atomic(path, notebooks.canonical(source))


if __name__ == "__main__":
    for notebook in notebooks.sections(notebooks.folder()):
        refresh(notebook, Path(sys.argv[1]))
