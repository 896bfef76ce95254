"""Accounts and organizational units, as AWS Organizations lists them, and the tag dictionary."""

from __future__ import annotations

from pathlib import Path

from finops_lib.core.files import write_json
from finops_lib.sources.demo.organization import COMPANY, Account
from finops_lib.sources.demo.papers.estate_view import EstateView
from finops_lib.sources.demo.tags import ENVIRONMENTS, POLICY_KEYS, PROJECTS

_ORGANIZATION = "o-kelp4tide9"


def write(folder: Path, view: EstateView) -> None:
    """Write ``organization.json`` and ``tag_dictionary.json``."""
    accounts = view.plan.estate.accounts
    joined = view.moment(-24 * 700)
    units = sorted({account.unit for account in accounts if account.unit != "Root"})
    write_json(
        folder / "organization.json",
        {
            "Organization": {
                "Id": _ORGANIZATION,
                "MasterAccountId": accounts[0].id,
                "FeatureSet": "ALL",
                "Company": COMPANY,
            },
            "Accounts": [_account(account, accounts[0], joined) for account in accounts],
            "OrganizationalUnits": [
                {"Id": f"ou-kelp-{unit.lower()}", "Name": unit, "Accounts": [a.id for a in accounts if a.unit == unit]}
                for unit in units
            ],
        },
    )
    write_json(
        folder / "tag_dictionary.json",
        {
            "keys": list(POLICY_KEYS),
            "values": {
                "CostCenter": sorted({project.cost_center for project in PROJECTS} | {"4350"}),
                "Project": sorted(project.name for project in PROJECTS),
                "Environment": list(ENVIRONMENTS),
            },
            "aliases": {"Environment": {"Prod": "production", "prod": "production", "PRODUCTION": "production"}},
        },
    )


def _account(account: Account, payer: Account, joined: str) -> dict[str, str]:
    return {
        "Id": account.id,
        "Arn": f"arn:aws:organizations::{payer.id}:account/{_ORGANIZATION}/{account.id}",
        "Email": account.email,
        "Name": account.name,
        "Status": "SUSPENDED" if account.suspended else "ACTIVE",
        "JoinedMethod": "INVITED" if account.suspended else "CREATED",
        "JoinedTimestamp": joined,
    }
