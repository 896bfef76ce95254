"""What is charged or given beside usage: Marketplace contracts, support, tax, credits, refunds, discounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from finops_lib.sources.demo.charges import Charges, Kind, charges, concat, empty
from finops_lib.sources.demo.money import TICKS_PER_USD, cents, ticks
from finops_lib.sources.demo.timeline import Month

_SUPPORT_TIERS = ((10_000, 10), (80_000, 7), (250_000, 5), (10**9, 3))  # up to USD, percent
_SUPPORT_MINIMUM = ticks(100)
_TAX_PERMILLE = 74


@dataclass(frozen=True)
class OneOff:
    """A fee, credit, refund or discount: once at ``start``, or on the first of each closed month until ``end``."""

    id: str
    kind: Kind
    account: int
    sku: int
    start: int
    amount: int
    end: int = 0
    term_hours: int = 1


@dataclass(frozen=True)
class FeeBook:
    """All fees of the demo; ``support`` and ``tax`` are the Skus of what is computed from the month's bill."""

    items: tuple[OneOff, ...]
    support: int
    tax: Mapping[str, int]


def fees(book: FeeBook, month: Month) -> Charges:
    """The month's contracts, credits, refunds and discounts. Credits and discounts land once the month is closed."""
    rows = [empty()]
    for item in book.items:
        if item.end:
            if month.closed and item.start <= month.first < item.end:
                rows.append(_row(item, month.first, month.full_hours))
        elif month.first <= item.start < month.last:
            rows.append(_row(item, item.start, item.term_hours))
    return concat(rows)


def _row(item: OneOff, start: int, hours: int) -> Charges:
    negotiated = item.kind is Kind.BundledDiscount
    return charges(
        1,
        kind=int(item.kind),
        account=item.account,
        sku=item.sku,
        start=start,
        hours=hours,
        amount=1.0,
        rate=item.amount,
        billed=item.amount,
        effective=item.amount,
        contracted=item.amount if negotiated else 0,
    )


def support_and_tax(book: FeeBook, rows: Charges, accounts: int, month: Month) -> Charges:
    """Business support on the payer and tax per account, both on the closed month's positive charges."""
    if not month.closed:
        return empty()
    taxable = np.zeros(accounts, dtype=np.int64)
    counted = ~np.isin(rows.kind, (int(Kind.Credit), int(Kind.Refund), int(Kind.BundledDiscount)))
    np.add.at(taxable, rows.account[counted], rows.billed[counted])
    support = _flat(Kind.Fee, 0, book.support, month, support_fee(int(taxable.sum())))
    taxes = [_flat(Kind.Tax, 0, book.tax["AWSSupportBusiness"], month, _tax(int(support.billed[0])))]
    taxes += [
        _flat(Kind.Tax, account, book.tax["AmazonEC2"], month, _tax(int(base)))
        for account, base in enumerate(taxable)
        if _tax(int(base))
    ]
    return concat([support, *taxes])


def support_fee(base: int) -> int:
    """AWS Business support for a month's charges, both in ticks, rounded to the cent: tiered, at least 100 USD."""
    fee, floor = 0, 0
    for limit, percent in _SUPPORT_TIERS:
        ceiling = limit * TICKS_PER_USD
        fee += max(0, min(base, ceiling) - floor) * percent // 100
        floor = ceiling
    return cents(max(fee, _SUPPORT_MINIMUM))


def _tax(base: int) -> int:
    return cents(max(base, 0) * _TAX_PERMILLE // 1000)


def _flat(kind: Kind, account: int, sku: int, month: Month, amount: int) -> Charges:
    return charges(
        1,
        kind=int(kind),
        account=account,
        sku=sku,
        start=month.first,
        hours=month.full_hours,
        amount=1.0,
        rate=amount,
        billed=amount,
        effective=amount,
    )
