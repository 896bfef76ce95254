"""Why a saving was not looked for, in words that many resources share: one line a kind, reason and need."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from finops_lib.analyses.scorecard_result import ScorecardResult

PRICE: Final = (
    "Neither the bill nor a price list tells the price to compare with.",
    "A price list: finops pull PRICELIST",
)
_SPOT: Final = "The months held do not show what these types cost on Spot."
_PLACE: Final = re.compile(r"^(?:[a-z]{2}(?:-[a-z]+)+-\d|global): ")
_OF_A_LIST: Final = re.compile(r"^(?:pricing:GetProducts|prices? of |AmazonCloudFront's price)")


@dataclass(frozen=True)
class Missing:
    """What a kind could not look at for one reason: how many resources (0: not told), and their cost."""

    title: str
    reason: str
    needs: str
    resources: int
    cost: float | None


def together(result: ScorecardResult) -> list[Missing]:
    """All that was not looked at, the costliest first; what no cost is told for comes last."""
    groups: dict[tuple[str, str, str], list[dict[Any, Any]]] = defaultdict(list)
    for row in result.unchecked.to_dict("records"):
        groups[str(row["title"]), *_words(str(row["reason"]), str(row["needs"]))].append(row)
    found = [Missing(*key, sum(int(row["resources"]) for row in rows), _cost(rows)) for key, rows in groups.items()]
    return sorted(found, key=lambda one: (-(one.cost or 0.0), one.title, one.reason))


def _words(reason: str, needs: str) -> tuple[str, str]:
    if _OF_A_LIST.match(needs):
        return PRICE
    said = _PLACE.sub("", reason)
    if said.startswith("not known: the price of Spot"):
        said = _SPOT
    return said[:1].upper() + said[1:], needs


def _cost(rows: list[dict[Any, Any]]) -> float | None:
    """The cost that is told; None where none is."""
    costs = [float(row["cost"]) for row in rows if row["cost"] is not None and not math.isnan(row["cost"])]
    return math.fsum(costs) if costs else None
