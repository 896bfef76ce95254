from __future__ import annotations

import json
from pathlib import Path

import pytest
from reports.samples import cell, notebook, standard, tiny, write

from finops_lib.core.errors import NotebookError
from finops_lib.reports import notebooks
from finops_lib.reports.notebooks import Parameter


def test_parameters_are_the_typed_lines_of_the_parameters_cell() -> None:
    source = (
        'scope: str = "organization"  # an account id\nperiod: str | None = None  # a month\n'
        "top: int = 20  # rows\nshare: float = 1  # of the whole"
    )
    found = notebooks.parameters(notebook(cell("parameters", source, tags=["parameters"])))
    assert found == (
        Parameter("scope", "str", False, "organization", "an account id"),
        Parameter("period", "str", True, None, "a month"),
        Parameter("top", "int", False, 20, "rows"),
        Parameter("share", "float", False, 1, "of the whole"),
    )
    assert [item.type_name for item in found] == ["str", "str | None", "int", "float"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("scope = 'x'", "Line 1 of the parameters cell is not of the form 'name: type = value'."),
        ("scope: str", "Line 1 of the parameters cell is not of the form 'name: type = value'."),
        ("scope: list = []", "The parameter 'scope' has a type other than str, int, float, bool or None."),
        ("scope: str | bytes = 'a'", "The parameter 'scope' has a type other than str, int, float, bool or None."),
        ("scope: str = str(1)", "The parameter 'scope' has a default that is not a plain value."),
        ("scope: str = None", "The default of the parameter 'scope' is not of its type str."),
        ("scope: str = (", "The parameters cell is not Python: '(' was never closed in line 1."),
    ],
)
def test_a_parameters_cell_that_is_no_signature(source: str, message: str) -> None:
    with pytest.raises(NotebookError) as caught:
        notebooks.parameters(notebook(cell("parameters", source, tags=["parameters"])))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("str", "012345678901", True),
        ("str", 12345678901, False),
        ("int", 3, True),
        ("int", True, False),
        ("int", 3.0, False),
        ("float", 3, True),
        ("bool", True, True),
        ("bool", 1, False),
        ("str", None, False),
    ],
)
def test_values_fit_their_type_without_conversion(kind: str, value: object, fits: bool) -> None:
    assert Parameter("p", kind, False, None, "").accepts(value) is fits


def test_none_fits_an_optional_parameter_only() -> None:
    assert Parameter("p", "str", True, None, "").accepts(None)


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b"{}", b"\xff\xfe"])
def test_a_file_that_is_no_notebook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match="is not a notebook"):
        notebooks.read(path)


def test_an_absent_notebook(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="There is no notebook"):
        notebooks.read(tmp_path / "absent.ipynb")


def test_the_canonical_form_drops_outputs_but_those_of_check() -> None:
    content = tiny()
    for form in content["cells"]:
        if form["cell_type"] == "code":
            form["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a\nb"}]
            form["execution_count"] = 7
            form["metadata"]["execution"] = {"started": "now"}
    once = notebooks.canonical(content)
    cells = {form["id"]: form for form in json.loads(once)["cells"]}
    assert cells["analysis"]["outputs"] == []
    assert cells["check"]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}]
    assert (cells["check"]["execution_count"], cells["analysis"]["execution_count"]) == (1, None)
    assert cells["analysis"]["metadata"] == {}
    assert cells["check"]["metadata"] == {"tags": ["internal", "nbval-check-output"]}
    assert notebooks.canonical(json.loads(once)) == once
    assert once.endswith("}\n")


def test_the_canonical_form_trims_white_space_and_keeps_our_metadata() -> None:
    content = notebook(cell("open", "\n\nx(1)   \n\ny()\n\n"))
    content["metadata"]["widgets"] = {"state": {}}
    form = json.loads(notebooks.canonical(content))
    assert form["cells"][0]["source"] == ["x(1)\n", "\n", "y()"]
    assert form["metadata"]["finops"] == {"order": 10}
    assert "widgets" not in form["metadata"]


def test_sections_are_the_ordered_notebooks_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "variance.ipynb", standard() | {"metadata": {"finops": {"order": 20}}})
    write(tmp_path / "overview.ipynb", standard())
    write(tmp_path / "free.ipynb", notebook(order=None))
    write(tmp_path / ".hidden.ipynb", standard())
    assert [path.name for path in notebooks.sections(tmp_path)] == ["overview.ipynb", "variance.ipynb"]
    assert [path.name for path in notebooks.listed(tmp_path)] == ["free.ipynb", "overview.ipynb", "variance.ipynb"]


def test_the_title_is_the_heading_of_the_title_cell() -> None:
    assert notebooks.title(standard()) == "Spend overview"
    assert notebooks.title(notebook()) == ""


def test_the_shipped_notebooks_are_found() -> None:
    assert (notebooks.folder() / "overview.ipynb").is_file()
