"""What a place moved by in all, which rows look alike, and the odd days, each by hand."""

from __future__ import annotations

import pandas as pd

from finops_lib.analyses import movements
from finops_lib.analyses.movements import Whole


def cells(*rows: tuple[str | None, str | None, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["SubAccountId", "ServiceName", "effect", "amount"])


def test_a_place_moved_by_all_its_cells_and_the_calendar_is_one_of_them() -> None:
    frame = cells(
        ("1", "S3", "calendar", 10.0),
        ("1", "S3", "volume", 500.0),
        ("1", "S3", "list_price", -3.0),
        ("2", "S3", "volume", 7.0),
        ("1", "EC2", "calendar", 99.0),
    )
    assert movements.whole(frame, "1", "S3") == Whole(507.0, 10.0)
    assert movements.whole(frame, "3", "S3") == Whole(0.0, 0.0)


def test_charges_without_a_service_are_a_place_of_their_own() -> None:
    frame = cells(("1", None, "tax", 4.0), ("1", "S3", "volume", 5.0), (None, None, "tax", 6.0))
    assert movements.whole(frame, "1", None).change == 4.0
    assert movements.whole(frame, None, None).change == 6.0


def test_rows_that_look_alike_are_told_apart_by_what_differs() -> None:
    frame = pd.DataFrame(
        {
            "service": ["RDS", "RDS", "S3", "EC2", "EC2"],
            "tag": ["a", None, "a", "x", "x"],
            "region": ["east", "east", "west", "east", "west"],
        },
        index=[7, 3, 5, 9, 1],
    )
    told = movements.apart(frame, ["service"], ["tag", "region"])
    assert told == [("tag",), ("tag",), (), ("region",), ("region",)]
    assert movements.apart(frame.head(0), ["service"], ["tag"]) == []
    assert movements.apart(frame, ["service"], []) == [(), (), (), (), ()]
