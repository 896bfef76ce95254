"""``finops cross-check``: do AWS's own figures agree with ours?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import click

from finops_lib.cli.analyze._bench import tell_notes
from finops_lib.cli.context import Context, period_or_latest, show, table
from finops_lib.core.errors import AnalysisError
from finops_lib.core.files import write_json
from finops_lib.core.periods import Period
from finops_lib.settings.load import Workspace
from finops_lib.warehouse.catalog import Catalog

if TYPE_CHECKING:
    from finops_lib.analyses.cross_check import CrossCheckResult
    from finops_lib.analyses.forecast_result import ForecastResult
    from finops_lib.analyses.variance_result import VarianceResult
    from finops_lib.contracts.aws_answers import AwsAnswers
    from finops_lib.workbench import Workbench

_COLUMNS = ("check", "key", "ours", "aws", "gap", "status", "reason")


@click.command("cross-check", epilog="Example: finops cross-check --period 2026-10")
@click.option("--period", help="The billing month, YYYY-MM (default: the last closed one).")
@click.pass_obj
def cross_check(context: Context, period: str | None) -> int:
    """Ask AWS for its own figures of a month, keep them, and set them beside ours.

    Asks Cost Explorer three times at about a cent each, and once more for each further page of an answer (at most 30
    pages an answer); AWS Budgets cost nothing to ask. Changes nothing in AWS. What AWS refuses is not checked, with its
    reason. Ends with exit code 5 where a figure differs for no reason that is known here.
    """
    workspace = context.workspace()
    month = period_or_latest(Catalog.load(workspace.warehouse), period)
    answers = _asked(workspace, month)
    _keep(workspace, month, answers)
    result = _beside(workspace, month, answers)
    if context.json:
        show(result.to_dict())
    else:
        _print(result, month, len(answers.frame("budgets")) if "budgets" in answers.answered else None)
    return 5 if any(note.code == "cross_check.unexplained" for note in result.notes) else 0


def _asked(workspace: Workspace, month: Period) -> AwsAnswers:
    from finops_lib.sources.aws.own_figures import ask_aws  # noqa: PLC0415 (boto3 is slow to import)
    from finops_lib.sources.aws.session import session  # noqa: PLC0415

    billing = workspace.settings.billing
    secret = billing.external_id.env if billing.external_id else ""
    signed = session(profile=billing.profile, role_arn=billing.role_arn, external_id_env=secret, region=billing.region)
    return ask_aws(signed, month, today=_today())


def _today() -> dt.date:
    """The day in UTC, as AWS counts days."""
    return dt.datetime.now(dt.UTC).date()


def _keep(workspace: Workspace, month: Period, answers: AwsAnswers) -> None:
    """Replace what is kept; but where AWS answered nothing at all, what it answered before is worth more."""
    path = workspace.aws_answers(month)
    if path.is_file() and not answers.answered:
        click.echo(f"AWS answered nothing; what it answered before stands in {path}.", err=True)
    else:
        write_json(path, answers.to_dict())


def _beside(workspace: Workspace, month: Period, answers: AwsAnswers) -> CrossCheckResult:
    from finops_lib.analyses.aws_figures import set_beside  # noqa: PLC0415 (pandas is slow to import)
    from finops_lib.workbench import Workbench  # noqa: PLC0415

    bench = Workbench.open(workspace.root, period=str(month))
    return set_beside(
        bench.cost_monthly(),
        answers,
        scope=bench.scope,
        period=month,
        variance=_variance(bench) if "drivers" in answers.answered else None,
        forecast=_forecast(bench) if "forecast" in answers.answered else None,
    )


def _variance(bench: Workbench) -> VarianceResult | None:
    from finops_lib.analyses.variance import EVIDENCE, explain  # noqa: PLC0415 (only whole months need it)

    try:
        return explain(*bench.frames(*EVIDENCE), scope=bench.scope, period=bench.period)
    except AnalysisError:
        return None


def _forecast(bench: Workbench) -> ForecastResult | None:
    from finops_lib.analyses.forecasting import forecast  # noqa: PLC0415 (only an open month needs it)

    start = bench.settings.client.fiscal_year_start
    history = bench.daily_history()
    try:
        return forecast(history, scope=bench.scope, as_of=bench.as_of(), fiscal_year_start=start, events=bench.events())
    except AnalysisError:
        return None


def _print(result: CrossCheckResult, month: Period, budgets: int | None) -> None:
    rows = result.to_dict()["checks"]
    click.echo(f"{result.scope}, {month.label}, {result.currency}; AWS asked on {result.asked_on}")
    table(rows, list(_COLUMNS))
    found = Counter(row["status"] for row in rows)
    click.echo(f"{found['agrees']} agree, {found['differs']} differ, {found['not checked']} not checked.")
    if budgets is not None:
        click.echo(f"AWS Budgets has {budgets} monthly cost budgets of an account or of everything.")
    tell_notes(result.notes)
