"""What was not checked, by name."""

from __future__ import annotations

import pytest

from finops_lib.core.note import Note
from finops_lib.presentation.narrative import unchecked


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        (
            [("not_checked.invoice_document", "The invoice document: totals are those of the export.")],
            "the invoice document",
        ),
        (
            [("not_checked.variance_budget", "The month was not set against a budget: none.")],
            "the month against a budget",
        ),
        ([("not_checked.odd_thing", "No colon here.")], "odd thing"),
        (
            [("a.b", "AWS Budgets: none."), ("a.c", "A forecast: no."), ("a.d", "A forecast: no.")],
            "AWS Budgets and a forecast",
        ),
    ],
)
def test_each_thing_is_named_once(notes: list[tuple[str, str]], sentence: str) -> None:
    found = [Note.info(code, message) for code, message in notes]
    assert unchecked.message(found) == f"Not checked: {sentence}."
