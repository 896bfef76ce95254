"""``finops init``: make a workspace."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

import click

from finops_lib.cli.context import Context, show
from finops_lib.core.errors import UnsafeActionError, UsageError
from finops_lib.core.files import write_atomic
from finops_lib.settings.load import FILE, Workspace

_TEMPLATE: Final = Template("""\
# The settings of one client. Every key has a default; `finops config show` prints each value and its origin.

[client]
name = $name
# fiscal_year_start = 4                   # the month that your year begins with

[billing]
# profile = "my-sso-profile"              # a profile of ~/.aws/config
# role_arn = "arn:aws:iam::111122223333:role/FinOpsReadOnly"
# external_id = { env = "FINOPS_EXTERNAL_ID" }

[tags]
# The cost allocation tags that become columns: "auto" takes those that the bill carries, or name them:
keys = $keys

[budgets]
$budgets

[kpis]
$kpis
$driver

[forecast]
# threshold_dollars = 100                 # spend is off its path where it exceeds both
# threshold_percent = 10

# [[forecast.events]]
# label = "Move of the shop to Graviton"
# date = 2026-03-01
# amount = -42.0
# per = "day"

[scorecard]
# hourly_rate = 100.0                     # an hour of work, in the bill's currency
# effort_per_quarter = 80.0               # hours of work that a quarter has for savings
# protected_tags = ["legal-hold", "finops:keep"]

# [scorecard.goals]                       # scores to reach, out of 100: overall, or of an area
# overall = 90
# storage = 95

[inventory]
# role_name = "FinOpsReadOnly"            # assumed in each account by `finops pull aws`
# regions = ["us-east-1", "eu-west-1"]    # default: all that an account has enabled

[reports]
# paper = "Letter"
# confidentiality = "Confidential"

# [[accounts]]
# id = "111122223333"
# name = "production"
""")

_UNVERSIONED: Final = "# A client's bill and reports have no place in a repository.\n/warehouse/\n/runs/\n/source/\n"


@click.command(epilog="Example: finops init acme --name 'Acme Ltd'")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="The client's name, as reports print it.")
@click.pass_obj
def init(context: Context, directory: Path, name: str) -> None:
    """Make a workspace in DIRECTORY: one client's settings, warehouse, notebooks and runs."""
    workspace = create(directory, name)
    if context.json:
        show({"workspace": str(workspace.root), "client": workspace.settings.client.slug})
    else:
        click.echo(f"Made the workspace {workspace.root}. Next: finops pull SOURCE --workspace {directory}")


def create(
    directory: Path, name: str, tag_keys: tuple[str, ...] = (), *, budgets: str = "", kpis: str = "", driver: str = ""
) -> Workspace:
    """Write finops.toml; raises :class:`UnsafeActionError` where there is one already.

    ``budgets`` and ``kpis`` are the paths of the client's files, from ``directory``; ``driver`` is the metric of the
    latter that cost is held against.
    """
    if not name.strip():
        raise UsageError("The client's name is empty.", hint="Give one with --name.")
    path = directory / FILE
    if path.exists():
        raise UnsafeActionError(f"{path} exists already.", hint="Edit it, or choose another directory.")
    keys = f"[{', '.join(_quoted(key) for key in tag_keys)}]" if tag_keys else '"auto"'
    try:
        files = {
            "budgets": _named("file", budgets, "budgets.csv"),
            "kpis": _named("file", kpis, "kpis.csv"),
            "driver": _named("driver", driver, "orders"),
        }
        write_atomic(path, _TEMPLATE.substitute(name=_quoted(name.strip()), keys=keys, **files))
        write_atomic(directory / ".gitignore", _UNVERSIONED)
    except OSError as error:
        raise UsageError(
            f"{directory} cannot be written: {error.strerror}.", hint="Choose another directory."
        ) from error
    return Workspace.open(directory)


def _named(key: str, value: str, example: str) -> str:
    return f"{key} = {_quoted(value)}" if value else f'# {key} = "{example}"'


def _quoted(text: str) -> str:
    escaped = "".join(char if char >= " " and char not in '"\\\x7f' else f"\\u{ord(char):04x}" for char in text)
    return f'"{escaped}"'
