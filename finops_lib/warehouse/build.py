"""One payer's month: canonical rows as a view over its landed files, marts and checks as tables.

They stand in one folder, which appears whole or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from finops_lib import __version__
from finops_lib.core.files import write_atomic, write_json
from finops_lib.core.hashing import short_id
from finops_lib.warehouse import canonicalize, marts, reconcile, tags
from finops_lib.warehouse.canonicalize import Delivery
from finops_lib.warehouse.catalog import BUILD, COST, LANDED, SCHEMA
from finops_lib.warehouse.connection import connect, translate
from finops_lib.warehouse.relation import escaped, literal

Step = Callable[[str], None]

STEPS = 4 + len(marts.NAMES)


def build_id(delivery: Delivery, policy: tags.Policy) -> str:
    """Names what is built: other files, tags, SQL or version, another id."""
    texts = [canonicalize.fingerprint(), marts.fingerprint(), reconcile.fingerprint()]
    return short_id([delivery.snapshot, policy, __version__, *texts])


def sweep(builds: Path) -> None:
    """Remove what a killed pull left half-built; only whoever holds the warehouse's lock may."""
    shutil.rmtree(builds / ".staging", ignore_errors=True)


def build(delivery: Delivery, policy: tags.Policy, builds: Path, step: Step, *, share: int = 1) -> dict[str, Any]:
    """Make ``builds/<period>/<build_id>/`` and return its record (``build.json``); ``share`` others work beside it.

    Raises a :class:`ContractError` or :class:`SourceError` where that fails; the folder then never appears.
    """
    name = build_id(delivery, policy)
    target = builds / str(delivery.period) / name
    staging = builds / ".staging" / f"{name}.{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    where = f"The bill of {delivery.period} ({', '.join(file.name for file in delivery.files[:2])})"
    try:
        with connect(staging / "spill", share=share) as connection:
            record = {"build": name, "schema": SCHEMA} | _fill(connection, delivery, policy, staging, step)
        shutil.rmtree(staging / "spill", ignore_errors=True)
        record["sizes"] = {path.name: path.stat().st_size for path in sorted(staging.iterdir())}
        write_json(staging / "build.json", record)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        staging.rename(target)
    except duckdb.Error as error:
        raise translate(error, where) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return record


def _fill(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, policy: tags.Policy, folder: Path, step: Step
) -> dict[str, Any]:
    step("tags")
    plan = tags.plan(connection, delivery.files, policy)
    canonicalize.make_products(connection, delivery)
    _store(connection, canonicalize.SERVICES, "services", folder)
    _store(connection, canonicalize.SKUS, "sku", folder)
    step("cost")
    select = canonicalize.cost_select(delivery, plan, folder / "services.parquet")
    connection.execute(f"CREATE VIEW cost AS {select}")
    canonicalize.check_columns(connection, plan)
    write_atomic(folder / COST, movable(select, delivery, folder))
    for name in marts.NAMES:
        step(name)
        _store(connection, marts.select(name, plan.keys), name, folder)
    step("reconcile")
    reconcile.register_profile(connection, delivery.lines)
    _store(connection, "SELECT * FROM profile_lines", "profile", folder)
    _store(connection, reconcile.SELECT, "reconciliation", folder)
    step("record")
    summary = _summary(delivery, plan)
    if delivery.is_focus:
        return summary | {"identity": reconcile.NO_IDENTITY}
    return summary | {"identity": reconcile.identity(connection, delivery.lines, summary["invoice_status"])}


def movable(select: str, delivery: Delivery, folder: Path) -> str:
    """The canonical SELECT with holes for the folders that it reads from, so that a workspace may move."""
    landed = delivery.files[0].path.parent
    return select.replace(escaped(folder), BUILD).replace(escaped(landed), LANDED)


def _store(connection: duckdb.DuckDBPyConnection, select: str, name: str, folder: Path) -> None:
    """Write a SELECT as a Parquet file and let later SELECTs read it under its name."""
    target = literal(str(folder / f"{name}.parquet"))
    connection.execute(f"COPY ({select}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
    connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({target})')


def _summary(delivery: Delivery, plan: tags.TagPlan) -> dict[str, Any]:
    lines = delivery.lines
    invoices = sorted({invoice for line in lines for invoice in line.invoices})
    return {
        "snapshot": delivery.snapshot,
        "payer": delivery.payer,
        "period": str(delivery.period),
        "format": str(delivery.files[0].dialect),
        "files": [{"name": file.name, "sha256": file.sha256} for file in delivery.files],
        "rows": sum(line.rows for line in lines),
        "billed": str(sum(line.billed for line in lines)),
        "currencies": sorted({line.currency or "" for line in lines}),
        "accounts": sorted({(line.account or "", line.account_name or "") for line in lines}),
        "last_day": max((line.last for line in lines if line.last), default=None),
        "invoices": invoices,
        "invoice_status": reconcile.invoice_status(lines) if delivery.tells_invoices else "unknown",
        "net": delivery.is_net or delivery.is_focus,  # FOCUS defines effective cost after all discounts
        "amortizes": {
            "savings_plans": delivery.amortizes_savings_plans,
            "reservations": delivery.amortizes_reservations,
        },
        "tags": {"keys": list(plan.keys), "collisions": plan.collisions, "left_out": list(plan.left_out)},
        "unreadable": [vars(item) for item in delivery.unreadable],
    }
