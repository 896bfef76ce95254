"""Aurora clusters whose I/O costs more than what I/O-Optimized adds to compute and storage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.protocol import LEAST, Finding, Findings, Gap, Opportunity, Saving
from finops_lib.analyses.opportunities.published_ratios import ratio
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import unit_price
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

_SERVICE: Final = "AmazonRDS"
_AURORA: Final = re.compile(r".*:00(?:16|21)$")
_COMPUTE: Final = r"(?:InstanceUsage:|Aurora:ServerlessV2Usage)"
_STORAGE, _IO = r"Aurora:StorageUsage", r"Aurora:StorageIOUsage"
_COLUMNS: Final = ["account", "region", "cluster"]


@dataclass(frozen=True)
class _Added:
    """What I/O-Optimized adds to a cluster, and whether published ratios stood for prices."""

    compute: float
    storage: float
    published: bool


def find(evidence: Evidence) -> Findings:
    """Clusters in the standard configuration that pay for I/O."""
    lines = _lines(evidence)
    clusters = [(tuple(map(str, key)), rows) for key, rows in lines.groupby(_COLUMNS, sort=True)]
    found, gaps, judged, cost = [], [], 0, 0.0
    for (account, region, cluster), rows in clusters:
        io = rows[rows["part"] == "io"]
        if io["EffectiveCost"].sum() <= 0 or rows["EffectiveCost"].sum() < 0:
            continue
        if not (rows["part"] == "compute").any():
            reason = f"{region}: which instances belong to {cluster} is not known."
            gaps.append(Gap(account, reason, "rds:DescribeDBInstances", 1, float(io["EffectiveCost"].sum())))
            continue
        judged, cost = judged + 1, cost + float(rows["EffectiveCost"].sum())
        if (item := _finding(evidence, account, region, cluster, rows)) is not None:
            found.append(item)
    return Findings(_allowed(evidence, found), judged, cost, tuple(gaps))


def _allowed(evidence: Evidence, found: list[Finding]) -> tuple[Finding, ...]:
    names = pd.DataFrame({"resource": [item.resource for item in found]}, dtype=object)
    return tuple(found[number] for number in unprotected(evidence, names).index)


def _lines(evidence: Evidence) -> pd.DataFrame:
    """Compute, storage and I/O of Aurora, each row with its ``part`` and ``cluster``."""
    usage = billed.rows(evidence, _SERVICE, rf"(?:{_COMPUTE}|{_STORAGE}|{_IO})")
    plain = plain_of(usage)
    compute = plain.str.match(_COMPUTE)
    aurora = ~compute | plain.str.startswith("Aurora:") | usage["x_Operation"].fillna("").str.match(_AURORA)
    part = pd.Series("storage", index=usage.index).mask(compute, "compute").mask(plain.str.match(_IO), "io")
    named = usage.assign(part=part, account=usage["SubAccountId"], region=usage["RegionId"].fillna(""))[aurora]
    return named.assign(cluster=_clusters(evidence, named))


def _clusters(evidence: Evidence, lines: pd.DataFrame) -> pd.Series[Any]:
    """The cluster of each row: by the inventory, by its own id, or the only one that the place has."""
    described = evidence.of("databases").dropna(subset=["cluster"]).drop_duplicates("resource")
    by_instance = described.set_index("resource")["cluster"]
    stored = lines.loc[lines["part"] != "compute", ["account", "region", "ResourceId"]].drop_duplicates()
    counts = stored.groupby(["account", "region"])["ResourceId"].agg(["nunique", "first"])
    only = {place: row["first"] for place, row in counts.iterrows() if row["nunique"] == 1}
    names = {str(name).rpartition(":")[2]: str(name) for name in stored["ResourceId"]}
    clusters = set(stored["ResourceId"])
    return pd.Series(
        [_cluster(row, by_instance.get(row["ResourceId"]), clusters, names, only) for row in lines.to_dict("records")],
        index=lines.index,
        dtype=object,
    )


def _cluster(
    row: Mapping[Any, Any], told: str | None, stored: set[str], names: Mapping[str, str], only: Mapping[Any, str]
) -> str:
    resource = str(row["ResourceId"])
    if row["part"] != "compute" or resource in stored:
        return resource
    if told is not None and told in names:
        return names[told]
    return only.get((row["account"], row["region"]), resource)


def _finding(evidence: Evidence, account: str, region: str, cluster: str, rows: pd.DataFrame) -> Finding | None:
    cost = {str(part): float(group["EffectiveCost"].sum()) for part, group in rows.groupby("part")}
    added = _added(evidence, region, rows)
    # What was paid back for compute or storage is no saving on I/O.
    saving = min(cost["io"], cost["io"] - added.compute - added.storage)
    if saving < LEAST:
        return None
    basis = "by AWS's published ratios" if added.published else "at the prices of the bill or the price list"
    facts: dict[str, object] = {"compute": cost["compute"], "storage": cost.get("storage", 0.0), "io": cost["io"]}
    if added.published:
        facts |= {
            "source": ratio("aurora_io_optimized_compute").source,
            "read": ratio("aurora_io_optimized_compute").read,
        }
    return Finding(
        resource=cluster,
        account=account,
        region=region,
        current_cost=cost["io"],
        saving=Saving.exactly(saving),
        confidence="likely",
        evidence=(
            f"I/O costs {cost['io']:.2f}; I/O-Optimized has none, and adds {added.compute:.2f} to compute and "
            f"{added.storage:.2f} to storage, {basis}."
        ),
        component="io",
        facts=facts | {"added_compute": added.compute, "added_storage": added.storage},
    )


def _added(evidence: Evidence, region: str, rows: pd.DataFrame) -> _Added:
    """On-Demand in full: the units of a reservation cover fewer of the dearer hours, and the rest is not covered."""
    amounts, published = {"compute": 0.0, "storage": 0.0}, False
    for row in _named(rows[rows["part"] != "io"]).to_dict("records"):
        now = row["ContractedCost"] if row["ContractedCost"] > 0 else row["EffectiveCost"]
        then = unit_price(evidence, _SERVICE, _optimized(row["plain"]), region, row["operation"] or None)
        if then is None:
            published = True
            amounts[row["part"]] += now * (ratio(f"aurora_io_optimized_{row['part']}").value - 1)
        else:
            amounts[row["part"]] += then.contracted * row["PricingQuantity"] - now
    return _Added(amounts["compute"], amounts["storage"], published)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(plain=plain_of(rows), operation=rows["x_Operation"].fillna("").astype(object))


def _optimized(usage_type: str) -> str:
    if usage_type.startswith("Aurora:StorageUsage"):
        return "Aurora:IO-OptimizedStorageUsage"
    if usage_type.startswith("Aurora:ServerlessV2Usage"):
        return "Aurora:ServerlessV2IOOptimizedUsage"
    return usage_type.replace("InstanceUsage:", "InstanceUsageIOOptimized:")


OPPORTUNITY = Opportunity(
    id="aurora_io_optimized",
    title="Move Aurora clusters with much I/O to I/O-Optimized",
    area="databases",
    services=("AmazonRDS",),
    step="modernize",
    effort_hours=2.0,
    risk="low",
    reversible=True,
    restart=False,
    needs=("databases",),
    find=find,
)
