"""DynamoDB tables whose traffic costs less in the other capacity mode: it takes metrics to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.repriced import MissingPrice, price_gaps
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AmazonDynamoDB"
_ON_DEMAND, _PROVISIONED = r"(?:Read|Write)RequestUnits$", r"(?:Read|Write)CapacityUnit-Hrs$"
_UNITS: Final = {"Read": "ConsumedReadCapacityUnits", "Write": "ConsumedWriteCapacityUnits"}
_TARGET: Final = 0.7
"""Auto scaling's default: the share of provisioned capacity that is in use."""
_NEEDS: Final = "cloudwatch:GetMetricData of ConsumedReadCapacityUnits and ConsumedWriteCapacityUnits a second"


@dataclass(frozen=True)
class _Demand:
    """Capacity units a second that one side of a table needs: half of the time, and nearly always."""

    usual: float
    peak: float


def find(evidence: Evidence) -> Findings:
    """Tables by request that steady traffic would run cheaper with provisioned capacity."""
    costs = unprotected(evidence, billed.of(evidence, _SERVICE, _ON_DEMAND))
    fixed = billed.of(evidence, _SERVICE, _PROVISIONED)
    found, missing, blind = [], [], list(billed.records(fixed))
    for row in billed.records(costs):
        demand = _demand(evidence, row["resource"])
        if demand is None:
            blind.append(row)
            continue
        prices = {side: unit_price(evidence, _SERVICE, f"{side}CapacityUnit-Hrs", row["region"]) for side in _UNITS}
        lacking = [f"{side}CapacityUnit-Hrs" for side, price in prices.items() if price is None]
        if lacking:
            missing.append(MissingPrice(row["account"], row["region"], " and ".join(lacking), row["cost"]))
            continue
        hourly = {side: price.contracted for side, price in prices.items() if price is not None}
        if (item := _finding(row, demand, hourly, 24 * evidence.period.days)) is not None:
            found.append(item)
    known = len(costs) + len(fixed) - len(blind) - len(missing)
    cost = float(costs["cost"].sum() + fixed["cost"].sum())
    cost -= sum(row["cost"] for row in blind) + sum(item.cost for item in missing)
    return Findings(tuple(found), known, cost, (*_blind(blind), *price_gaps(missing)))


def _demand(evidence: Evidence, table: str) -> Mapping[str, _Demand] | None:
    measured = _measured(evidence)
    found = {side: measured[table, name] for side, name in _UNITS.items() if (table, name) in measured}
    return found if len(found) == len(_UNITS) else None


@once
def _measured(evidence: Evidence) -> Mapping[tuple[str, str], _Demand]:
    """The demand of each table by the name of its metric."""
    metrics = evidence.of("utilization")
    told = metrics[metrics["unit"] == "Count/Second"].dropna(subset=["p50", "p99"])
    first = told.drop_duplicates(["resource", "metric"])
    rows = first[["resource", "metric", "p50", "p99"]].itertuples(index=False, name=None)
    return {(table, metric): _Demand(float(usual), float(peak)) for table, metric, usual, peak in rows}


def _finding(
    row: Mapping[str, Any], demand: Mapping[str, _Demand], hourly: Mapping[str, float], hours: int
) -> Finding | None:
    """Provisioned for the peak all the time at the worst; scaled with the usual load at the best."""

    def cost(units: Mapping[str, float]) -> float:
        return sum(units[side] / _TARGET * hourly[side] * hours for side in units)

    peak = cost({side: load.peak for side, load in demand.items()})
    usual = cost({side: load.usual for side, load in demand.items()})
    low, high = row["cost"] - peak, row["cost"] - min(usual, peak)
    expected = (low + high) / 2
    if expected < LEAST:
        return None
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=Saving(low, expected, high),
        confidence="likely" if low > 0 else "possible",
        evidence=(
            f"Its requests cost {row['cost']:.2f}; provisioned ones {min(usual, peak):.2f} for the usual load "
            f"and {peak:.2f} where the peak is provisioned at all hours."
        ),
        component="traffic",
        facts={"provisioned_usual": usual, "provisioned_peak": peak, "target_utilization": _TARGET},
    )


def _blind(rows: list[dict[str, Any]]) -> tuple[Gap, ...]:
    accounts = sorted({row["account"] for row in rows})
    return tuple(
        Gap(
            account,
            "How steady the traffic of tables is was not measured.",
            _NEEDS,
            sum(row["account"] == account for row in rows),
            sum(row["cost"] for row in rows if row["account"] == account),
        )
        for account in accounts
    )


OPPORTUNITY = Opportunity(
    id="dynamodb_capacity_mode",
    title="Provision the capacity of tables with steady traffic",
    area="databases",
    services=("AmazonDynamoDB",),
    step="modernize",
    effort_hours=3.0,
    risk="medium",
    reversible=True,
    restart=False,
    needs=("utilization",),
    find=find,
)
