"""Offer files of AWS's price list become unit prices; the bill's own prices stand before them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from finops_lib.analyses.opportunities.unit_prices import in_currency, with_list
from finops_lib.core.errors import InputError
from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.files import find
from finops_lib.sources.aws.evidence.frames import frames
from finops_lib.sources.files.store import LocalStore

CSV = """"FormatVersion","v1.0"
"Disclaimer","For information only"
"Publication Date","2026-10-20T12:00:00Z"
"Version","20261020120000"
"OfferCode","AmazonEC2"
"SKU","TermType","StartingRange","EndingRange","Unit","PricePerUnit","Currency","serviceCode","Instance Type","usageType","operation","Region Code"
"A","OnDemand","0","Inf","GB-Mo","0.0880000000","USD","AmazonEC2","","EUC1-EBS:VolumeUsage.gp3","CreateVolume-Gp3","eu-central-1"
"B","OnDemand","0","Inf","Hrs","0.1150000000","USD","AmazonEC2","m5.large","EUC1-BoxUsage:m5.large","RunInstances","eu-central-1"
"B","Reserved","","","Hrs","0.0500000000","USD","AmazonEC2","m5.large","EUC1-BoxUsage:m5.large","RunInstances","eu-central-1"
"C","OnDemand","0","Inf","Hrs","0.0000000000","USD","AmazonEC2","m5.large","EUC1-UnusedBox:m5.large","RunInstances","eu-central-1"
"D","OnDemand","10240","Inf","GB","0.0700000000","USD","AmazonEC2","","EUC1-DataTransfer-Out-Bytes","","eu-central-1"
"""
JSON = {
    "formatVersion": "v1.0",
    "disclaimer": "For information only",
    "offerCode": "AmazonEC2",
    "version": "20261020120000",
    "publicationDate": "2026-10-20T12:00:00Z",
    "products": {
        "A": {"sku": "A", "attributes": {"servicecode": "AmazonEC2", "usagetype": "EUC1-EBS:VolumeUsage.gp3", "operation": "CreateVolume-Gp3", "regionCode": "eu-central-1"}},
        "B": {"sku": "B", "attributes": {"servicecode": "AmazonEC2", "usagetype": "EUC1-BoxUsage:m5.large", "operation": "RunInstances", "regionCode": "eu-central-1", "instanceType": "m5.large"}},
    },
    "terms": {
        "OnDemand": {
            "A": {"A.1": {"priceDimensions": {"A.1.1": {"unit": "GB-Mo", "beginRange": "0", "pricePerUnit": {"USD": "0.0880000000"}}}}},
            "B": {"B.1": {"priceDimensions": {"B.1.1": {"unit": "Hrs", "beginRange": "0", "pricePerUnit": {"USD": "0.1150000000"}}}}},
        },
        "Reserved": {},
    },
}  # fmt: skip


def prices(folder: Path, name: str, text: str) -> pd.DataFrame:
    (folder / name).write_text(text)
    found = find(LocalStore(folder), today="2026-11-09")
    assert [answer.taken for answer in found.answers] == ["2026-10-20"]
    return frames(Answers.of_all(found.answers))["prices"]


def test_both_forms_give_the_same_prices(tmp_path: Path) -> None:
    for name in ("csv", "json"):
        (tmp_path / name).mkdir()
    of_csv = prices(tmp_path / "csv", "index.csv", CSV)
    of_json = prices(tmp_path / "json", "index.json", json.dumps(JSON))
    pd.testing.assert_frame_equal(of_csv, of_json, check_like=True)
    told = of_csv.set_index("usage_type")["price"].to_dict()
    assert told == {"EUC1-EBS:VolumeUsage.gp3": 0.088, "EUC1-BoxUsage:m5.large": 0.115}


def test_an_offer_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps(JSON)[:-40])
    with pytest.raises(InputError, match=r"index\.json is no offer file"):
        find(LocalStore(tmp_path), today="2026-11-09")


def test_the_bills_prices_stand_before_the_lists() -> None:
    def priced(usage_type: str, price: float, **more: Any) -> dict[str, Any]:
        place = {"region": "eu-central-1", "service_code": "AmazonEC2", "operation": "RunInstances", "unit": "Hrs"}
        return place | {"usage_type": usage_type, "price": price, "instance_type": None} | more

    bill = pd.DataFrame([priced("BoxUsage:m5.large", 0.12, contracted=0.1)])
    listed = pd.DataFrame([priced("EUC1-BoxUsage:m5.large", 0.115), priced("EUC1-BoxUsage:m6g.large", 0.09)])
    both = with_list(bill, listed).set_index("usage_type")
    assert both["price"].to_dict() == {"BoxUsage:m5.large": 0.12, "BoxUsage:m6g.large": 0.09}
    assert pd.isna(both.loc["BoxUsage:m6g.large", "contracted"])
    assert with_list(bill, listed.iloc[:0]) is bill


@pytest.mark.parametrize(("currencies", "kept"), [(["USD", None], 1), ([], 1), (["JPY"], 0), (["JPY", "USD"], 0)])
def test_a_list_in_dollars_prices_no_bill_in_another_currency(currencies: list[str | None], kept: int) -> None:
    listed = pd.DataFrame([{"usage_type": "BoxUsage:m5.large", "price": 0.115}])
    assert len(in_currency(listed, pd.DataFrame({"BillingCurrency": currencies}))) == kept
