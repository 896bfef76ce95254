"""The shape of finops.toml."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SecretReference(_Section):
    """Where a secret is kept; the secret itself is never written in finops.toml."""

    env: Name


class Client(_Section):
    """Whose bill this is. ``slug`` names the client's folder below runs/; empty: made from ``name``.

    ``fiscal_year_start`` is the month that the client's year begins with: quarters and years of a forecast follow it.
    """

    name: Name
    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$", max_length=60)] = ""
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1


class Billing(_Section):
    """How ``finops pull s3://…`` reaches AWS: a named profile, then a role to assume from there (both optional)."""

    profile: str = ""
    role_arn: Annotated[str, StringConstraints(pattern=r"^(arn:[^:]+:iam::\d{12}:role/.+)?$")] = ""
    external_id: Literal[""] | SecretReference = ""
    region: str = "us-east-1"


class Account(_Section):
    """A name for an account whose bill carries none, or a better one."""

    id: Name
    name: Name


class Tags(_Section):
    """Which cost allocation tags become columns: ``"auto"`` (those that the bill carries), or the keys by name."""

    keys: Literal["auto"] | tuple[Name, ...] = "auto"

    @field_validator("keys")
    @classmethod
    def _few(cls, keys: Literal["auto"] | tuple[str, ...]) -> Literal["auto"] | tuple[str, ...]:
        if len(keys) > 20 and keys != "auto":
            raise ValueError("at most 20 tag keys")
        return keys


class KnownEvent(_Section):
    """A change of cost that is known before a bill tells it: an expiry, a price change, planned savings, a launch."""

    label: Name
    date: dt.date
    amount: float
    per: Literal["once", "day"] = "once"
    until: dt.date | None = None
    account: str | None = None
    service: str | None = None
    source: str = ""


class Forecast(_Section):
    """When spend counts as off its path: by more than both thresholds; and the changes that are known to come."""

    threshold_dollars: Annotated[float, Field(ge=0)] = 100
    threshold_percent: Annotated[float, Field(ge=0)] = 10
    events: tuple[KnownEvent, ...] = ()


class Budgets(_Section):
    """Where the client's budgets are kept: a CSV, its path from the workspace; empty: there are none."""

    file: str = ""


class Kpis(_Section):
    """Where the client's business metrics are kept: a CSV; and the metric that drives cost (empty: the first)."""

    file: str = ""
    driver: str = ""


Goal = Annotated[float, Field(ge=0, le=100)] | None


class Goals(_Section):
    """The score to reach, out of 100: of everything, and of each area; None: there is no goal."""

    overall: Goal = None
    compute: Goal = None
    storage: Goal = None
    network: Goal = None
    databases: Goal = None
    observability: Goal = None
    commitments: Goal = None
    licenses: Goal = None


class Scorecard(_Section):
    """Savings: what an hour of work costs, how much work a quarter takes, how money is discounted, where they are kept.

    ``hourly_rate`` is in the bill's currency; ``discount_rate`` is a year's; ``ledger`` is a path from the workspace.
    Savings leave resources alone that have one of ``protected_tags``: tag keys, or ``key=value`` pairs.
    """

    hourly_rate: Annotated[float, Field(ge=0)] = 100.0
    effort_per_quarter: Annotated[float, Field(gt=0)] = 80
    quarters: Annotated[int, Field(ge=1, le=12)] = 4
    discount_rate: Annotated[float, Field(ge=0, le=1)] = 0.08
    ledger: Name = "ledger.csv"
    protected_tags: tuple[Name, ...] = ()
    goals: Goals = Goals()


class Inventory(_Section):
    """How ``finops pull aws`` reaches accounts: a role to assume in each; which ones and which regions (empty: all)."""

    role_name: Annotated[str, StringConstraints(pattern=r"^[\w+=,.@/-]*$", max_length=128)] = ""
    accounts: tuple[Annotated[str, StringConstraints(pattern=r"^\d{12}$")], ...] = ()
    regions: tuple[Name, ...] = ()
    parallel: Annotated[int, Field(ge=1, le=64)] = 8


class Reports(_Section):
    """The PDFs: paper, the line at each page's foot, scopes at once (0: one a core), seconds a notebook may take."""

    paper: Literal["A4", "Letter"] = "A4"
    confidentiality: str = "Confidential"
    jobs: Annotated[int, Field(ge=0, le=256)] = 0
    timeout: Annotated[int, Field(ge=10, le=86_400)] = 600


class Settings(_Section):
    """Everything that finops.toml may say."""

    client: Client
    billing: Billing
    accounts: tuple[Account, ...] = ()
    tags: Tags
    forecast: Forecast
    budgets: Budgets
    kpis: Kpis
    scorecard: Scorecard
    inventory: Inventory
    reports: Reports

    @field_validator("accounts")
    @classmethod
    def _unique(cls, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        ids = [account.id for account in accounts]
        if len(ids) != len(set(ids)):
            raise ValueError("an account id stands twice")
        return accounts
