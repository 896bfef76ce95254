"""Machines whose type has a cheaper one of the same size: Graviton, AMD, a newer generation; for EC2 and for RDS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.instance_types import InstanceType, Move, parsed, successors
from finops_lib.analyses.opportunities.machines import EC2, RDS, MachinePrices, current, machines
from finops_lib.analyses.opportunities.protocol import LEAST, Confidence, Finding, Findings, Saving
from finops_lib.analyses.opportunities.recommended import advised
from finops_lib.analyses.opportunities.repriced import MissingPrice, judged, saved
from finops_lib.analyses.opportunities.tagged import unprotected
from finops_lib.analyses.opportunities.unit_prices import UnitPrice
from finops_lib.contracts.evidence import Evidence

_LINUX: Final = frozenset({"RunInstances"})
_OPEN_SOURCE_ENGINES: Final = frozenset({"0002", "0014", "0016", "0018", "0021"})
"""The operations of MySQL, PostgreSQL, Aurora MySQL, MariaDB and Aurora PostgreSQL."""

_Priced = tuple[InstanceType, Saving]


def of_instances(evidence: Evidence, move: Move, confidence: Confidence, action: str | None = None) -> Findings:
    """EC2 instances with Linux; ``action`` is AWS's own word for this move, taken where no price is known."""
    held = machines(evidence, EC2)
    return _find(evidence, EC2[0], held[held["operation"].isin(_LINUX)], move, confidence, action)


def of_databases(evidence: Evidence, move: Move, confidence: Confidence, action: str | None = None) -> Findings:
    """RDS instances with an open-source engine."""
    held = machines(evidence, RDS)
    engines = held["operation"].str.split(":").str[-1]
    return _find(evidence, RDS[0], held[engines.isin(_OPEN_SOURCE_ENGINES)], move, confidence, action)


def _find(
    evidence: Evidence, service: str, held: pd.DataFrame, move: Move, confidence: Confidence, action: str | None
) -> Findings:
    kind = "instances" if service == EC2[0] else "databases"
    held = unprotected(evidence, current(evidence, kind, held))
    advice = advised(evidence, action) if action else {}
    book, found, missing = MachinePrices(evidence, service), [], []
    for row in billed.records(held):
        candidates = successors(known, move) if (known := parsed(row["type"])) else ()
        priced, told = _prices(book, row, candidates), advice.get(row["resource"])
        if candidates and not priced and (told is None or told["amount"] is None):
            missing.append(_missing(row, candidates))
        elif (item := _finding(row, _cheapest(book, row, priced), told, confidence)) is not None:
            found.append(item)
    return judged(held, found, missing)


def _prices(
    book: MachinePrices, row: Mapping[str, Any], candidates: Sequence[InstanceType]
) -> Mapping[InstanceType, UnitPrice]:
    """The known prices of the candidates; none where the machine's own is not known."""
    if book.own(row) is None:
        return {}
    return {kind: price for kind in candidates if (price := book.of(row, kind)) is not None}


def _cheapest(book: MachinePrices, row: Mapping[str, Any], prices: Mapping[InstanceType, UnitPrice]) -> _Priced | None:
    now = book.own(row)
    if now is None:
        return None
    savings = [(kind, saving) for kind, then in prices.items() if (saving := saved(row["cost"], now, then))]
    return max(savings, key=lambda item: item[1].expected, default=None)


def _missing(row: Mapping[str, Any], candidates: Sequence[InstanceType]) -> MissingPrice:
    names = " or ".join(str(kind) for kind in candidates)
    return MissingPrice(row["account"], row["region"], f"{row['stem']} of {names}", row["cost"])


def _finding(
    row: Mapping[str, Any], priced: _Priced | None, told: Mapping[str, Any] | None, confidence: Confidence
) -> Finding | None:
    saving = priced[1] if priced else _aws_figure(row, told)
    if saving is None or saving.expected < LEAST:
        return None
    target = str(priced[0]) if priced else str(told["target"]) if told else ""
    basis = "at the prices of the bill or the price list" if priced else "by AWS's own figure"
    return Finding(
        resource=row["resource"],
        account=row["account"],
        region=row["region"],
        current_cost=row["cost"],
        saving=saving,
        confidence="likely" if told is not None and priced else confidence,
        evidence=f"{row['type']} to {target} {basis}" + (", which AWS recommends too." if told and priced else "."),
        component="compute",
        exclusive="type",
        covered_cost=row["covered_cost"],
        covered_by=row["covered_by"],
        facts={"from": row["type"], "to": target, "hours": row["quantity"]},
    )


def _aws_figure(row: Mapping[str, Any], told: Mapping[str, Any] | None) -> Saving | None:
    if told is None or told["amount"] is None or told["amount"] <= 0:
        return None
    return Saving.exactly(min(told["amount"], row["cost"]))
