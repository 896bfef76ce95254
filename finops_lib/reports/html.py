"""A notebook's cells as HTML, by our own nbconvert template: no code, no scripts, no remote addresses."""

from __future__ import annotations

from functools import cache
from typing import Any

import nbformat
from nbconvert import HTMLExporter

from finops_lib.reports import templates
from finops_lib.reports.audience import Audience, Part


def section(part: Part, audience: Audience) -> str:
    """The HTML of one notebook's cells."""
    notebook = nbformat.notebooknode.from_dict(  # type: ignore[no-untyped-call]
        {"cells": list(part.cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    body, _ = _exporter(audience).from_notebook_node(notebook, resources={"metadata": {"name": part.name}})
    return str(body)


@cache
def _exporter(audience: Audience) -> Any:
    return HTMLExporter(  # type: ignore[no-untyped-call]
        template_name=f"finops_{audience}",
        extra_template_basedirs=[str(templates.folder())],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
