from __future__ import annotations

import re
import subprocess
import sys

import matplotlib as mpl
import pytest
from presentation.overview_samples import overview

from finops_lib.presentation import charts, colors, fonts, theme


def test_the_look_is_scoped() -> None:
    before = dict(mpl.rcParams)
    with theme.style():
        assert mpl.rcParams["font.family"] == [fonts.FAMILY]
    assert dict(mpl.rcParams) == before


def test_figures_are_text_in_the_vendored_family() -> None:
    svg = charts.overview.trend(overview()).svg
    assert set(re.findall(r"font-family: ([^;\"]+)", svg)) == {"'IBM Plex Sans', sans-serif"}
    assert re.search(r">38\.1</text>", svg)
    assert "DejaVu" not in svg


def test_figures_tell_neither_time_nor_tool() -> None:
    svg = charts.overview.movers(overview()).svg
    assert "<metadata" not in svg
    assert "matplotlib.org" not in svg
    assert not re.search(r"20\d\d-\d\d-\d\dT", svg)


def test_equal_results_give_equal_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from presentation.overview_samples import overview; from finops_lib.presentation import charts;"
        "print(hashlib.sha256(''.join(getattr(charts.overview, name)(overview()).svg for name in"
        " ('trend', 'daily', 'movers', 'by_service', 'by_account', 'by_tag')).encode()).hexdigest())"
    )
    path = [entry for entry in sys.path if entry]
    digests = {
        subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_long_names_lose_their_middle() -> None:
    name = "Amazon Elastic Compute Cloud in harbor-production"
    short = theme.fit(name, 120)
    assert theme.fit(name, 400) == name
    assert theme.text_width(short) <= 120 < theme.text_width(name)
    assert short.startswith("Amazon Elastic")
    assert short.endswith("ction")
    assert "…" in short
    assert theme.fit("x" * 50, 1) == "…"


def test_other_scripts_do_not_stop_a_figure() -> None:
    services = [("中文服务", 10.0, 5.0), ("$x^2$ & <b>", 8.0, 9.0), ("Ünïcode Ωμέγα", 5.0, 5.0)]
    svg = charts.overview.by_service(overview(services=services)).svg
    assert "中文服务" in svg
    assert "$x^2$ &amp; &lt;b&gt;" in svg


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", [colors.INK, colors.ACCENT, colors.MUTED, colors.BETTER, colors.WORSE, colors.ACTUAL])
def test_text_is_readable_on_white(color: str) -> None:
    assert 1.05 / (luminance(color) + 0.05) >= 4.5
