"""Redis OSS caches at what the same nodes cost with Valkey."""

from __future__ import annotations

from typing import Final

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.instance_types import parsed
from finops_lib.analyses.opportunities.machines import CACHE, MachinePrices, current, machines
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Opportunity
from finops_lib.analyses.opportunities.repriced import MissingPrice, judged, saved
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.contracts.evidence import Evidence

_REDIS, _VALKEY = "CreateCacheCluster:0002", "CreateCacheCluster:Valkey"
_SERVICE: Final = CACHE[0]


def find(evidence: Evidence) -> Findings:
    """Nodes with Redis OSS, at the price of the same node with Valkey."""
    nodes = machines(evidence, CACHE)
    nodes = unprotected(evidence, current(evidence, "caches", nodes[nodes["operation"] == _REDIS]))
    nodes = nodes[nodes["engine"].fillna("redis").str.casefold() == "redis"]
    book, found, missing = MachinePrices(evidence, _SERVICE), [], []
    for row in billed.records(nodes):
        kind = parsed(row["type"])
        now = book.own(row)
        then = book.of({**row, "operation": _VALKEY}, kind) if kind else None
        if now is None or then is None:
            name = f"{row['stem']}:{row['type']} with {'Valkey' if then is None else 'Redis OSS'}"
            missing.append(MissingPrice(row["account"], row["region"], name, row["cost"]))
            continue
        saving = saved(row["cost"], now, then)
        if saving is None or saving.expected < LEAST:
            continue
        found.append(
            Finding(
                resource=row["resource"],
                account=row["account"],
                region=row["region"],
                current_cost=row["cost"],
                saving=saving,
                confidence="likely",
                evidence=(
                    f"An hour of {row['type']} costs {now.contracted:.4f} with Redis OSS and {then.contracted:.4f} "
                    "with Valkey."
                ),
                component="compute",
                covered_cost=row["covered_cost"],
                covered_by=row["covered_by"],
                facts={"type": row["type"], "redis": now.contracted, "valkey": then.contracted},
            )
        )
    return judged(nodes, found, missing)


OPPORTUNITY = Opportunity(
    id="redis_to_valkey",
    title="Move caches from Redis OSS to Valkey",
    area="databases",
    services=("AmazonElastiCache",),
    step="modernize",
    effort_hours=3.0,
    risk="low",
    reversible=False,
    restart=False,
    needs=(),
    find=find,
)
