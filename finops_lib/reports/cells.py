"""Cells run in an IPython shell of this very process; their outputs are those that a kernel gives."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from finops_lib.reports.messages import Output


class Outputs:
    """The outputs of the cell that runs, in the order in which they came."""

    def __init__(self) -> None:
        self._kept: list[Output] = []
        self._texts: list[list[str]] = []  # of each stream, in the pieces in which it was written
        self._shown_as: list[str | None] = []
        self._clear_first = False

    def add(self, output: Output, display_id: str | None = None) -> None:
        """Keep one output; text of one stream in a row is one output."""
        if self._clear_first:
            self.clear()
        last = self._kept[-1] if self._kept else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            self._texts[-1].append(output["text"])
            return
        self._kept.append(output)
        self._texts.append([output["text"]] if "text" in output else [])
        self._shown_as.append(display_id)

    def replace(self, data: Output, metadata: Output, display_id: str | None) -> None:
        """Put new data where a display of this name stands."""
        for output, name in zip(self._kept, self._shown_as, strict=True):
            if display_id is not None and name == display_id:
                output |= {"data": data, "metadata": metadata}

    def clear(self, *, wait: bool = False) -> None:
        """Drop what was kept: now, or with the next output."""
        self._clear_first = wait
        if not wait:
            self._kept.clear()
            self._texts.clear()
            self._shown_as.clear()

    def taken(self) -> list[Output]:
        """All outputs; none are left."""
        found = [
            output | {"text": "".join(texts)} if texts else output
            for output, texts in zip(self._kept, self._texts, strict=True)
        ]
        self.clear()
        return found


def _clean(form: Output | None) -> Output:
    """As a notebook file can hold it: pictures in base64, names and values that JSON has."""
    cleaned: Output = json_clean(encode_images(form or {}))
    return cleaned


class _Publisher(DisplayPublisher):
    """Keeps what ``display`` shows."""

    def publish(
        self,
        data: Output,
        metadata: Output | None = None,
        *_: Any,
        transient: Any = None,
        update: Any = False,
        **__: Any,
    ) -> None:
        clean, about = _clean(data), _clean(metadata)
        display_id = (transient or {}).get("display_id")
        if update:
            self.shell.outputs.replace(clean, about, display_id)
        else:
            self.shell.outputs.add({"output_type": "display_data", "data": clean, "metadata": about}, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait=wait)


class _Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def start_displayhook(self) -> None:
        """A terminal has a prompt here."""

    def write_output_prompt(self) -> None:
        """A terminal has a prompt here."""

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        if data := _clean(format_dict):
            form = {"output_type": "execute_result", "data": data, "metadata": _clean(md_dict)}
            self.shell.outputs.add(form | {"execution_count": self.prompt_count})  # type: ignore[union-attr]

    def finish_displayhook(self) -> None:
        """A terminal has an empty line here."""


class Shell(InteractiveShell):
    """A shell that prints nothing and keeps what its cells give out."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **options: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**options)

    def init_io(self) -> None:
        """The streams are those of the cell that runs."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""

    def ask_exit(self) -> None:
        """``quit`` ends a session; a notebook has none."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        self.outputs.add({"output_type": "error", **error})


class _Stream(io.TextIOBase):
    def __init__(self, name: str, outputs: Outputs) -> None:
        super().__init__()
        self._name, self._outputs = name, outputs

    encoding = "UTF-8"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.add({"output_type": "stream", "name": self._name, "text": text})
        return len(text)

    def writable(self) -> bool:
        return True


def new_shell() -> Shell:
    """The shell of this process, without history; the profile that it wants to have somewhere goes at once."""
    settings = Config()
    settings.HistoryManager.enabled = False
    with tempfile.TemporaryDirectory(prefix="finops-ipython-") as folder:
        os.environ["IPYTHONDIR"] = folder
        found: Shell = Shell.instance(config=settings, ipython_dir=folder)
    return found


def run(shell: Shell, code: str) -> tuple[list[Output], bool]:
    """Run one cell; gives its outputs and whether it ended without an error."""
    with _streams(shell.outputs):
        done = shell.run_cell(code, store_history=True)
    return shell.outputs.taken(), bool(done.success)


@contextmanager
def _streams(outputs: Outputs) -> Iterator[None]:
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout", outputs), _Stream("stderr", outputs)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept
