"""What AWS says of a month in its own figures, as it was asked on a day: typed frames, or the reason why not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrors
from pandera.typing import Series

from finops_lib.contracts.commercial import Budgets
from finops_lib.contracts.model import Frame, conformed
from finops_lib.core.errors import ContractError
from finops_lib.core.scope import Scope

SCHEMA: Final = "finops.aws_answers/1"
ALL_ONLY: Final = "AWS was asked for the whole organization only."


class Cost(Frame):
    """A row a metric of the month; ``end`` is exclusive."""

    start: Series[pd.Timestamp]
    end: Series[pd.Timestamp]
    metric: Series[str]
    amount: Series[float] = pa.Field(nullable=True)
    unit: Series[str] = pa.Field(nullable=True)
    estimated: Series[bool]


class CostByAccount(Cost):
    """A row an account and metric."""

    LINKED_ACCOUNT: Series[str]


class Drivers(Frame):
    """A row a selector and driver: AWS's word on why the month differs from the one before."""

    selector: Series[str]
    type: Series[str] = pa.Field(nullable=True)
    driver: Series[str] = pa.Field(nullable=True)
    before: Series[float] = pa.Field(nullable=True)
    after: Series[float] = pa.Field(nullable=True)
    change: Series[float] = pa.Field(nullable=True)
    unit: Series[str] = pa.Field(nullable=True)


class Forecast(Frame):
    """A row a day that is forecast."""

    start: Series[pd.Timestamp]
    end: Series[pd.Timestamp]
    metric: Series[str]
    low: Series[float] = pa.Field(nullable=True)
    expected: Series[float] = pa.Field(nullable=True)
    high: Series[float] = pa.Field(nullable=True)
    unit: Series[str] = pa.Field(nullable=True)


QUESTIONS: Final[Mapping[str, type[pa.DataFrameModel]]] = {
    "cost": Cost,
    "cost_by_account": CostByAccount,
    "drivers": Drivers,
    "forecast": Forecast,
    "budgets": Budgets,
}


@dataclass(frozen=True)
class Answer:
    """What AWS answered; or None, and why it could not be asked."""

    frame: pd.DataFrame | None
    reason: str | None = None


@dataclass(frozen=True)
class AwsAnswers:
    """The answers for one month by question; a question that the month has no use for is not there."""

    period: str
    asked_on: str
    answers: Mapping[str, Answer]

    @property
    def answered(self) -> tuple[str, ...]:
        """The questions that AWS answered."""
        return tuple(name for name, answer in self.answers.items() if answer.frame is not None)

    def frame(self, question: str) -> pd.DataFrame:
        """The answer to a question; no rows where there is none."""
        answer = self.answers.get(question)
        return QUESTIONS[question].empty() if answer is None or answer.frame is None else answer.frame

    def of(self, scope: Scope) -> AwsAnswers:
        """What concerns a scope: for an account its own line and budgets alone."""
        if scope.account is None:
            return self
        mine = {name: _own(name, answer, scope.account) for name, answer in self.answers.items()}
        return dataclasses.replace(self, answers={name: answer for name, answer in mine.items() if answer is not None})

    def cleaned(self, frame: Callable[[pd.DataFrame], pd.DataFrame], text: Callable[[str], str]) -> AwsAnswers:
        """The answers with their frames and reasons put through a cleaner each."""
        made = {
            name: Answer(
                None if answer.frame is None else frame(answer.frame),
                None if answer.reason is None else text(answer.reason),
            )
            for name, answer in self.answers.items()
        }
        return dataclasses.replace(self, answers=made)

    def to_dict(self) -> dict[str, Any]:
        """The form in which answers are kept; amounts are not rounded."""
        return {
            "schema": SCHEMA,
            "period": self.period,
            "asked_on": self.asked_on,
            "answers": {
                name: {"reason": answer.reason, "rows": None if answer.frame is None else _rows(answer.frame)}
                for name, answer in self.answers.items()
            },
        }

    @classmethod
    def parse(cls, text: str | bytes, name: str) -> AwsAnswers:
        """The reverse of :meth:`to_dict`, from a file's text; raises :class:`ContractError` that names the file."""
        try:
            form = json.loads(text)
            answers = {question: _answer(question, kept) for question, kept in form["answers"].items()}
            return cls(str(form["period"]), str(form["asked_on"]), answers)
        except (ValueError, KeyError, TypeError, AttributeError, SchemaError, SchemaErrors) as error:
            raise ContractError(
                f"{name} does not hold AWS's answers in a form that is known here.",
                hint="Ask again with: finops cross-check --period YYYY-MM, or remove the file.",
            ) from error


def _answer(question: str, kept: Mapping[str, Any]) -> Answer:
    if kept["rows"] is None:
        return Answer(None, str(kept["reason"]))
    model = QUESTIONS[question]
    if not kept["rows"]:
        return Answer(model.empty())
    return Answer(conformed(model, pd.DataFrame(kept["rows"])))


def _own(question: str, answer: Answer, account: str) -> Answer | None:
    column = {"cost_by_account": "LINKED_ACCOUNT", "budgets": "scope"}.get(question)
    if column is None:
        return None
    if answer.frame is None:
        return answer
    return Answer(answer.frame[answer.frame[column] == account].reset_index(drop=True))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
