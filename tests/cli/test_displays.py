"""Whatever accounts and sources are called, the displays show it as it is spelled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import rich.console
from reports.samples import job

from finops_lib.cli import batch_display, steps
from finops_lib.reports.produce import Outcome

ID, NAME = "111122223333", "team [/ops] [bold]"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal of 200 columns gets."""
    shown = io.StringIO()

    def console(**_: Any) -> rich.console.Console:
        return original(file=shown, force_terminal=True, width=200, color_system=None)

    original = rich.console.Console
    monkeypatch.setattr(rich.console, "Console", console)
    monkeypatch.setattr(steps, "Console", console)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    return shown


def named(folder: Path) -> Any:
    made = job(folder, ID)
    made.inputs.scope["name"] = NAME
    return made


def ended(status: Any) -> Outcome:
    return Outcome(ID, NAME, "r1", status, Path(), 1.0)


def test_the_bars_take_no_name_for_markup(tmp_path: Path, screen: io.StringIO) -> None:
    work = named(tmp_path)
    with batch_display.batch(2) as shown:
        assert isinstance(shown, batch_display.Bars)
        shown.stage(work, "pages [/x]")
        shown._rich.refresh()
        shown.done(work, ended("failed"))
    assert f"{ID} {NAME}" in screen.getvalue()
    assert "pages [/x]" in screen.getvalue()
    assert f"{ID} {NAME}: failed" in screen.getvalue()


def test_the_steps_take_no_address_for_markup(screen: io.StringIO) -> None:
    with steps.steps() as shown:
        shown.start_bytes("fetching from s3://bills/[/ops]", 3 << 20)
        shown.add_bytes(2 << 20)
        shown._bar.refresh()
        shown.step("2026-10 [/x]", 1, 2)
        shown._bar.refresh()
    assert "fetching from s3://bills/[/ops]" in screen.getvalue()
    assert "2/3" in screen.getvalue()
    assert "2026-10 [/x]" in screen.getvalue()


def test_elsewhere_a_line_tells_of_each_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = named(tmp_path)
    with batch_display.batch(2) as shown:
        shown.stage(work, "overview")
        shown.stage(work, "waits for another finops report")
        shown.done(work, ended("made"))
        shown.done(work, ended("done"))
    assert capsys.readouterr().err.splitlines() == [
        f"{ID} {NAME}: waits for another finops report",
        f"[1/2] {ID} {NAME}: made in 1.0 s",
    ]
