"""Compute Optimizer's recommendations: the option that it ranks first, for what it does not find optimized."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.fields import Row, moment, number, text

SOURCE: Final = "compute-optimizer"
_FINE: Final = ("optimized", "unavailable", "")
_STOPS: Final = ("EC2Instance", "AutoScalingGroup", "ECSService", "RDSDBInstance", "RDSDBInstanceClass")
_WITH_MEMORY: Final = ("Ec2Instance", "Ec2AutoScalingGroup", "EcsService")
Item = Mapping[str, Any]


@dataclass(frozen=True)
class _Form:
    """Where one call keeps its list, the ARN, the options and the two configurations."""

    call: str
    list: str
    arn: str
    type: str
    options: str
    current: Callable[[Item], str | None]
    target: Callable[[Item], str | None]
    finding: str = "finding"


def recommendations(answers: Answers) -> Iterator[Row]:
    """All of Compute Optimizer's calls."""
    for form in _FORMS:
        for answer, item in answers.items(f"{SOURCE}.{form.call}", form.list):
            yield from _changes(form, answer, item)
    for answer, item in answers.items(f"{SOURCE}.GetIdleRecommendations", "idleRecommendations"):
        yield _idle(answer, item)


def _changes(form: _Form, answer: Answer, item: Item) -> Iterator[Row]:
    finding = str(item.get(form.finding) or "").replace("_", "").casefold()
    options = sorted(item.get(form.options) or (), key=lambda option: option.get("rank") or 0)
    if finding in _FINE or not options:
        return
    best = options[0]
    row = _common(answer, item, str(item[form.arn]), form.type, "Rightsize", best)
    yield row | {
        "current": form.current(item),
        "target": form.target(best),
        "effort": text(best.get("migrationEffort")),
        "risk": number(best.get("performanceRisk")),
        "memory_known": _memory_known(item) if form.type in _WITH_MEMORY else None,
    }


def _idle(answer: Answer, item: Item) -> Row:
    kind = str(item.get("resourceType") or "")
    action = "Stop" if kind in _STOPS and item.get("finding") == "Idle" else "Delete"
    return _common(answer, item, str(item["resourceArn"]), kind, action, item) | {"current": text(item.get("finding"))}


def _common(answer: Answer, item: Item, arn: str, kind: str, action: str, priced: Item) -> Row:
    after, before = priced.get("savingsOpportunityAfterDiscounts") or {}, priced.get("savingsOpportunity") or {}
    parts = arn.split(":")
    days = item.get("lookBackPeriodInDays", item.get("lookbackPeriodInDays"))
    return {
        "source": SOURCE,
        "id": f"{arn} {kind} {action}",
        "account": str(item.get("accountId") or answer.account),
        "region": parts[3] if len(parts) > 5 and parts[3] else answer.region,
        "resource": billed_id(arn),
        "resource_type": kind,
        "action": action,
        "current": None,
        "target": None,
        "cost": _cost(after),
        "saving": _saved(after),
        "list_saving": _saved(before),
        "currency": _currency(after) or _currency(before),
        "effort": None,
        "risk": None,
        "restart": None,
        "rollback": None,
        "lookback_days": number(days),
        "refreshed": moment(item.get("lastRefreshTimestamp")),
        "memory_known": None,
    }


def billed_id(arn: str) -> str:
    """What the bill calls a resource: instances and volumes by their id, functions without version, the rest by ARN."""
    service, _, rest = arn.partition(":")[2].partition(":")[2].partition(":")
    last = arn.rpartition("/")[2]
    if service == "ec2" and last.startswith(("i-", "vol-")):
        return last
    if service == "lambda" and rest.count(":") > 3:
        return arn.rpartition(":")[0]
    return arn


def _saved(opportunity: Item) -> float | None:
    return number((opportunity.get("estimatedMonthlySavings") or {}).get("value"))


def _currency(opportunity: Item) -> str | None:
    return text((opportunity.get("estimatedMonthlySavings") or {}).get("currency"))


def _cost(opportunity: Item) -> float | None:
    """What it costs now: saving and percentage tell it."""
    saved, percent = _saved(opportunity), number(opportunity.get("savingsOpportunityPercentage"))
    return saved / percent * 100 if saved is not None and percent else None


def _memory_known(item: Item) -> bool | None:
    """Whether memory was measured; None for what has no such metric."""
    metrics = item.get("utilizationMetrics")
    if metrics is None:
        return None
    return any(str(metric.get("name")).casefold() == "memory" for metric in metrics)


def _volume(configuration: Item) -> str | None:
    size, kind = number(configuration.get("volumeSize")), configuration.get("volumeType")
    return f"{kind}/{size:.0f}GB" if kind and size is not None else text(kind)


def _task(configuration: Item) -> str | None:
    return f"{configuration.get('cpu')} CPU units, {configuration.get('memory')} MB" if configuration else None


def _storage(configuration: Item) -> str | None:
    size, kind = number(configuration.get("allocatedStorage")), configuration.get("storageType")
    return f"{kind}/{size:.0f}GB" if kind and size is not None else text(kind)


_FORMS: Final = (
    _Form(
        "GetEC2InstanceRecommendations",
        "instanceRecommendations",
        "instanceArn",
        "Ec2Instance",
        "recommendationOptions",
        lambda item: text(item.get("currentInstanceType")),
        lambda option: text(option.get("instanceType")),
    ),
    _Form(
        "GetAutoScalingGroupRecommendations",
        "autoScalingGroupRecommendations",
        "autoScalingGroupArn",
        "Ec2AutoScalingGroup",
        "recommendationOptions",
        lambda item: text((item.get("currentConfiguration") or {}).get("instanceType")),
        lambda option: text((option.get("configuration") or {}).get("instanceType")),
    ),
    _Form(
        "GetEBSVolumeRecommendations",
        "volumeRecommendations",
        "volumeArn",
        "EbsVolume",
        "volumeRecommendationOptions",
        lambda item: _volume(item.get("currentConfiguration") or {}),
        lambda option: _volume(option.get("configuration") or {}),
    ),
    _Form(
        "GetLambdaFunctionRecommendations",
        "lambdaFunctionRecommendations",
        "functionArn",
        "LambdaFunction",
        "memorySizeRecommendationOptions",
        lambda item: text(item.get("currentMemorySize")),
        lambda option: text(option.get("memorySize")),
    ),
    _Form(
        "GetECSServiceRecommendations",
        "ecsServiceRecommendations",
        "serviceArn",
        "EcsService",
        "serviceRecommendationOptions",
        lambda item: _task(item.get("currentServiceConfiguration") or {}),
        _task,
    ),
    _Form(
        "GetRDSDatabaseRecommendations",
        "rdsDBRecommendations",
        "resourceArn",
        "RdsDbInstance",
        "instanceRecommendationOptions",
        lambda item: text(item.get("currentDBInstanceClass")),
        lambda option: text(option.get("dbInstanceClass")),
        "instanceFinding",
    ),
    _Form(
        "GetRDSDatabaseRecommendations",
        "rdsDBRecommendations",
        "resourceArn",
        "RdsDbInstanceStorage",
        "storageRecommendationOptions",
        lambda item: _storage(item.get("currentStorageConfiguration") or {}),
        lambda option: _storage(option.get("storageConfiguration") or {}),
        "storageFinding",
    ),
)
CALLS: Final = (*dict.fromkeys(f"{SOURCE}.{form.call}" for form in _FORMS), f"{SOURCE}.GetIdleRecommendations")
