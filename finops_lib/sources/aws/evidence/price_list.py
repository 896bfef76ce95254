"""AWS's bulk price list: the On-Demand prices of offer files, CSV or JSON, each of its first tier."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence.answer import EVERYWHERE, Answer, Answers
from finops_lib.sources.aws.evidence.fields import Row, number, text

CALL: Final = "pricing.OfferFile"
_COLUMNS: Final = ("region", "service_code", "usage_type", "operation", "unit", "price", "instance_type")
_CSV: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?"?FormatVersion"?,', re.IGNORECASE)
_JSON: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{(?=[^{}]*"formatVersion")(?=[^{}]*"offerCode")')
_LARGEST_JSON: Final = 400 << 20


def is_offer(head: bytes) -> bool:
    """True where the first bytes of a file are those of an offer file."""
    return bool(_CSV.match(head) or _JSON.match(head))


def read(path: Path, name: str) -> Answer:
    """The prices of an offer file, taken on the day of its publication."""
    with path.open("rb") as stream:
        is_csv = _CSV.match(stream.read(64)) is not None
    try:
        day, rows = _csv(path) if is_csv else _json(path, name)
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(
            f"{name} is no offer file of the price list: {error}.", hint="Fetch it again from pricing.us-east-1."
        ) from error
    offers = sorted({str(row[1]) for row in rows})
    regions = sorted({str(row[0]) for row in rows})
    about = {"offer": ",".join(offers), "region": regions[0] if len(regions) == 1 else EVERYWHERE}
    return Answer(CALL, EVERYWHERE, EVERYWHERE, day, {"rows": rows}, about)


def prices(answers: Answers) -> Iterator[Row]:
    """A row a price; the kept form is a list in the order of the columns."""
    for answer in answers.asked(CALL):
        for listed in answer.response.get("rows") or ():
            yield dict(zip(_COLUMNS, listed, strict=True))


def _csv(path: Path) -> tuple[str, list[list[object]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = csv.reader(stream)
        about = {}
        for line in lines:
            if line and line[0] == "SKU":
                break
            about[line[0] if line else ""] = line[1] if len(line) > 1 else ""
        places = {column: place for place, column in enumerate(line)}
        found = [row for cells in lines if (row := _of_line(cells, places)) is not None]
    return about.get("Publication Date", "")[:10], found


def _of_line(cells: list[str], places: Mapping[str, int]) -> list[object] | None:
    def cell(column: str) -> str:
        place = places.get(column)
        return cells[place] if place is not None and place < len(cells) else ""

    price = number(cells[places["PricePerUnit"]])
    first = number(cell("StartingRange")) in (None, 0.0)
    if cells[places["TermType"]] != "OnDemand" or not first or not price or cell("Currency") not in ("", "USD"):
        return None
    kind = text(cell("Instance Type"))
    place = [cell("Region Code"), cell("serviceCode"), cell("usageType"), text(cell("operation"))]
    return [*place, cell("Unit"), price, kind]


def _json(path: Path, name: str) -> tuple[str, list[list[object]]]:
    if path.stat().st_size > _LARGEST_JSON:
        raise InputError(f"{name} is a very large JSON file.", hint="Pull the CSV of the same offer and region.")
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    products, found = content["products"], []
    for sku, terms in content["terms"].get("OnDemand", {}).items():
        facts = products[sku]["attributes"]
        for term in terms.values():
            for priced in term["priceDimensions"].values():
                price = number(priced["pricePerUnit"].get("USD"))
                if price and number(priced.get("beginRange")) in (None, 0.0):
                    found.append(_of_product(facts, priced, price))
    return str(content.get("publicationDate") or "")[:10], found


def _of_product(facts: Mapping[str, Any], priced: Mapping[str, Any], price: float) -> list[object]:
    place = [str(facts.get("regionCode") or ""), str(facts["servicecode"]), str(facts["usagetype"])]
    return [*place, text(facts.get("operation")), str(priced["unit"]), price, text(facts.get("instanceType"))]
