from __future__ import annotations

from pathlib import Path

import pytest
from reports.samples import notebook, tiny, write

from finops_lib.core.errors import NotebookError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope
from finops_lib.reports import plan as module
from finops_lib.reports.leaks import Others
from finops_lib.reports.plan import Bill, Options, plan
from finops_lib.reports.produce import Job
from finops_lib.settings.load import Workspace

ONE, TWO, PAYER = "011122223333", "444455556666", "999988887777"
BILL = Bill(
    accounts=((ONE, "tern-production"), (TWO, "tern-staging")),
    everyone=((ONE, "tern-production"), (TWO, "tern-staging"), (PAYER, "")),
    snapshots=({"build": "b1", "period": "2026-03", "files": [{"name": f"{PAYER}-{ONE}.parquet", "sha256": "ab"}]},),
)
SETTINGS = f"""
[client]
name = "Tern & Tide"
[billing]
profile = "payer"
[[accounts]]
id = "{TWO}"
name = "staging of the ferries"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "finops.toml").write_text(SETTINGS)
    write(tmp_path / "shipped" / "overview.ipynb", tiny())
    return Workspace.open(tmp_path)


def planned(workspace: Workspace, *scopes: Scope, bill: Bill = BILL) -> tuple[Job, ...]:
    return plan(workspace, bill, Period(2026, 3), scopes, Options(workspace.root / "shipped", 60))


def test_the_organization_comes_first_then_accounts_by_id(workspace: Workspace) -> None:
    jobs = planned(workspace, Scope(TWO), Scope(ONE), ORGANIZATION)
    assert [str(job.inputs.scope["id"]) for job in jobs] == ["organization", ONE, TWO]
    assert [job.inputs.scope["name"] for job in jobs] == [None, "tern-production", "staging of the ferries"]
    assert jobs[0].key.where == Path("tern-tide/2026-03/organization")
    assert jobs[1].inputs.parameters == {"scope": ONE, "period": "2026-03"}
    assert len({job.inputs.run_id for job in jobs}) == 3


def test_the_same_plan_has_the_same_ids(workspace: Workspace) -> None:
    ids = [[job.inputs.run_id for job in planned(workspace, ORGANIZATION, Scope(ONE))] for _ in range(2)]
    assert ids[0] == ids[1]


def test_a_report_knows_whom_it_must_not_name(workspace: Workspace) -> None:
    organization, one = planned(workspace, ORGANIZATION, Scope(ONE))
    assert organization.others == Others()
    assert one.others == Others(frozenset({TWO, PAYER}), frozenset({"tern-staging", "staging of the ferries"}))


def test_the_manifest_of_an_account_does_not_tell_of_others(workspace: Workspace) -> None:
    organization, one = planned(workspace, ORGANIZATION, Scope(ONE))
    assert organization.inputs.settings["accounts"]["value"] == [{"id": TWO, "name": "staging of the ferries"}]
    assert one.inputs.settings["accounts"]["value"] == []
    assert one.inputs.snapshots[0]["files"][0]["name"] == f"[other account]-{ONE}.parquet"
    assert organization.inputs.snapshots[0]["files"][0]["name"] == f"{PAYER}-{ONE}.parquet"
    assert not [name for name in one.inputs.settings if name.startswith("billing.")]


def test_an_edited_notebook_or_bill_makes_another_run(workspace: Workspace) -> None:
    before = planned(workspace, ORGANIZATION)[0].inputs.run_id
    restated = Bill(BILL.accounts, BILL.everyone, ({**BILL.snapshots[0], "build": "b2"},))
    assert planned(workspace, ORGANIZATION, bill=restated)[0].inputs.run_id != before
    write(workspace.root / "shipped" / "overview.ipynb", tiny("1"))
    assert planned(workspace, ORGANIZATION)[0].inputs.run_id != before


def test_a_folder_without_sections_is_an_error(workspace: Workspace) -> None:
    write(workspace.root / "shipped" / "overview.ipynb", notebook(order=None))
    with pytest.raises(NotebookError, match="holds no notebook that is part of the reports"):
        planned(workspace, ORGANIZATION)


def test_the_kernel_learns_which_bills_were_planned(workspace: Workspace) -> None:
    (job,) = planned(workspace, ORGANIZATION)
    assert job.variables["FINOPS_WORKSPACE"] == str(workspace.root)
    assert job.variables["FINOPS_BUILDS"] == module.short_id(["b1"])
