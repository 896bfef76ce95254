"""A month in AWS's own figures: what is asked, and what each refusal leaves unanswered.

``today`` is an argument, for it decides what can be asked: a forecast of a month that is open, drivers of one that is
over. Cost Explorer charges about a cent a request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import boto3
import pandas as pd
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.contracts.aws_answers import AwsAnswers
from finops_lib.core.periods import Period
from finops_lib.sources.aws import budgets, cost_explorer
from finops_lib.sources.aws.answers import ask, billing_client, explain_billing

MOST_PAGES: Final = 30
"""How many pages of an answer are paid for: a request each."""


def ask_aws(session: boto3.Session, period: Period, *, today: dt.date) -> AwsAnswers:
    """AWS's cost, drivers or forecast, and budgets of a month; what it refuses is kept with its reason."""
    explorer = billing_client(session, cost_explorer.SERVICE)
    questions = _questions(explorer, period, today) | {"budgets": lambda: _budgets(session, period)}
    answers = {name: ask(question) for name, question in questions.items()}
    return AwsAnswers(str(period), today.isoformat(), answers)


def _questions(explorer: Any, period: Period, today: dt.date) -> dict[str, Callable[[], pd.DataFrame]]:
    """Cost always; drivers between whole months; a forecast while the month runs."""
    asked: dict[str, Callable[[], pd.DataFrame]] = {
        "cost": lambda: _cost(explorer, period),
        "cost_by_account": lambda: _cost(explorer, period, "LINKED_ACCOUNT"),
    }
    if today >= period.end:
        asked["drivers"] = lambda: _drivers(explorer, period)
    elif today >= period.start:
        asked["forecast"] = lambda: _rest_of_month(explorer, period, today)
    return asked


def _cost(explorer: Any, period: Period, *group_by: str) -> pd.DataFrame:
    return cost_explorer.cost_and_usage(
        explorer, start=period.start, end=period.end, group_by=group_by, most_pages=MOST_PAGES
    )


def _drivers(explorer: Any, period: Period) -> pd.DataFrame:
    """Amortized, as the variance is. Ungrouped: AWS tells services and usage types apart by itself."""
    return cost_explorer.comparison_drivers(
        explorer,
        baseline=period.shift(-1),
        period=period,
        metric="AmortizedCost",
        group_by=(),
        most_pages=MOST_PAGES,
    )


def _rest_of_month(explorer: Any, period: Period, today: dt.date) -> pd.DataFrame:
    """Day by day, so that exactly the days that both forecasts speak of can be added."""
    return cost_explorer.forecast(
        explorer, start=today, end=period.end, metric="AMORTIZED_COST", granularity="DAILY", level=80
    )


def _budgets(session: boto3.Session, period: Period) -> pd.DataFrame:
    client = billing_client(session, budgets.SERVICE)
    return budgets.as_budgets(budgets.describe(client, _account(session), period=period), period)


def _account(session: boto3.Session) -> str:
    """The account whose credentials these are; telling it needs no permission."""
    try:
        identity: dict[str, Any] = billing_client(session, "sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise explain_billing(error, budgets.NAME, "sts:GetCallerIdentity") from error
    return str(identity["Account"])
