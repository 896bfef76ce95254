"""``finops analyze NAME``: one analysis at the command line, one module an analysis."""

from __future__ import annotations

import importlib
import pkgutil

import click


class _Analyses(click.Group):
    """The modules of this package, each with its ``command``; imported when it is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The analyses by name."""
        names = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The analysis of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command


@click.group(cls=_Analyses, epilog="Example: finops analyze overview --json")
def analyze() -> None:
    """Run one analysis for a scope and month, and print its result."""
