from __future__ import annotations

from pathlib import Path

from reports.samples import standard, tiny, write

from finops_lib.reports.copies import refresh


def states(shipped: Path, target: Path) -> dict[str, str]:
    return {copy.path.name: copy.state for copy in refresh(shipped, target)}


def test_copies_are_made_once_and_kept_up_until_somebody_edits_them(tmp_path: Path) -> None:
    shipped, target = tmp_path / "shipped", tmp_path / "workspace" / "notebooks"
    source = write(shipped / "overview.ipynb", tiny())
    assert states(shipped, target) == {"overview.ipynb": "copied"}
    assert states(shipped, target) == {"overview.ipynb": "same"}

    write(source, standard())
    assert states(shipped, target) == {"overview.ipynb": "updated"}
    assert (target / "overview.ipynb").read_bytes() == source.read_bytes()

    (target / "overview.ipynb").write_text("edited")
    assert states(shipped, target) == {"overview.ipynb": "edited"}
    write(source, tiny())
    assert states(shipped, target) == {"overview.ipynb": "outdated"}
    assert (target / "overview.ipynb").read_text() == "edited"

    (target / "overview.ipynb").unlink()
    assert states(shipped, target) == {"overview.ipynb": "copied"}


def test_a_copy_of_unknown_origin_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "shipped" / "overview.ipynb", tiny())
    mine = write(tmp_path / "mine" / "overview.ipynb", standard())
    before = mine.read_bytes()
    assert states(tmp_path / "shipped", tmp_path / "mine") == {"overview.ipynb": "outdated"}
    assert mine.read_bytes() == before


def test_own_notebooks_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "shipped" / "overview.ipynb", tiny())
    own = write(tmp_path / "mine" / "my-questions.ipynb", standard())
    refresh(tmp_path / "shipped", tmp_path / "mine")
    assert own.exists()
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        ".shipped.json",
        "my-questions.ipynb",
        "overview.ipynb",
    ]
