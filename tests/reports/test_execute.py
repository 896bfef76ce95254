from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from reports.samples import PARAMETERS, cell, notebook, tiny, write

from finops_lib.core.errors import NotebookError
from finops_lib.reports import kernel, notebooks
from finops_lib.reports.execute import Execution, How, check_parameters, execute
from finops_lib.reports.failure import Failure
from finops_lib.reports.redact import Redactor


def run(folder: Path, body: str, parameters: dict[str, Any] | None = None, **how: Any) -> tuple[Execution, Any]:
    source = write(folder / "source" / "overview.ipynb", tiny(body))
    options: dict[str, Any] = {"run_name": "test", "variables": {}, "timeout": 30, "redactor": Redactor()} | how
    target = folder / "out" / "overview.ipynb"
    execution = execute(source, target, parameters or {"scope": "012345678901"}, how=How(**options))
    return execution, json.loads(target.read_text(encoding="utf-8"))


def printed(executed: Any, name: str = "check") -> str:
    found = notebooks.find(executed, name)
    assert found is not None
    return "".join("".join(output.get("text", [])) for output in found["outputs"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"perod": "2026-03"}, "overview.ipynb has no parameter 'perod'. Did you mean 'period'?"),
        ({"x": 1}, "overview.ipynb has no parameter 'x'. It declares: scope, period."),
        ({"scope": 12345678901}, "overview.ipynb: the parameter 'scope' must be str, not int."),
        ({"period": 2026}, "overview.ipynb: the parameter 'period' must be str | None, not int."),
    ],
)
def test_parameters_are_checked_before_anything_runs(given: dict[str, Any], message: str) -> None:
    with pytest.raises(NotebookError) as caught:
        check_parameters(tiny(), given, "overview.ipynb")
    assert str(caught.value) == message


def test_a_notebook_without_parameters_takes_none() -> None:
    with pytest.raises(NotebookError, match="It declares: none"):
        check_parameters(notebook(cell("a", "1")), {"scope": "x"}, "a.ipynb")


def test_a_run_gives_the_same_bytes_and_keeps_account_ids_as_text(tmp_path: Path) -> None:
    body = "import warnings\nwarnings.warn('odd')\nprint('chatter')\nobject()"
    first, executed = run(tmp_path / "a", body)
    second, _ = run(tmp_path / "b", body)
    assert first.failure is None
    assert printed(executed) == "012345678901 None\n"
    assert notebooks.find(executed, "injected-parameters")["source"] == ["# Parameters\n", 'scope = "012345678901"']  # type: ignore[index]
    assert first.path.read_bytes() == second.path.read_bytes()
    text = first.path.read_text(encoding="utf-8")
    assert "object at 0x…" in text
    assert "chatter" not in printed(executed, "analysis")
    assert not {"papermill", "start_time", "UserWarning"} & set(text.replace('"', " ").split())


def test_prints_and_warnings_go_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="finops_lib"):
        run(tmp_path, "import warnings\nwarnings.warn('odd')\nprint('chatter')")
    told = [(record.levelname, record.message.splitlines()[0]) for record in caplog.records]
    assert ("INFO", "cell analysis: chatter") in told
    assert any(level == "WARNING" and "UserWarning: odd" in message for level, message in told)


def test_the_kernel_is_this_interpreter_with_an_environment_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("LC_NUMERIC", "C")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))  # no kernelspec there, nor needed
    body = "import os, sys, json\nprint(json.dumps([sys.executable, os.getcwd(), dict(os.environ)]))"
    source = notebook(cell("parameters", "scope: str = ''  # x", tags=["parameters"]), cell("check", body))
    path = write(tmp_path / "env.ipynb", source)
    how = How("env", {"FINOPS_WORKSPACE": "/w"}, 30, Redactor())
    execute(path, tmp_path / "out.ipynb", {}, how=how)
    seen = json.loads(printed(notebooks.read(tmp_path / "out.ipynb")))
    assert seen[0] == sys.executable
    assert "finops-env-" in seen[1]
    assert not Path(seen[1]).exists()
    assert seen[2]["FINOPS_WORKSPACE"] == "/w"
    assert seen[2]["PYTHONHASHSEED"] == "0"
    assert seen[2]["LC_NUMERIC"] == "C"
    assert not [name for name in seen[2] if name.startswith(("AWS_", "PYTEST_"))]


DEAD = "The notebook's Python process ended before the cell did."


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("1 / 0", Failure("analysis", "ZeroDivisionError", "division by zero")),
        ("import os\nos._exit(3)", Failure("analysis", "DeadKernel", DEAD)),
        ("x = (", Failure("analysis", "SyntaxError", "'(' was never closed (<STRIPPED>)")),
    ],
)
def test_a_failed_notebook_is_kept_with_its_cell_marked(tmp_path: Path, body: str, failure: Failure) -> None:
    execution, executed = run(tmp_path, body)
    assert execution.failure is not None
    assert (execution.failure.cell, execution.failure.kind) == (failure.cell, failure.kind)
    if failure.kind != "SyntaxError":
        assert execution.failure == failure
    marked = notebooks.find(executed, "analysis")
    assert marked is not None
    assert marked["metadata"]["tags"] == ["failed"]
    assert [output["output_type"] for output in marked["outputs"]] == ["error"]
    assert executed["metadata"]["finops"]["error"]["kind"] == failure.kind
    assert printed(executed) == ""


def test_a_notebook_out_of_time_is_stopped(tmp_path: Path) -> None:
    execution, executed = run(tmp_path, "import time\ntime.sleep(60)", timeout=3)
    assert execution.failure == Failure("analysis", "Timeout", "The notebook ran longer than 3 seconds.")
    assert execution.seconds < 10
    assert notebooks.find(executed, "analysis")["outputs"][0]["ename"] == "Timeout"  # type: ignore[index]


def test_secrets_are_masked_before_the_notebook_is_written(tmp_path: Path) -> None:
    body = "key = 'AKIAIOSFODNN7EXAMPLE'\nraise RuntimeError(f'denied for {key} token=abcdefgh ' + 'opaque-secret')"
    execution, _ = run(tmp_path, body, redactor=Redactor(("opaque-secret",)))
    text = execution.path.read_text(encoding="utf-8")
    assert execution.failure is not None
    assert execution.failure.message == "denied for [redacted] token=[redacted] [redacted]"
    for secret in ("AKIAIOSFODNN7EXAMPLE", "abcdefgh", "opaque-secret"):
        assert secret not in text


def test_a_gigantic_print_is_cut(tmp_path: Path) -> None:
    declared = cell("parameters", "scope: str = ''  # x", tags=["parameters"])
    source = notebook(declared, cell("check", "print('x' * 10**6)"))
    path = write(tmp_path / "big.ipynb", source)
    execute(path, tmp_path / "out.ipynb", {}, how=How("big", {}, 30, Redactor()))
    assert len(printed(notebooks.read(tmp_path / "out.ipynb"))) == 100_000 + len("\n[cut]")


def test_notebooks_share_a_kernel_and_no_names(tmp_path: Path) -> None:
    """The second finds the first's process and folder, but not its names; one that dies costs the next nothing."""
    bodies = {
        "first": "import os\nleft = 1\nos.mkdir('elsewhere')\nos.chdir('elsewhere')\nprint(os.getpid())",
        "second": "import os\nprint(os.getpid(), 'left' in globals(), os.path.basename(os.getcwd()))",
        "deadly": "import os\nos._exit(3)",
        "after": "import os\nprint(os.getpid())",
    }
    how = How("test-shared", {}, 30, Redactor())
    told, failures = {}, {}
    with kernel.place(how.run_name, how.variables) as place:
        for name, body in bodies.items():
            form = notebook(cell("parameters", PARAMETERS, tags=["parameters"]), cell("check", body))
            source = write(tmp_path / f"{name}.ipynb", form)
            run = execute(source, tmp_path / "out" / f"{name}.ipynb", {}, how=how, place=place)
            failures[name] = run.failure and run.failure.kind
            told[name] = printed(json.loads(run.path.read_text(encoding="utf-8"))).split()
    assert failures == {"first": None, "second": None, "deadly": "DeadKernel", "after": None}
    assert told["second"] == [told["first"][0], "False", "work"]
    assert told["after"] != told["first"]
