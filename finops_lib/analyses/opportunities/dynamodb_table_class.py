"""DynamoDB tables whose storage costs so much against their traffic that the infrequent-access class is cheaper."""

from __future__ import annotations

from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity, Saving
from finops_lib.analyses.opportunities.repriced import MissingPrice, judged
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AmazonDynamoDB"
_STANDARD: Final = r"(?:TimedStorage-ByteHrs|(?:Read|Write)RequestUnits|(?:Read|Write)CapacityUnit-Hrs)$"


def find(evidence: Evidence) -> Findings:
    """Tables in the standard class: storage and traffic at the prices of the class for infrequent access."""
    lines = billed.rows(evidence, _SERVICE, _STANDARD)
    lines = lines.assign(plain=plain_of(lines))
    costs = unprotected(evidence, billed.resources(lines))
    found, missing = [], []
    by_table = dict(iter(lines.groupby(["SubAccountId", "ResourceId"])))
    for row in billed.records(costs):
        own = by_table[row["account"], row["resource"]]
        then = _infrequent_cost(evidence, row["region"], own)
        if isinstance(then, str):
            missing.append(MissingPrice(row["account"], row["region"], then, row["cost"]))
        elif row["cost"] - then >= LEAST:
            stored = float(own.loc[own["plain"].str.startswith("Timed"), "EffectiveCost"].sum())
            found.append(
                Finding(
                    resource=row["resource"],
                    account=row["account"],
                    region=row["region"],
                    current_cost=row["cost"],
                    saving=Saving.exactly(row["cost"] - then),
                    confidence="likely",
                    evidence=f"Storage is {stored:.2f} of its {row['cost']:.2f}; the other class costs {then:.2f}.",
                    component="class",
                    covered_cost=row["covered_cost"],
                    covered_by=row["covered_by"],
                    facts={"storage": stored, "infrequent": then},
                )
            )
    return judged(costs, found, missing)


def _infrequent_cost(evidence: Evidence, region: str, lines: pd.DataFrame) -> float | str:
    """What the same use costs in the class for infrequent access, or the price that is missing to tell it."""
    total = 0.0
    for plain, rows in lines.groupby("plain", sort=True):
        price = unit_price(evidence, _SERVICE, f"IA-{plain}", region)
        if price is None:
            return f"IA-{plain}"
        total += price.contracted * float(rows["PricingQuantity"].sum())
    return total


OPPORTUNITY = Opportunity(
    id="dynamodb_table_class",
    title="Move tables that are mostly storage to the infrequent-access class",
    area="databases",
    services=("AmazonDynamoDB",),
    step="modernize",
    effort_hours=1.0,
    risk="low",
    reversible=True,
    restart=False,
    needs=(),
    find=find,
)
