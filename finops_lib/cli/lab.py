"""``finops lab``: JupyterLab on the workspace, with the notebooks and a kernel that knows the library."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from finops_lib.cli.context import Context
from finops_lib.core.files import write_json
from finops_lib.reports import notebooks
from finops_lib.reports.copies import Copy, refresh
from finops_lib.settings.load import Workspace

_ENCRYPTED = "--KernelManager.transport_encryption=auto"  # others on a shared machine cannot listen to the kernels
_QUIET = {  # JupyterLab neither asks whether it may fetch its news nor looks for updates, unless somebody set that
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}


@click.command(epilog="Example: finops lab --no-browser --port 8890")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on (default: a free one from 8888 on).")
@click.pass_obj
def lab(context: Context, no_browser: bool, port: int | None) -> None:
    """Open JupyterLab on copies of the notebooks; the shipped ones are never edited."""
    workspace = context.workspace()
    for copy in refresh(notebooks.folder(), workspace.notebooks):
        _tell(copy)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={workspace.notebooks}", _ENCRYPTED]
    command += ["--allow-root"] if os.geteuid() == 0 else []  # in a container; it listens on localhost, with a token
    command += ["--no-browser"] if no_browser else []
    command += [f"--ServerApp.port={port}"] if port else []
    sys.stdout.flush()
    os.execve(sys.executable, command, _environment(workspace))  # noqa: S606 - our own interpreter


def _tell(copy: Copy) -> None:
    if copy.state == "copied":
        click.echo(f"Copied {copy.path.name} to {copy.path.parent}.", err=True)
    elif copy.state == "updated":
        click.echo(f"Updated {copy.path.name}: you had not edited it.", err=True)
    elif copy.state == "outdated":
        click.echo(f"Kept your {copy.path.name}; a newer version is shipped: {copy.shipped}", err=True)


def _environment(workspace: Workspace) -> dict[str, str]:
    """This environment, the workspace, our defaults, and a kernel named ``python3`` that is this very interpreter."""
    own = workspace.root / ".finops" / "jupyter"
    write_json(own / "kernels" / "python3" / "kernel.json", _kernel(workspace.root))
    write_json(own / "labconfig" / "default_setting_overrides.json", _QUIET)
    paths = {name: _before(own, os.environ.get(name)) for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")}
    return {**os.environ, **paths, "FINOPS_WORKSPACE": str(workspace.root)}


def _before(own: Path, others: str | None) -> str:
    return os.pathsep.join([str(own), *filter(None, [others])])


def _kernel(root: Path) -> dict[str, object]:
    return {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (FinOps workbench)",
        "language": "python",
        "metadata": {"debugger": True, "supported_encryption": "curve"},
        "env": {"FINOPS_WORKSPACE": str(root)},
    }
