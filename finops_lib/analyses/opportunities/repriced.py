"""What a move to another price saves, as a share of what is paid now; and the prices that were missing for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Finding, Findings, Gap, Saving
from finops_lib.analyses.opportunities.unit_prices import UnitPrice

PRICE_LIST: Final = "pricing:GetProducts, or a month in which the organization pays for it"


@dataclass(frozen=True)
class MissingPrice:
    """A resource whose saving needs a price that neither the bill nor a price list tells."""

    account: str
    region: str
    price: str
    cost: float


def saved(cost: float, now: UnitPrice, then: UnitPrice) -> Saving | None:
    """The saving on a cost whose unit price moves from one to the other; None where the new one is no cheaper.

    The new price's private discount may be unknown (a price list has none): the low figure then assumes that there is
    none, the expected one that it is as deep as today's.
    """
    own = cost * (1 - then.contracted / now.contracted)
    if then.contracted < then.price:
        return Saving.exactly(own) if own > 0 else None
    public = cost * (1 - then.price / now.price)
    return Saving(min(own, public), public, public) if public > 0 else None


def price_gaps(missing: Iterable[MissingPrice], needs: str = PRICE_LIST) -> tuple[Gap, ...]:
    """A gap an account and region: which prices are missing, how many resources wait for them, and what they cost."""
    groups: dict[tuple[str, str], list[MissingPrice]] = defaultdict(list)
    for item in missing:
        groups[(item.account, item.region)].append(item)
    return tuple(
        Gap(account, f"{region}: not known: {_names(items)}.", needs, len(items), sum(item.cost for item in items))
        for (account, region), items in sorted(groups.items())
    )


def judged(
    held: pd.DataFrame, found: Sequence[Finding], missing: Sequence[MissingPrice], needs: str = PRICE_LIST
) -> Findings:
    """What was found among the resources held; those whose price is missing were not judged."""
    cost = float(held["cost"].sum()) - sum(item.cost for item in missing)
    return Findings(tuple(found), len(held) - len(missing), cost, price_gaps(missing, needs))


def _names(items: Iterable[MissingPrice]) -> str:
    return "; ".join(f"the price of {price}" for price in sorted({item.price for item in items}))
