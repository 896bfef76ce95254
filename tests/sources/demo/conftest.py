from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from demo_checks import COLUMNS, chunks

from finops_lib.sources.demo import DemoFiles, write_demo
from finops_lib.sources.demo.blueprint import Blueprint, blueprint
from finops_lib.sources.demo.size import DEFAULT_SIZE


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def plan() -> Blueprint:
    return blueprint(DEFAULT_SIZE)


@pytest.fixture(scope="session")
def bill(demo: DemoFiles) -> pd.DataFrame:
    tables = [pq.read_table(path, columns=COLUMNS) for path in chunks(demo)]
    frame = pd.concat([table.to_pandas(strings_to_categorical=False) for table in tables], ignore_index=True)
    frame["period"] = frame["bill_billing_period_start_date"].dt.strftime("%Y-%m")
    return frame


@pytest.fixture(scope="session")
def truth(demo: DemoFiles) -> dict[str, Any]:
    return dict(json.loads((demo.truth / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def facts(truth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {fact["id"]: fact for fact in truth["facts"]}
