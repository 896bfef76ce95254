"""Each error ends the command with its own exit code: 2 usage, 3 partly, 4 config, 5 data, 6 source, 7 delivery."""

from __future__ import annotations

import pytest

from finops_lib.core import errors
from finops_lib.core.errors import FinOpsError
from finops_lib.warehouse.months import UnsafeMixture

CODES = {
    errors.FinOpsError: 1,
    errors.UsageError: 2,
    errors.UnsafeActionError: 2,
    errors.NotebookError: 3,
    errors.RenderError: 3,
    errors.ConfigError: 4,
    errors.ContractError: 5,
    errors.SchemaMismatch: 5,
    errors.InputError: 5,
    errors.Unreconciled: 5,
    errors.CurrencyMismatch: 5,
    errors.AnalysisError: 5,
    errors.InsufficientDataError: 5,
    UnsafeMixture: 5,
    errors.SourceError: 6,
    errors.AccessDenied: 6,
    errors.NotEnabled: 6,
    errors.Throttled: 6,
    errors.DeliveryError: 7,
}


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_exit_codes(kind: type[FinOpsError], code: int) -> None:
    assert kind("What happened.").exit_code == code


def test_every_error_has_a_code_here() -> None:
    defined = {item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, FinOpsError)}
    assert defined <= set(CODES)


def test_an_error_says_what_happened_and_then_what_to_do() -> None:
    context = {"file": "a.csv"}
    error = FinOpsError("It broke.", hint="Mend it.", context=context)
    context["file"] = "b.csv"
    assert (str(error), error.message, error.hint) == ("It broke. Mend it.", "It broke.", "Mend it.")
    assert error.context == {"file": "a.csv"}
    assert str(FinOpsError("It broke.")) == "It broke."
