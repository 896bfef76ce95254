"""The house rules, so that ``make test`` tells what ``make check`` would."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "finops_lib").rglob("*.py"))
MAX_LINES = 400

TOOLS = {
    "ruff check": ["-m", "ruff", "check"],
    "ruff format": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy"],
    "import contracts": [
        "-c",
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())",
    ],
    "notebook lint": ["-c", "from finops_lib.cli.main import main; main()", "notebooks", "lint"],
    "notebook form": ["-c", "from finops_lib.cli.main import main; main()", "notebooks", "fmt", "--check", "notebooks"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_nothing_to_say(tool: str) -> None:
    environment = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *TOOLS[tool]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_are_short() -> None:
    assert [(path.name, lines) for path in MODULES if (lines := len(path.read_text().splitlines())) > MAX_LINES] == []


def test_the_library_never_prints() -> None:
    assert [f"{path.relative_to(ROOT)}:{call.lineno}" for path in MODULES for call in prints(path)] == []


def prints(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node


def test_every_module_says_what_it_is_for() -> None:
    assert [str(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_checks_stay_strict() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert settings["mypy"]["strict"] is True
    assert settings["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    assert "--disable-socket" in settings["pytest"]["ini_options"]["addopts"]
    assert len(settings["importlinter"]["contracts"]) >= 8


def test_every_package_of_the_library_is_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    named = {
        module
        for contract in contracts
        for key in ("layers", "modules", "source_modules")
        for module in contract.get(key, [])
    }
    below = {path.stem for path in (ROOT / "finops_lib").iterdir() if path.is_dir() or path.suffix == ".py"}
    packages = {name for name in below if not name.startswith("_")}
    assert {
        name for name in packages if not any(f"{item}.".startswith(f"finops_lib.{name}.") for item in named)
    } == set()
