"""What is odd about the data behind a report, and what could not be checked. Method: docs/methods/data-quality.md."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.contracts.focus import TOLERANCE
from finops_lib.contracts.line_items import DISCOUNT_TYPES, KNOWN_TYPES
from finops_lib.core.counted import counted
from finops_lib.core.errors import Unreconciled
from finops_lib.core.note import Note

Snapshot = Mapping[Hashable, Any]
_KNOWN_SHAPE = r"\d{12}"


def require_reconciled(reconciliation: pd.DataFrame, snapshots: pd.DataFrame, period: str) -> None:
    """Raise :class:`Unreconciled` where a total of the period differs from its source, saying which rows.

    The amortization identity binds final months whose every value could be read (warehouse/reconcile.py decides).
    """
    off = reconciliation[reconciliation["difference"].abs() > float(TOLERANCE)]
    if len(off):
        line = off.sort_values("difference", key=abs).iloc[-1]
        raise Unreconciled(
            f"The bill of {period} does not reconcile: {_who(line['SubAccountId'])} {line['source']:.2f} in "
            f"the source and {line['canonical']:.2f} in the canonical table.",
            hint="Run finops reconcile to see every line.",
        )
    for snapshot in _of(snapshots, period):
        if snapshot["identity_broken"]:
            rows = [
                f"{i['commitment']} ({i['types']}): {float(i['residual']):.2f}" for i in snapshot["identity_failing"]
            ]
            residual = float(snapshot["identity_residual"])
            raise Unreconciled(
                f"The bill of {period} breaks the amortization identity by {residual:.2f}, in {'; '.join(rows)}.",
                hint="Check these charges in the source; finops reconcile prints them.",
            )


def notes(profile: pd.DataFrame, snapshots: pd.DataFrame, period: str, currency: str) -> tuple[Note, ...]:
    """The oddities of one period within the scope of the frames."""
    mine, taken = profile[profile["period"] == period], _of(snapshots, period)
    return (
        *_invoice(mine, taken),
        *_unread(mine, taken),
        *_amortization(mine, taken),
        *_rows(mine, currency),
        *_charges(mine, currency),
        *_accounts(mine),
        *_tags(taken),
    )


def _of(snapshots: pd.DataFrame, period: str) -> list[dict[Hashable, Any]]:
    return snapshots[snapshots["period"] == period].to_dict("records")


def _invoice(mine: pd.DataFrame, taken: Sequence[Snapshot]) -> Iterator[Note]:
    statuses = {snapshot["invoice_status"] for snapshot in taken}
    if "open" in statuses:
        rows = int(mine["uninvoiced"].sum())
        message = f"{_rows_of(rows)} no invoice number yet: credits, refunds and fees may still change."
        yield Note.warning("invoice.open", message, rows=rows)
    if "unknown" in statuses:
        yield Note.info(
            "invoice.unknown", "The export carries no invoice numbers, so it does not tell if the month is final."
        )


def _unread(mine: pd.DataFrame, taken: Sequence[Snapshot]) -> Iterator[Note]:
    cells, rows = int(mine["unreadable"].sum()), int(mine["costless"].sum())
    if cells:
        columns = sorted({item["column"] for snapshot in taken for item in snapshot["unreadable"]})
        message = f"{cells} cells of numeric columns hold text and count as unknown ({', '.join(columns)})."
        yield Note.warning("cost.unreadable_numbers", message, cells=cells, columns=columns)
    if rows:
        yield Note.warning(
            "cost.costless_rows", f"{_rows_of(rows)} no readable billed cost: no total holds them.", rows=rows
        )


def _amortization(mine: pd.DataFrame, taken: Sequence[Snapshot]) -> Iterator[Note]:
    plans = all(snapshot["amortizes_savings_plans"] for snapshot in taken)
    reservations = all(snapshot["amortizes_reservations"] for snapshot in taken)
    for carried, name, what in (
        (plans, "savings_plans", "Savings Plans"),
        (reservations, "reservations", "Reserved Instances"),
    ):
        if not carried:
            message = f"The export carries no amortized cost for {what}: their effective cost is shown as billed."
            yield Note.warning(f"cost.not_amortized_{name}", message)
    rows = int(mine["unamortized"].sum())
    if rows and plans and reservations:
        message = f"{_rows_of(rows)} a commitment's cover but no amortized cost: effective cost leaves them out."
        yield Note.warning("cost.partly_amortized", message, rows=rows)
    for snapshot in taken:
        if snapshot["fees_elsewhere"]:
            count = snapshot["fees_elsewhere"]
            message = (
                f"{count} commitments are used here but paid in another bill: their unused part is not in this one."
            )
            yield Note.info("commitments.fees_elsewhere", message, commitments=count)
        residual = float(snapshot["identity_residual"])
        if snapshot["identity_failing"] and abs(residual) <= float(TOLERANCE):
            count = len(snapshot["identity_failing"])
            message = f"Fees and amortized cost of {count} commitments differ and make up for each other in the total."
            yield Note.warning("reconciliation.commitments_off", message, commitments=count)
        if abs(residual) > float(TOLERANCE):
            message = (
                f"Billed and amortized cost differ by {residual:.2f} beyond what was paid ahead: "
                "the month is open, values are unread, or AWS rounded."
            )
            yield Note.warning("reconciliation.identity_open", message, residual=residual)


def with_unpriced(notes: Sequence[Note], amount: float, currency: str) -> tuple[Note, ...]:
    """The notes, where the one on list cost tells the ``amount`` of usage without a public price.

    The source's rows know nothing of usage that costs and whose list cost is printed as 0: that is no price either.
    """
    if abs(amount) < HALF_CENT:
        return tuple(notes)
    counted = [note for note in notes if note.code == "cost.list_incomplete"]
    rows: dict[str, object] = dict(counted[0].data) if counted else {}
    message = f"Usage worth {amount:.2f} {currency} carries no public price: list cost leaves it out, a lower bound."
    told = Note.info("cost.list_incomplete", message, **rows, EffectiveCost=round(amount, 6))
    return (*(note for note in notes if note not in counted), told)


def _rows(mine: pd.DataFrame, currency: str) -> Iterator[Note]:
    split, outside, unpriced = (int(mine[column].sum()) for column in ("split", "outside", "unpriced"))
    if split:
        message = f"{_rows_of(split)} split cost allocation, which repeats the cost of instances: no total holds them."
        yield Note.info("cost.split_rows", message, rows=split)
    if outside:
        amount = float(mine["outside_billed"].sum())
        message = (
            f"Begun outside the billing period, but of this bill and in its totals: {counted(outside, 'row')} "
            f"worth {amount:.2f} {currency}."
        )
        yield Note.info("period.rows_outside", message, rows=outside, BilledCost=amount)
    if unpriced:
        yield Note.info(
            "cost.list_incomplete",
            f"Without a public price, so left out of list cost: {counted(unpriced, 'usage row')}.",
            rows=unpriced,
        )


def _charges(mine: pd.DataFrame, currency: str) -> Iterator[Note]:
    unknown = mine[~mine["type"].isin(KNOWN_TYPES)]
    for name, rows in unknown.groupby("type", dropna=False):
        amount, known = float(rows["billed"].sum()), isinstance(name, str)
        which = f"of the unknown type '{name}'" if known else "without a type"
        message = f"Charges {which} ({amount:.2f} {currency}) count as billed, unclassified."
        yield Note.warning("cost.unclassified_type", message, type=name if known else None, BilledCost=amount)
    discounted = float(mine["discounted"].sum())
    if abs(discounted) > float(TOLERANCE) and not mine["type"].isin(DISCOUNT_TYPES).any():
        message = (
            f"The export carries private discounts of {abs(discounted):.2f} {currency} on its rows: "
            "billed cost is before them, effective cost after."
        )
        yield Note.warning("cost.billed_before_discounts", message, discounts=discounted)


def _accounts(mine: pd.DataFrame) -> Iterator[Note]:
    accounts = mine["account"].dropna().drop_duplicates()
    odd = sorted(accounts[~accounts.str.fullmatch(_KNOWN_SHAPE)])
    if odd:
        message = f"Account ids have 12 digits on AWS, these have not: {_some(odd)}. The bill's spelling is kept."
        yield Note.warning("accounts.unusual_id", message, accounts=odd)
    homeless = int(mine.loc[mine["account"].isna(), "rows"].sum())
    if homeless:
        message = f"{_rows_of(homeless)} no account id: only the organization's totals hold them."
        yield Note.warning("accounts.missing_id", message, rows=homeless)


def _tags(taken: Sequence[Snapshot]) -> Iterator[Note]:
    collisions = {key: names for snapshot in taken for key, names in snapshot["tag_collisions"].items()}
    for key, names in sorted(collisions.items()):
        message = f"The tag {key} comes in several spellings ({', '.join(names)}); the first with a value counts."
        yield Note.warning("tags.key_collision", message, key=key, spellings=list(names))
    left_out = sorted({key for snapshot in taken for key in snapshot["tags_left_out"]})
    if left_out:
        message = f"Tags with very many values, or beyond the first 15, are no columns: {_some(left_out)}."
        yield Note.info("tags.keys_left_out", message, keys=left_out)


def _who(account: object) -> str:
    return f"account {account} has" if isinstance(account, str) else "charges without an account have"


def _rows_of(count: int) -> str:
    return f"{count} row carries" if count == 1 else f"{count} rows carry"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
