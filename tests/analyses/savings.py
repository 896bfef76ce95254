"""Opportunities and findings for the tests of what is made of them."""

from __future__ import annotations

from typing import Any

from finops_lib.analyses.opportunities.protocol import Finding, Findings, Opportunity, Saving, Step
from finops_lib.analyses.waterfall import Candidate


def kind(step: Step, id_: str = "", **more: Any) -> Opportunity:
    """A kind of saving that finds nothing by itself."""
    usual: dict[str, Any] = {
        "id": id_ or step,
        "title": (id_ or step).capitalize(),
        "area": "compute",
        "services": ("AmazonEC2",),
        "step": step,
        "effort_hours": 1.0,
        "risk": "low",
        "reversible": True,
        "restart": False,
        "needs": (),
        "find": lambda _: Findings(),
    }
    return Opportunity(**(usual | more))


def finding(cost: float, share: float, resource: str = "i-1", **more: Any) -> Finding:
    """A finding that saves a share of a resource's cost, exactly."""
    usual: dict[str, Any] = {
        "resource": resource,
        "account": "111122223333",
        "region": "us-east-1",
        "current_cost": cost,
        "saving": Saving.exactly(cost * share),
        "confidence": "likely",
        "evidence": "Written for a test.",
    }
    return Finding(**(usual | more))


def candidate(step: Step, cost: float, share: float, *, id_: str = "", absorbed: float = 0.0, **more: Any) -> Candidate:
    """A finding of a step, with its kind."""
    return Candidate(kind(step, id_), finding(cost, share, **more), absorbed)
