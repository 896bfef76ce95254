"""Compute Optimizer's findings on instances and volumes."""

from __future__ import annotations

from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers.change_costs import arn, instance_costs, storage_cost
from finops_lib.sources.demo.papers.estate_view import EstateView

Form = dict[str, object]


def instance(view: EstateView, item: Resource, target: str) -> Form:
    """An over-provisioned instance and the smaller type that would do."""
    before, after = instance_costs(item, target)
    cpu, memory = float(item.attributes["cpu_p99"]), float(item.attributes.get("memory_p99", 0.0))
    saving = {"currency": "USD", "value": round(before - after, 2)}
    option: Form = {
        "instanceType": target,
        "rank": 1,
        "performanceRisk": 1.0,
        "projectedUtilizationMetrics": [{"name": "CPU", "statistic": "MAXIMUM", "value": round(min(99.0, 2 * cpu), 2)}],
        "savingsOpportunity": {
            "savingsOpportunityPercentage": round(100 * (before - after) / before, 2),
            "estimatedMonthlySavings": saving,
        },
        "migrationEffort": "VeryLow",
    }
    return {
        "instanceArn": arn(view.account(item).id, item),
        "accountId": view.account(item).id,
        "instanceName": item.name,
        "currentInstanceType": item.attributes["type"],
        "finding": "OVER_PROVISIONED",
        "findingReasonCodes": ["CPUOverprovisioned"],
        "utilizationMetrics": [
            {"name": "CPU", "statistic": "MAXIMUM", "value": cpu},
            {"name": "MEMORY", "statistic": "MAXIMUM", "value": memory},
        ],
        "lookBackPeriodInDays": 32.0,
        "recommendationOptions": [option],
        "lastRefreshTimestamp": view.moment(view.hour),
        "instanceState": item.attributes["state"],
        "tags": [{"key": tag["Key"], "value": tag["Value"]} for tag in view.tags(item)],
    }


def volume(view: EstateView, item: Resource) -> Form:
    """A gp2 volume and the gp3 configuration that would do."""
    facts, size = item.attributes, int(item.attributes["size"])
    shape = {"volumeSize": size, "volumeBaselineThroughput": 250 if size > 150 else 128}
    current = {"volumeType": "gp2", "volumeBaselineIOPS": min(16_000, max(100, 3 * size)), **shape}
    saving = round(storage_cost(item, "gp2") - storage_cost(item, "gp3"), 2)
    option: Form = {
        "configuration": {
            "volumeType": "gp3",
            "volumeSize": size,
            "volumeBaselineIOPS": 3_000,
            "volumeBaselineThroughput": 125,
        },
        "performanceRisk": 1.0,
        "rank": 1,
        "savingsOpportunity": {
            "savingsOpportunityPercentage": 20.0,
            "estimatedMonthlySavings": {"currency": "USD", "value": saving},
        },
    }
    return {
        "volumeArn": arn(view.account(item).id, item),
        "accountId": view.account(item).id,
        "currentConfiguration": current,
        "finding": "NotOptimized",
        "utilizationMetrics": [
            {"name": "VolumeReadOpsPerSecond", "statistic": "Maximum", "value": float(facts["iops_p99"]) / 2},
            {"name": "VolumeWriteOpsPerSecond", "statistic": "Maximum", "value": float(facts["iops_p99"]) / 2},
        ],
        "lookBackPeriodInDays": 14.0,
        "volumeRecommendationOptions": [option],
        "lastRefreshTimestamp": view.moment(view.hour),
        "tags": [{"key": tag["Key"], "value": tag["Value"]} for tag in view.tags(item)],
    }
