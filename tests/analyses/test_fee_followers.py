"""Tax and support that a single fee brings: learned from such fees, expected with the next, told alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from forecast_evidence import A, B, charge, charges, mart

from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.forecasting import forecast
from finops_lib.analyses.trajectory import watch
from finops_lib.core.scope import ORGANIZATION, Scope

SUPPORT = "AWS Support (Business)"
MONTHS = [f"{month:%Y-%m}" for month in pd.date_range("2025-10-01", "2026-10-01", freq="MS")]
FEE = charge("2025-11-12", 12_000.0, service="Firewall")


def of_months(usual: float, more: Mapping[str, float], *where: str) -> list[pd.DataFrame]:
    """A charge on each month's first day: the usual, and what some months have more."""
    return [charge(f"{month}-01", usual + more.get(month, 0.0), *where) for month in MONTHS]


def bill(*, tax: float = 840.0, support: float = 720.0, often: float = 0.0) -> list[pd.DataFrame]:
    """Usage of 100 a day in A and 10 in B; A is taxed, B pays the support of both; the fee of A brought more of each.

    ``often`` is what every other month's tax has more.
    """
    swings = dict.fromkeys(MONTHS[::2], often) | {"2025-11": tax}
    return [
        charges([100.0] * 396, start="2025-10-01"),
        charges([10.0] * 396, B, start="2025-10-01"),
        FEE,
        *of_months(70.0, swings, A, "EC2", "tax"),
        *of_months(300.0, {"2025-11": support}, B, SUPPORT, "fee"),
        *of_months(30.0, {"2025-11": support / 10}, B, SUPPORT, "tax"),
    ]


def made(*frames: pd.DataFrame, scope: Scope = ORGANIZATION, as_of: str = "2026-10-31") -> ForecastResult:
    frame = mart(*frames)
    return forecast(
        frame if scope.account is None else frame[frame["SubAccountId"] == scope.account], scope=scope, as_of=as_of
    )


def expected(found: ForecastResult) -> dict[tuple[str, str], float]:
    """Charges of the calendar in November 2026, by account (empty: none) and kind."""
    table = found.calendar[found.calendar["day"] < "2026-12-01"]
    return table.groupby([table["SubAccountId"].fillna(""), "kind"])["cost"].sum().to_dict()


def test_tax_follows_its_accounts_fee_and_support_that_of_all() -> None:
    found = made(*bill())
    assert expected(found) == pytest.approx(
        {(A, "fee"): 12_000, (A, "tax"): 70 + 840, (B, "fee"): 300, (B, "tax"): 30, ("", "fee"): 720, ("", "tax"): 72}
    )
    assert found.next_month is not None
    assert found.next_month.expected == pytest.approx(30 * 110 + 12_000 + 910 + 330 + 792, rel=1e-6)
    assert found.by_cell["next_month"].sum() == pytest.approx(found.next_month.expected, abs=0.005)
    (note,) = [note for note in found.notes if note.code == "forecast.support_of_fees"]
    assert note.data == {"amount": pytest.approx(792.0)}


@pytest.mark.parametrize("account", [A, B])
def test_an_account_is_told_alike_alone(account: str) -> None:
    alone = made(*bill(), scope=Scope(account)).next_month
    cells = made(*bill()).by_cell
    assert alone is not None
    assert alone.expected == pytest.approx(cells.loc[cells["SubAccountId"] == account, "next_month"].sum())


def test_a_december_without_a_fee_has_the_usual() -> None:
    found = made(*bill()).calendar
    december = found[(found["day"] >= "2026-12-01") & (found["day"] < "2027-01-01")]
    assert december["cost"].sum() == pytest.approx(70 + 300 + 30)


@pytest.mark.parametrize(
    "unclear",
    [{"tax": 0.0}, {"tax": 5000.0}, {"tax": 60.0, "often": 40.0}],
    ids=["none", "too much", "as months swing"],
)
def test_an_excess_that_is_no_tax_of_the_fee_is_not_expected_again(unclear: dict[str, float]) -> None:
    assert expected(made(*bill(**unclear)))[(A, "tax")] <= 110.0


def test_a_fee_of_the_running_month_brings_its_tax_at_the_months_end() -> None:
    now = [charges([100.0] * 18, start="2026-11-01"), charge("2026-11-12", 12_000.0, service="Firewall")]
    found = made(*bill(), *now, as_of="2026-11-18")
    assert expected(found)[(A, "tax")] == pytest.approx(70 + 840)
    assert found.month_end.expected == pytest.approx(30 * 100 + 12_000 + 910 + 330 + 792, rel=0.02)
    billed = made(*bill(), *now, charge("2026-11-01", 910.0, A, "EC2", "tax"), as_of="2026-11-18")
    assert (A, "tax") not in expected(billed)


def test_what_follows_is_not_on_the_path_before_it_is_billed() -> None:
    frame = mart(*bill(), charges([100.0] * 18, start="2026-11-01"), charges([10.0] * 18, B, start="2026-11-01"))
    answer = watch(frame, scope=ORGANIZATION, as_of="2026-11-18")
    assert [note.data for note in answer.notes] == [
        {"support": pytest.approx(1020.0), "tax": pytest.approx(910.0 + 30 + 72)}
    ]
    assert [breach.excess for breach in answer.breaches] == pytest.approx([-12_000.0] * len(answer.breaches))


def test_a_yearly_fee_that_is_overdue_is_said_and_not_expected() -> None:
    late = [charges([100.0] * 18, start="2026-11-01"), charges([10.0] * 18, B, start="2026-11-01")]
    found = made(*bill(), *late, as_of="2026-11-18")
    (note,) = [note for note in found.notes if note.code == "forecast.fee_overdue"]
    assert note.message == (
        "Firewall: 12,000.00 was due on 2026-11-12, a year after it came, and is not charged: none is expected."
    )
    assert (A, "fee") not in expected(found)
    early = made(*bill(), charges([100.0] * 5, start="2026-11-01"), as_of="2026-11-05")
    assert "forecast.fee_overdue" not in [note.code for note in early.notes]
    assert expected(early)[(A, "fee")] == 12_000.0
    paid = made(*bill(), *late, charge("2026-11-03", 11_000.0, service="Firewall"), as_of="2026-11-18")
    assert "forecast.fee_overdue" not in [note.code for note in paid.notes]
