from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from reports.samples import PARAMETERS, RUN, cell, notebook, tiny, write

from finops_lib.core.errors import NotebookError
from finops_lib.reports import notebooks
from finops_lib.reports.engines import ENGINES, EngineName
from finops_lib.reports.execute import Execution, How, check_parameters, execute
from finops_lib.reports.failure import Failure
from finops_lib.reports.redact import Redactor


def run(folder: Path, body: str, parameters: dict[str, Any] | None = None, **how: Any) -> tuple[Execution, Any]:
    source = write(folder / "source" / "overview.ipynb", tiny(body))
    options: dict[str, Any] = {"run_name": RUN, "variables": {}, "timeout": 30, "redactor": Redactor()} | how
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


@pytest.mark.parametrize("engine", ENGINES)
def test_it_runs_in_this_interpreter_with_an_environment_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: EngineName
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    monkeypatch.setenv("LC_NUMERIC", "C")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))  # no kernelspec there, nor needed
    body = "import os, sys, json\nprint(json.dumps([sys.executable, os.getcwd(), dict(os.environ)]))"
    source = notebook(cell("parameters", "scope: str = ''  # x", tags=["parameters"]), cell("check", body))
    path = write(tmp_path / "env.ipynb", source)
    how = How(RUN, {"FINOPS_WORKSPACE": "/w"}, 30, Redactor(), engine)
    execute(path, tmp_path / "out.ipynb", {}, how=how)
    seen = json.loads(printed(notebooks.read(tmp_path / "out.ipynb")))
    assert seen[0] == sys.executable
    assert f"finops-{RUN}-" in seen[1]
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
    execute(path, tmp_path / "out.ipynb", {}, how=How(RUN, {}, 30, Redactor()))
    assert len(printed(notebooks.read(tmp_path / "out.ipynb"))) == 100_000 + len("\n[cut]")


@pytest.mark.parametrize("engine", ENGINES)
def test_notebooks_share_nothing(tmp_path: Path, engine: EngineName) -> None:
    """No names, no settings of a library, no folder; one that dies costs the next nothing."""
    bodies = {
        "first": "import os, numpy\nleft = numpy.left = 1\nos.mkdir('elsewhere')\nos.environ['LEFT'] = '1'\nprint('first')",
        "second": "import os, numpy\nprint('left' in globals(), hasattr(numpy, 'left'), os.listdir('.'), 'LEFT' in os.environ)",
        "deadly": "import os\nos._exit(3)",
        "after": "print('after')",
    }  # fmt: skip
    told, failures = {}, {}
    for name, body in bodies.items():
        source = write(tmp_path / f"{name}.ipynb", notebook(cell("parameters", PARAMETERS, tags=["parameters"]), cell("check", body)))  # fmt: skip
        run = execute(source, tmp_path / "out" / f"{name}.ipynb", {}, how=How(RUN, {}, 30, Redactor(), engine))
        failures[name] = run.failure and run.failure.kind
        told[name] = printed(json.loads(run.path.read_text(encoding="utf-8"))).strip()
    assert failures == {"first": None, "second": None, "deadly": "DeadKernel", "after": None}
    assert told == {"first": "first", "second": "False False [] False", "deadly": "", "after": "after"}


RICH = """
import sys, numpy as np, pandas as pd
from IPython.display import HTML, Image, clear_output, display
print("dropped"); clear_output(); print("one"); print("two"); sys.stderr.write("odd")
handle = display(HTML("<b>first</b>"), display_id=True)
display(Image(data=b"\\x89PNG", format="png")); handle.update(HTML("<b>second</b>"))
%time 1
!echo shell
pd.DataFrame({"a": [1, np.nan]})
"""


def test_every_engine_gives_the_same_notebook(tmp_path: Path) -> None:
    made = {}
    for engine in ENGINES:
        cells = [
            cell("analysis", RICH),
            cell("check", "print('x', flush=True)\nprint('y')\n_"),
            cell("end", "def f():\n    1 / 0\nf()"),
        ]
        source = write(
            tmp_path / engine / "rich.ipynb", notebook(cell("parameters", PARAMETERS, tags=["parameters"]), *cells)
        )
        run = execute(source, tmp_path / engine / "out.ipynb", {}, how=How(RUN, {}, 30, Redactor(), engine))
        made[engine] = json.loads(run.path.read_text(encoding="utf-8"))
    assert made["fork"] == made["kernel"]
    outputs = notebooks.find(made["fork"], "analysis")["outputs"]  # type: ignore[index]
    assert [output["output_type"] for output in outputs] == ["display_data", "display_data", "execute_result"]
    assert outputs[0]["data"]["text/html"] == ["<b>second</b>"]
    assert outputs[1]["data"]["image/png"] == ["iVBORw=="]


def test_two_forked_notebooks_draw_other_random_numbers(tmp_path: Path) -> None:
    body = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    drawn = []
    source = notebook(cell("parameters", PARAMETERS, tags=["parameters"]), cell("check", body))
    for name in "ab":
        path = write(tmp_path / f"{name}.ipynb", source)
        execute(path, tmp_path / f"{name}.out.ipynb", {}, how=How(RUN, {}, 30, Redactor(), "fork"))
        drawn.append(printed(notebooks.read(tmp_path / f"{name}.out.ipynb")))
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("%nosuchmagic", "CellFailed"),
        ("import os\nos._exit(0)", "DeadKernel"),
        ("raise BaseExceptionGroup('g', [KeyboardInterrupt()])", "CellFailed"),
    ],
)
def test_a_cell_that_shows_no_error_fails_the_notebook_all_the_same(
    tmp_path: Path, engine: EngineName, body: str, kind: str
) -> None:
    execution, executed = run(tmp_path, body, engine=engine)
    assert execution.failure is not None
    assert (execution.failure.cell, execution.failure.kind) == ("analysis", kind)
    assert printed(executed) == ""


def test_a_copy_that_a_cell_makes_of_its_process_tells_the_next_notebook_nothing(tmp_path: Path) -> None:
    first, executed = run(tmp_path / "a", "import os, time\npid = os.fork()\npid or time.sleep(1)", engine="fork")
    second, after = run(tmp_path / "b", "import multiprocessing as m, time\nm.get_context('fork').Process(target=time.sleep, args=(20,)).start()", {"scope": "222222222222"}, engine="fork")  # fmt: skip
    third, last = run(tmp_path / "c", "1", {"scope": "333333333333"}, engine="fork")
    assert [done.failure for done in (first, second, third)] == [None, None, None]
    assert [printed(form).split()[0] for form in (executed, after, last)] == [
        "012345678901",
        "222222222222",
        "333333333333",
    ]
    assert third.seconds < 10


def test_many_small_prints_take_no_time(tmp_path: Path) -> None:
    done, executed = run(tmp_path, "for number in range(100_000):\n    print('x' * 100)", engine="fork", timeout=20)
    assert done.failure is None
    assert printed(executed) == "012345678901 None\n"
