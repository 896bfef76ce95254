"""The ``finops`` command: a group whose commands are loaded when they are called."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Final

import click

from finops_lib import __version__
from finops_lib.core.errors import FinOpsError, UsageError

COMMANDS: Final = {
    "demo": "finops_lib.cli.demo:demo",
    "init": "finops_lib.cli.init:init",
    "pull": "finops_lib.cli.pull:pull",
    "status": "finops_lib.cli.status:status",
    "doctor": "finops_lib.cli.doctor:doctor",
    "reconcile": "finops_lib.cli.reconcile:reconcile",
    "cross-check": "finops_lib.cli.cross_check:cross_check",
    "sql": "finops_lib.cli.sql:sql",
    "analyze": "finops_lib.cli.analyze:analyze",
    "ledger": "finops_lib.cli.ledger:ledger",
    "report": "finops_lib.cli.report:report",
    "runs": "finops_lib.cli.runs:runs",
    "notebooks": "finops_lib.cli.notebooks:notebooks",
    "lab": "finops_lib.cli.lab:lab",
    "config": "finops_lib.cli.config:config",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command runs, so that the others stay quick."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader that leaves early (``| head``) has seen what it wanted."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first visit."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command by name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--workspace", "-w", type=click.Path(path_type=Path), help="The workspace (default: the nearest upwards)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.option("--verbose", "-v", is_flag=True, help="Say more on standard error.")
@click.version_option(__version__, prog_name="finops")
@click.pass_context
def cli(context: click.Context, workspace: Path | None, as_json: bool, verbose: bool) -> None:
    """From an AWS bill to reconciled cost tables, notebooks and monthly PDFs.

    Start with: finops demo --dir demo
    """
    from finops_lib.cli.context import Context  # noqa: PLC0415 (the version and help need no settings)

    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    context.obj = Context(workspace, as_json)


def main() -> None:
    """Run the command; a user's error is one sentence and its exit code, never a traceback."""
    try:
        code = cli(_reordered(sys.argv[1:]), prog_name="finops", standalone_mode=False)
    except FinOpsError as error:
        click.echo(f"finops: {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("finops: stopped. What was finished is kept; run the same command again to go on.", err=True)
        code = 130
    except OSError as error:
        click.echo(f"finops: The system refuses {error.filename or 'a file'}: {error.strerror or error}.", err=True)
        code = 6
    sys.exit(code if isinstance(code, int) else 0)


def _reordered(arguments: list[str]) -> list[str]:
    """Let ``--workspace DIR``, ``--json`` and ``--verbose`` stand after the command too."""
    front: list[str] = []
    rest: list[str] = []
    items = iter(arguments)
    for item in items:
        if item == "--":
            rest += [item, *items]
        elif item in ("--workspace", "-w"):
            value = next(items, None)
            if value is None:
                raise UsageError(f"{item} needs a directory.", hint="Example: finops status --workspace demo")
            front += [item, value]
        elif item.startswith("--workspace=") or item in ("--json", "--verbose", "-v"):
            front.append(item)
        else:
            rest.append(item)
    return front + rest
