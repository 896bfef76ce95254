"""Ours beside AWS's: gaps and their reasons."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from finops_lib.analyses.cross_check import compare
from finops_lib.core.errors import SchemaMismatch


def lines(*rows: tuple[object, ...], names: str = "check key metric amount") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=names.split())


OURS = lines(
    ("cost", "EC2", "BilledCost", 100.0),
    ("cost", "S3", "BilledCost", 50.0),
    ("cost", "RDS", "EffectiveCost", 70.0),
    ("cost", "Tax", "BilledCost", 33.0),
    ("cost", "New", "BilledCost", 5.0),
    ("cost", "Odd", "BilledCost", 10.0),
)
AWS = lines(
    ("cost", "EC2", "UnblendedCost", 100.004, False),
    ("cost", "S3", "UnblendedCost", 62.0, False),
    ("cost", "RDS", "UnblendedCost", 90.0, False),
    ("cost", "Tax", "UnblendedCost", 30.0, True),
    ("cost", "Lost", "UnblendedCost", 8.0, False),
    ("cost", "Odd", "UnblendedCost", 20.0, False),
    names="check key metric amount estimated",
)
PARTS = lines(("cost", "S3", "credits", -7.0), ("cost", "S3", "refunds", -5.0), names="check key part amount")


def test_each_gap_has_its_likely_reason() -> None:
    result = compare(OURS, AWS, parts=PARTS)
    table = result.checks.set_index("key")
    assert table["status"].to_dict() == {
        "EC2": "agrees",
        "S3": "differs",
        "RDS": "differs",
        "Tax": "differs",
        "New": "not checked",
        "Lost": "not checked",
        "Odd": "differs",
    }
    assert table.loc["S3", "reason"] == "credits and refunds: counted on one side only"
    assert table.loc["RDS", "reason"] == "metric: ours is EffectiveCost, AWS's is UnblendedCost"
    assert table.loc["Tax", "reason"] == "open month: AWS still estimates it"
    assert table.loc["Odd", ["gap", "gap_share", "reason"]].tolist() == [-10.0, -0.5, "unexplained"]
    assert [note.code for note in result.notes] == ["cross_check.unexplained"]
    json.dumps(result.to_dict(), allow_nan=False)


def test_where_aws_could_not_be_asked_the_reason_is_told() -> None:
    ours = lines(("forecast", "total", "BilledCost", 9.0))
    nothing = lines(names="check key metric amount")
    result = compare(ours, nothing, not_asked={"forecast": "No credentials.", "drivers": "Not enabled."})
    rows = result.checks[["check", "ours", "status", "reason"]].astype(object).where(result.checks.notna(), None)
    assert rows.values.tolist() == [
        ["forecast", 9.0, "not checked", "No credentials."],
        ["drivers", None, "not checked", "Not enabled."],
    ]
    assert [note.code for note in result.notes] == ["not_checked.aws_figures"] * 2


def test_what_is_refused() -> None:
    with pytest.raises(SchemaMismatch, match="Our figures have no column metric"):
        compare(OURS.drop(columns="metric"), AWS)
    with pytest.raises(SchemaMismatch, match="Our figures tell a check and key twice"):
        compare(pd.concat([OURS, OURS]), AWS)
