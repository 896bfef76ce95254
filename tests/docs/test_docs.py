"""The documentation against the code: nothing missing, nothing stale, every block and link sound."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import get_args

import click
import pytest
from pydantic import BaseModel
from support import bills, workspaces

from finops_lib.cli.main import COMMANDS, cli
from finops_lib.contracts.line_items import CUR_TYPES
from finops_lib.core import errors
from finops_lib.core.scope import ORGANIZATION
from finops_lib.settings.load import Workspace
from finops_lib.settings.model import Settings
from finops_lib.warehouse.duckdb import TABLES, DuckDBEngine

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
GLOBAL_OPTIONS = {"--workspace", "-w", "--json", "--verbose", "-v", "--version", "--help", "-h"}


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    """The code spans that open the rows of a page's tables."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def trees() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "finops_lib").rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


# Commands


@cache
def commands() -> dict[str, click.Command]:
    """Every command by its words: ``runs list``."""
    found: dict[str, click.Command] = {}

    def walk(words: str, command: click.Command) -> None:
        found[words] = command
        if isinstance(command, click.Group):
            for name in command.list_commands(click.Context(command)):
                below = command.get_command(click.Context(command), name)
                assert below is not None
                walk(f"{words} {name}", below)

    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        walk(name, command)
    return found


def options(command: click.Command) -> set[str]:
    found = (parameter for parameter in command.params if isinstance(parameter, click.Option))
    return {text for option in found for text in (*option.opts, *option.secondary_opts)}


def command_sections() -> dict[str, str]:
    parts = re.split(r"^#{2,3} finops (.+)$", reference("commands.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section_and_no_other_does() -> None:
    assert set(command_sections()) == set(commands())


@pytest.mark.parametrize("words", sorted(commands()))
def test_every_option_stands_in_its_commands_section(words: str) -> None:
    section, known = command_sections()[words], options(commands()[words])
    rows = {
        text for row in re.findall(r"^\| (`--.*?) \|", section, re.MULTILINE) for text in re.findall(r"--[\w-]+", row)
    }
    assert rows == known
    assert isinstance(commands()[words], click.Group) or "```sh" in section


def test_global_options_stand_at_the_head_of_the_commands() -> None:
    head = reference("commands.md").split("\n## ")[0]
    known = options(cli) | {"--help", "-h"}
    assert known == GLOBAL_OPTIONS
    assert [option for option in sorted(known) if f"`{option}`" not in head] == []


def calls(path: Path) -> Iterator[list[str]]:
    """The words of each ``finops`` call in a page's shell blocks."""
    for block in blocks(path, "sh"):
        lines = re.split(r"(?m)^(?=finops )", block.replace("&& ", "\n"))
        yield from (shlex.split(line)[1:] for line in lines if line.startswith("finops "))


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_calls_in_the_pages_use_commands_and_options_that_exist(path: Path) -> None:
    for words in calls(path):
        name = next(text for text in (" ".join(words[:2]), words[0]) if text in commands())
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used - options(commands()[name]) - GLOBAL_OPTIONS == set(), words


# Settings


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        below = [kind for kind in models_in(field.annotation) if issubclass(kind, BaseModel)]
        if field.annotation not in below:
            yield f"{prefix}{name}"
        for kind in below:
            yield from settings_of(kind, f"{prefix}{name}.")


def models_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type) and not isinstance(annotation, UnionType) and not get_args(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def test_settings_are_those_of_the_model() -> None:
    table = reference("settings.md").split("## Environment variables")[0]
    assert sorted(first_cells(table)) == sorted(settings_of(Settings))


def test_defaults_in_the_settings_page_are_those_that_hold(tmp_path: Path) -> None:
    (tmp_path / "finops.toml").write_text('[client]\nname = "A"\n', encoding="utf-8")
    resolved = {key: setting.value for key, setting in Workspace.open(tmp_path).resolved().items()}
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", reference("settings.md"), re.MULTILINE)
    assert len(rows) >= 10
    assert {key: json.loads(value) for key, value in rows} == {key: resolved[key] for key, _ in rows}


def test_environment_variables_of_ours_stand_in_the_settings_page() -> None:
    used = {
        name
        for path in (ROOT / "finops_lib").rglob("*.py")
        for name in re.findall(r'"(FINOPS_\w+)"', path.read_text("utf-8"))
    }
    assert used - set(re.findall(r"FINOPS_\w+", reference("settings.md"))) == set()


# Notes, errors, JSON


def note_patterns() -> dict[str, str]:
    """Code to severity of all notes that the library makes; codes as regular expressions, for some have holes."""
    found: dict[str, str] = {}
    for node in (node for tree in trees() for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Note.info", "Note.warning"):
            found[code_pattern(node.args[0])] = ast.unparse(node.func).removeprefix("Note.")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Note" and node.args:
            found[code_pattern(node.args[0])] = str(ast.literal_eval(node.args[1]))
    return found


def code_pattern(code: ast.expr) -> str:
    if isinstance(code, ast.Constant):
        return re.escape(str(code.value))
    assert isinstance(code, ast.JoinedStr), ast.unparse(code)
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in code.values)


def test_notes_are_those_that_the_library_makes() -> None:
    documented, made = (
        dict(re.findall(r"^\| `([\w.]+)` \| (\w+) \|", reference("notes.md"), re.MULTILINE)),
        note_patterns(),
    )
    assert len(made) >= 15
    told_last = sorted(made, key=len)  # a code in full is longer than one with a hole, in whatever order files are read
    severities = {code: made[pattern] for code in documented for pattern in told_last if re.fullmatch(pattern, code)}
    assert severities == documented
    assert [pattern for pattern in made if not any(re.fullmatch(pattern, code) for code in documented)] == []
    assert [code for code in documented if not any(re.fullmatch(pattern, code) for pattern in made)] == []


def error_classes() -> set[str]:
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found, grown = {"FinOpsError"}, True
    while grown:
        more = {name for name, above in bases.items() if above & found}
        grown, found = not more <= found, found | more
    return found


def test_errors_are_those_of_the_library_with_their_exit_codes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d) \|", reference("errors.md"), re.MULTILINE)
    assert {name for name, _ in rows} == error_classes()
    shared = {name: code for name, code in rows if hasattr(errors, name)}
    assert {name: int(code) for name, code in shared.items()} == {
        name: getattr(errors, name).exit_code for name in shared
    }


RESULTS = {
    "overview": "overview",
    "variance": "variance_result",
    "forecast": "forecast_result",
    "scorecard": "scorecard_result",
}


@pytest.mark.parametrize("name", RESULTS)
def test_json_page_has_the_keys_of_the_result_in_their_order(name: str) -> None:
    tree = ast.parse((ROOT / f"finops_lib/analyses/{RESULTS[name]}.py").read_text(encoding="utf-8"))
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "to_dict"]
    dicts = [node for method in methods for node in ast.walk(method) if isinstance(node, ast.Dict)]
    keys = next(keys for made in dicts if "schema" in (keys := [ast.literal_eval(key) for key in made.keys if key]))
    parts = re.split(r"^## (\w+)$", reference("json.md"), flags=re.MULTILINE)
    section = dict(zip(parts[1::2], parts[2::2], strict=True))[name]
    assert sorted(first_cells(section)) == sorted(keys)
    example = json.loads(re.findall(r"```json\n(.*?)```", section, re.DOTALL)[0])
    assert list(example) == keys


# Tables and line items


def table_rows(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE)


def test_tables_have_the_columns_and_types_of_the_page(tmp_path: Path) -> None:
    rows = [bills.row("Usage", 10.0) | {"resource_tags_user_team": "web"}]
    workspace, report = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert report.problems == ()
    parts = re.split(r"^## (\w+)$", reference("tables.md"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(sections) == list(TABLES)
    engine = DuckDBEngine(workspace.warehouse)
    for name, text in sections.items():
        described = engine.sql(f"SELECT column_name, column_type FROM (DESCRIBE {name})", ORGANIZATION)
        columns = [
            (str(column), str(kind).replace("DECIMAL(38,12)", "DECIMAL(38, 12)"))
            for column, kind in described.itertuples(index=False)
        ]
        assert table_rows(text) == [item for item in columns if item[0] != "x_tag_team"], name
        assert ("*Tags.*" in text) == ("x_tag_team" in dict(columns)), name


def test_every_line_item_type_has_its_rule_on_the_page() -> None:
    table = (
        (DOCS / "methods/cost-metrics.md")
        .read_text(encoding="utf-8")
        .split("## Each line item type")[1]
        .split("\n## ")[0]
    )
    assert [name for name in sorted(CUR_TYPES) if not re.search(rf"^\| .*\b{name}\b.* \| U", table, re.MULTILINE)] == []


# Links, blocks, words


def anchors(path: Path) -> set[str]:
    headings = re.findall(
        r"^#+ (.+)$",
        re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL),
        re.MULTILINE,
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_links_resolve(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_page_is_linked_from_the_index() -> None:
    linked = {
        (DOCS / target.partition("#")[0]).resolve()
        for target in re.findall(r"\]\(([^)\s]+)\)", (DOCS / "index.md").read_text(encoding="utf-8"))
    }
    assert [names(page) for page in PAGES[1:] if page.resolve() not in linked and page.name != "index.md"] == []


@pytest.mark.parametrize("path", PAGES, ids=names)
def test_blocks_are_what_they_say(path: Path) -> None:
    for block in blocks(path, "sh"):
        checked = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert checked.stderr == ""
    for block in blocks(path, "python"):
        ast.parse(block)
    for block in blocks(path, "json"):
        json.loads(block)
    for block in blocks(path, "toml"):
        content = {name: {} for name in Settings.model_fields if name != "accounts"} | {"client": {"name": "A"}}
        content |= tomllib.loads(block)
        Settings.model_validate(content)


# In pieces, so that this file does not hold what it looks for.
DENIED = [
    "".join(pieces)
    for pieces in (
        ("anth", "ropic"), ("cl", "aude"), ("chat", "gpt"), ("ope", "nai"), ("co", "pilot"), ("l", "lm"), ("l", "lms"),
        ("a", "i"), ("a", "gent"), ("a", "gents"), ("suba", "gent"), ("language ", "model"), ("pro", "mpt"),
        ("to", "do"), ("tb", "d"), ("fix", "me"), ("lorem ", "ipsum"), ("seam", "less"), ("seam", "lessly"),
        ("effort", "less"), ("effort", "lessly"), ("revolution", "ary"), ("cutting", "-edge"), ("world", "-class"),
        ("best-in", "-class"), ("game", "-changer"), ("state-of-the", "-art"), ("lever", "age"), ("emp", "ower"),
    )
]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.~<>:/-])/(?:home|root|tmp|work|Users|mnt|opt|srv|var)/")


@pytest.mark.parametrize("path", [*PAGES, Path(__file__)], ids=names)
def test_words_and_paths(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [word for word in DENIED if re.search(rf"(?i)(?<![\w-]){re.escape(word)}(?![\w-])", text)] == []
    assert MACHINE_PATH.findall(text) == []


def test_pictures_are_small_and_used() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in sorted((DOCS / "pictures").iterdir()):
        assert picture.stat().st_size < 150_000
        assert picture.name in text
