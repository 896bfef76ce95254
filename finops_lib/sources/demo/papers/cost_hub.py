"""Cost Optimization Hub's list of recommendations. As at AWS, alternatives for one resource stand beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers.change_costs import arn, instance_costs, storage_cost
from finops_lib.sources.demo.papers.estate_view import EstateView
from finops_lib.sources.demo.papers.purchase import Purchase

Form = dict[str, object]


def items(
    view: EstateView, resized: Sequence[tuple[Resource, str]], volumes: Sequence[Resource], plan: Purchase
) -> list[Form]:
    """Smaller instances, gp2 volumes to upgrade, loose ones to delete, a plan to buy."""
    loose = [item for item in volumes if not item.attributes["attached"]]
    return [
        *(_instance(view, item, target) for item, target in resized),
        *(_volume(view, item, "Upgrade") for item in volumes),
        *(_volume(view, item, "Delete") for item in loose),
        *_plans(view, plan),
    ]


def summary(listed: Sequence[Form]) -> Form:
    """What the list is worth by account; the total counts the best recommendation of each resource once."""
    best: dict[object, float] = {}
    accounts: dict[str, list[float]] = defaultdict(list)
    for item in listed:
        key, saving = item.get("resourceId", item["recommendationId"]), float(str(item["estimatedMonthlySavings"]))
        best[key] = max(best.get(key, 0.0), saving)
        accounts[str(item["accountId"])].append(saving)
    items = [
        {"group": account, "estimatedMonthlySavings": round(sum(some), 2), "recommendationCount": len(some)}
        for account, some in sorted(accounts.items())
    ]
    total = round(sum(best.values()), 2)
    return {"estimatedTotalDedupedSavings": total, "items": items, "groupBy": "AccountId", "currencyCode": "USD"}


def _resource(view: EstateView, item: Resource, action: str, kind: str, before: float, saving: float) -> Form:
    return {
        "recommendationId": view.plan.estate.key("hub", item.id, action, length=24),
        "accountId": view.account(item).id,
        "region": item.region,
        "resourceId": item.id,
        "resourceArn": arn(view.account(item).id, item),
        "currentResourceType": kind,
        "recommendedResourceType": kind,
        "actionType": action,
        "estimatedMonthlyCost": before,
        "estimatedMonthlySavings": saving,
        "estimatedSavingsPercentage": round(100 * saving / before, 2) if before else 0.0,
        "currencyCode": "USD",
        "implementationEffort": "VeryLow" if action == "Delete" else "Low" if kind == "EbsVolume" else "Medium",
        "restartNeeded": kind == "Ec2Instance",
        "rollbackPossible": action != "Delete",
        "recommendationLookbackPeriodInDays": 32,
        "lastRefreshTimestamp": view.moment(view.hour),
        "source": "ComputeOptimizer",
        "tags": [{"key": tag["Key"], "value": tag["Value"]} for tag in view.tags(item)],
    }


def _instance(view: EstateView, item: Resource, target: str) -> Form:
    before, after = instance_costs(item, target)
    form = _resource(view, item, "Rightsize", "Ec2Instance", before, round(before - after, 2))
    return form | {"currentResourceSummary": item.attributes["type"], "recommendedResourceSummary": target}


def _volume(view: EstateView, item: Resource, action: str) -> Form:
    size = int(item.attributes["size"])
    before, after = storage_cost(item, "gp2"), storage_cost(item, "gp3")
    saving = before if action == "Delete" else round(before - after, 2)
    form = _resource(view, item, action, "EbsVolume", before, saving)
    target = "" if action == "Delete" else f"gp3/{size}GB"
    return form | {"currentResourceSummary": f"gp2/{size}GB", "recommendedResourceSummary": target}


def _plans(view: EstateView, plan: Purchase) -> Iterator[Form]:
    if not plan.commitment:
        return
    payer = view.plan.estate.accounts[0]
    yield {
        "recommendationId": view.plan.estate.key("hub", "plans", length=24),
        "accountId": payer.id,
        "region": "global",
        "currentResourceType": "ComputeSavingsPlans",
        "recommendedResourceType": "ComputeSavingsPlans",
        "actionType": "PurchaseSavingsPlans",
        "estimatedMonthlySavings": round(plan.savings, 2),
        "estimatedMonthlyCost": round(plan.cost + plan.savings, 2),
        "estimatedSavingsPercentage": round(plan.savings_percent, 2),
        "currencyCode": "USD",
        "implementationEffort": "VeryLow",
        "restartNeeded": False,
        "rollbackPossible": False,
        "recommendationLookbackPeriodInDays": 30,
        "lastRefreshTimestamp": view.moment(view.hour),
        "source": "CostExplorer",
        "tags": [],
    }
