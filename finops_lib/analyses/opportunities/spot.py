"""On-Demand instances that could be interrupted, at what the organization itself pays for their type on Spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.machines import EC2, MachinePrices, current, machines
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.repriced import MissingPrice, judged
from finops_lib.analyses.opportunities.tagged import environment, tags_of, unprotected
from finops_lib.contracts.evidence import Evidence

_HINTS: Final = frozenset({"spot", "faulttolerant", "interruptible", "stateless", "batch", "preemptible"})
_NO: Final = frozenset({"false", "no", "0", "never", ""})
_SPOT: Final = (EC2[0], r"SpotUsage:")


def find(evidence: Evidence) -> Findings:
    """Instances in an Auto Scaling group, with a tag that says so, or outside of production, at their Spot price."""
    held = machines(evidence, EC2)
    held = unprotected(evidence, current(evidence, "instances", held[held["operation"] == "RunInstances"]))
    prices = _spot_prices(evidence)
    tags = tags_of(evidence, held["resource"])
    book, found, missing = MachinePrices(evidence, EC2[0]), [], []
    for row in billed.records(held):
        hint = _hint(row, tags[row["resource"]])
        now = book.own(row)
        if hint is None:
            continue
        paid = prices.get((row["region"], row["type"]))
        if paid is None or now is None:
            missing.append(MissingPrice(row["account"], row["region"], f"Spot {row['type']}", row["cost"]))
        elif now.contracted - paid["mean"] > 0 and row["cost"] * (1 - paid["mean"] / now.contracted) >= LEAST:
            found.append(_finding(row, hint, now.contracted, paid))
    return judged(held, found, missing, "a month in which the organization runs the type on Spot in that region")


def _spot_prices(evidence: Evidence) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """By region and type: what an hour on Spot cost the organization, on average, at the least and at the most."""
    paid = machines(evidence, _SPOT)
    paid = paid[(paid["quantity"] > 0) & (paid["cost"] > 0) & (paid["operation"] == "RunInstances")]
    paid = paid.assign(hourly=paid["cost"] / paid["quantity"])
    return {
        (str(region), str(kind)): {
            "mean": float(rows["cost"].sum() / rows["quantity"].sum()),
            "least": float(rows["hourly"].min()),
            "most": float(rows["hourly"].max()),
        }
        for (region, kind), rows in paid.groupby(["region", "type"])
    }


def _hint(row: Mapping[str, Any], tags: Mapping[str, str]) -> str | None:
    """Why an instance may be interrupted; None where nothing says that it may."""
    if row["group"] is not None:
        return f"It belongs to the Auto Scaling group {row['group']}."
    for key, value in tags.items():
        word = "".join(letter for letter in key.casefold() if letter.isalnum())
        if word in _HINTS and value.strip().casefold() not in _NO:
            return f"Its tag {key} is {value}."
    return "It is not in production." if environment(tags) == "non-production" else None


def _finding(row: Mapping[str, Any], hint: str, now: float, paid: Mapping[str, float]) -> Finding:
    low, expected, high = (row["cost"] * (1 - paid[name] / now) for name in ("most", "mean", "least"))
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(min(low, expected), expected, max(high, expected)),
        confidence="likely" if row["group"] is not None else "possible",
        evidence=f"{hint} An hour of {row['type']} costs {now:.4f} On-Demand and cost {paid['mean']:.4f} on Spot.",
        component="compute",
        exclusive="type",
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        facts={"on_demand": now, "spot": paid["mean"], "spot_least": paid["least"], "spot_most": paid["most"]},
    )


OPPORTUNITY = Opportunity(
    id="spot",
    title="Run interruptible instances on Spot",
    area="compute",
    services=("AmazonEC2",),
    step="modernize",
    effort_hours=6.0,
    risk="medium",
    reversible=True,
    restart=True,
    needs=("instances",),
    find=find,
)
