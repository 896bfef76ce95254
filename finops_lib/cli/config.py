"""``finops config``: what holds, and why."""

from __future__ import annotations

import json

import click

from finops_lib.cli.context import Context, show


@click.group(epilog="Example: finops config show")
def config() -> None:
    """The workspace's settings."""


@config.command("show", epilog="Example: finops config show")
@click.pass_obj
def show_settings(context: Context) -> None:
    """Print every setting with its value and where it came from."""
    resolved = context.workspace().resolved()
    if context.json:
        show({key: {"value": setting.value, "origin": setting.origin} for key, setting in resolved.items()})
        return
    width = max(len(key) for key in resolved)
    for key, setting in resolved.items():
        click.echo(f"{key.ljust(width)}  {json.dumps(setting.value, ensure_ascii=False)}  ({setting.origin})")
