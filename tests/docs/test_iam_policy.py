"""The policy allows what the code calls, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

from finops_lib.sources.aws.asking import calls

ROOT = Path(__file__).parents[2]
POLICY = json.loads((ROOT / "docs/reference/iam-policy.json").read_text(encoding="utf-8"))
READS = re.compile(r"(Describe|List|Get|View)\w*\Z")


def allowed(*sids: str) -> set[str]:
    chosen = [item for item in POLICY["Statement"] if not sids or item["Sid"] in sids]
    return {action for item in chosen for action in item["Action"]}


def test_what_is_asked_of_resources_and_accounts_is_what_is_allowed() -> None:
    figures = {action for action in allowed("ManagementAccount") if action.startswith(("ce:", "budgets:"))}
    asked = {call.action for call in calls.EVERY}
    assert allowed("EachAccount", "ManagementAccount") - figures == asked


def test_cost_figures_are_those_that_the_code_names() -> None:
    sources = (ROOT / "finops_lib/sources/aws").glob("*.py")
    named = {
        word for path in sources for word in re.findall(r'"((?:ce|budgets):\w+)"', path.read_text(encoding="utf-8"))
    }
    figures = {action for action in allowed("ManagementAccount") if action.startswith(("ce:", "budgets:"))}
    assert named == figures


def test_nothing_is_changed_and_no_object_is_read_outside_of_the_export() -> None:
    assert all(READS.match(action.partition(":")[2]) for action in allowed())
    everywhere = [item for item in POLICY["Statement"] if item["Resource"] == "*"]
    assert "s3:GetObject" not in {action for item in everywhere for action in item["Action"]}
    assert all(item["Effect"] == "Allow" for item in POLICY["Statement"])
