"""An account that has none of what a kind looks for is not an error, whatever the kind."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from opportunity_evidence import evidence, line

from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.protocol import Opportunity
from finops_lib.analyses.opportunities.usage import lines


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.id)
def test_an_account_without_such_resources_has_nothing_to_save(kind: Opportunity) -> None:
    found = kind.find(evidence(line("f", "Lambda-GB-Second", 5.0, x_ServiceCode="AWSQueueService")))
    assert (found.found, found.examined, found.examined_cost) == ((), 0, 0.0)


@pytest.mark.parametrize("kind", every(), ids=lambda kind: kind.id)
def test_an_account_without_any_bill_has_nothing_to_save(kind: Opportunity) -> None:
    found = kind.find(evidence())
    assert (found.found, found.examined, found.examined_cost) == ((), 0, 0.0)


def test_who_is_told_may_write_on_the_answer_and_the_next_is_told_the_same() -> None:
    held = evidence(line("v", "EBS:VolumeUsage.gp2", 5.0))
    first = lines(held, "bill", "AmazonEC2", "EBS:")
    first["EffectiveCost"] = 0.0
    assert lines(held, "bill", "AmazonEC2", "EBS:")["EffectiveCost"].tolist() == [5.0]


def test_other_evidence_is_worked_out_anew() -> None:
    held = evidence(line("v", "EBS:VolumeUsage.gp2", 5.0))
    assert len(lines(held, "bill", "AmazonEC2", "EBS:")) == 1
    empty = dataclasses.replace(held, bill=held.bill.head(0), costs=held.costs.head(0))
    assert isinstance(empty.bill, pd.DataFrame)
    assert lines(empty, "bill", "AmazonEC2", "EBS:").empty


def test_evidence_tells_of_itself_in_counts() -> None:
    told = repr(evidence(line("v", "EBS:VolumeUsage.gp2", 5.0)))
    assert "bill: 1 resource" in told
    assert len(told.splitlines()) == 4
