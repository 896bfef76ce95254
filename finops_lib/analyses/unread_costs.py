"""Which costs of a bill cannot be read? Money that is unknown makes every total unknown."""

from __future__ import annotations

from typing import Final

import pandas as pd

from finops_lib.core.errors import Unreconciled

BILLED: Final = ("line_item_unblended_cost", "BilledCost")
COSTS: Final = (*BILLED, "EffectiveCost")


def require_readable(profile: pd.DataFrame, snapshots: pd.DataFrame, period: str) -> None:
    """Raise :class:`Unreconciled` where a cost of the period is text that is no number: no total of it is known."""
    found = unread_costs(profile, snapshots, period)
    if found:
        more = f" ({len(found) - 1} more such lines)" if len(found) > 1 else ""
        raise Unreconciled(
            f"The total of {period} is not known: {found[0]}{more}.",
            hint="Mend the export at its source and pull it again; finops reconcile lists every such line.",
        )


def unread_costs(profile: pd.DataFrame, snapshots: pd.DataFrame, period: str) -> tuple[str, ...]:
    """The rows of a period whose cost is no number, by account and line item type, with an example of what it is."""
    listed = snapshots.loc[snapshots["period"] == period, "unreadable"]
    told = [item for items in listed for item in items if item["column"] in COSTS]
    if not told:
        return ()
    what = " or ".join(f"{item['column']} is '{item['example']}'" for item in told)
    mine = profile[(profile["period"] == period) & (profile["unreadable"] > 0)]
    rows = mine["unreadable"]
    if all(item["column"] in BILLED for item in told):  # an empty cell has no cost either, and is not meant
        rows = mine[["unreadable", "costless"]].min(axis=1)
    named = zip(mine["account"], rows, mine["type"], strict=True)
    return tuple(_line(account, int(count), kind, what) for account, count, kind in named if count)


def _line(account: object, rows: int, kind: object, what: str) -> str:
    who = f"account {account}" if isinstance(account, str) else "charges without an account"
    return f"{rows} {kind} row{'s' if rows > 1 else ''} of {who}, where {what}"
