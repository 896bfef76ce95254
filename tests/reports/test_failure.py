from __future__ import annotations

from typing import Any

from finops_lib.reports import failure
from finops_lib.reports.failure import Failure


def stopped(text: str) -> dict[str, Any]:
    error = {"output_type": "error", "ename": "KeyError", "evalue": text, "traceback": []}
    return {"id": "analysis", "cell_type": "code", "source": "", "metadata": {}, "outputs": [error]}


def test_what_is_written_is_read_and_the_rest_of_the_metadata_stays() -> None:
    notebook: dict[str, Any] = {"cells": [stopped("shown")], "metadata": {"finops": {"order": 3}}}
    noted = Failure("check", "Timeout", "The notebook ran longer than 3 seconds.")
    failure.write(notebook, noted)
    assert failure.read(notebook) == noted
    assert notebook["metadata"]["finops"]["order"] == 3


def test_without_a_note_the_first_error_that_a_cell_shows_counts() -> None:
    notebook = {"cells": [stopped("\x1b[31m'x'\x1b[0m"), stopped("later")], "metadata": {}}
    assert failure.read(notebook) == Failure("analysis", "KeyError", "'x'")


def test_a_notebook_that_ran_to_its_end() -> None:
    assert failure.read({"cells": [{"id": "a", "cell_type": "markdown", "source": "x"}], "metadata": {}}) is None
