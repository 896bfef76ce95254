"""What AWS itself would recommend, and for which resources."""

from __future__ import annotations

from pathlib import Path

from finops_lib.core.files import write_json
from finops_lib.sources.demo.bill import Bill
from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers import compute_optimizer, cost_hub
from finops_lib.sources.demo.papers.estate_view import EstateView
from finops_lib.sources.demo.papers.purchase import Purchase, purchase
from finops_lib.sources.demo.rates import rates

_SMALLER = {"4xlarge": "2xlarge", "2xlarge": "xlarge", "xlarge": "large"}
_LOW_CPU = 40.0


def write(folder: Path, view: EstateView, last: Bill) -> None:
    """Write the answers of the five recommendation calls, for the whole organization; ``last`` is a closed month."""
    resized = [(item, target) for item in view.of("instance") if (target := _smaller(item))]
    volumes = [item for item in view.of("volume") if item.attributes["type"] == "gp2"]
    plan = purchase(last, view.plan.estate.catalog.skus)
    listed = cost_hub.items(view, resized, volumes, plan)
    write_json(folder / "cost-optimization-hub.ListRecommendations.json", {"items": listed})
    write_json(folder / "cost-optimization-hub.ListRecommendationSummaries.json", cost_hub.summary(listed))
    write_json(
        folder / "compute-optimizer.GetEC2InstanceRecommendations.json",
        {"instanceRecommendations": [compute_optimizer.instance(view, *pair) for pair in resized], "errors": []},
    )
    write_json(
        folder / "compute-optimizer.GetEBSVolumeRecommendations.json",
        {"volumeRecommendations": [compute_optimizer.volume(view, item) for item in volumes], "errors": []},
    )
    write_json(folder / "ce.GetSavingsPlansPurchaseRecommendation.json", _answer(view, plan))


def _smaller(item: Resource) -> str:
    """The next smaller type of an under-used Linux instance that runs all the time; empty where there is none."""
    facts = item.attributes
    family, _, size = str(facts["type"]).partition(".")
    target = f"{family}.{_SMALLER.get(size, '')}"
    busy = float(facts.get("cpu_p99", 100.0)) >= _LOW_CPU or facts.get("schedule") != "always"
    return "" if busy or facts["system"] != "linux" or f"ec2.{target}" not in rates() else target


def _answer(view: EstateView, plan: Purchase) -> dict[str, object]:
    detail = {
        "AccountId": view.plan.estate.accounts[0].id,
        "CurrencyCode": "USD",
        "HourlyCommitmentToPurchase": f"{plan.commitment:.3f}",
        "EstimatedSPCost": f"{plan.cost:.2f}",
        "EstimatedOnDemandCost": f"{plan.on_demand_left:.2f}",
        "EstimatedMonthlySavingsAmount": f"{plan.savings:.2f}",
        "EstimatedSavingsAmount": f"{plan.savings:.2f}",
        "EstimatedSavingsPercentage": f"{plan.savings_percent:.2f}",
        "EstimatedROI": f"{plan.roi_percent:.2f}",
        "EstimatedAverageUtilization": f"{plan.utilization_percent:.2f}",
        "CurrentMinimumHourlyOnDemandSpend": f"{plan.hourly[0]:.4f}",
        "CurrentAverageHourlyOnDemandSpend": f"{plan.hourly[1]:.4f}",
        "CurrentMaximumHourlyOnDemandSpend": f"{plan.hourly[2]:.4f}",
    }
    return {
        "Metadata": {
            "RecommendationId": view.plan.estate.key("plans", length=24),
            "GenerationTimestamp": view.moment(view.hour),
        },
        "SavingsPlansPurchaseRecommendation": {
            "AccountScope": "PAYER",
            "SavingsPlansType": "COMPUTE_SP",
            "TermInYears": "ONE_YEAR",
            "PaymentOption": "NO_UPFRONT",
            "LookbackPeriodInDays": "THIRTY_DAYS",
            "SavingsPlansPurchaseRecommendationDetails": [detail] if plan.commitment else [],
        },
    }
